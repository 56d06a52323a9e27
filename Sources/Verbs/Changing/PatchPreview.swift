import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Render
import Session

/// What the server would make of a change: validated, defaulted and admitted, but not stored.
struct PatchPreview: Sendable {
    let kind: CatalogKind
    let namespace: String
    let name: String

    func report(of edits: [Edit], client: KubernetesClient) async throws -> Report {
        let type = kind.type
        let before = try await client.get(type, namespace: namespace, name: name)
        let after = try await client.patch(
            .merge(Self.mergePatch(of: edits, on: before.json)), type, namespace: namespace,
            name: name, options: WriteOptions(dryRun: true, fieldValidation: .strict))
        let rows = edits.map { edit -> (path: String, before: JSONValue?, after: JSONValue?) in
            (
                edit.path.tokens.joined(separator: "."), before.json.value(at: edit.path),
                after.json.value(at: edit.path)
            )
        }
        let object = type.shortName(of: name)
        let table = TextTable(
            ["OBJECT", "PATH", "BEFORE", "AFTER"],
            rows: rows.map { row in
                [
                    .init(object), .init(row.path), .init(shown(row.before, row.path)),
                    .init(shown(row.after, row.path)),
                ]
            })
        return Report(
            kind: "Preview", sections: [Section(nil, .table(table))],
            payload: [
                "kind": "Preview", "object": .string(object),
                "changes": .array(rows.map { payload($0.path, $0.before, $0.after) }),
            ], names: [type.qualifiedName(of: name)],
            notices: ["dry run: nothing was changed"])
    }

    private func isSecret(_ path: String) -> Bool {
        Mask.isSecret(name: path)
            || kind.secretFields.contains(path.split(separator: ".").last.map(String.init) ?? "")
    }

    private func shown(_ value: JSONValue?, _ path: String) -> String {
        ValueText.short(FieldValue(value), isSecret: isSecret(path))
    }

    private func payload(
        _ path: String, _ before: JSONValue?, _ after: JSONValue?
    ) -> JSONValue {
        var change: JSONValue = ["path": .string(path)]
        if let before { change["before"] = isSecret(path) ? .string(Mask.text) : before }
        if let after { change["after"] = isSecret(path) ? .string(Mask.text) : after }
        return change
    }

    /// The edits as one merge patch; a list that is edited inside goes as a whole.
    private static func mergePatch(of edits: [Edit], on object: JSONValue) -> JSONValue {
        var wanted = object
        for edit in edits { wanted = wanted.setting(edit.path.tokens[...], to: edit.value.value) }
        return MergePatch.difference(from: object, to: wanted)
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
