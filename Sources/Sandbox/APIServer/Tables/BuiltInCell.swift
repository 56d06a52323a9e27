import Documents
import KubernetesCore

/// How a cell of a built-in kind's table is computed.
enum BuiltInCell: Sendable, Hashable {
    case path([String])
    case count([String])
    case age, createdAt, lastSeen, firstSeen
    case podReady, podStatus, podRestarts, podIP
    case clusterIP, externalIP, servicePorts, selector
    case dataCount, secretCount, eventCount
    case involvedObject, eventSource, roleReference
    case readyOfReplicas, containerNames, containerImages
    case none

    func value(of object: JSONValue, now: Timestamp) -> JSONValue {
        switch self {
        case .path(let path):
            return object.value(path) ?? (path == ["metadata", "name"] ? "" : "<none>")
        case .count(let path): return object.value(path) ?? 0
        case .none: return "<none>"
        case .age: return .string(Self.age(object["metadata", "creationTimestamp"], now))
        case .createdAt: return object["metadata", "creationTimestamp"] ?? "<unknown>"
        case .lastSeen:
            return .string(Self.age(Self.time(of: object, "lastTimestamp"), now))
        case .firstSeen:
            return .string(Self.age(Self.time(of: object, "firstTimestamp"), now))
        case .podReady: return .string(Self.podReady(object))
        case .podStatus: return .string(Self.podStatus(object))
        case .podRestarts:
            let restarts = Self.containers(object).compactMap { $0["restartCount"]?.integerValue }
            return .string(String(restarts.reduce(0, +)))
        case .podIP: return object["status", "podIP"] ?? "<none>"
        case .clusterIP: return object["spec", "clusterIP"] ?? "None"
        case .externalIP: return .string(Self.externalIP(object))
        case .servicePorts: return .string(Self.servicePorts(object))
        case .selector: return .string(Self.selector(object))
        case .dataCount:
            let data = object["data"]?.objectValue?.count ?? 0
            let binary = object["binaryData"]?.objectValue?.count ?? 0
            return .integer(Int64(data + binary))
        case .secretCount: return .integer(Int64(object["secrets"]?.arrayValue?.count ?? 0))
        case .eventCount: return .string(String(object["count"]?.integerValue ?? 1))
        case .involvedObject: return .string(Self.involvedObject(object))
        case .eventSource:
            let source = object["source", "component"]?.stringValue
            return .string(source ?? object["reportingComponent"]?.stringValue ?? "")
        case .roleReference:
            let reference = object["roleRef"] ?? [:]
            return .string(
                "\(reference["kind"]?.stringValue ?? "")/\(reference["name"]?.stringValue ?? "")")
        case .readyOfReplicas:
            let ready = object["status", "readyReplicas"]?.integerValue ?? 0
            return .string("\(ready)/\(object["spec", "replicas"]?.integerValue ?? 0)")
        case .containerNames: return .string(Self.containerList(object, "name"))
        case .containerImages: return .string(Self.containerList(object, "image"))
        }
    }

    static func age(_ time: JSONValue?, _ now: Timestamp) -> String {
        guard let text = time?.stringValue, let start = Timestamp(rfc3339: text) else {
            return "<unknown>"
        }
        return start.age(until: now)
    }

    private static func time(of event: JSONValue, _ member: String) -> JSONValue? {
        if let time = event[member], !time.isNull { return time }
        if let time = event["series", "lastObservedTime"] { return time }
        return event["eventTime"].flatMap { $0.isNull ? nil : $0 }
            ?? event["metadata", "creationTimestamp"]
    }

    private static func containers(_ pod: JSONValue) -> [JSONValue] {
        pod["status", "containerStatuses"]?.arrayValue ?? []
    }

    private static func podReady(_ pod: JSONValue) -> String {
        let total = pod["spec", "containers"]?.arrayValue?.count ?? 0
        return "\(containers(pod).filter { $0["ready"] == true }.count)/\(total)"
    }

    /// The phase, or the more telling reason of a container that waits or has ended.
    private static func podStatus(_ pod: JSONValue) -> String {
        var reason =
            pod["status", "reason"]?.stringValue ?? pod["status", "phase"]?.stringValue ?? ""
        for container in containers(pod).reversed() {
            let state = container["state"]
            if let waiting = state?["waiting", "reason"]?.stringValue, !waiting.isEmpty {
                reason = waiting
            } else if let ended = state?["terminated", "reason"]?.stringValue, !ended.isEmpty {
                reason = ended
            }
        }
        if pod["metadata", "deletionTimestamp"] != nil { return "Terminating" }
        return reason
    }

    private static func externalIP(_ service: JSONValue) -> String {
        let ingress = service["status", "loadBalancer", "ingress"]?.arrayValue ?? []
        let found = ingress.compactMap { ($0["ip"] ?? $0["hostname"])?.stringValue }
        if !found.isEmpty { return found.joined(separator: ",") }
        return service["spec", "type"]?.stringValue == "LoadBalancer" ? "<pending>" : "<none>"
    }

    private static func servicePorts(_ service: JSONValue) -> String {
        let ports = service["spec", "ports"]?.arrayValue ?? []
        guard !ports.isEmpty else { return "<none>" }
        return ports.map { port in
            let node = port["nodePort"]?.integerValue.map { ":\($0)" } ?? ""
            return "\(port["port"]?.integerValue ?? 0)\(node)"
                + "/\(port["protocol"]?.stringValue ?? "TCP")"
        }.joined(separator: ",")
    }

    private static func selector(_ object: JSONValue) -> String {
        let selector = object["spec", "selector"]
        let labels = (selector?["matchLabels"] ?? selector)?.objectValue ?? JSONObject()
        let pairs = labels.compactMap { label in
            label.value.stringValue.map { "\(label.name)=\($0)" }
        }
        return pairs.isEmpty ? "<none>" : pairs.joined(separator: ",")
    }

    private static func involvedObject(_ event: JSONValue) -> String {
        let object = event["involvedObject"] ?? [:]
        let kind = object["kind"]?.stringValue?.lowercased() ?? ""
        return "\(kind)/\(object["name"]?.stringValue ?? "")"
    }

    private static func containerList(_ object: JSONValue, _ member: String) -> String {
        (object["spec", "template", "spec", "containers"]?.arrayValue ?? [])
            .compactMap { $0[member]?.stringValue }.joined(separator: ",")
    }
}

extension JSONValue {
    func value(_ path: [String]) -> JSONValue? {
        path.reduce(Optional(self)) { $0?[$1] }
    }
}
