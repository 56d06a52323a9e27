import Documents
import KubernetesCore

/// Reads the protobuf form in which kubectl sends some built-in kinds; answers are always JSON.
///
/// Only the messages in `ProtobufMessages` are known. A field outside them makes the body
/// unreadable, so nothing is lost in silence.
struct ProtobufReader {
    static let mediaType = "application/vnd.kubernetes.protobuf"
    private static let magic: [UInt8] = [0x6b, 0x38, 0x73, 0]

    private var rest: ArraySlice<UInt8>

    /// The object of a body; nil for one that cannot be read.
    static func object(_ body: [UInt8]) -> JSONValue? {
        guard body.starts(with: magic) else { return nil }
        var envelope = ProtobufReader(rest: body[magic.count...])
        guard let fields = envelope.fields() else { return nil }
        var kind: JSONValue = [:]
        var raw: ArraySlice<UInt8> = []
        for case (let number, .bytes(let bytes)) in fields {
            switch number {
            case 1:
                guard let type = decode(bytes, "TypeMeta") else { return nil }
                kind = type
            case 2: raw = bytes
            default: break
            }
        }
        guard let name = kind["kind"]?.stringValue, ProtobufMessages.all[name] != nil,
            var object = decode(raw, name)
        else { return nil }
        object["apiVersion"] = kind["apiVersion"]
        object["kind"] = kind["kind"]
        return object
    }

    private enum Field {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    private static func decode(_ bytes: ArraySlice<UInt8>, _ message: String) -> JSONValue? {
        guard let known = ProtobufMessages.all[message] else { return nil }
        var reader = ProtobufReader(rest: bytes)
        guard let fields = reader.fields() else { return nil }
        var object: JSONValue = [:]
        for (number, field) in fields {
            guard let member = known[number], let value = value(field, member.form) else {
                return nil
            }
            switch member.form {
            case .map(_):
                guard case .object(let entry) = value else { return nil }
                if object[member.name] == nil { object[member.name] = [:] }
                for part in entry { object[member.name]?[part.name] = part.value }
            default:
                if member.isRepeated {
                    object[member.name] = .array((object[member.name]?.arrayValue ?? []) + [value])
                } else if !member.isUnset(value) {
                    object[member.name] = value
                }
            }
        }
        return object
    }

    private static func value(_ field: Field, _ form: ProtobufMessages.Form) -> JSONValue? {
        switch (form, field) {
        case (.text, .bytes(let bytes)): return .string(String(decoding: bytes, as: UTF8.self))
        case (.bytes, .bytes(let bytes)): return .string(Base64.encode(Array(bytes)))
        case (.integer, .number(let number)), (.optionalInteger, .number(let number)):
            return .integer(Int64(bitPattern: number))
        case (.bool, .number(let number)), (.optionalBool, .number(let number)):
            return .bool(number != 0)
        case (.message(let name), .bytes(let bytes)): return decode(bytes, name)
        case (.time(let isMicro), .bytes(let bytes)):
            guard let parts = decode(bytes, "Time") else { return nil }
            guard let seconds = parts["seconds"]?.integerValue else { return .null }
            let nanoseconds = Int32(truncatingIfNeeded: parts["nanos"]?.integerValue ?? 0)
            let time = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
            return .string(isMicro ? time.rfc3339Micro : time.rfc3339)
        case (.map(let isBinary), .bytes(let bytes)):
            guard let entry = decode(bytes, isBinary ? "BinaryEntry" : "TextEntry") else {
                return nil
            }
            return .object(
                JSONObject([.init(entry["key"]?.stringValue ?? "", entry["value"] ?? "")]))
        default: return nil
        }
    }

    /// All fields of a message; nil where the bytes are no message.
    private mutating func fields() -> [(Int, Field)]? {
        var fields: [(Int, Field)] = []
        while !rest.isEmpty {
            guard let tag = varint() else { return nil }
            switch tag & 7 {
            case 0:
                guard let number = varint() else { return nil }
                fields.append((Int(tag >> 3), .number(number)))
            case 2:
                guard let length = varint(), length <= UInt64(rest.count) else { return nil }
                fields.append((Int(tag >> 3), .bytes(rest.prefix(Int(length)))))
                rest = rest.dropFirst(Int(length))
            default: return nil
            }
        }
        return fields
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7f) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        return nil
    }
}

/// The messages that clients send: field numbers as Kubernetes' `generated.proto` files have them.
enum ProtobufMessages {
    enum Form: Sendable {
        case text, bytes, integer, bool
        /// Numbers and truths that are told from absent ones.
        case optionalInteger, optionalBool
        case message(String)
        case time(micro: Bool)
        case map(binary: Bool)
    }

    struct Member: Sendable {
        var name: String
        var form: Form
        var isRepeated = false

        /// Whether a value is what an absent member looks like: Go writes those too.
        func isUnset(_ value: JSONValue) -> Bool {
            switch (form, value) {
            case (.integer, .integer(0)), (.bool, .bool(false)), (_, .null): true
            case (.text, .string(let text)): text.isEmpty
            case (.message, .object(let object)): object.isEmpty
            default: false
            }
        }
    }

    /// Message → field number → member; written `number:name:form`, `*` marks repeated ones.
    static let all: [String: [Int: Member]] = table.mapValues { line in
        var members: [Int: Member] = [:]
        for word in line.split(separator: " ") {
            let parts = word.split(separator: ":")
            guard parts.count == 3, let number = Int(parts[0]) else { continue }
            let isRepeated = parts[2].hasSuffix("*")
            let form = form(String(isRepeated ? parts[2].dropLast() : parts[2]))
            members[number] = Member(
                name: String(parts[1]), form: form, isRepeated: isRepeated)
        }
        return members
    }

    private static func form(_ word: String) -> Form {
        switch word {
        case "s": .text
        case "i": .integer
        case "b": .bool
        case "oi": .optionalInteger
        case "ob": .optionalBool
        case "y": .bytes
        case "t": .time(micro: false)
        case "u": .time(micro: true)
        case "m": .map(binary: false)
        case "n": .map(binary: true)
        default: .message(word)
        }
    }

    private static let role = "1:metadata:ObjectMeta 2:rules:PolicyRule*"
    private static let binding = "1:metadata:ObjectMeta 2:subjects:Subject* 3:roleRef:RoleRef"

    private static let table: [String: String] = [
        "TypeMeta": "1:apiVersion:s 2:kind:s",
        "Time": "1:seconds:i 2:nanos:i",
        "TextEntry": "1:key:s 2:value:s", "BinaryEntry": "1:key:s 2:value:y",
        "ObjectMeta": """
        1:name:s 2:generateName:s 3:namespace:s 4:selfLink:s 5:uid:s 6:resourceVersion:s \
        7:generation:i 8:creationTimestamp:t 9:deletionTimestamp:t \
        10:deletionGracePeriodSeconds:oi 11:labels:m 12:annotations:m \
        13:ownerReferences:OwnerReference* 14:finalizers:s*
        """,
        "OwnerReference": """
        1:kind:s 3:name:s 4:uid:s 5:apiVersion:s 6:controller:ob 7:blockOwnerDeletion:ob
        """,
        "DeleteOptions": """
        1:gracePeriodSeconds:oi 2:preconditions:Preconditions 3:orphanDependents:ob \
        4:propagationPolicy:s 5:dryRun:s*
        """,
        "Preconditions": "1:uid:s 2:resourceVersion:s",
        "Namespace": "1:metadata:ObjectMeta 2:spec:NamespaceSpec 3:status:NamespaceStatus",
        "NamespaceSpec": "1:finalizers:s*", "NamespaceStatus": "1:phase:s",
        "ConfigMap": "1:metadata:ObjectMeta 2:data:m 3:binaryData:n 4:immutable:ob",
        "Secret": "1:metadata:ObjectMeta 2:data:n 3:type:s 4:stringData:m 5:immutable:ob",
        "ServiceAccount": "1:metadata:ObjectMeta 4:automountServiceAccountToken:ob",
        "SelfSubjectAccessReview": "1:metadata:ObjectMeta 2:spec:AccessSpec 3:status:AccessStatus",
        "AccessSpec":
            "1:resourceAttributes:ResourceAttributes 2:nonResourceAttributes:PathAttributes",
        "ResourceAttributes":
            "1:namespace:s 2:verb:s 3:group:s 4:version:s 5:resource:s 6:subresource:s 7:name:s",
        "PathAttributes": "1:path:s 2:verb:s",
        "AccessStatus": "1:allowed:b 2:reason:s 3:evaluationError:s 4:denied:b",
        "SelfSubjectRulesReview": "1:metadata:ObjectMeta 2:spec:RulesSpec 3:status:RulesStatus",
        "RulesSpec": "1:namespace:s", "RulesStatus": "3:incomplete:b 4:evaluationError:s",
        "Role": role, "ClusterRole": role, "RoleBinding": binding, "ClusterRoleBinding": binding,
        "PolicyRule":
            "1:verbs:s* 2:apiGroups:s* 3:resources:s* 4:resourceNames:s* 5:nonResourceURLs:s*",
        "Subject": "1:kind:s 2:apiGroup:s 3:name:s 4:namespace:s",
        "RoleRef": "1:apiGroup:s 2:kind:s 3:name:s",
        "Lease": "1:metadata:ObjectMeta 2:spec:LeaseSpec",
        "LeaseSpec": """
        1:holderIdentity:s 2:leaseDurationSeconds:oi 3:acquireTime:u 4:renewTime:u \
        5:leaseTransitions:oi
        """,
        "Event": """
        1:metadata:ObjectMeta 2:involvedObject:ObjectReference 3:reason:s 4:message:s \
        5:source:EventSource 6:firstTimestamp:t 7:lastTimestamp:t 8:count:i 9:type:s \
        10:eventTime:u 12:action:s 14:reportingComponent:s 15:reportingInstance:s
        """,
        "ObjectReference": """
        1:kind:s 2:namespace:s 3:name:s 4:uid:s 5:apiVersion:s 6:resourceVersion:s 7:fieldPath:s
        """,
        "EventSource": "1:component:s 2:host:s",
        "Deployment":
            "1:metadata:ObjectMeta 2:spec:DeploymentSpec 3:status:DeploymentStatus",
        "DeploymentSpec": """
        1:replicas:oi 2:selector:LabelSelector 3:template:PodTemplate 4:strategy:Strategy \
        5:minReadySeconds:i 6:revisionHistoryLimit:oi 7:paused:b 9:progressDeadlineSeconds:oi
        """,
        "Strategy": "1:type:s",
        "DeploymentStatus": """
        1:replicas:i 2:updatedReplicas:i 3:observedGeneration:i 4:availableReplicas:i \
        5:unavailableReplicas:i 7:readyReplicas:i
        """,
        "LabelSelector": "1:matchLabels:m",
        "PodTemplate": "1:metadata:ObjectMeta 2:spec:PodSpec",
        "PodSpec": """
        2:containers:Container* 3:restartPolicy:s 4:terminationGracePeriodSeconds:oi \
        6:dnsPolicy:s 8:serviceAccountName:s 9:serviceAccount:s 10:nodeName:s 11:hostNetwork:b \
        12:hostPID:b 13:hostIPC:b 16:hostname:s 17:subdomain:s 19:schedulerName:s \
        24:priorityClassName:s
        """,
        "Container": """
        1:name:s 2:image:s 3:command:s* 4:args:s* 5:workingDir:s 6:ports:ContainerPort* \
        7:env:EnvVar* 8:resources:Resources 13:terminationMessagePath:s 14:imagePullPolicy:s \
        16:stdin:b 17:stdinOnce:b 18:tty:b 20:terminationMessagePolicy:s
        """,
        "ContainerPort": "1:name:s 2:hostPort:i 3:containerPort:i 4:protocol:s 5:hostIP:s",
        "EnvVar": "1:name:s 2:value:s", "Resources": "",
    ]
}
