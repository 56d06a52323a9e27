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
        let lists = try await KindLists(of: kinds.map(\.1), client, namespace)
        for (api, kind) in kinds { add(lists.objects(of: kind), kind, api) }
        gaps = lists.gaps.map { ($0.kind, $0.error) }
    }

    private mutating func add(_ objects: [KubernetesObject], _ kind: CatalogKind, _ api: String) {
        for object in objects {
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
