import Catalog
import Diagnostics
import Documents
import KubernetesClient
import KubernetesCore

/// All objects of some APIs, as far as their state goes.
struct Survey: Sendable {
    struct Member: Sendable {
        var api: String
        var kind: CatalogKind
        /// Whole for aggregates and bundles; of others what names them, for there may be many.
        var object: KubernetesObject
        var state: ResourceState
        /// Whether its operator has not read it for too long.
        var isStale: Bool

        /// - Parameters:
        ///   - object: as read.
        ///   - kind: of the object.
        ///   - api: the group.
        ///   - now: the server's time; nil: what is old is not asked.
        init(_ object: KubernetesObject, _ kind: CatalogKind, api: String, now: Timestamp? = nil) {
            isStale = now.map { Evidence(object, kind: kind, now: $0).isStale } ?? false
            self.api = api
            self.kind = kind
            state = kind.state(of: object)
            let isSummary = kind.category == .aggregate || kind.category == .bundle
            self.object =
                isSummary
                ? object
                : KubernetesObject(kind.type, namespace: object.namespace, name: object.name)
        }
    }

    typealias Answer = Result<[Member], KubernetesError>

    var members: [Member] = []
    /// Aggregates and bundles.
    var summaries: [Member] = []
    var apis: [GeneratedAPI]
    /// Kinds that could not be listed, with the reason.
    var gaps: [(kind: CatalogKind, error: KubernetesError)] = []

    /// The kinds that a survey looks at, each with its API's group.
    static func kinds(of apis: [GeneratedAPI]) -> [(api: String, kind: CatalogKind)] {
        apis.flatMap { api in
            api.kinds.filter { $0.type.supports("list") }.map { (api.group, $0) }
        }
    }

    /// From what is known of the kinds already.
    ///
    /// - Parameters:
    ///   - apis: that it is about.
    ///   - answers: one for each of `kinds(of:)`; nil where there is none yet.
    /// - Throws: `KubernetesError` where nothing at all could be read: then the reason is the
    ///   answer.
    init(of apis: [GeneratedAPI], answers: [Answer?]) throws(KubernetesError) {
        self.apis = apis
        let kinds = Self.kinds(of: apis)
        for ((_, kind), answer) in zip(kinds, answers) {
            switch answer {
            case .success(let found): add(found, kind)
            case .failure(let error): gaps.append((kind, error))
            case nil: break
            }
        }
        if let gap = gaps.first, gaps.count == kinds.count { throw gap.error }
    }

    /// Asks the server for everything; kinds are asked side by side.
    init(
        of apis: [GeneratedAPI], namespace: String?, client: KubernetesClient, clock: WallClock
    ) async throws {
        let kinds = Self.kinds(of: apis).map(\.kind)
        let groups = Dictionary(
            Self.kinds(of: apis).map { ($0.kind.type, $0.api) }, uniquingKeysWith: { one, _ in one }
        )
        let lists = try await KindLists(of: kinds, client, namespace) { object, kind in
            Member(
                object, kind, api: groups[kind.type] ?? "",
                now: client.estimatedServerTime ?? clock.now())
        }
        let answers = kinds.map { kind -> Answer in
            let gap = lists.gaps.first { $0.kind.type == kind.type }
            return gap.map { .failure($0.error) } ?? .success(lists.objects(of: kind))
        }
        try self.init(of: apis, answers: answers)
    }

    private mutating func add(_ found: [Member], _ kind: CatalogKind) {
        switch kind.category {
        case .aggregate: summaries += found
        case .bundle:
            summaries += found
            members += found
        case .resource, .query, .action: members += found
        case .unknown: break
        }
    }
}
