import Documents
import HTTP

/// One scripted misbehaviour: which requests it meets, what happens, how often.
package struct Fault: Sendable, Hashable {
    package enum Effect: Sendable, Hashable {
        /// The request is done after a pause; one that names a shorter `timeout` is answered with
        /// 504 and not done.
        case delay(Duration)
        /// The request is done at once, the answer comes later.
        case delayAnswer(Duration)
        /// The connection is reset before anything is done.
        case dropBefore
        /// Everything is done, then the connection is reset.
        case dropAfter
        /// The connection is reset now, and the request is done later all the same.
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
        /// A watch comes to an orderly end after so many events.
        case endWatch(events: Int)
        /// A watch is told after so many events that its revision is too old (410), and ends.
        case expireWatch(events: Int)

        var isForWatches: Bool {
            switch self {
            case .cutWatch, .endWatch, .expireWatch: true
            default: false
            }
        }
    }

    /// The method, in capitals; nil: any.
    package var method: String?
    /// What is wanted, as in access rules: `get`, `list`, `watch` and so on; nil: any.
    package var verb: String?
    /// A beginning of the path; nil: any.
    package var path: String?
    /// `pets`, `pets.petstore.example.com`, or only its `pets/status`; nil: any.
    package var resource: String?
    /// A namespace; nil: any.
    package var namespace: String?
    /// The name of an object, in the path or in what is created; nil: any.
    package var name: String?
    /// A part of the client's `User-Agent`; nil: any client but the sandbox's own operator.
    package var client: String?
    package var effect: Effect
    /// How many matching requests go unharmed first.
    package var skip: Int
    /// How many requests it meets after those; nil: all.
    package var count: Int?

    package init(
        _ effect: Effect, method: String? = nil, verb: String? = nil, path: String? = nil,
        resource: String? = nil, namespace: String? = nil, name: String? = nil,
        client: String? = nil, skip: Int = 0, count: Int? = 1
    ) {
        self.effect = effect
        self.method = method
        self.verb = verb
        self.path = path
        self.resource = resource
        self.namespace = namespace
        self.name = name
        self.client = client
        self.skip = skip
        self.count = count
    }

    /// How the sandbox's own operator begins its `User-Agent`; scripts spare it.
    package static let sparedClient = "petstore-operator/"

    func matches(_ call: Call, _ route: Route?) -> Bool {
        let agent = call.headers["User-Agent"] ?? ""
        if let client {
            guard agent.contains(client) else { return false }
        } else if agent.hasPrefix(Self.sparedClient) {
            return false
        }
        let wanted = route.flatMap { RequestVerb.of(call, $0) }
        if effect.isForWatches, wanted != .watch { return false }
        if let method, method != call.method.rawValue { return false }
        if let verb, verb != wanted?.rawValue { return false }
        if let path, !call.path.hasPrefix(path) { return false }
        if let resource, route.map({ Self.resource(resource, isThatOf: $0) }) != true {
            return false
        }
        if let namespace, route?.namespace != namespace { return false }
        if let name, Self.name(call, route, wanted) != name { return false }
        return true
    }

    private static func resource(_ text: String, isThatOf route: Route) -> Bool {
        let (resource, subresource) = parts(of: text)
        if let subresource, subresource != route.subresource { return false }
        return resource == route.plural || resource == "\(route.plural).\(route.group)"
    }

    /// `pets/status` as `pets` and `status`.
    static func parts(of resource: String) -> (resource: String, subresource: String?) {
        let parts = resource.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count < 2 ? nil : String(parts[1]))
    }

    static func name(_ call: Call, _ route: Route?, _ wanted: RequestVerb?) -> String? {
        if let name = route?.name { return name }
        guard wanted == .create else { return nil }
        // What cannot be read has no name; the server refuses it anyway.
        return (try? JSONValue(parsing: call.body))?["metadata", "name"]?.stringValue
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
