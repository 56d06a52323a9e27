package import Catalog
package import Documents
package import KubernetesCore

/// Holds a spec against what an API has, by the operator's rules (operator-contract.md, 3.2).
///
/// Only members that the spec has count; empty lists and objects do not; instants are compared as
/// instants, nested values exactly. What the operator's own rewriting of a spec leaves out (Seen
/// live 8) is no difference either: an empty text and `false` are as good as absent.
package struct DriftComparison: Sendable {
    package struct Difference: Sendable, Hashable {
        /// The place below the spec: `status`, `category.name`, `tags[0].id`.
        package var field: String
        /// Nil where the spec does not have what the API has: nested values must match exactly.
        package var wanted: JSONValue?
        /// Nil where the API has nothing there.
        package var actual: JSONValue?
        package var isSecret: Bool
        /// Whether the operator never writes this value: merge mode leaves out zero, an empty text
        /// and `false`, so that the difference stays.
        package var isNeverWritten: Bool
        /// Who asked for it.
        package var writer: FieldWriter?

        /// What the spec wants, safe to show.
        package var wantedText: String { shown(wanted) }
        /// What the API has, safe to show.
        package var actualText: String { shown(actual) }

        private func shown(_ value: JSONValue?) -> String {
            guard let value else { return "nothing" }
            return isSecret ? SecretName.mask : value.plainText
        }
    }

    private let object: KubernetesObject
    private let kind: CatalogKind
    private let merges: Bool

    package init(_ object: KubernetesObject, kind: CatalogKind) {
        self.object = object
        self.kind = kind
        merges = object.spec["mergeOnUpdate"]?.boolValue ?? true
    }

    /// What an API's object has other than the spec asks for.
    package func differences(from data: JSONValue) -> [Difference] {
        (object.spec.objectValue?.members ?? []).flatMap { member -> [Difference] in
            guard !kind.steers(member.name), !Self.isEmpty(member.value) else { return [] }
            let actual = data[member.name]
            if actual == nil, Self.isOmitted(member.value) { return [] }
            return leaves(member.value, actual, at: [member.name])
        }
    }

    private func leaves(
        _ wanted: JSONValue?, _ actual: JSONValue?, at path: [String]
    ) -> [Difference] {
        if let wanted, let actual {
            if Self.same(wanted, actual) { return [] }
            if let left = wanted.objectValue, let right = actual.objectValue {
                let more = right.names.filter { left[$0] == nil }
                return (left.names + more).flatMap { leaves(left[$0], right[$0], at: path + [$0]) }
            }
            if let left = wanted.arrayValue, let right = actual.arrayValue,
                left.count == right.count
            {
                return left.indices.flatMap {
                    leaves(left[$0], right[$0], at: path + ["\($0)"])
                }
            }
        }
        let pointer = JSONPointer(tokens: ["spec"] + path)
        return [
            Difference(
                field: Self.text(of: path), wanted: wanted, actual: actual,
                isSecret: isSecret(path),
                isNeverWritten: merges && path.count == 1 && wanted.map(Self.isZero) ?? false,
                writer: FieldWriter.last(of: pointer, in: object))
        ]
    }

    private func isSecret(_ path: [String]) -> Bool {
        let named = path.contains { kind.secretFields.contains($0) || SecretName.isSecret($0) }
        return named
            || kind.schema?.isSecret(at: JSONPointer(tokens: ["spec"] + path)) ?? false
    }

    private static func text(of path: [String]) -> String {
        path.dropFirst().reduce(path.first ?? "") { text, token in
            Int(token) == nil ? "\(text).\(token)" : "\(text)[\(token)]"
        }
    }

    static func isEmpty(_ value: JSONValue) -> Bool {
        switch value {
        case .null: true
        case .array(let items): items.isEmpty
        case .object(let members): members.isEmpty
        default: false
        }
    }

    /// What a typed structure leaves out when it is written.
    private static func isOmitted(_ value: JSONValue) -> Bool {
        value == .bool(false) || value == .string("")
    }

    private static func isZero(_ value: JSONValue) -> Bool {
        isOmitted(value) || value.isNumericallyEqual(to: .integer(0))
    }

    private static func same(_ wanted: JSONValue, _ actual: JSONValue) -> Bool {
        if wanted == actual || wanted.isNumericallyEqual(to: actual) { return true }
        guard let left = wanted.stringValue.flatMap({ Timestamp(rfc3339: $0) }),
            let right = actual.stringValue.flatMap({ Timestamp(rfc3339: $0) })
        else { return false }
        return left == right
    }
}
