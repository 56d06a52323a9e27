import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import Sandbox
import SandboxOperator
import SandboxPetstoreService
import Synchronization
import Testing

/// A clock that moves when a test says so.
final class VirtualClock: Sendable {
    private struct State {
        var now = Timestamp(seconds: 1_700_000_000)
        var sleepers: [Int: (due: Timestamp, wake: CheckedContinuation<Void, any Error>)] = [:]
        var next = 0
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func now() -> Timestamp { state.withLock { $0.now } }

    func sleep(_ span: Duration) async throws {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let watchers = state.withLock { state in
                    state.sleepers[number] = (state.now + span, continuation)
                    defer { state.watchers = [] }
                    return state.watchers
                }
                for watcher in watchers { watcher.resume() }
                if Task.isCancelled { wake(number) }
            }
        } onCancel: {
            wake(number)
        }
    }

    private func wake(_ number: Int) {
        state.withLock { $0.sleepers.removeValue(forKey: number) }?.wake
            .resume(throwing: CancellationError())
    }

    /// Waits until somebody sleeps until exactly that much from now.
    func waitForSleeper(_ span: Duration) async {
        while true {
            let isThere = state.withLock { state in
                state.sleepers.values.contains { $0.due == state.now + span }
            }
            if isThere { return }
            await withCheckedContinuation { continuation in
                state.withLock { state in
                    if state.sleepers.values.contains(where: { $0.due == state.now + span }) {
                        continuation.resume()
                    } else {
                        state.watchers.append(continuation)
                    }
                }
            }
        }
    }

    func advance(_ span: Duration) {
        let due = state.withLock { state in
            state.now += span
            let due = state.sleepers.filter { $0.value.due <= state.now }
            for number in due.keys { state.sleepers[number] = nil }
            return due.values.map(\.wake)
        }
        for sleeper in due { sleeper.resume() }
    }
}

/// A sandbox without its cast, on a clock of the test's, and quick ways to look at it.
struct OperatorStage {
    let clock = VirtualClock()
    let cluster: SandboxCluster
    let client: KubernetesClient
    private static let group = "petstore.example.com"

    init(
        store: PetstoreStore = PetstoreStore(), replicates: Bool = false,
        _ change: @escaping @Sendable (inout OperatorConfiguration) -> Void = { _ in }
    ) async throws {
        let clock = clock
        var options = SandboxOptions()
        options.seedsCast = false
        options.replicates = replicates
        options.clock = SandboxClock { clock.now() }
        options.configureOperator = { configuration in
            configuration.clock = OperatorClock(
                now: { clock.now() }, sleep: { try await clock.sleep($0) })
            configuration.passGap = .zero
            configuration.hotPassGap = .milliseconds(10)
            change(&configuration)
        }
        let (connection, transport) = try await SandboxCluster.inProcess(options)
        cluster = transport.cluster
        client = KubernetesClient(connection: connection, transport: transport)
        for instance in cluster.fleet.instances { await instance.reset(to: store) }
    }

    var service: PetstoreInstance { cluster.fleet.instances[0] }

    /// The calls that an instance answered, GETs left out unless asked for.
    func calls(_ instance: Int = 0, reads: Bool = false) async -> [String] {
        await cluster.fleet.instances[instance].calls.filter { reads || !$0.hasPrefix("GET") }
    }

    static func type(_ kind: String) -> ResourceType {
        let flat = kind.hasPrefix("Animal") || kind.hasPrefix("Shelter")
        let lower = kind.lowercased()
        return ResourceType(
            group: flat ? "shelter.example.org" : group, version: "v1alpha1",
            plural: lower.hasSuffix("y") ? lower.dropLast() + "ies" : lower + "s", kind: kind)
    }

    @discardableResult
    func create(
        _ kind: String, _ name: String, _ spec: JSONValue,
        annotations: [String: String] = [:], labels: [String: String] = [:]
    ) async throws -> KubernetesObject {
        let type = Self.type(kind)
        var object = KubernetesObject(type, namespace: "default", name: name, spec: spec)
        object.annotations = annotations
        object.labels = labels
        return try await client.create(object, type, namespace: "default")
    }

    @discardableResult
    func merge(
        _ kind: String, _ name: String, _ patch: JSONValue, subresource: String? = nil
    ) async throws -> KubernetesObject {
        try await client.patch(
            .merge(patch), Self.type(kind), namespace: "default", name: name,
            subresource: subresource)
    }

    func delete(_ kind: String, _ name: String) async throws {
        _ = try await client.delete(Self.type(kind), namespace: "default", name: name)
    }

    func get(_ kind: String, _ name: String) async throws -> KubernetesObject {
        try await client.get(Self.type(kind), namespace: "default", name: name)
    }

    /// Waits until an object satisfies a condition, by watching it.
    @discardableResult
    func until(
        _ kind: String, _ name: String, _ holds: (KubernetesObject) -> Bool
    ) async throws -> KubernetesObject {
        let updates = client.watch(
            Self.type(kind), namespace: "default",
            options: ListOptions(fieldSelector: "metadata.name=\(name)"))
        for try await update in updates {
            switch update {
            case .restarted(let list):
                if let found = list.items.first(where: holds) { return found }
            case .event(.added(let object)), .event(.modified(let object)):
                if holds(object) { return object }
            default: break
            }
        }
        throw CancellationError()
    }

    @discardableResult
    func until(
        _ kind: String, _ name: String, state: String
    ) async throws -> KubernetesObject {
        try await until(kind, name) { object in
            object.status["state"]?.stringValue == state
                && object.status["observedGeneration"]?.integerValue == object.generation
        }
    }

    /// Waits until an object is gone.
    func untilGone(_ kind: String, _ name: String) async throws {
        let updates = client.watch(
            Self.type(kind), namespace: "default",
            options: ListOptions(fieldSelector: "metadata.name=\(name)"))
        for try await update in updates {
            switch update {
            case .restarted(let list) where list.items.isEmpty: return
            case .event(.deleted): return
            default: break
            }
        }
    }

    /// Returns when all that is in line for a kind now has had its pass.
    ///
    /// There is one worker, and a newcomer is last in line; a second one comes after what was
    /// changed during the pass that ran when the first came.
    func settle(_ kind: String) async throws {
        for _ in 0..<2 { try await passSentinel(kind) }
    }

    private func passSentinel(_ kind: String) async throws {
        let name = "sentinel-\(UInt32.random(in: 0...UInt32.max))"
        switch kind {
        case "Pet", "Animal", "Order":
            try await create(kind, name, ["id": 999_999, "readOnly": true])
            try await until(kind, name, state: "NotFound")
        case "User":
            try await create(kind, name, ["username": "nobody", "readOnly": true])
            try await until(kind, name, state: "NotFound")
        case "PetFindbystatusQuery":
            try await create(kind, name, ["status": "sold"])
            try await until(kind, name, state: "Queried")
        default:
            try await create(kind, name, [:])
            try await until(kind, name) { $0.status["state"] != nil }
        }
    }
}
