package import Catalog
package import Documents
import KubernetesCore

/// A field that a file and a cluster have otherwise; nil where there is none.
package struct FieldDifference: Sendable, Hashable {
    package var path: StatePath
    package var live: JSONValue?
    package var wanted: JSONValue?

    package init(path: StatePath, live: JSONValue?, wanted: JSONValue?) {
        self.path = path
        self.live = live
        self.wanted = wanted
    }
}

/// Holds two states of one object against each other, field by field.
///
/// What the schema would fill in anyway, and what a generated operator rewrites without meaning
/// anything by it, is no difference.
package struct StateComparison: Sendable {
    package var schema: KindSchema?
    /// Whether an operator rewrites the specs of that kind.
    package var toleratesOperator: Bool
    /// The member of the spec that holds a time.
    package var intervalField: String?
    package var ignored: [PathPattern]
    /// Members that only the cluster has count where this says so of their place; nil: always.
    package var countsWhenOnlyLive: (@Sendable (JSONPointer) -> Bool)?

    package init(
        _ kind: CatalogKind, ignored: [PathPattern] = [],
        countsWhenOnlyLive: (@Sendable (JSONPointer) -> Bool)? = nil
    ) {
        schema = kind.schema
        toleratesOperator = kind.category == .resource
        intervalField = kind.intervalField
        self.ignored = ignored
        self.countsWhenOnlyLive = countsWhenOnlyLive
    }

    package func differences(live: JSONValue, wanted: JSONValue) -> [FieldDifference] {
        var walk = Walk(comparison: self, live: live, wanted: wanted)
        walk.compare(live, wanted, schema?.root, at: JSONPointer())
        return walk.found
    }

    private struct Walk {
        let comparison: StateComparison
        let live: JSONValue
        let wanted: JSONValue
        var found: [FieldDifference] = []
        /// A list that the file has is wanted as a whole.
        private var listDepth = 0

        init(comparison: StateComparison, live: JSONValue, wanted: JSONValue) {
            self.comparison = comparison
            self.live = live
            self.wanted = wanted
        }

        mutating func compare(
            _ live: JSONValue?, _ wanted: JSONValue?, _ node: SchemaNode?, at place: JSONPointer
        ) {
            switch (live, wanted) {
            case (.object(let live)?, .object(let wanted)?):
                let names = Set(live.names.map { Array($0.utf8) })
                let others = wanted.names.filter { !names.contains(Array($0.utf8)) }
                for name in (live.names + others).sorted(by: { $0.precedesByBytes($1) }) {
                    compare(
                        live[name], wanted[name], node?.child(name), at: place.appending(name))
                }
            case (.array(let live)?, .array(let wanted)?):
                listDepth += 1
                defer { listDepth -= 1 }
                for index in 0..<max(live.count, wanted.count) {
                    compare(
                        index < live.count ? live[index] : nil,
                        index < wanted.count ? wanted[index] : nil, node?.child(String(index)),
                        at: place.appending(index))
                }
            default: judge(live, wanted, node, place)
            }
        }

        private mutating func judge(
            _ live: JSONValue?, _ wanted: JSONValue?, _ node: SchemaNode?, _ place: JSONPointer
        ) {
            guard live != wanted, !isMeaningless(live, wanted, node, place),
                !comparison.ignored.contains(where: { $0.covers(place) })
            else { return }
            if wanted == nil, listDepth == 0, let counts = comparison.countsWhenOnlyLive,
                !counts(place)
            {
                return
            }
            let path = StatePath(place, in: live == nil ? self.wanted : self.live)
            found.append(FieldDifference(path: path, live: live, wanted: wanted))
        }

        private func isMeaningless(
            _ live: JSONValue?, _ wanted: JSONValue?, _ node: SchemaNode?, _ place: JSONPointer
        ) -> Bool {
            switch (live, wanted) {
            case (let value?, nil):
                // The server fills it in, where the file leaves it to the server.
                if let standard = node?.defaultValue, standard == value { return true }
                return mayVanish(value, node, place)
            case (nil, let value?):
                // A server drops null where the schema does not ask for it.
                return value.isNull || mayVanish(value, node, place)
            case (.string(let live)?, .string(let wanted)?):
                guard comparison.toleratesOperator, let name = comparison.intervalField,
                    place.tokens == ["spec", name]
                else { return false }
                return OperatorRewriting.isSameDuration(live, wanted)
            default: return false
            }
        }

        private func mayVanish(
            _ value: JSONValue, _ node: SchemaNode?, _ place: JSONPointer
        ) -> Bool {
            // Where there is a default, absent means that.
            node?.defaultValue == nil && comparison.toleratesOperator
                && place.tokens.first == "spec" && Int(place.tokens.last ?? "") == nil
                && OperatorRewriting.mayVanish(value)
        }
    }
}

/// Places that are not compared: a path from the object's root, `*` for any one member or index.
package struct PathPattern: Sendable, Hashable {
    private let tokens: [String]

    /// Reads a path such as `spec.tags`, `spec.tags[*].id` or `metadata.annotations["a/b"]`.
    package init(_ text: String) throws(CatalogError) {
        let path = try TypedPath(text.replacing("[*]", with: ".*"))
        tokens = path.tokens
    }

    /// Whether that place, or one that it is part of, is meant.
    func covers(_ place: JSONPointer) -> Bool {
        tokens.count <= place.tokens.count
            && zip(tokens, place.tokens).allSatisfy { $0 == "*" || $0.hasBytes(of: $1) }
    }
}
