import Documents
import KubernetesCore

/// Whether a query or an action is to run now: a pure decision of the generated state machine.
enum Occasion: Sendable, Hashable {
    case run
    /// Only the state Paused is to be written.
    case pause
    case wait(Verdict)

    /// Decides for one object.
    ///
    /// - Parameters:
    ///   - object: the query or action.
    ///   - good: the state after a success.
    ///   - interval: how often to run; nil, zero or less: once.
    ///   - now: the present.
    /// - Returns: what is to be done.
    static func of(
        _ object: KubernetesObject, good: String, interval: Duration?, at now: Timestamp
    ) -> Occasion {
        let state = object.status.text("state") ?? "Pending"
        if object.spec.isTrue("paused") {
            return state == "Paused" ? .wait(.settled) : .pause
        }
        if state == "Pending" { return .run }
        // There is no way out of Paused and Executing but to clear the status.
        guard state == good || state == "Failed" else { return .wait(.settled) }
        if object.generation != object.status["observedGeneration"]?.integerValue { return .run }
        guard let interval, interval > .zero else { return .wait(.settled) }
        guard let last = object.status.time("lastExecutionTime") else { return .run }
        let left = interval - (now - last)
        return left <= .zero ? .run : .wait(.again(after: left))
    }
}

extension KindContext {
    /// When an object that ran just now runs again.
    func rest(_ interval: Duration?) -> Verdict {
        guard let interval, interval > .zero else { return .settled }
        return .again(after: interval)
    }

    /// Notes an execution in the status of a query or an action.
    func noteExecution(_ status: inout JSONValue, _ object: KubernetesObject, _ every: Duration?) {
        status["observedGeneration"] = object.generation.map(JSONValue.integer)
        status["lastExecutionTime"] = .string(now.rfc3339)
        if let every, every > .zero {
            status["nextExecutionTime"] = .string((now + every).rfc3339)
        } else {
            status["nextExecutionTime"] = nil
        }
    }

    /// Writes Failed for an object that cannot be run at all.
    func reject(
        _ object: KubernetesObject, _ message: String
    ) async throws(KubernetesError) -> Verdict {
        guard object.status.text("message") != message else { return .settled }
        var status = object.status
        status["observedGeneration"] = object.generation.map(JSONValue.integer)
        status.setState("Failed", message, at: now)
        _ = try await replaceStatus(of: object, status)
        return .settled
    }
}
