import Documents
import HTTP
import KubernetesCore

/// The network between one process and the API server, with everything that goes wrong on it.
struct Wire: Transport {
    let world: World
    let life: Life

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        guard !life.isDead else { throw TransportError(.cannotConnect, "dead", sent: false) }
        let number = life.countRequest()
        let label = "\(life.name)#\(number)"
        let request = world.saboteur?.spoil(request) ?? request
        let call = Call(request)
        if call.isPetWrite { life.countWrite() }
        world.trace("\(label) → \(call.text) \(call.digest)")
        if life.step("send") { throw TransportError(.cannotConnect, "died", sent: false) }
        var dice = Dice(world.scenario.seed, label)
        let thereAndBack = (dice.number(1...14), dice.number(1...14))
        let mishap = await world.mishap(of: life, number, call)
        let intent = life.intent
        do {
            try await EventLoop.shared.sleep(.milliseconds(thereAndBack.0))
        } catch {
            // Who hangs up does not know what becomes of what was sent.
            if dice.chance(50) { world.deliverLater(call, life, intent, label, .milliseconds(5)) }
            throw TransportError(.cancelled, "cancelled", sent: true)
        }
        if life.step("sent") {
            _ = await world.deliver(call, life, intent, label)
            throw TransportError(.connectionLost, "died", sent: true)
        }
        let response = try await suffer(mishap, call, intent, label, &dice)
        do {
            try await EventLoop.shared.sleep(.milliseconds(thereAndBack.1))
        } catch {
            throw TransportError(.cancelled, "cancelled", sent: true)
        }
        if life.step("received") { throw TransportError(.connectionLost, "died", sent: true) }
        return response
    }

    private func suffer(
        _ mishap: Mishap?, _ call: Call, _ intent: Intent, _ label: String, _ dice: inout Dice
    ) async throws(TransportError) -> HTTPResponse {
        guard let mishap else { return await world.deliver(call, life, intent, label) }
        world.trace("\(label) ! \(mishap.name)")
        switch mishap {
        case .lostRequest: break
        case .lostAnswer: _ = await world.deliver(call, life, intent, label)
        case .late(let milliseconds):
            world.deliverLater(call, life, intent, label, .milliseconds(milliseconds))
        case .refused(let code): return world.answer(.refused(code))
        case .invalid: return world.answer(.invalid)
        case .admission: return world.answer(.admission)
        case .doneButAnswered(let code):
            _ = await world.deliver(call, life, intent, label)
            return world.answer(.refused(code))
        case .truncated:
            var response = await world.deliver(call, life, intent, label)
            response.body = Self.half(await World.bytes(of: response))
            return response
        case .silence:
            if dice.chance(50) { _ = await world.deliver(call, life, intent, label) }
            let limit = call.request.limits.total ?? .seconds(30)
            // An alarm or a cancelled task ends the wait early: an error either way.
            try? await EventLoop.shared.sleep(limit)
            throw TransportError(.timedOut, "no answer within \(limit)", sent: true)
        case .lie: return await world.deliver(call.asRead, life, intent, label)
        }
        throw TransportError(.connectionLost, "the connection broke", sent: true)
    }

    private static func half(_ bytes: [UInt8]) -> HTTPBody {
        let parts = Parts(Array(bytes.prefix(bytes.count / 2)))
        return HTTPBody(
            next: { () async throws(TransportError) in
                guard let part = parts.take() else {
                    throw TransportError(.connectionLost, "the body is cut short", sent: true)
                }
                return part
            }, cancel: {})
    }
}

/// One request as the simulation looks at it.
struct Call: Sendable {
    var request: HTTPRequest
    var path: String
    var query: String

    init(_ request: HTTPRequest) {
        self.request = request
        let target = request.url.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts.first ?? "")
        query = parts.count > 1 ? String(parts[1]) : ""
    }

    var isDryRun: Bool { query.contains("dryRun=") }
    private var isMaking: Bool { request.method == .post && path.hasSuffix("/pets") }
    private var isDeletion: Bool { request.method == .delete && path.contains("/pets/") }
    var isWrite: Bool { (request.method == .patch || isMaking || isDeletion) && !isDryRun }
    var isPetWrite: Bool { isWrite && (path.contains("/pets/") || isMaking) }
    /// The pet that it is about.
    var object: String? {
        if isMaking { return body?["metadata"]?["name"]?.stringValue }
        return path.contains("/pets/") ? path.split(separator: "/").last.map(String.init) : nil
    }

    var body: JSONValue? { request.body.flatMap { try? JSONValue(parsing: $0) } }

    /// The session whose Lease it writes or deletes.
    var leasedSession: String? {
        guard path.contains("/leases"), !isDryRun, request.method != .get else { return nil }
        let name =
            request.method == .post
            ? body?["metadata"]?["name"]?.stringValue
            : path.split(separator: "/").last.map(String.init)
        guard let name, name.hasPrefix("petstore-cli-") else { return nil }
        return String(name.dropFirst("petstore-cli-".count))
    }

    var operations: [JSONValue] { body?.arrayValue ?? [] }

    /// The record of ours that it takes away, as a pointer.
    var undoneRecord: String? {
        operations.lazy.filter { $0["op"] == "remove" }.compactMap { $0["path"]?.stringValue }
            .first { $0.contains("original-state.") }
    }

    var isUndo: Bool { undoneRecord != nil || isDeletion }

    var asRead: Call {
        var copy = self
        copy.request.method = .get
        copy.request.body = nil
        copy.request.url = String(request.url.prefix { $0 != "?" })
        copy.query = ""
        return copy
    }

    var digest: String {
        var hash = Fingerprint()
        hash.add(request.body ?? [])
        return String(hash.value, radix: 16)
    }

    var text: String {
        let short = path.split(separator: "/").suffix(2).joined(separator: "/")
        return "\(request.method.rawValue) \(short)\(query.isEmpty ? "" : "?" + query)"
    }
}
