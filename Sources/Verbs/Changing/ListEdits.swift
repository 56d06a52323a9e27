import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Session

/// Edits inside lists that are not there, or not that long, as edits of the whole list: a JSON
/// Patch has no way to say that an absent parent is to be a list.
struct ListEdits: Sendable {
    let kind: CatalogKind
    let namespace: String
    let name: String

    /// The same edits; those that need it set their list as a whole.
    ///
    /// The object is read only when an edit goes into a list.
    func completed(_ edits: [Edit], client: KubernetesClient) async throws -> [Edit] {
        guard edits.contains(where: { list(of: $0.path) != nil }) else { return edits }
        let object = try await client.get(kind.type, namespace: namespace, name: name)
        return try completed(edits, on: object.json)
    }

    func completed(_ edits: [Edit], on object: JSONValue) throws(Failure) -> [Edit] {
        var complete: [Edit] = []
        var made: [JSONPointer: JSONValue] = [:]
        for edit in edits {
            guard let (list, index) = list(of: edit.path),
                object.value(at: list)?[index] == nil, let value = edit.value.value
            else {
                complete.append(edit)
                continue
            }
            let whole = made[list] ?? object.value(at: list) ?? .array([])
            let items = whole.arrayValue ?? []
            guard index <= items.count else {
                let place = list.tokens.dropFirst().joined(separator: ".")
                throw Failure(
                    .mistake, "\(place) has \(items.count) items, so there is no [\(index)] to set",
                    hints: ["the next one is [\(items.count)]"])
            }
            let rest = edit.path.tokens.dropFirst(list.tokens.count)
            made[list] = whole.setting(rest, to: value)
            complete.removeAll { $0.path == list }
            complete.append(Edit(set: list, to: made[list] ?? .null))
        }
        return complete
    }

    /// The first list on the way, by the schema, and the index in it.
    private func list(of path: JSONPointer) -> (JSONPointer, Int)? {
        for (position, token) in path.tokens.enumerated() {
            let parent = JSONPointer(tokens: Array(path.tokens.prefix(position)))
            guard let index = Int(token), kind.schema?.node(at: parent)?.items != nil else {
                continue
            }
            return (parent, index)
        }
        return nil
    }
}

extension JSONValue {
    /// The same document with another value (or none) at a place; parents are made as needed.
    func setting(_ tokens: ArraySlice<String>, to value: JSONValue?) -> JSONValue {
        guard let token = tokens.first else { return value ?? .null }
        let rest = tokens.dropFirst()
        if case .array(var items) = self, let index = Int(token), index <= items.count {
            if rest.isEmpty, value == nil {
                if index < items.count { items.remove(at: index) }
            } else {
                let old = index < items.count ? items[index] : .null
                let new = old.setting(rest, to: value)
                if index < items.count { items[index] = new } else { items.append(new) }
            }
            return .array(items)
        }
        var copy = self
        copy[token] =
            rest.isEmpty ? value : (self[token] ?? .object(JSONObject())).setting(rest, to: value)
        return copy
    }
}
