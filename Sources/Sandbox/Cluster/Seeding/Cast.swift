import Documents
import KubernetesCore
import SandboxPetstoreService

/// Who is on stage when the sandbox opens: the names of the specification, with their troubles.
enum Cast {
    /// An object to be created, and how long ago that was.
    struct Member {
        var object: KubernetesObject
        var type: ResourceType
        var age: Duration
        /// Written by the status subresource afterwards.
        var status: JSONValue?
    }

    static let namespace = "default"
    static let systemNamespace = "petstore-system"
    static let workload = "petstore-api"
    static let release = "petstore"
    /// Marks what the sandbox put into a cluster.
    static let mark = ("app.kubernetes.io/managed-by", "petstore-sandbox")

    private static let minute = Duration.seconds(60)
    private static let day = Duration.seconds(86_400)
    private static let production = ["environment": "production"]

    // MARK: the REST API

    /// What the API holds before the operator comes.
    static let service = PetstoreStore(
        pets: [
            [
                "id": 125, "category": ["id": 1, "name": "Dogs"], "name": "Bella",
                "photoUrls": ["https://photos.example.com/bella.jpg"], "status": "sold",
            ],
            [
                "id": 127, "category": ["id": 3, "name": "Rabbits"], "name": "Rex",
                "photoUrls": [], "status": "available",
            ],
        ],
        users: [
            [
                "id": 456, "username": "john", "firstName": "John", "lastName": "James",
                "email": "john@email.com", "password": "12345", "phone": "12345",
                "userStatus": 1,
            ]
        ])

    /// What is wrong with it: bella's status comes back as `sold` after each write, and nobody
    /// can reach order 456.
    static let faults: [ServiceFault] = [
        .drift(
            ObjectDrift(
                ObjectName(.pet, "125"), field: "status", value: "sold", persists: true)),
        .failObject(ObjectName(.order, "456")),
    ]

    // MARK: the cluster

    /// The namespaces, the workload with its pods at these addresses, and the operator's own
    /// Deployment with its command line.
    static func stage(
        hosts: [String], port: Int, namespace: String, command: [String]
    ) -> [Member] {
        let labels: JSONValue = [
            "app": .string(workload), "app.kubernetes.io/name": .string(workload),
            "app.kubernetes.io/instance": .string(release),
        ]
        let selector: JSONValue = ["app": .string(workload)]
        let template = podTemplate(labels, image: "petstore-api:1.0.27", port: port)
        let replicas = Int64(hosts.count)
        var members = [systemNamespace, namespace].map { name in
            Member(
                object: object(CoreTypes.namespaces, nil, name, [:]), type: CoreTypes.namespaces,
                age: day * 30)
        }
        members.append(
            Member(
                object: object(
                    CoreTypes.services, namespace, workload,
                    [
                        "clusterIP": "None", "selector": selector,
                        "ports": [["name": "http", "port": .integer(Int64(port))]],
                    ], labels: labels), type: CoreTypes.services, age: day * 30))
        members.append(
            Member(
                object: object(
                    CoreTypes.statefulSets, namespace, workload,
                    [
                        "replicas": .integer(replicas), "serviceName": .string(workload),
                        "selector": ["matchLabels": selector], "template": template,
                    ], labels: labels), type: CoreTypes.statefulSets, age: day * 30,
                status: [
                    "replicas": .integer(replicas), "readyReplicas": .integer(replicas),
                    "availableReplicas": .integer(replicas),
                    "currentReplicas": .integer(replicas), "updatedReplicas": .integer(replicas),
                    "observedGeneration": 1,
                ]))
        for (ordinal, host) in hosts.enumerated() {
            members.append(pod(ordinal, host, labels, template, namespace))
        }
        members.append(controllerManager(command))
        return members
    }

    private static func controllerManager(_ command: [String]) -> Member {
        let labels: JSONValue = ["control-plane": "controller-manager"]
        return Member(
            object: object(
                CoreTypes.deployments, systemNamespace, "controller-manager",
                [
                    "replicas": 1, "selector": ["matchLabels": labels],
                    "template": podTemplate(
                        labels, image: "petstore-operator:sandbox", port: 8081, command: command),
                ], labels: labels), type: CoreTypes.deployments, age: day * 30,
            status: [
                "replicas": 1, "readyReplicas": 1, "availableReplicas": 1, "updatedReplicas": 1,
                "observedGeneration": 1,
            ])
    }

    private static func podTemplate(
        _ labels: JSONValue, image: String, port: Int, command: [String] = []
    ) -> JSONValue {
        var container: JSONValue = [
            "name": "main", "image": .string(image),
            "ports": [["containerPort": .integer(Int64(port))]],
        ]
        if !command.isEmpty { container["args"] = .array(command.map(JSONValue.string)) }
        return ["metadata": ["labels": labels], "spec": ["containers": [container]]]
    }

    private static func pod(
        _ ordinal: Int, _ host: String, _ labels: JSONValue, _ template: JSONValue,
        _ namespace: String
    ) -> Member {
        let name = "\(workload)-\(ordinal)"
        var own = labels
        own["statefulset.kubernetes.io/pod-name"] = .string(name)
        let conditions: [JSONValue] = ["Initialized", "Ready", "ContainersReady", "PodScheduled"]
            .map { ["type": .string($0), "status": "True"] }
        return Member(
            object: object(
                CoreTypes.pods, namespace, name, template["spec"] ?? [:], labels: own),
            type: CoreTypes.pods, age: day * 3,
            status: [
                "phase": "Running", "podIP": .string(host), "hostIP": "127.0.0.1",
                "podIPs": [["ip": .string(host)]], "conditions": .array(conditions),
                "containerStatuses": [
                    [
                        "name": "main", "ready": true, "restartCount": 0, "started": true,
                        "image": template["spec", "containers"]?[0]?["image"] ?? "",
                        "imageID": "", "state": ["running": [:]],
                    ]
                ],
            ])
    }

    /// The CustomResourceDefinitions.
    static var definitions: [Member] {
        (PetstoreDefinitions.all + ShelterDefinitions.all).map {
            Member(
                object: KubernetesObject($0.manifest), type: CoreTypes.definitions, age: day * 30)
        }
    }

    /// The custom resources.
    static func actors(in namespace: String) -> [Member] {
        [
            petstore(
                "Pet", "fluffy", day * 2,
                pet(123, "Fluffy", "available", category: 1, "Dogs"), namespace),
            petstore(
                "Pet", "buddy", day,
                pet(124, "Buddy", "available", category: 1, "Dogs"), namespace),
            petstore(
                "Pet", "max", minute * 5,
                pet(nil, "Max", "pending", category: 2, "Cats"), namespace),
            petstore(
                "Pet", "bella", day * 3,
                pet(125, "Bella", "available", category: 1, "Dogs"), namespace),
            petstore(
                "Order", "order-456", day,
                ["id": 456, "petId": 123, "quantity": 1, "status": "placed"], namespace),
            petstore(
                "Order", "order-789", day,
                [
                    "id": 789, "petId": 124, "quantity": 2, "shipDate": "2024-01-27T10:00:00Z",
                    "status": "approved", "complete": true,
                ], namespace),
            petstore(
                "User", "john", day * 3,
                [
                    "username": "john", "firstName": "John", "lastName": "James",
                    "email": "john@email.com",
                ], namespace),
            petstore(
                "StoreInventoryQuery", "inventory-check", day, ["executionInterval": "5m"],
                namespace),
            petstore(
                "PetstoreAggregate", "production-health", day * 3, productionHealth, namespace),
        ] + shelter(in: namespace)
    }

    private static let productionHealth: JSONValue = [
        "resourceSelectors": .array(
            ["Pet", "Order", "User"].map {
                ["kind": .string($0), "matchLabels": ["environment": "production"]]
            }),
        "derivedValues": [
            ["name": "healthPercentage", "expression": "summary.synced * 100 / summary.total"],
            [
                "name": "failedResources",
                "expression":
                    "resources.filter(r, r.status.state == 'Failed').map(r, r.metadata.name)",
            ],
        ],
    ]

    private static func shelter(in namespace: String) -> [Member] {
        [
            member(
                ShelterDefinitions.all, "Animal", "rex", day,
                ["id": 127, "name": "Rex", "status": "available"], namespace),
            member(
                ShelterDefinitions.all, "AnimalStockQuery", "stock-check", day,
                ["reExecuteInterval": "5m"], namespace),
            member(
                ShelterDefinitions.all, "ShelterAggregate", "shelter-health", day,
                ["resourceSelectors": [["kind": "Animal"], ["kind": "AnimalStockQuery"]]],
                namespace),
        ]
    }

    private static func petstore(
        _ kind: String, _ name: String, _ age: Duration, _ spec: JSONValue, _ namespace: String
    ) -> Member {
        var labelled = member(PetstoreDefinitions.all, kind, name, age, spec, namespace)
        labelled.object.labels = production
        return labelled
    }

    private static func member(
        _ definitions: [Definition], _ kind: String, _ name: String, _ age: Duration,
        _ spec: JSONValue, _ namespace: String
    ) -> Member {
        let definition = definitions.first { $0.kind == kind }
        let type = ResourceType(
            group: definition?.group ?? "", version: Definition.version,
            plural: definition?.plural ?? "", kind: kind)
        return Member(
            object: KubernetesObject(type, namespace: namespace, name: name, spec: spec),
            type: type, age: age)
    }

    private static func pet(
        _ id: Int64?, _ name: String, _ status: String, category: Int64, _ label: String
    ) -> JSONValue {
        var spec: JSONValue = [:]
        if let id { spec["id"] = .integer(id) }
        spec["name"] = .string(name)
        spec["status"] = .string(status)
        spec["category"] = ["id": .integer(category), "name": .string(label)]
        spec["photoUrls"] = [.string("https://photos.example.com/\(name.lowercased()).jpg")]
        return spec
    }

    private static func object(
        _ type: ResourceType, _ namespace: String?, _ name: String, _ spec: JSONValue,
        labels: JSONValue? = nil
    ) -> KubernetesObject {
        var object = KubernetesObject(type, namespace: namespace, name: name, spec: spec)
        if var labels {
            labels[mark.0] = .string(mark.1)
            object.metadata["labels"] = labels
        }
        return object
    }
}

/// The built-in types that the sandbox itself writes.
enum CoreTypes {
    static let namespaces = ResourceType(
        group: "", version: "v1", plural: "namespaces", kind: "Namespace", isNamespaced: false)
    static let services = ResourceType(
        group: "", version: "v1", plural: "services", kind: "Service")
    static let pods = ResourceType(group: "", version: "v1", plural: "pods", kind: "Pod")
    static let statefulSets = ResourceType(
        group: "apps", version: "v1", plural: "statefulsets", kind: "StatefulSet")
    static let deployments = ResourceType(
        group: "apps", version: "v1", plural: "deployments", kind: "Deployment")
    static let definitions = ResourceType(
        group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions",
        kind: "CustomResourceDefinition", isNamespaced: false)
}
