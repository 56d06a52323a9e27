import Documents
import HTTP
import SandboxPetstoreService
import Synchronization

/// The private side of a daemon: what commands tell it over its own port, by token.
final class DaemonControl: Sendable {
    enum Wish: Sendable {
        case stop, reset
    }

    static let path = "/sandbox/petstore/"
    static let tokenHeader = "X-Sandbox-Token"

    let wishes: AsyncStream<Wish>
    private let wish: AsyncStream<Wish>.Continuation
    let token: String
    private let state = Mutex(State())

    private struct State {
        /// How many clusters were put on stage, or failed to be.
        var epoch = 0
        var cluster: SandboxCluster?
        /// Why the last reset failed.
        var problem: String?
    }

    init(token: String) {
        self.token = token
        (wishes, wish) = AsyncStream.makeStream(of: Wish.self)
    }

    /// Says which cluster is on stage now.
    func present(_ current: SandboxCluster) {
        state.withLock { $0 = State(epoch: $0.epoch + 1, cluster: current) }
    }

    /// Says why there is no new cluster.
    func report(_ error: SandboxError) {
        state.withLock { state in
            state.epoch += 1
            state.problem = error.message
        }
    }

    /// Lets go of the cluster.
    func dismiss() { state.withLock { $0.cluster = nil } }

    /// Answers a request below the private path; nil: it is none of ours.
    func answer(_ request: HTTPRequest) async -> HTTPResponse? {
        guard let start = request.url.firstRange(of: Self.path) else { return nil }
        guard request.headers[Self.tokenHeader] == token else {
            return Self.reply(403, ["message": "this is not for you"])
        }
        let state = state.withLock { $0 }
        switch (request.method, String(request.url[start.upperBound...])) {
        case (.get, "state"): break
        case (.post, "stop"): wish.yield(.stop)
        case (.post, "reset"): wish.yield(.reset)
        case (.get, "faults"):
            guard let current = state.cluster else {
                return Self.reply(503, ["message": "not ready"])
            }
            var list: [JSONValue] = []
            for instance in current.fleet.instances {
                for fault in await instance.troubles where !Cast.faults.contains(fault) {
                    guard let order = FaultOrder(instance.number, fault) else { continue }
                    list.append(order.json)
                }
            }
            return Self.reply(200, ["faults": .array(list)])
        case (.post, "faults"):
            guard let current = state.cluster else {
                return Self.reply(503, ["message": "not ready"])
            }
            if let problem = await Self.apply(request.body ?? [], to: current.fleet) {
                return Self.reply(400, ["message": .string(problem)])
            }
        default: return Self.reply(404, ["message": "no such thing"])
        }
        var answer: JSONValue = ["epoch": .integer(Int64(state.epoch))]
        if let problem = state.problem { answer["problem"] = .string(problem) }
        return Self.reply(200, answer)
    }

    private static func reply(_ status: Int, _ body: JSONValue) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "application/json"],
            body: HTTPBody(body.bytes()))
    }

    /// Does what a fault request says; gives what is wrong with it.
    private static func apply(_ body: [UInt8], to fleet: PetstoreFleet) async -> String? {
        guard let json = try? JSONValue(parsing: body),
            let order = FaultOrder(json)
        else { return "no readable fault" }
        return await order.apply(to: fleet)
    }
}
