package import Documents

/// A change of an object, in one of the forms that a server understands.
package enum Patch: Sendable {
    /// RFC 7386: members replace members, null removes.
    case merge(JSONValue)
    /// RFC 6902: applied inside the server's storage transaction, so its tests guard it.
    case json(JSONPatch)
    /// Server-side apply of the fields that one manager wants.
    case apply(JSONValue, fieldManager: String, force: Bool)
    /// Kubernetes' own merge by list keys; servers refuse it (415) for custom resources.
    case strategic(JSONValue)

    package var contentType: String {
        switch self {
        case .merge: "application/merge-patch+json"
        case .json: "application/json-patch+json"
        case .apply: "application/apply-patch+yaml"
        case .strategic: "application/strategic-merge-patch+json"
        }
    }

    /// What is sent; JSON is YAML too, so apply sends JSON as well.
    ///
    /// A server compares the value of a `test` by its text as Go's encoder writes it, so a JSON
    /// Patch is sent in that form: `<` goes as `\u003c`.
    package var body: [UInt8] {
        switch self {
        case .merge(let value), .apply(let value, _, _), .strategic(let value): value.bytes()
        case .json(let patch): patch.json.bytes(.goText)
        }
    }
}
