import Catalog
import Documents
import KubernetesClient
import KubernetesCore

/// All objects of some APIs, as far as their state goes; kinds are asked side by side.
struct Survey: Sendable {
    struct Member: Sendable {
        var api: String
        var kind: CatalogKind
        var object: KubernetesObject
        var state: ResourceState
    }

    var members: [Member] = []
    /// Aggregates and bundles.
    var summaries: [Member] = []
    var apis: [GeneratedAPI]
    /// Kinds that could not be listed, with the reason.
    var gaps: [(kind: CatalogKind, error: KubernetesError)] = []

    init(
        of apis: [GeneratedAPI], namespace: String?, client: KubernetesClient
    ) async throws {
        self.apis = apis
        let kinds = apis.flatMap { api in
            api.kinds.filter { $0.type.supports("list") }.map { (api.group, $0) }
        }
        typealias Answer = Result<ObjectList, KubernetesError>
        let answers = await withTaskGroup(of: (Int, Answer).self) { group in
            for (index, (_, kind)) in kinds.enumerated() {
                group.addTask {
                    do throws(KubernetesError) {
                        // First the call, then the tuple: see Discovery.
                        let list = try await client.list(kind.type, namespace: namespace)
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
        for (index, (api, kind)) in kinds.enumerated() {
            switch answers[index] {
            case .success(let list): add(list, kind, api)
            case .failure(let error): gaps.append((kind, error))
            case nil: break
            }
        }
        // Where nothing at all could be read, the reason is the answer.
        if let gap = gaps.first, gaps.count == kinds.count { throw gap.error }
    }

    private mutating func add(_ list: ObjectList, _ kind: CatalogKind, _ api: String) {
        for object in list.items {
            let member = Member(
                api: api, kind: kind, object: object, state: kind.state(of: object))
            switch kind.category {
            case .aggregate: summaries.append(member)
            case .bundle:
                summaries.append(member)
                members.append(member)
            case .resource, .query, .action: members.append(member)
            case .unknown: break
            }
        }
    }
}
