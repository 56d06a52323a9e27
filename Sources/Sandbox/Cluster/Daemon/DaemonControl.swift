import Documents
import HTTP
package import SandboxPetstoreService
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

/// What `sandbox fault` asks for, on its way to the daemon.
package struct FaultOrder: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// Every call is answered with 500.
        case fail
        /// Every answer comes that much later.
        case latency(milliseconds: Int64)
        /// `pet/123:status=sold`
        case drift(String)
        /// Connections are refused.
        case down
        /// Takes away what was done by the others.
        case clear
    }

    /// Which instance; nil: all.
    package var instance: Int?
    package var kind: Kind

    package init(instance: Int?, _ kind: Kind) {
        self.instance = instance
        self.kind = kind
    }

    init?(_ json: JSONValue) {
        instance = json["instance"]?.integerValue.flatMap { Int(exactly: $0) }
        switch json["kind"]?.stringValue {
        case "fail": kind = .fail
        case "latency": kind = .latency(milliseconds: json["milliseconds"]?.integerValue ?? 0)
        case "drift": kind = .drift(json["drift"]?.stringValue ?? "")
        case "down": kind = .down
        case "clear": kind = .clear
        default: return nil
        }
    }

    var json: JSONValue {
        var json: JSONValue = [:]
        if let instance { json["instance"] = .integer(Int64(instance)) }
        switch kind {
        case .fail: json["kind"] = "fail"
        case .latency(let milliseconds):
            json["kind"] = "latency"
            json["milliseconds"] = .integer(milliseconds)
        case .drift(let text):
            json["kind"] = "drift"
            json["drift"] = .string(text)
        case .down: json["kind"] = "down"
        case .clear: json["kind"] = "clear"
        }
        return json
    }

    /// Puts the replicas out of order, or in order again.
    ///
    /// - Returns: what is wrong with the order, nil when it was carried out.
    package func apply(to fleet: PetstoreFleet) async -> String? {
        if let instance, !fleet.instances.indices.contains(instance) {
            return "there is no instance \(instance), only 0 to \(fleet.instances.count - 1)"
        }
        let fault: ServiceFault
        switch kind {
        case .fail: fault = .fail()
        case .latency(let milliseconds): fault = .latency(.milliseconds(milliseconds))
        case .down: fault = .down
        case .drift(let text):
            guard let drift = ObjectDrift(text) else {
                return "\(text) is no drift of a pet, order or user, like pet/123:status=sold"
            }
            fault = .drift(drift)
        case .clear:
            for number in instance.map({ [$0] }) ?? Array(fleet.instances.indices) {
                await fleet.recover(number)
                for fault in Cast.faults { await fleet.instances[number].suffer(fault) }
            }
            return nil
        }
        for number in instance.map({ [$0] }) ?? Array(fleet.instances.indices) {
            await fleet.instances[number].suffer(fault)
        }
        return nil
    }
}
