package import Documents

extension KubernetesClient {
    /// What was kept under a name for this server and user, if it is not older than so many seconds.
    ///
    /// Nil where there is nothing, or no cache.
    package func note(_ name: String, ageLimit: Int64) -> JSONValue? {
        // What cannot be read is found out anew.
        kept(Self.place(of: name), ageLimit: ageLimit).flatMap { try? JSONValue(parsing: $0) }
    }

    /// Keeps what was found out about this server for later commands of the same user.
    ///
    /// It stands beside the discovery, and may be lost at any time like that.
    package func keepNote(_ note: JSONValue, as name: String) {
        keep(VerifiedAnswer(body: note.bytes()), for: Self.place(of: name))
    }

    /// No path of an API begins like that.
    private static func place(of name: String) -> String { "note:\(name)" }
}
