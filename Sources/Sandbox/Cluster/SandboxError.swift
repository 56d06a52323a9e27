/// Why the sandbox did not do what was asked, in one line, and what to do about it.
package struct SandboxError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String
    package var hint: String?

    package init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }

    package var description: String { message }
}
