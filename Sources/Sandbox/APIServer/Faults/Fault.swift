package import Documents
import HTTP

/// One scripted misbehaviour: which requests it meets, what happens, how often.
package struct Fault: Sendable, Hashable {
    package enum Effect: Sendable, Hashable {
        /// The answer comes later; a write is committed after the delay.
        case delay(Duration)
        /// A write is committed at once, the answer comes later.
        case delayAnswer(Duration)
        /// The connection breaks before anything is done.
        case dropBefore
        /// Everything is done, then the connection breaks.
        case dropAfter
        /// The connection breaks now, and the write is committed later all the same.
        case commitLate(Duration)
        /// An error is answered and nothing is done.
        case refuse(code: Int, retryAfter: Int?)
        /// Everything is done, and an error is answered.
        case refuseAfter(code: Int)
        /// Only this many bytes of the body come, then the connection breaks.
        case truncate(bytes: Int)
        /// The body comes in pieces of this size, with a pause before each.
        case drip(bytes: Int, pause: Duration)
        /// A watch breaks after so many events.
        case cutWatch(events: Int)
    }

    /// The method, in capitals; nil: any.
    package var method: String?
    /// A beginning of the path; nil: any.
    package var path: String?
    /// The plural of the resource; nil: any.
    package var resource: String?
    /// A name; nil: any.
    package var name: String?
    package var effect: Effect
    /// How many matching requests go unharmed first.
    package var skip: Int
    /// How many requests it meets after those; nil: all.
    package var count: Int?

    package init(
        _ effect: Effect, method: String? = nil, path: String? = nil, resource: String? = nil,
        name: String? = nil, skip: Int = 0, count: Int? = 1
    ) {
        self.effect = effect
        self.method = method
        self.path = path
        self.resource = resource
        self.name = name
        self.skip = skip
        self.count = count
    }

    func matches(_ call: Call, _ route: Route?) -> Bool {
        if let method, method != call.method.rawValue { return false }
        if let path, !call.path.hasPrefix(path) { return false }
        if let resource, route?.plural != resource { return false }
        if let name, route?.name != name { return false }
        return true
    }
}

extension Fault {
    /// Reads the form that goes over the wire: see `json`.
    ///
    /// - Returns: nil for an unknown effect.
    package init?(json: JSONValue) {
        func count(_ name: String) -> Int? {
            json[name]?.integerValue.flatMap { Int(exactly: $0) }
        }
        let span = Duration.milliseconds(count("milliseconds") ?? 0)
        let effect: Effect
        switch json["effect"]?.stringValue {
        case "delay": effect = .delay(span)
        case "delay-answer": effect = .delayAnswer(span)
        case "drop-before": effect = .dropBefore
        case "drop-after": effect = .dropAfter
        case "commit-late": effect = .commitLate(span)
        case "refuse":
            effect = .refuse(code: count("code") ?? 500, retryAfter: count("retryAfter"))
        case "refuse-after": effect = .refuseAfter(code: count("code") ?? 504)
        case "truncate": effect = .truncate(bytes: count("bytes") ?? 0)
        case "drip": effect = .drip(bytes: max(1, count("bytes") ?? 1), pause: span)
        case "cut-watch": effect = .cutWatch(events: count("events") ?? 0)
        default: return nil
        }
        self.init(
            effect, method: json["method"]?.stringValue, path: json["path"]?.stringValue,
            resource: json["resource"]?.stringValue, name: json["name"]?.stringValue,
            skip: count("skip") ?? 0, count: json["count"] == "all" ? nil : count("count") ?? 1)
    }

    /// `{"effect":"refuse","code":503,"resource":"pets","count":2}`; count `"all"`: for ever.
    package var json: JSONValue {
        var json: JSONValue = [:]
        func set(_ name: String, _ value: Int?) {
            json[name] = value.map { .integer(Int64($0)) }
        }
        func span(_ name: String, _ duration: Duration) {
            json["effect"] = .string(name)
            let parts = duration.components
            set(
                "milliseconds",
                Int(parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000))
        }
        switch effect {
        case .delay(let duration): span("delay", duration)
        case .delayAnswer(let duration): span("delay-answer", duration)
        case .dropBefore: json["effect"] = "drop-before"
        case .dropAfter: json["effect"] = "drop-after"
        case .commitLate(let duration): span("commit-late", duration)
        case .refuse(let code, let retryAfter):
            json["effect"] = "refuse"
            set("code", code)
            set("retryAfter", retryAfter)
        case .refuseAfter(let code):
            json["effect"] = "refuse-after"
            set("code", code)
        case .truncate(let bytes):
            json["effect"] = "truncate"
            set("bytes", bytes)
        case .drip(let bytes, let pause):
            span("drip", pause)
            set("bytes", bytes)
        case .cutWatch(let events):
            json["effect"] = "cut-watch"
            set("events", events)
        }
        json["method"] = method.map { .string($0) }
        json["path"] = path.map { .string($0) }
        json["resource"] = resource.map { .string($0) }
        json["name"] = name.map { .string($0) }
        if skip > 0 { set("skip", skip) }
        if let count { set("count", count) } else { json["count"] = "all" }
        return json
    }
}

extension ClusterState {
    /// The first fault that this request meets; counted down.
    mutating func takeFault(_ call: Call, _ route: Route?) -> Fault? {
        for index in faults.indices where faults[index].matches(call, route) {
            if faults[index].skip > 0 {
                faults[index].skip -= 1
                continue
            }
            let fault = faults[index]
            if let count = fault.count {
                faults[index].count = count - 1
                if count <= 1 { faults.remove(at: index) }
            }
            return fault
        }
        return nil
    }
}
