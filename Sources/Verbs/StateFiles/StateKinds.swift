import Catalog
import Render
import KubernetesClient
import KubernetesCore

/// The kinds whose objects make up the state of an application.
enum StateKinds {
    /// Those that were named, or all of the generated APIs, in the order in which state is written.
    ///
    /// - Parameters:
    ///   - words: kinds, also several with commas; none for all.
    ///   - verb: for hints.
    ///   - context: of the line.
    /// - Returns: the kinds, schemas included.
    /// - Throws: `Failure` for words that name no kinds of applications, or what the server said.
    static func chosen(
        _ words: [String], verb: String, in context: VerbContext
    ) async throws -> [CatalogKind] {
        guard words.isEmpty else { return try await named(words, verb, context) }
        let freshness = context.effect == .reads ? Freshness.cached : .verified
        let groups = try await context.access.catalog(of: nil, freshness).groups
        guard !groups.isEmpty else {
            throw Failure(
                .notFound, "the cluster offers no generated API",
                steps: [NextStep(["init"], "tells what it looked for")])
        }
        let kinds = groups.flatMap(\.kinds).filter {
            $0.category != .unknown && $0.type.supports("list")
        }
        return ordered(kinds)
    }

    private static func named(
        _ words: [String], _ verb: String, _ context: VerbContext
    ) async throws -> [CatalogKind] {
        var kinds: [CatalogKind] = []
        for name in try ObjectWords(words).selections.map(\.kind) {
            kinds.append(try await self.kind(name, verb, context))
        }
        return ordered(kinds)
    }

    /// The objects that words name, each once, in the order in which state is written.
    ///
    /// - Parameters:
    ///   - selections: with names.
    ///   - verb: for hints.
    ///   - context: of the line.
    /// - Returns: kinds, schemas included, and names.
    /// - Throws: `Failure` for words that name no kinds of applications, or what the server said.
    static func objects(
        _ selections: [ObjectWords.Selection], verb: String, in context: VerbContext
    ) async throws -> [(kind: CatalogKind, names: [String])] {
        var names: [ResourceType: Set<String>] = [:]
        var kinds: [CatalogKind] = []
        for selection in selections {
            let kind = try await self.kind(selection.kind, verb, context)
            kinds.append(kind)
            names[kind.type, default: []].formUnion(selection.names)
        }
        return ordered(kinds).map { ($0, names[$0.type, default: []].sorted()) }
    }

    private static func kind(
        _ name: String, _ verb: String, _ context: VerbContext
    ) async throws -> CatalogKind {
        let kind = try await context.kind(name, schemas: true)
        guard !kind.type.groupVersion.isBuiltIn else {
            throw Failure(
                .mistake,
                "\(verb) is for the kinds of applications, and \(kind.type.plural) are"
                    + " Kubernetes' own",
                hints: ["kubectl get \(kind.type.plural) -o yaml shows them"])
        }
        return kind
    }

    /// Each kind once (a group may have several versions), what others refer to first.
    private static func ordered(_ kinds: [CatalogKind]) -> [CatalogKind] {
        var seen: Set<[String]> = []
        let once = kinds.filter { seen.insert([$0.type.group, $0.type.kind]).inserted }
        let ranks = Dictionary(
            uniqueKeysWithValues: Category.allCases.enumerated().map { ($1, $0) })
        return once.sorted { left, right in
            let ranks = (ranks[left.category] ?? 0, ranks[right.category] ?? 0)
            return ranks.0 == ranks.1
                ? left.type.qualifiedName < right.type.qualifiedName : ranks.0 < ranks.1
        }
    }
}

extension ResourceType {
    /// `pets.v1alpha1.petstore.example.com`: means one kind in one version.
    var fullName: String { "\(plural).\(version).\(group)" }
}
