import Documents
package import KubernetesCore

/// A StatefulSet or Deployment and its pods.
package struct FoundWorkload: Sendable, Hashable {
    package struct Pod: Sendable, Hashable {
        package var name: String
        package var phase: String
        package var isReady: Bool
        package var address: String
        /// Whether it is on its way out.
        package var isTerminating: Bool
        /// The first port that its containers name.
        package var port: Int64?
        package var node = ""
        package var created: Timestamp?

        /// Whether an operator would call it.
        package var isCallable: Bool { phase == "Running" && !address.isEmpty && !isTerminating }
    }

    package var kind: String
    package var namespace: String
    package var name: String
    package var replicas: Int64
    package var ready: Int64
    package var labels: [String: String]
    package var selector: [String: String]
    /// The command line of its containers.
    package var arguments: [String]
    package var pods: [Pod] = []

    package init(_ object: KubernetesObject, kind: String) {
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
    package func flag(_ name: String) -> String? {
        for (index, word) in arguments.enumerated() {
            for dashes in ["--", "-"] {
                let flag = dashes + name
                if word == flag, index + 1 < arguments.count { return arguments[index + 1] }
                if word.hasPrefix(flag + "=") { return String(word.dropFirst(flag.count + 1)) }
            }
        }
        return nil
    }

    /// Whether a flag without a value stands in its command line, or one with `=true`.
    package func isSet(_ name: String) -> Bool {
        arguments.contains { ["--\(name)", "--\(name)=true"].contains($0) }
    }

    /// Whether name or labels speak of an application.
    package func mentions(_ app: String) -> Bool {
        let app = app.lowercased()
        let texts = [name] + labels.filter { !$0.key.contains("managed-by") }.map(\.value)
        return texts.contains { $0.lowercased().contains(app) }
    }

    package func owns(_ pod: KubernetesObject) -> Bool {
        guard !selector.isEmpty, pod.namespace == namespace else { return false }
        let labels = pod.labels
        return selector.allSatisfy { labels[$0.key] == $0.value }
    }

    package var text: String { "\(kind) \(namespace)/\(name), \(ready)/\(replicas) ready" }
}

extension FoundWorkload.Pod {
    package init(_ object: KubernetesObject) {
        isTerminating = object.deletionTimestamp != nil
        let containers = object.spec["containers"]?.arrayValue ?? []
        port = containers.lazy.compactMap { $0["ports"]?[0]?["containerPort"]?.integerValue }.first
        name = object.name
        phase = object.status["phase"]?.stringValue ?? "Unknown"
        address = object.status["podIP"]?.stringValue ?? ""
        node = object.spec["nodeName"]?.stringValue ?? ""
        created = object.creationTimestamp
        isReady = (object.status["conditions"]?.arrayValue ?? []).contains {
            $0["type"]?.stringValue == "Ready" && $0["status"]?.stringValue == "True"
        }
    }
}
