/// Which petstore-cli this is.
package enum Release {
    package static let version = "0.1.0"
    /// What `version` prints; the executable's fast path prints it without parsing anything.
    package static let line = "petstore-cli \(version)\n"
}
