// PetstoreService: the petstore's REST API (OpenAPI 3, base path /api/v3) as a few replicas, each
// with its own data, that can be told to fail, to be slow, to drift or to be gone. It must never
// know Kubernetes: to it the operator is a client like any other.

package import Documents
package import HTTP
import Synchronization

/// One replica of the petstore: its data, its faults, and the answers it gives.
package actor PetstoreInstance {
    /// Where the API begins below the host.
    package static let basePath = "/api/v3"

    package nonisolated let number: Int
    private var store: PetstoreStore
    private var faults = InstanceFaults()
    /// `faults.isDown`, for those who cannot wait for an answer.
    private nonisolated let downness = Atomic(false)
    private let sleep: @Sendable (Duration) async -> Void
    private var replicate: (@Sendable (StoreChange) async -> Void)?
    /// Every call that was answered, in order, as `GET /pet/123`; for tests.
    package private(set) var calls: [String] = []
    private static let rememberedCalls = 1_000

    /// A replica that holds these data.
    ///
    /// - Parameters:
    ///   - number: its ordinal among the replicas; also decides which ids it assigns.
    ///   - store: what it holds at first.
    ///   - sleep: how it waits when it is told to be slow.
    package init(
        number: Int, store: PetstoreStore = PetstoreStore(),
        sleep: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.number = number
        self.store = store
        self.store.nextID = Int64(1_000 * (number + 1))
        self.sleep = sleep
    }

    /// Answers one call as the API does.
    package func handle(_ request: HTTPRequest) async -> HTTPResponse {
        if let latency = faults.latency { await sleep(latency) }
        let target = RequestTarget(request.url)
        remember("\(request.method.rawValue) \(target.pathBelow(Self.basePath) ?? target.path)")
        if let failure = faults.failure { return failure.response }
        guard let segments = target.segments(below: Self.basePath) else {
            return .text(404, "Not found: the API lives below \(Self.basePath)")
        }
        let operation: PetstoreOperation
        switch PetstoreOperation.find(request.method, segments) {
        case .success(let found): operation = found
        case .failure(let problem): return problem.response
        }
        if let object = operation.object, let failure = faults.failingObjects[object] {
            return failure.response
        }
        do throws(PetstoreProblem) {
            let answer = try store.perform(
                operation, query: target.query, body: request.body ?? [])
            var shown: JSONValue?
            for change in answer.changes {
                let settled = settle(change)
                if change == answer.changes.first { shown = settled }
                await replicate?(change)
            }
            return shown.map { answer.response(showing: $0) } ?? answer.response
        } catch {
            return error.response
        }
    }

    private func remember(_ call: String) {
        if calls.count >= Self.rememberedCalls { calls.removeFirst(Self.rememberedCalls / 2) }
        calls.append(call)
    }

    /// Stores a change, then lets the drifts that persist have their way with it.
    private func settle(_ change: StoreChange) -> JSONValue? {
        store.apply(change)
        guard faults.drifts.contains(where: { $0.persists && $0.object == change.object }) else {
            return nil
        }
        for drift in faults.drifts where drift.persists && drift.object == change.object {
            store.edit(drift.object, drift.field, drift.value)
        }
        return store.object(change.object)
    }

    /// Takes over what another replica stored, unless this one is out of order.
    package func receive(_ change: StoreChange) {
        guard faults.failure == nil, !faults.isDown else { return }
        _ = settle(change)
    }

    /// Says whom to tell about each change.
    package func onChange(_ tell: @escaping @Sendable (StoreChange) async -> Void) {
        replicate = tell
    }

    /// Puts this replica out of order, in addition to what was wrong with it before.
    package func suffer(_ fault: ServiceFault) {
        faults.add(fault)
        if case .drift(let drift) = fault { store.edit(drift.object, drift.field, drift.value) }
        downness.store(faults.isDown, ordering: .releasing)
    }

    /// Ends all faults; what a drift has changed stays changed.
    package func recover() {
        faults = InstanceFaults()
        downness.store(faults.isDown, ordering: .releasing)
    }

    /// What this replica holds, unless it is out of order.
    var healthyStore: PetstoreStore? {
        faults.failure == nil && !faults.isDown ? store : nil
    }

    /// Takes over what another replica holds.
    func catchUp(with other: PetstoreStore) {
        let nextID = store.nextID
        store = other
        store.nextID = nextID
    }

    /// What is wrong with this replica now.
    package var troubles: [ServiceFault] { faults.list }

    /// Whether this replica refuses connections.
    package nonisolated var isDown: Bool { downness.load(ordering: .acquiring) }

    /// The object of that kind and key as this replica holds it, for tests and for seeding.
    package func object(_ object: ObjectName) -> JSONValue? { store.object(object) }

    /// Forgets all faults and starts again from these data.
    package func reset(to store: PetstoreStore) {
        let nextID = Int64(1_000 * (number + 1))
        self.store = store
        self.store.nextID = nextID
        recover()
    }
}
