/// Which petstore-cli this is.
package enum Release {
    package static let version = "0.1.0"
    /// What it is, in the length that lists of software have room for.
    package static let summary = "Inspect and temporarily change REST APIs behind operators"
    /// What `version` prints; the executable's fast path prints it without parsing anything.
    package static let line = "petstore-cli \(version)\n"
}
