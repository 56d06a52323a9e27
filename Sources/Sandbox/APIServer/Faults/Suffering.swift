import Documents
import HTTP
import KubernetesCore
import Synchronization

extension APIServer {
    /// The faults that are still to come.
    package var faults: [Fault] {
        get { state.withLock { $0.faults } }
        set { state.withLock { $0.faults = newValue } }
    }

    /// Serves a request with a fault.
    func suffer(_ fault: Fault, _ call: Call, _ route: Route?) async -> Outcome {
        switch fault.effect {
        case .delay(let span):
            let wait = Self.timeout(of: call).map { min($0, span) } ?? span
            guard (try? await Task.sleep(for: wait)) != nil else { return .dropped }
            if wait < span { return .answer(scripted(504, nil, call, route)) }
            return .answer(await answer(call, route))
        case .delayAnswer(let span):
            let response = await answer(call, route)
            guard (try? await Task.sleep(for: span)) != nil else { return .dropped }
            return .answer(response)
        case .dropBefore: return .dropped
        case .dropAfter:
            _ = await answer(call, route)
            return .dropped
        case .commitLate(let span):
            // What names a timeout is never executed after it.
            if let timeout = Self.timeout(of: call), timeout < span { return .dropped }
            Task {
                // A server that ends does what it has begun.
                try? await Task.sleep(for: span)
                _ = await self.answer(call, route)
            }
            return .dropped
        case .refuse(let code, let retryAfter):
            return .answer(scripted(code, retryAfter, call, route))
        case .refuseAfter(let code):
            _ = await answer(call, route)
            return .answer(scripted(code, nil, call, route))
        case .truncate, .drip, .cutWatch, .endWatch, .expireWatch:
            return .answer(reshaped(await answer(call, route), fault.effect))
        }
    }

    private static func timeout(of call: Call) -> Duration? {
        call["timeout"].flatMap { try? GoDuration.parse($0) }
    }

    private func reshaped(_ response: HTTPResponse, _ effect: Fault.Effect) -> HTTPResponse {
        if effect.isForWatches, response.status != 200 { return response }
        let shape: FaultyBody.Shape
        switch effect {
        case .truncate(let bytes): shape = .truncated(bytes)
        case .drip(let bytes, let pause): shape = .dripping(bytes, pause)
        case .cutWatch(let events): shape = .chunks(events, last: nil, breaks: true)
        case .endWatch(let events): shape = .chunks(events, last: nil, breaks: false)
        case .expireWatch(let events):
            let failure = ScriptedFailure.failure(410, verb: .watch, resource: nil, name: "")
            let event: JSONValue = ["type": "ERROR", "object": failure.json]
            let line = event.bytes(.compact) + [UInt8(ascii: "\n")]
            shape = .chunks(events, last: line, breaks: false)
        default: return response
        }
        return FaultyBody.reshape(response, shape)
    }

    private func scripted(
        _ code: Int, _ retryAfter: Int?, _ call: Call, _ route: Route?
    ) -> HTTPResponse {
        let resource = route.flatMap { route in
            state.withLock {
                $0.registry.resource(groupVersion: route.groupVersion, plural: route.plural)
            }
        }
        let verb = route.flatMap { RequestVerb.of(call, $0) }
        return Answer.failure(
            ScriptedFailure.failure(
                code, retryAfter: retryAfter, verb: verb, resource: resource,
                name: Fault.name(call, route, verb) ?? ""))
    }
}
