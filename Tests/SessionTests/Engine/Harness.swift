import Catalog
import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import SessionKit
import TestCluster
import Testing

@testable import Session

/// A cluster in memory with one Pet that others own, a clock, and ways to reach them.
struct Harness: Sendable {
    let clock = SimulatedClock()
    let server: APIServer
    let admin: KubernetesClient

    static let pets = ResourceType(
        group: "petstore.example.com", version: "v1alpha1", plural: "pets", kind: "Pet",
        shortNames: ["pe"], subresources: ["status"])
    static let definitions = ResourceType(
        group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions",
        kind: "CustomResourceDefinition", isNamespaced: false)

    init() async throws {
        let clock = clock
        var settings = APIServer.Settings(clock: { clock.now }, seed: 7)
        settings.bookmarkInterval = .seconds(3600)
        server = APIServer(settings)
        admin = Self.client(InProcessTransport(server), clock)
        _ = try await admin.create(
            KubernetesObject(PetDefinition.json), Self.definitions, namespace: nil,
            options: WriteOptions())
        try await makePet()
    }

    static func client(_ transport: any Transport, _ clock: SimulatedClock) -> KubernetesClient {
        var policy = CallPolicy()
        policy.sleep = { clock.advance($0) }
        policy.jitter = { 0.5 }
        let start = clock.now
        let instant = ContinuousClock.now
        policy.now = { instant + (clock.now - start) }
        return KubernetesClient(
            connection: ClusterConnection(server: "https://sandbox"), transport: transport,
            policy: policy)
    }

    /// A pet that GitOps applied and somebody labelled.
    func makePet(_ name: String = "fluffy") async throws {
        let applied: JSONValue = [
            "apiVersion": "petstore.example.com/v1alpha1", "kind": "Pet",
            "metadata": [
                "name": .string(name), "namespace": "default", "labels": ["app": "petstore"],
            ],
            "spec": [
                "name": "Fluffy", "photoUrls": ["http://x/?a=1&b=<2>"], "status": "available",
                "id": 123,
            ],
        ]
        _ = try await admin.patch(
            .apply(applied, fieldManager: "gitops", force: false), Self.pets,
            namespace: "default", name: name, options: WriteOptions())
        try await edit(["spec": ["category": ["name": "Dogs"]]], name: name, by: "kubectl-edit")
    }

    /// Somebody else's merge patch.
    func edit(
        _ patch: JSONValue, name: String = "fluffy", by manager: String = "kubectl-edit",
        subresource: String? = nil
    ) async throws {
        _ = try await admin.patch(
            .merge(patch), Self.pets, namespace: "default", name: name, subresource: subresource,
            options: WriteOptions(fieldManager: manager))
    }

    func pet(_ name: String = "fluffy") async throws -> KubernetesObject {
        try await admin.get(Self.pets, namespace: "default", name: name)
    }

    /// What must be as before: everything but versions, times, and the order of the bookkeeping.
    func essence(_ name: String = "fluffy") async throws -> JSONValue {
        Self.essence(of: try await pet(name))
    }

    static func essence(of object: KubernetesObject) -> JSONValue {
        var json = object.json
        var metadata = json["metadata"] ?? [:]
        metadata["resourceVersion"] = .none
        metadata["generation"] = .none
        let fields = metadata["managedFields"]?.arrayValue ?? []
        metadata["managedFields"] = .array(
            fields.map { entry in
                var entry = entry
                entry["time"] = .none
                return entry
            }.sorted { $0.text(.goText) < $1.text(.goText) })
        json["metadata"] = metadata
        return json
    }

    func environment(_ id: String = "s1") -> SessionEnvironment {
        SessionEnvironment(clock: clock.session, makeID: { id }, user: "anna")
    }

    func session(
        _ id: String = "s1", disk: any JournalDisk = FaultyDisk(),
        transport: (any Transport)? = nil
    ) -> Session {
        Session.begin(
            in: JournalStore(disk: disk), cluster: Self.cluster,
            client: Self.client(transport ?? InProcessTransport(server), clock),
            environment: environment(id))
    }

    func session(
        _ id: String = "s1", store: JournalStore, transport: (any Transport)? = nil
    ) -> Session {
        Session.begin(
            in: store, cluster: Self.cluster,
            client: Self.client(transport ?? InProcessTransport(server), clock),
            environment: environment(id))
    }

    func resume(_ id: String = "s1", in store: JournalStore) throws -> Session {
        try Session.resume(
            id, in: store, cluster: Self.cluster,
            client: Self.client(InProcessTransport(server), clock), environment: environment(id))
    }

    /// What any other machine finds in the cluster.
    func search(
        selectors: [String] = [SessionSearch.ours], category: Category = .query,
        transport: (any Transport)? = nil
    ) async -> SearchResult {
        let client = Self.client(transport ?? InProcessTransport(server), clock)
        return await SessionSearch(client: client, clock: clock.session).run(
            kinds: [ChangeTarget(type: Self.pets, category: category)], namespace: "default",
            selectors: selectors)
    }

    /// What another machine, with its own empty disk, makes of it.
    func sweep(_ found: SearchResult, _ rule: SweepRule) async -> UndoReport {
        let work = SweepWork(
            store: .inMemory(), cluster: Self.cluster,
            client: Self.client(InProcessTransport(server), clock),
            environment: environment("sweeper"))
        return await work.run(Sweep.plan(found, by: rule), of: found)
    }

    func recover(
        _ id: String = "s1", disk: any JournalDisk, transport: (any Transport)? = nil
    ) throws -> Session {
        try Session.resume(
            id, in: JournalStore(disk: disk), cluster: Self.cluster,
            client: Self.client(transport ?? InProcessTransport(server), clock),
            environment: environment(id))
    }

    static let cluster = ClusterIdentity(uid: "cluster-1", server: "https://sandbox")

    static func request(
        _ edits: [Edit], name: String = "fluffy", category: Category = .resource,
        rules: FieldRules = FieldRules(), lifetime: Duration? = nil, isTemporary: Bool = true,
        acceptsPermanent: Bool = false
    ) -> ChangeRequest {
        ChangeRequest(
            target: ChangeTarget(type: pets, category: category, rules: rules),
            namespace: "default", name: name, edits: edits, reason: "a test", ticket: "T-1",
            lifetime: lifetime, isTemporary: isTemporary, acceptsPermanent: acceptsPermanent)
    }
}
