import Catalog
import Diagnostics
import Render
import KubernetesClient
import KubernetesCore

/// Finds the objects that are to be diagnosed.
struct DiagnosisHunt: Sendable {
    let client: KubernetesClient
    /// Nil: all namespaces.
    let namespace: String?
    let selector: String?
    let context: VerbContext

    struct Found {
        var subjects: [Examination.Subject] = []
        /// Objects that were named and are not there.
        var missing: [Diagnosis] = []
        var failures = FailureCollector()
        /// Whole collections that were read on the way.
        var lists: [ResourceType: [KubernetesObject]] = [:]
        /// Kinds that could not be listed.
        var gaps: [String] = []
    }

    /// Finds what was named, or all.
    ///
    /// - Parameter selections: none: all kinds of all APIs.
    /// - Returns: the objects, and what was missing.
    /// - Throws: `Failure` for a kind that is none of a generated API, or what the server said.
    func find(_ selections: [ObjectWords.Selection]) async throws -> Found {
        guard !selections.isEmpty else { return try await everything() }
        var found = Found()
        for selection in selections {
            let kind = try await context.kind(selection.kind, schemas: true)
            guard kind.category != .unknown else {
                throw Failure(
                    .mistake, "\(kind.type.plural) are no kind of a generated API",
                    hints: ["get and describe show them all the same"])
            }
            if selection.names.isEmpty {
                try await list([kind], into: &found)
            } else {
                try await get(kind, selection.names, into: &found)
            }
        }
        return found
    }

    private func everything() async throws -> Found {
        let apis = try await context.access.catalog(of: nil, .cached).groups
        let kinds = apis.flatMap(\.kinds).filter {
            $0.category != .unknown && $0.type.supports("list")
        }
        guard !kinds.isEmpty else {
            throw Failure(
                .notFound, "the cluster offers no generated API",
                steps: [NextStep(["init"], "tells what it looked for")])
        }
        var found = Found()
        try await list(kinds, into: &found)
        return found
    }

    private func list(_ kinds: [CatalogKind], into found: inout Found) async throws {
        let lists = try await KindLists(
            of: kinds, client, namespace, ListOptions(labelSelector: selector))
        found.gaps += lists.gaps.map(\.text)
        for kind in kinds {
            found.subjects += lists.objects(of: kind).map { .init(kind: kind, object: $0) }
            if selector == nil { found.lists[kind.type] = lists.objects(of: kind) }
        }
    }

    private func get(
        _ kind: CatalogKind, _ names: [String], into found: inout Found
    ) async throws {
        let answers = await ObjectFetch(client: client, kind: kind, namespace: namespace)
            .objects(names)
        for (name, answer) in zip(names, answers) {
            switch answer {
            case .success(let object): found.subjects.append(.init(kind: kind, object: object))
            case .failure(let error):
                if error.isNotFound {
                    found.missing.append(
                        Diagnosis(
                            missing: name, of: kind, namespace: namespace, because: error.message))
                }
                try found.failures.add(error, world: context.world)
            }
        }
    }
}

/// Gets objects by their names, side by side, the answers in the order of the names.
struct ObjectFetch: Sendable {
    let client: KubernetesClient
    let kind: CatalogKind
    let namespace: String?

    func objects(_ names: [String]) async -> [Result<KubernetesObject, KubernetesError>] {
        let tasks = names.map { name in
            Task { () -> Result<KubernetesObject, KubernetesError> in
                do throws(KubernetesError) {
                    return .success(
                        try await client.get(kind.type, namespace: namespace, name: name))
                } catch {
                    return .failure(error)
                }
            }
        }
        var results: [Result<KubernetesObject, KubernetesError>] = []
        for task in tasks { results.append(await task.joined) }
        return results
    }
}
