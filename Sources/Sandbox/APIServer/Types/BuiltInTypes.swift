/// The kinds that every cluster has, as plain stored objects.
///
/// Nothing runs behind them: a StatefulSet makes no pods, a Service routes nothing.
enum BuiltInTypes {
    static let all: [ServedResource] = core + apps + others

    private static let core: [ServedResource] = [
        type(
            "", "v1", "namespaces", "Namespace", ["ns"], namespaced: false, status: true,
            columns: [.status("Status", .path(["status", "phase"])), .age]),
        type(
            "", "v1", "pods", "Pod", ["po"], categories: ["all"], status: true,
            columns: [
                .text("Ready", .podReady), .text("Status", .podStatus),
                .text("Restarts", .podRestarts), .age, .wide("IP", .podIP),
                .wide("Node", .path(["spec", "nodeName"])),
                .wide("Nominated Node", .path(["status", "nominatedNodeName"])),
                .wide("Readiness Gates", .none),
            ]),
        type(
            "", "v1", "services", "Service", ["svc"], categories: ["all"], status: true,
            columns: [
                .text("Type", .path(["spec", "type"])), .text("Cluster-IP", .clusterIP),
                .text("External-IP", .externalIP), .text("Port(s)", .servicePorts), .age,
                .wide("Selector", .selector),
            ]),
        type(
            "", "v1", "configmaps", "ConfigMap", ["cm"],
            columns: [.integer("Data", .dataCount), .age]),
        type(
            "", "v1", "secrets", "Secret",
            columns: [
                .text("Type", .path(["type"])), .integer("Data", .dataCount), .age,
            ]),
        type(
            "", "v1", "events", "Event", ["ev"],
            columns: [
                .text("Last Seen", .lastSeen), .text("Type", .path(["type"])),
                .text("Reason", .path(["reason"])), .text("Object", .involvedObject),
                .wide("Subobject", .path(["involvedObject", "fieldPath"])),
                .wide("Source", .eventSource), .text("Message", .path(["message"])),
                .wide("First Seen", .firstSeen), .wide("Count", .eventCount),
                .wide("Name", .path(["metadata", "name"])),
            ]),
        type(
            "", "v1", "serviceaccounts", "ServiceAccount", ["sa"],
            columns: [.integer("Secrets", .secretCount), .age]),
    ]

    private static let apps: [ServedResource] = [
        type(
            "apps", "v1", "deployments", "Deployment", ["deploy"], categories: ["all"],
            status: true, generation: true,
            columns: [
                .text("Ready", .readyOfReplicas),
                .text("Up-to-date", .count(["status", "updatedReplicas"])),
                .text("Available", .count(["status", "availableReplicas"])), .age,
                .wide("Containers", .containerNames), .wide("Images", .containerImages),
                .wide("Selector", .selector),
            ]),
        type(
            "apps", "v1", "replicasets", "ReplicaSet", ["rs"], categories: ["all"],
            status: true, generation: true,
            columns: [
                .integer("Desired", .count(["spec", "replicas"])),
                .integer("Current", .count(["status", "replicas"])),
                .integer("Ready", .count(["status", "readyReplicas"])), .age,
                .wide("Containers", .containerNames), .wide("Images", .containerImages),
                .wide("Selector", .selector),
            ]),
        type(
            "apps", "v1", "statefulsets", "StatefulSet", ["sts"], categories: ["all"],
            status: true, generation: true,
            columns: [
                .text("Ready", .readyOfReplicas), .age, .wide("Containers", .containerNames),
                .wide("Images", .containerImages),
            ]),
    ]

    private static let others: [ServedResource] = [
        type(
            "coordination.k8s.io", "v1", "leases", "Lease",
            columns: [.text("Holder", .path(["spec", "holderIdentity"])), .age]),
        type(
            "rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole",
            namespaced: false, columns: [.text("Created At", .createdAt)]),
        type(
            "rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding",
            namespaced: false, columns: [.text("Role", .roleReference), .age]),
        type(
            "rbac.authorization.k8s.io", "v1", "roles", "Role",
            columns: [.text("Created At", .createdAt)]),
        type(
            "rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding",
            columns: [.text("Role", .roleReference), .age]),
        review("selfsubjectaccessreviews", "SelfSubjectAccessReview"),
        review("selfsubjectrulesreviews", "SelfSubjectRulesReview"),
        type(
            "apiextensions.k8s.io", "v1", "customresourcedefinitions",
            "CustomResourceDefinition", ["crd", "crds"], categories: ["api-extensions"],
            namespaced: false, status: true, generation: true,
            columns: [.text("Created At", .createdAt)]),
    ]

    private static func type(
        _ group: String, _ version: String, _ plural: String, _ kind: String,
        _ shortNames: [String] = [], categories: [String] = [], namespaced: Bool = true,
        status: Bool = false, generation: Bool = false, columns: [TableColumn]
    ) -> ServedResource {
        ServedResource(
            group: group, version: version, plural: plural, singular: kind.lowercased(),
            kind: kind, listKind: kind + "List", shortNames: shortNames,
            categories: categories, isNamespaced: namespaced, hasStatus: status,
            tracksGeneration: generation, columns: [.name] + columns, storageVersion: version)
    }

    private static func review(_ plural: String, _ kind: String) -> ServedResource {
        ServedResource(
            group: "authorization.k8s.io", version: "v1", plural: plural,
            singular: kind.lowercased(), kind: kind, listKind: "", isNamespaced: false,
            verbs: ["create"], origin: .review, storageVersion: "v1")
    }
}

extension TableColumn {
    static let name = TableColumn(
        name: "Name", type: "string", format: "name",
        description:
            "Name must be unique within a namespace. Is required when creating resources, "
            + "although some resources may allow a client to request the generation of an "
            + "appropriate name automatically.",
        source: .builtIn(.path(["metadata", "name"])))
    static let age = TableColumn(
        name: "Age", type: "string",
        description: "CreationTimestamp is the server time when this object was created.",
        source: .builtIn(.age))

    static func text(_ name: String, _ cell: BuiltInCell) -> TableColumn {
        TableColumn(name: name, type: "string", source: .builtIn(cell))
    }

    static func status(_ name: String, _ cell: BuiltInCell) -> TableColumn { text(name, cell) }

    static func integer(_ name: String, _ cell: BuiltInCell) -> TableColumn {
        TableColumn(name: name, type: "integer", source: .builtIn(cell))
    }

    static func wide(_ name: String, _ cell: BuiltInCell) -> TableColumn {
        TableColumn(name: name, type: "string", priority: 1, source: .builtIn(cell))
    }
}
