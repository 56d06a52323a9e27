import Catalog
import KubernetesCore
import Documents

/// Who may do what with a generated API: the least that each kind of user needs.
enum AccessRole: String, CaseIterable, Sendable {
    /// get, describe, status, diagnose, drift-report, export, diff.
    case viewer
    /// And: queries, compare and observe, whose objects are made for a while and removed.
    case diagnoser
    /// And: patch, edit, pause, refresh, create, delete, import, cleanup and actions.
    case `operator`
    /// The clean-up controller: looks at everything, restores and deletes.
    case controller

    /// The roles of people.
    static let people: [AccessRole] = [.viewer, .diagnoser, .operator]

    /// One rule of RBAC.
    struct Rule: Sendable, Hashable {
        var group: String
        var resources: [String]
        var verbs: [String]

        var json: JSONValue {
            [
                "apiGroups": [.string(group)],
                "resources": .array(resources.map(JSONValue.string)),
                "verbs": .array(verbs.map(JSONValue.string)),
            ]
        }
    }

    static let look = ["get", "list", "watch"]

    /// The rules for the namespace in which the objects are.
    func rules(for api: GeneratedAPI) -> [Rule] {
        if self == .controller {
            return Self.controllerRules(
                group: api.group, resources: api.kinds.map(\.type.plural).sorted())
        }
        func plurals(_ categories: Category...) -> [String] {
            api.kinds.filter { categories.contains($0.category) }.map(\.type.plural).sorted()
        }
        let all = api.kinds.map(\.type.plural).sorted()
        var rules = [
            Rule(group: api.group, resources: all, verbs: Self.look),
            Rule(group: "", resources: ["pods"], verbs: Self.look),
            Rule(
                group: "apps", resources: ["deployments", "statefulsets"], verbs: ["get", "list"]),
            Rule(group: "coordination.k8s.io", resources: ["leases"], verbs: ["get", "list"]),
        ]
        if self == .viewer { return rules }
        rules += [
            Rule(group: "", resources: ["pods/proxy"], verbs: ["get"]),
            Rule(
                group: "coordination.k8s.io", resources: ["leases"],
                verbs: ["create", "update", "patch", "delete"]),
        ]
        switch self {
        case .viewer, .controller: break
        case .diagnoser:
            rules.append(
                Rule(
                    group: api.group, resources: plurals(.query, .resource),
                    verbs: ["create", "delete"]))
        case .operator:
            rules.append(
                Rule(
                    group: api.group, resources: all,
                    verbs: ["create", "update", "patch", "delete"]))
        }
        return rules.filter { !$0.resources.isEmpty }
    }

    /// The rules of the clean-up controller, for all namespaces.
    ///
    /// - Parameters:
    ///   - group: the API's.
    ///   - resources: its kinds by their plurals, or `*`.
    /// - Returns: what it looks at, what it restores and deletes, and the signs of life.
    static func controllerRules(group: String, resources: [String]) -> [Rule] {
        [
            Rule(group: group, resources: resources, verbs: look + ["patch", "delete"]),
            Rule(
                group: "coordination.k8s.io", resources: ["leases"],
                verbs: look + ["create", "update", "patch", "delete"]),
            // By the uid of kube-system a cluster is known again.
            Rule(group: "", resources: ["namespaces"], verbs: ["get"]),
        ]
    }

    /// The rules for the operator's own namespace, to see whether it and a clean-up controller live.
    static let operatorRules = [
        Rule(group: "coordination.k8s.io", resources: ["leases"], verbs: ["get", "list"]),
        Rule(group: "apps", resources: ["deployments"], verbs: ["get", "list"]),
    ]

    var remark: String {
        switch self {
        case .viewer: "looks, and changes nothing"
        case .diagnoser:
            "also asks the API: makes queries and read-only observers for a while.\n"
                + "# RBAC cannot tell a read-only observer from a managed object: whoever may make "
                + "one\n# may make the other. An admission policy can, on spec.readOnly."
        case .controller:
            "is for the ServiceAccount of \"controller run\": restores and deletes what is over"
        case .operator: "also changes objects, for a while or for good, and runs actions"
        }
    }
}

/// The manifests of a role.
struct AccessManifests: Sendable {
    let api: GeneratedAPI
    let role: AccessRole
    /// Nil: all namespaces.
    let namespace: String?
    let operatorNamespace: String
    /// Whether schemas must come from the definitions: before 1.24 servers publish no OpenAPI v3.
    let readsDefinitions: Bool

    var name: String { "\(api.displayName)-\(role.rawValue)" }

    /// The role, and the one that it needs where the operator is.
    var documents: [JSONValue] {
        // Sessions of every namespace count on the controller.
        let namespace = role == .controller ? nil : namespace
        var documents = [
            manifest(
                kind: namespace == nil ? "ClusterRole" : "Role", name: name, in: namespace,
                rules: role.rules(for: api))
        ]
        if let namespace, namespace != operatorNamespace {
            documents.append(
                manifest(
                    kind: "Role", name: name + "-looks-at-operator", in: operatorNamespace,
                    rules: AccessRole.operatorRules))
        }
        if readsDefinitions {
            documents.append(
                manifest(
                    kind: "ClusterRole", name: name + "-reads-definitions", in: nil,
                    rules: [
                        AccessRole.Rule(
                            group: "apiextensions.k8s.io",
                            resources: ["customresourcedefinitions"], verbs: ["get", "list"])
                    ]))
        }
        return documents
    }

    private func manifest(
        kind: String, name: String, in namespace: String?, rules: [AccessRole.Rule]
    ) -> JSONValue {
        var metadata: JSONValue = ["name": .string(name)]
        if let namespace { metadata["namespace"] = .string(namespace) }
        return [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": .string(kind),
            "metadata": metadata, "rules": .array(rules.map(\.json)),
        ]
    }
}
