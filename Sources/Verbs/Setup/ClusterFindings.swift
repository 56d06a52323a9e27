import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// What `init` finds out about a cluster; its questions are asked side by side.
struct ClusterFindings: Sendable {
    private static let leases = ResourceType(
        group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease")
    private static let deployments = ResourceType(
        group: "apps", version: "v1", plural: "deployments", kind: "Deployment")
    private static let statefulSets = ResourceType(
        group: "apps", version: "v1", plural: "statefulsets", kind: "StatefulSet")
    private static let pods = ResourceType(
        group: "", version: "v1", plural: "pods", kind: "Pod")

    private typealias Answer = Result<[KubernetesObject], KubernetesError>

    let server: String
    let context: String
    let namespace: String
    let apis: [GeneratedAPI]
    private let operators: [String: KubernetesObject]
    private let managers: [KubernetesObject]
    private let targets: [KubernetesObject]
    private let gaps: [String]
    private let now: Timestamp

    init(_ context: VerbContext) async throws {
        let client = try await context.client()
        let namespace = try await context.namespace()
        async let catalog = context.access.catalog()
        async let leases = Self.list(Self.leases, nil, client)
        async let deployments = Self.list(
            Self.deployments, nil, client, labels: "control-plane=controller-manager")
        async let sets = Self.list(Self.statefulSets, namespace, client)
        async let pods = Self.list(Self.pods, namespace, client)
        let apis = try await catalog.groups
        self.apis = apis
        self.namespace = namespace
        server = client.connection.server
        self.context = client.connection.contextName
        now = context.world.clock.now()
        var gaps = try await context.access.discovery().failures
        func take(_ answer: Answer, _ what: String) -> [KubernetesObject] {
            switch answer {
            case .success(let objects): return objects
            case .failure(let error):
                gaps.append("\(what) could not be read: \(error.message)")
                return []
            }
        }
        let allLeases = take(await leases, "leases")
        managers = take(await deployments, "deployments")
        let names = Set(take(await sets, "statefulsets").map(\.name))
        targets = take(await pods, "pods").filter { pod in
            pod.ownerReferences.contains { $0.kind == "StatefulSet" }
                || names.contains(Self.stem(of: pod.name))
        }
        operators = Dictionary(
            apis.compactMap { api in
                allLeases.first { $0.name == "\(api.displayName).\(api.group)" }
                    .map { (api.group, $0) }
            }, uniquingKeysWith: { first, _ in first })
        self.gaps = gaps
    }

    private static func list(
        _ type: ResourceType, _ namespace: String?, _ client: KubernetesClient,
        labels: String? = nil
    ) async -> Answer {
        do throws(KubernetesError) {
            let list = try await client.list(
                type, namespace: namespace, options: ListOptions(labelSelector: labels))
            return .success(list.items)
        } catch {
            return .failure(error)
        }
    }

    /// `petstore-api-0` → `petstore-api`.
    private static func stem(of pod: String) -> String {
        guard let hyphen = pod.lastIndex(of: "-") else { return pod }
        return String(pod[..<hyphen])
    }

    // MARK: Telling

    var report: Report {
        var sections: [Section] = []
        for api in apis {
            sections.append(Section(nil, .fields(fields(of: api))))
        }
        sections.append(Section(nil, .fields([Field("Pods", podText)])))
        return Report(
            kind: "Findings", sections: sections,
            payload: [
                "kind": "Findings", "apps": .array(configuration),
                "problems": .array((gaps + missing).map { .string($0) }),
            ], names: apis.map(\.group), notices: gaps + missing)
    }

    private var missing: [String] {
        var lines = apis.filter { operators[$0.group] == nil }.map {
            "no operator was found for \($0.displayName):"
                + " there is no Lease \"\($0.displayName).\($0.group)\""
        }
        if targets.isEmpty { lines.append("no pods of a StatefulSet in \(namespace)") }
        return lines
    }

    private func fields(of api: GeneratedAPI) -> [Field] {
        var fields = [Field("API", "\(api.displayName) (\(api.groupVersion))")]
        let titles: [(Category, String)] = [
            (.resource, "Resources"), (.query, "Queries"), (.action, "Actions"),
            (.aggregate, "Aggregates"), (.bundle, "Bundles"), (.unknown, "Others"),
        ]
        for (category, title) in titles {
            let kinds = api.kinds(category)
            guard !kinds.isEmpty else { continue }
            let names = category == .resource ? kinds.map(\.type.plural) : kinds.map(\.friendlyName)
            fields.append(Field(title, names.joined(separator: ", ")))
        }
        fields.append(operatorField(api))
        return fields
    }

    private func operatorField(_ api: GeneratedAPI) -> Field {
        guard let lease = operators[api.group] else {
            return Field("Operator", "not found", tint: .waiting)
        }
        let holder = lease.spec["holderIdentity"]?.stringValue ?? ""
        var text = "\(lease.namespace ?? "")/\(lease.name)"
        if holder.isEmpty {
            text += ", held by nobody"
        } else {
            text += ", held by \(holder)"
        }
        if let renewed = lease.spec["renewTime"]?.stringValue
            .flatMap({ Timestamp(rfc3339: $0) })
        {
            text += ", renewed \(renewed.age(until: now)) ago"
        }
        if let manager = managers.first(where: { $0.namespace == lease.namespace }) {
            let ready = manager.status["readyReplicas"]?.integerValue ?? 0
            text += ", deployment \(manager.name) (\(ready) ready)"
        }
        return Field("Operator", text)
    }

    private var podText: String {
        guard !targets.isEmpty else { return "none" }
        return targets.map { pod in
            let phase = pod.status["phase"]?.stringValue ?? "unknown"
            let address = pod.status["podIP"]?.stringValue.map { ", \($0)" } ?? ""
            return "\(pod.name) (\(phase)\(address))"
        }.joined(separator: "\n")
    }

    /// What is remembered of each API.
    var configuration: [JSONValue] {
        apis.map { api in
            var app: JSONValue = [
                "name": .string(api.displayName), "group": .string(api.group),
                "version": .string(api.version), "server": .string(server),
                "context": .string(context), "namespace": .string(namespace),
            ]
            var kinds = JSONObject()
            for kind in api.kinds {
                let known = kinds[kind.category.rawValue]?.arrayValue ?? []
                kinds[kind.category.rawValue] = .array(known + [.string(kind.type.plural)])
            }
            app["kinds"] = .object(kinds)
            if let lease = operators[api.group] {
                app["operator"] = [
                    "namespace": .string(lease.namespace ?? ""), "lease": .string(lease.name),
                ]
            }
            app["pods"] = .array(targets.map { .string($0.name) })
            return app
        }
    }
}
