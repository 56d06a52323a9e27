import Catalog
import Documents
import KubernetesCore
import Render
import Session

/// The text of an object that an editor gets, and what is meant by what the editor leaves: pure.
struct EditText: Sendable {
    let object: KubernetesObject
    let kind: CatalogKind
    /// What the text holds: without status and bookkeeping, and without secrets unless asked for.
    let shown: JSONValue
    /// The places of secrets that were left out.
    let leftOut: [String]

    init(_ object: KubernetesObject, of kind: CatalogKind, showsSecrets: Bool) {
        self.object = object
        self.kind = kind
        var whole = object.json
        whole["status"] = Optional.none
        var metadata = object.metadata
        metadata["managedFields"] = Optional.none
        if let annotations = object.metadata["annotations"]?.objectValue {
            let prefix = Marks.prefix(group: kind.type.group) + "/"
            let users = annotations.filter { !$0.name.hasPrefix(prefix) }
            metadata["annotations"] =
                users.isEmpty ? Optional.none : .object(JSONObject(distinct: Array(users)))
        }
        whole["metadata"] = metadata
        guard !showsSecrets else {
            shown = whole
            leftOut = []
            return
        }
        var left: [String] = []
        let rules = FieldRules(kind)
        let spec = whole["spec"].map {
            Self.without(secrets: rules, $0, JSONPointer(tokens: ["spec"]), &left)
        }
        if let spec { whole["spec"] = spec }
        shown = whole
        leftOut = left
    }

    /// A list that holds a secret is left out as a whole: its items are known by their places.
    private static func without(
        secrets rules: FieldRules, _ value: JSONValue, _ place: JSONPointer,
        _ leftOut: inout [String]
    ) -> JSONValue {
        guard let members = value.objectValue else { return value }
        var kept: [JSONObject.Member] = []
        for member in members {
            let inner = place.appending(member.name)
            let isList = member.value.arrayValue != nil
            if rules.isSecret(inner) || (isList && rules.holds(secretAt: inner, member.value)) {
                leftOut.append(inner.tokens.joined(separator: "."))
                continue
            }
            kept.append(
                .init(member.name, without(secrets: rules, member.value, inner, &leftOut)))
        }
        return .object(JSONObject(distinct: kept))
    }

    // MARK: To the editor

    /// - Parameters:
    ///   - body: what was edited before; nil: the object as it is.
    ///   - complaint: why that could not be done.
    /// - Returns: the whole text, comments at its top.
    func text(body: String? = nil, complaint: [String] = []) -> String {
        let name = "\(kind.type.kind.lowercased())/\(object.name)"
        var lines = [
            "Save and leave the editor to change \(name). A text that is left as it is, or",
            "empty, changes nothing. If the change cannot be made, this text comes back with the",
            "reason in its place. Lines that begin with # do not count.",
        ]
        if !leftOut.isEmpty {
            lines += [
                "",
                "Left out because secret, and kept as they are: \(leftOut.joined(separator: ", "))",
                "(--show-secrets shows them)",
            ]
        }
        if !complaint.isEmpty { lines += ["", "\(name) was not changed:"] + complaint }
        let head = lines.flatMap {
            $0.split(separator: "\n", omittingEmptySubsequences: false)
        }.map { $0.isEmpty ? "#\n" : "# \($0)\n" }
        return head.joined() + "#\n" + (body ?? YAML.text(shown))
    }

    /// What stands below the comments at the top.
    static func body(of text: String) -> String {
        var rest = text[...]
        while rest.hasPrefix("#") {
            guard let end = rest.firstIndex(of: "\n") else { return "" }
            rest = rest[rest.index(after: end)...]
        }
        return String(rest)
    }

    // MARK: From the editor

    /// What is to be otherwise; nil when nothing is left of the text.
    ///
    /// - Throws: `Failure` or `CatalogError` for what cannot be meant; editing again helps.
    func edits(from text: String) throws -> [Edit]? {
        let isEmpty = text.split(separator: "\n").allSatisfy {
            $0.allSatisfy(\.isWhitespace) || $0.hasPrefix("#")
        }
        if isEmpty { return nil }
        let edited = try parse(text)
        let difference = MergePatch.difference(from: shown, to: edited)
        guard let changed = difference.objectValue else { return [] }
        for member in changed where member.name != "spec" {
            guard member.name == "metadata", let inside = member.value.objectValue else {
                throw Self.fixed(member.name)
            }
            for inner in inside {
                guard ["labels", "annotations"].contains(inner.name) else {
                    throw Self.fixed("metadata.\(inner.name)")
                }
                try Self.checkTexts(inner)
            }
        }
        if let spec = changed["spec"] {
            guard spec.objectValue != nil else { throw Self.fixed("spec as a whole") }
            try refuseMasks(spec, at: JSONPointer(tokens: ["spec"]))
            try kind.check(spec: MergePatch.apply(spec, to: object.spec))
        }
        return changed.isEmpty ? [] : Edit.merging(difference, at: JSONPointer(tokens: []))
    }

    private func parse(_ text: String) throws(Failure) -> JSONValue {
        let documents: [JSONValue]
        do throws(YAMLError) {
            documents = try YAML.parse(text).filter { !$0.isNull }
        } catch {
            throw Failure(.mistake, "the text is no YAML: \(error.message)")
        }
        guard documents.count == 1, let first = documents.first, first.objectValue != nil else {
            throw Failure(.mistake, "the text must be one object, not \(documents.count) documents")
        }
        return first
    }

    private static func fixed(_ place: String) -> Failure {
        Failure(
            .mistake, "\(place) cannot be edited: only spec, labels and annotations can",
            hints: ["put it back as it was"])
    }

    private static func checkTexts(_ member: JSONObject.Member) throws(Failure) {
        guard let values = member.value.objectValue else { return }
        for value in values where value.value.stringValue == nil && !value.value.isNull {
            throw Failure(
                .mistake,
                "metadata.\(member.name).\(value.name) must be a text, not \(value.value.text())",
                hints: ["put it in quotes"])
        }
    }

    /// A mask stands for a value that somebody did not show; it is none.
    private func refuseMasks(_ value: JSONValue, at place: JSONPointer) throws(Failure) {
        if value.stringValue == Mask.text, FieldRules(kind).isSecret(place) {
            throw Failure(
                .mistake,
                "\(place.tokens.joined(separator: ".")): \(Mask.text) hides a value"
                    + " and is none", hints: ["give the real one, or take the line away"])
        }
        for member in value.objectValue ?? JSONObject() {
            try refuseMasks(member.value, at: place.appending(member.name))
        }
    }

    /// Whether somebody else has changed what the edits change, since the text was made.
    func rival(of edits: [Edit], in now: KubernetesObject) -> String? {
        for edit in edits {
            let (before, after) = (object.json.value(at: edit.path), now.json.value(at: edit.path))
            guard FieldValue(before).isSame(as: FieldValue(after)) else {
                return edit.path.tokens.joined(separator: ".")
            }
        }
        return nil
    }
}

extension FieldRules {
    /// Whether the value there, or anything in it, is secret.
    func holds(secretAt place: JSONPointer, _ value: JSONValue) -> Bool {
        if isSecret(place) { return true }
        if let members = value.objectValue {
            return members.contains { holds(secretAt: place.appending($0.name), $0.value) }
        }
        return (value.arrayValue ?? []).enumerated().contains {
            holds(secretAt: place.appending($0.offset), $0.element)
        }
    }
}
