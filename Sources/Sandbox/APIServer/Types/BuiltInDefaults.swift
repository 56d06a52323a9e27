import Documents

/// What the server fills in when an object of a built-in kind is created.
enum BuiltInDefaults {
    static func complete(_ object: JSONValue, _ resource: ServedResource) -> JSONValue {
        var object = object
        switch (resource.group, resource.plural) {
        case ("", "namespaces"):
            let name = object["metadata", "name"] ?? ""
            if object["metadata", "labels"] == nil { object["metadata"]?["labels"] = [:] }
            object["metadata"]?["labels"]?["kubernetes.io/metadata.name"] = name
            object["spec"] = ["finalizers": ["kubernetes"]]
            object["status"] = ["phase": "Active"]
        case ("", "pods"):
            fill(
                &object, "spec",
                [
                    ("dnsPolicy", "ClusterFirst"), ("enableServiceLinks", true),
                    ("restartPolicy", "Always"), ("schedulerName", "default-scheduler"),
                    ("securityContext", [:]), ("terminationGracePeriodSeconds", 30),
                ])
            object["status"] = ["phase": "Pending", "qosClass": "BestEffort"]
        case ("", "services"):
            fill(&object, "spec", [("type", "ClusterIP"), ("sessionAffinity", "None")])
            object["status"] = ["loadBalancer": [:]]
        case ("", "secrets"):
            if object["type"] == nil { object["type"] = "Opaque" }
        case ("apps", "statefulsets"):
            fill(
                &object, "spec",
                [
                    ("replicas", 1), ("podManagementPolicy", "OrderedReady"),
                    ("revisionHistoryLimit", 10),
                ])
            object["status"] = ["replicas": 0]
        case ("apps", "deployments"):
            fill(
                &object, "spec",
                [
                    ("replicas", 1), ("progressDeadlineSeconds", 600), ("revisionHistoryLimit", 10),
                ])
            object["status"] = [:]
        case ("apps", "replicasets"):
            fill(&object, "spec", [("replicas", 1)])
            object["status"] = ["replicas": 0]
        default: break
        }
        return object
    }

    /// Moves the plain texts of a Secret into its data, as every write does.
    static func encodeSecret(_ object: JSONValue) -> JSONValue {
        guard let plain = object["stringData"]?.objectValue else { return object }
        var object = object
        if object["data"] == nil { object["data"] = [:] }
        for member in plain {
            let bytes = Array((member.value.stringValue ?? "").utf8)
            object["data"]?[member.name] = .string(Base64.encode(bytes))
        }
        object["stringData"] = nil
        return object
    }

    private static func fill(
        _ object: inout JSONValue, _ part: String, _ values: [(String, JSONValue)]
    ) {
        if object[part] == nil { object[part] = [:] }
        for (name, value) in values where object[part]?[name] == nil {
            object[part]?[name] = value
        }
    }
}

/// Base64 with padding (RFC 4648, section 4).
enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8], alphabet: [UInt8] = alphabet) -> String {
        var result: [UInt8] = []
        var at = 0
        while at < bytes.count {
            let left = bytes.count - at
            let first = UInt32(bytes[at]) << 16
            let second = left > 1 ? UInt32(bytes[at + 1]) << 8 : 0
            let third = left > 2 ? UInt32(bytes[at + 2]) : 0
            let group = first | second | third
            result.append(alphabet[Int(group >> 18)])
            result.append(alphabet[Int(group >> 12 & 63)])
            result.append(left > 1 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "="))
            result.append(left > 2 ? alphabet[Int(group & 63)] : UInt8(ascii: "="))
            at += 3
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// nil for anything that is not whole base64 text.
    static func decode(_ text: String) -> [UInt8]? {
        var result: [UInt8] = []
        var group: UInt32 = 0
        var count = 0
        for byte in text.utf8 where byte != UInt8(ascii: "=") {
            guard let value = alphabet.firstIndex(of: byte) else { return nil }
            group = group << 6 | UInt32(value)
            count += 1
            if count % 4 == 0 {
                result += [UInt8(group >> 16 & 255), UInt8(group >> 8 & 255), UInt8(group & 255)]
                group = 0
            }
        }
        switch count % 4 {
        case 2: result.append(UInt8(group >> 4 & 255))
        case 3: result += [UInt8(group >> 10 & 255), UInt8(group >> 2 & 255)]
        case 1: return nil
        default: break
        }
        return result
    }
}
