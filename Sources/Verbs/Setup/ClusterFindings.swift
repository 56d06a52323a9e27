import Catalog
import Documents
import KubernetesCore

/// What `init` learnt about a cluster: plain values, from which report and configuration come.
struct ClusterFindings: Sendable {
    var server: String
    var context: String
    var namespace: String
    var version: String?
    var apps: [FoundApp]
    /// What could not be found, or may not be looked at.
    var gaps: [Gap]

    /// Something that is missing or forbidden, and what to do about it.
    struct Gap: Sendable, Hashable {
        var what: String
        var why: String
        var hint: String
    }
}

/// One generated API and what stands behind it.
struct FoundApp: Sendable {
    var api: GeneratedAPI
    var lease: FoundLease?
    var deployment: FoundWorkload?
    var targets: [FoundWorkload] = []

    var name: String { api.displayName }

    /// The kinds of a category, as people type them.
    func names(_ category: Category) -> [String] {
        api.kinds(category).map { kind in
            category == .query || category == .action ? kind.friendlyName : kind.type.plural
        }
    }
}

/// The Lease that a generated operator holds while it works.
struct FoundLease: Sendable, Hashable {
    /// Where a Lease does not say how long it holds.
    private static let usualDuration = Int64(15)

    var namespace: String
    var name: String
    var holder: String
    var renewed: Timestamp?
    var duration: Duration

    init(_ object: KubernetesObject) {
        namespace = object.namespace ?? ""
        name = object.name
        holder = object.spec["holderIdentity"]?.stringValue ?? ""
        renewed = object.spec["renewTime"]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
        duration = .seconds(
            object.spec["leaseDurationSeconds"]?.integerValue ?? Self.usualDuration)
    }

    /// Whether somebody holds it now, give or take one renewal.
    func isHeld(at now: Timestamp) -> Bool {
        guard !holder.isEmpty, let renewed else { return false }
        return now - renewed <= duration * 2
    }

    func text(at now: Timestamp) -> String {
        let place = "Lease \(namespace)/\(name)"
        guard !holder.isEmpty else { return "\(place), held by nobody" }
        let age = renewed.map { ", renewed \($0.age(until: now)) ago" } ?? ""
        return "\(place), held by \(holder)\(age)"
    }
}

/// A StatefulSet or Deployment and its pods.
struct FoundWorkload: Sendable, Hashable {
    struct Pod: Sendable, Hashable {
        var name: String
        var phase: String
        var isReady: Bool
        var address: String
    }

    var kind: String
    var namespace: String
    var name: String
    var replicas: Int64
    var ready: Int64
    var labels: [String: String]
    var selector: [String: String]
    /// The command line of its containers.
    var arguments: [String]
    var pods: [Pod] = []

    init(_ object: KubernetesObject, kind: String) {
        self.kind = kind
        namespace = object.namespace ?? ""
        name = object.name
        replicas = object.spec["replicas"]?.integerValue ?? 1
        ready = object.status["readyReplicas"]?.integerValue ?? 0
        labels = object.labels
        let matched = object.spec["selector"]?["matchLabels"]?.objectValue ?? JSONObject()
        var selector: [String: String] = [:]
        for member in matched { selector[member.name] = member.value.stringValue }
        self.selector = selector
        let template = object.spec["template"]?["spec"]
        arguments = (template?["containers"]?.arrayValue ?? []).flatMap { container in
            ["command", "args"].flatMap { container[$0]?.arrayValue ?? [] }
                .compactMap(\.stringValue)
        }
    }

    /// The value of a flag in its command line: `--name=value` or `--name value`.
    func flag(_ name: String) -> String? {
        for (index, word) in arguments.enumerated() {
            for dashes in ["--", "-"] {
                let flag = dashes + name
                if word == flag, index + 1 < arguments.count { return arguments[index + 1] }
                if word.hasPrefix(flag + "=") { return String(word.dropFirst(flag.count + 1)) }
            }
        }
        return nil
    }

    /// Whether name or labels speak of an application.
    func mentions(_ app: String) -> Bool {
        let app = app.lowercased()
        let texts = [name] + labels.filter { !$0.key.contains("managed-by") }.map(\.value)
        return texts.contains { $0.lowercased().contains(app) }
    }

    func owns(_ pod: KubernetesObject) -> Bool {
        guard !selector.isEmpty, pod.namespace == namespace else { return false }
        let labels = pod.labels
        return selector.allSatisfy { labels[$0.key] == $0.value }
    }

    var text: String { "\(kind) \(namespace)/\(name), \(ready)/\(replicas) ready" }
}

extension FoundWorkload.Pod {
    init(_ object: KubernetesObject) {
        name = object.name
        phase = object.status["phase"]?.stringValue ?? "Unknown"
        address = object.status["podIP"]?.stringValue ?? ""
        isReady = (object.status["conditions"]?.arrayValue ?? []).contains {
            $0["type"]?.stringValue == "Ready" && $0["status"]?.stringValue == "True"
        }
    }
}
