import Catalog
import KubernetesClient
import KubernetesCore

/// What is kept of the objects of some kinds, of one list each, side by side.
struct KindLists<Kept: Sendable>: Sendable {
    struct Gap: Sendable {
        var kind: CatalogKind
        var error: KubernetesError

        var text: String {
            "\(kind.type.plural): left out, because they cannot be listed: \(error.message)"
        }
    }

    private var lists: [ResourceType: [Kept]] = [:]
    private(set) var gaps: [Gap] = []

    /// - Parameters:
    ///   - kinds: to list.
    ///   - client: asks.
    ///   - namespace: nil: all of them.
    ///   - options: for each list.
    ///   - keep: what of an object; nothing else of it stays in memory.
    /// - Throws: where nothing at all could be listed, the reason.
    init(
        of kinds: [CatalogKind], _ client: KubernetesClient, _ namespace: String?,
        _ options: ListOptions = ListOptions(),
        keep: @escaping @Sendable (KubernetesObject, CatalogKind) -> Kept
    ) async throws {
        typealias Answer = Result<[Kept], KubernetesError>
        let answers = await withTaskGroup(of: (Int, Answer).self) { group in
            for (index, kind) in kinds.enumerated() {
                group.addTask {
                    do throws(KubernetesError) {
                        // First the call, then the tuple: see Discovery.
                        let list = try await client.gather(
                            kind.type, namespace: namespace, options: options
                        ) { keep($0, kind) }
                        return (index, .success(list))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            var answers: [Int: Answer] = [:]
            for await (index, answer) in group { answers[index] = answer }
            return answers
        }
        try Task.checkCancellation()
        for (index, kind) in kinds.enumerated() {
            switch answers[index] {
            case .success(let list): lists[kind.type] = list
            case .failure(let error): gaps.append(Gap(kind: kind, error: error))
            case nil: break
            }
        }
        if let gap = gaps.first, gaps.count == kinds.count { throw gap.error }
    }

    func objects(of kind: CatalogKind) -> [Kept] { lists[kind.type] ?? [] }
}

extension KindLists where Kept == KubernetesObject {
    /// The whole objects.
    init(
        of kinds: [CatalogKind], _ client: KubernetesClient, _ namespace: String?,
        _ options: ListOptions = ListOptions()
    ) async throws {
        try await self.init(of: kinds, client, namespace, options) { object, _ in object }
    }
}
