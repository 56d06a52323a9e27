import Documents
package import SandboxPetstoreService

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

    /// What is wrong with an instance; nil for what no order has made.
    init?(_ instance: Int, _ fault: ServiceFault) {
        self.instance = instance
        switch fault {
        case .fail: kind = .fail
        case .latency(let span):
            let (seconds, attoseconds) = span.components
            kind = .latency(
                milliseconds: seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        case .down: kind = .down
        case .drift, .failObject: return nil
        }
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
