import Catalog
import Documents
import Session

/// The words of `patch`, taken apart: which object, and what of it.
struct PatchWords: Sendable {
    let kind: String
    let name: String
    private let assignments: [String]
    private let spec: JSONValue?

    init(_ words: [String], spec: String?) throws(Failure) {
        let objects = words.prefix { !$0.contains("=") && !Self.isRemoval($0) }
        let chosen = try ObjectWords(Array(objects))
        guard chosen.selections.count == 1, chosen.selections[0].names.count == 1 else {
            throw Failure(
                .usage(""), "patch changes one object at a time",
                hints: ["for example: patch pet fluffy status=pending"])
        }
        kind = chosen.selections[0].kind
        name = chosen.selections[0].names[0]
        assignments = Array(words.dropFirst(objects.count))
        if let spec {
            guard assignments.isEmpty else {
                throw Failure(.usage(""), "--spec and FIELD=VALUE cannot be given together")
            }
            self.spec = try Self.parse(spec)
        } else {
            self.spec = nil
            guard !assignments.isEmpty else {
                throw Failure(
                    .usage(""), "what is to be changed? Give FIELD=VALUE or --spec JSON",
                    hints: ["for example: patch \(kind) \(name) status=pending"])
            }
        }
    }

    /// `status-` removes a field; a name such as `pet-1` does not end so.
    private static func isRemoval(_ word: String) -> Bool {
        word.hasSuffix("-") && word.count > 1
    }

    private static func parse(_ text: String) throws(Failure) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: text)
        } catch {
            throw Failure(
                .mistake, "--spec is no JSON: \(error.message)",
                hints: ["quote it for your shell: --spec '{\"status\":\"pending\"}'"])
        }
    }

    /// The edits that are meant, typed by the kind's schema.
    func edits(for kind: CatalogKind) throws(CatalogError) -> [Edit] {
        if let spec {
            try kind.check(spec: spec)
            return Edit.merging(spec, at: JSONPointer(tokens: ["spec"]))
        }
        var edits: [Edit] = []
        for text in assignments {
            let assignment = try kind.assignment(text)
            edits.append(Edit(assignment.pointer, FieldValue(assignment.value)))
        }
        return edits
    }
}

extension FieldRules {
    /// The rules that a kind's schema states.
    init(_ kind: CatalogKind) {
        guard let schema = kind.schema else {
            self.init(isSecret: { SecretName.isSecret($0.tokens.last ?? "") })
            return
        }
        self.init(schema)
    }
}
