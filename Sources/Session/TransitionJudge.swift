import CEL
package import Catalog
package import Documents

/// Tells whether the transition rules of a schema (those that read `oldSelf`) let an object go
/// back; a dry run cannot say so before the change (undo.md, fact 12).
///
/// Pure. A rule is judged where the two states differ, as a server does: at each place that both
/// have, lists item by item where their items have keys.
package struct TransitionJudge: Sendable {
    private let root: SchemaNode

    package init(_ schema: KindSchema) { root = schema.root }

    /// Judges a way between two states.
    ///
    /// - Parameters:
    ///   - present: the object as it will be found.
    ///   - target: the object as it shall be.
    /// - Returns: the first refusal, in words; nil when no rule is in the way. A rule that cannot
    ///   be evaluated here counts as one.
    package func refusal(from present: JSONValue, to target: JSONValue) -> String? {
        refusal(root, present, target, at: [])
    }

    private func refusal(
        _ node: SchemaNode, _ present: JSONValue, _ target: JSONValue, at path: [String]
    ) -> String? {
        guard !sameText(present, target) else { return nil }
        for (rule, message) in node.rules where rule.contains("oldSelf") {
            if let why = verdict(rule, message, node, present, target, isRoot: path.isEmpty) {
                let place = path.isEmpty ? "the object" : path.joined(separator: ".")
                return "\(place): \(why)"
            }
        }
        switch (present, target) {
        case (.object(let present), .object(let target)):
            for member in target {
                guard let old = present[member.name], let child = node.child(member.name) else {
                    continue
                }
                let place = path + [member.name]
                if let why = refusal(child, old, member.value, at: place) { return why }
            }
        case (.array(let present), .array(let target)):
            guard node.listType == "map", let child = node.items else { return nil }
            for (index, item) in target.enumerated() {
                let old = present.first { other in
                    node.listMapKeys.allSatisfy { key in
                        FieldValue(other[key]).isSame(as: FieldValue(item[key]))
                    }
                }
                guard let old else { continue }
                let place = path + [String(index)]
                if let why = refusal(child, old, item, at: place) { return why }
            }
        default: break
        }
        return nil
    }

    private func verdict(
        _ rule: String, _ message: String, _ node: SchemaNode, _ present: JSONValue,
        _ target: JSONValue, isRoot: Bool
    ) -> String? {
        let schema = CELSchema(node.json, isResource: isRoot)
        let type = schema?.type ?? .dyn
        let shape = schema?.shape ?? .any
        do throws(CELError) {
            let program = try CELProgram(
                compiling: rule, in: CELEnvironment(["self": type, "oldSelf": type]))
            let holds = try program.holds([
                "self": CELValue(target, as: shape), "oldSelf": CELValue(present, as: shape),
            ])
            return holds
                ? nil : "the rule \(rule) forbids it" + (message.isEmpty ? "" : " (\(message))")
        } catch {
            return "the rule \(rule) may forbid it"
        }
    }
}
