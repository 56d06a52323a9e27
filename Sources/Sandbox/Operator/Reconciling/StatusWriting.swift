import Documents
import KubernetesCore

extension JSONValue {
    /// Sets state and message, and the conditions that follow from them.
    ///
    /// Ready follows the good states, Stalled the state Failed or another reason to be stuck; a
    /// condition's time moves only when its status does.
    mutating func setState(
        _ state: String, _ message: String, at now: Timestamp, stalled: String? = nil
    ) {
        self["state"] = .string(state)
        self["message"] = .string(message)
        let isReady = Self.goodStates.contains(state)
        setConditions(
            [
                Condition("Ready", isReady, reason: state, message: message),
                Condition(
                    "Stalled", state == "Failed" || stalled != nil, reason: stalled ?? state,
                    message: message),
            ], at: now)
    }

    private static let goodStates: Set<String> = [
        "Synced", "Observed", "Queried", "Completed", "Healthy",
    ]

    struct Condition {
        var type: String
        var status: Bool
        var reason: String
        var message: String

        init(_ type: String, _ status: Bool, reason: String, message: String) {
            self.type = type
            self.status = status
            self.reason = reason
            self.message = message
        }
    }

    /// Sets conditions by type and keeps those of other types.
    mutating func setConditions(_ conditions: [Condition], at now: Timestamp) {
        var list = self["conditions"]?.arrayValue ?? []
        for condition in conditions {
            let index = list.firstIndex { $0["type"]?.stringValue == condition.type }
            let status = condition.status ? "True" : "False"
            var entry = index.map { list[$0] } ?? ["type": .string(condition.type)]
            if entry["status"]?.stringValue != status {
                entry["lastTransitionTime"] = .string(now.rfc3339)
            }
            entry["status"] = .string(status)
            entry["reason"] = .string(condition.reason)
            entry["message"] = .string(condition.message)
            if let index { list[index] = entry } else { list.append(entry) }
        }
        self["conditions"] = .array(list)
    }

    /// An endpoint's answer as `status.response` and its like hold it.
    static func endpointResponse(
        _ answer: RESTAnswer, data: JSONValue?, at now: Timestamp, timeField: String,
        withCode: Bool = true, error: String? = nil
    ) -> JSONValue {
        let failure = error ?? (answer.isSuccess ? nil : answer.errorText)
        var value: JSONValue = ["success": .bool(failure == nil)]
        if withCode, let status = answer.status { value["statusCode"] = .integer(Int64(status)) }
        if let data { value["data"] = data }
        if let failure { value["error"] = .string(failure) }
        value[timeField] = .string(now.rfc3339)
        return value
    }

    /// A count of the status, one higher.
    mutating func increase(_ member: String) {
        self[member] = .integer((self[member]?.integerValue ?? 0) + 1)
    }

    /// A member that holds text, as text; nil when it is absent or empty.
    func text(_ member: String) -> String? {
        self[member]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A member that holds an instant.
    func time(_ member: String) -> Timestamp? {
        self[member]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
    }

    func isTrue(_ member: String) -> Bool { self[member]?.boolValue ?? false }
}
