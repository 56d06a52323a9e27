/// Why there is no connection to be had from kubeconfigs, flags and the environment.
///
/// The message names the file and the key; it never shows a token, a password or a certificate.
package struct KubeconfigError: Error, Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        /// Nothing says which cluster to speak to.
        case noConfiguration
        /// A file that was named cannot be read.
        case unreadable
        /// A file does not hold what a kubeconfig holds.
        case malformed
        /// A context, cluster or user was named that does not exist.
        case unknownName
        /// What is said contradicts itself or lacks a part.
        case invalid
    }

    package var kind: Kind
    /// One line for people.
    package var message: String
    /// What to type next, where that is known.
    package var hint: String?

    package init(_ kind: Kind, _ message: String, hint: String? = nil) {
        self.kind = kind
        self.message = message
        self.hint = hint
    }
}
