import Catalog
import Diagnostics
import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import Sandbox
import SandboxAPIServer
import SandboxOperator
import SandboxPetstoreService
import Synchronization
import Testing

@testable import Verbs

/// Bad situations that stand on one stage side by side, and what is said about each.
struct Scene: Sendable, CustomTestStringConvertible {
    var name: String
    var configure: @Sendable (inout OperatorConfiguration) -> Void = { _ in }
    var arrange: @Sendable (Props) async throws -> Void
    var rows: [Row]

    var testDescription: String { name }

    /// One situation and its verdict.
    struct Row: Sendable {
        var situation: String
        /// What is typed behind `diagnose`.
        var line: String
        var check: CheckID
        var severity: Severity
        /// Words that summary and cause together hold.
        var words: [String]
        var status: Int32
        /// Further verdicts of the same diagnosis.
        var also: [CheckID: Severity]

        init(
            _ situation: String, _ line: String, _ check: CheckID, _ severity: Severity,
            _ words: [String], exit status: Int32, also: [CheckID: Severity] = [:]
        ) {
            self.situation = situation
            self.line = line
            self.check = check
            self.severity = severity
            self.words = words
            self.status = status
            self.also = also
        }
    }

    /// Plays the scene: everything is arranged, then every row is looked at.
    func play() async throws {
        let time = SceneTime()
        var options = SandboxOptions()
        options.clock = SandboxClock { time.now() }
        options.configureOperator = configure
        let stage = try await Stage(options)
        let props = Props(stage, time)
        try await arrange(props)
        for row in rows {
            let outcome = await stage.run("diagnose \(row.line) -o json")
            let where_ = "\(row.situation): \(outcome.errors)"
            #expect(outcome.status.code == row.status, "\(where_)")
            guard !outcome.output.isEmpty else {
                for word in row.words { #expect(outcome.errors.contains(word), "\(where_)") }
                continue
            }
            let json = try JSONValue(parsing: outcome.output)
            let findings = json["items"]?[0]?["findings"]?.arrayValue ?? []
            func found(_ check: CheckID) -> JSONValue? {
                findings.first { $0["id"]?.stringValue == check.rawValue }
            }
            let main = found(row.check)
            let text = [main?["summary"]?.stringValue, main?["cause"]?.stringValue]
                .compactMap { $0 }.joined(separator: ": ")
            #expect(main?["severity"]?.stringValue == row.severity.rawValue, "\(where_) \(text)")
            for word in row.words { #expect(text.contains(word), "\(row.situation)") }
            for (check, severity) in row.also {
                let other = found(check)
                #expect(
                    other?["severity"]?.stringValue == severity.rawValue,
                    "\(row.situation): \(check) \(other?["summary"]?.stringValue ?? "")")
            }
        }
        _ = await props.shell.access.close()
    }
}

/// How far the sandbox's time is ahead.
final class SceneTime: Sendable {
    private let offset = Mutex(Duration.zero)
    var value: Duration {
        get { offset.withLock { $0 } }
        set { offset.withLock { $0 = newValue } }
    }

    func now() -> Timestamp { OperatorClock.system.now() + value }
}

/// What puts a sandbox into a bad state.
struct Props: Sendable {
    let stage: Stage
    private let clock: SceneTime
    private let client: KubernetesClient
    /// A shell that is left open while the scene is looked at.
    let shell: ShellState

    init(_ stage: Stage, _ clock: SceneTime) {
        self.stage = stage
        shell = stage.shell()
        self.clock = clock
        client = KubernetesClient(
            connection: ClusterConnection(
                server: "http://stage", namespace: "default", contextName: "", clusterName: "",
                userName: ""),
            transport: InProcessTransport(stage.cluster.server))
    }

    static func type(_ plural: String) -> ResourceType {
        let kinds = [
            "pets": "Pet", "orders": "Order", "users": "User",
            "petfindbystatusqueries": "PetFindbystatusQuery",
            "storeinventoryqueries": "StoreInventoryQuery",
            "petuploadimageactions": "PetUploadimageAction",
            "petstoreaggregates": "PetstoreAggregate", "petstorebundles": "PetstoreBundle",
        ]
        switch plural {
        case "pods", "namespaces":
            return ResourceType(
                group: "", version: "v1", plural: plural,
                kind: plural == "pods" ? "Pod" : "Namespace", isNamespaced: plural == "pods")
        case "leases":
            return ResourceType(
                group: "coordination.k8s.io", version: "v1", plural: plural, kind: "Lease")
        case "deployments":
            return ResourceType(group: "apps", version: "v1", plural: plural, kind: "Deployment")
        default:
            return ResourceType(
                group: "petstore.example.com", version: "v1alpha1", plural: plural,
                kind: kinds[plural] ?? plural)
        }
    }

    @discardableResult
    func create(
        _ plural: String, _ name: String, _ spec: JSONValue, _ metadata: JSONValue = [:],
        in namespace: String = "default"
    ) async throws -> KubernetesObject {
        let type = Self.type(plural)
        var object = KubernetesObject(type, namespace: namespace, name: name, spec: spec)
        for member in metadata.objectValue ?? JSONObject() {
            object.metadata[member.name] = member.value
        }
        return try await client.create(object, type, namespace: type.isNamespaced ? namespace : nil)
    }

    func patch(
        _ plural: String, _ name: String, _ patch: JSONValue, status: Bool = false,
        in namespace: String = "default"
    ) async throws {
        _ = try await client.patch(
            .merge(patch), Self.type(plural), namespace: namespace, name: name,
            subresource: status ? "status" : nil)
    }

    func setStatus(_ plural: String, _ name: String, _ status: JSONValue) async throws {
        try await patch(plural, name, ["status": status], status: true)
    }

    func delete(_ plural: String, _ name: String, in namespace: String = "default") async throws {
        _ = try await client.delete(Self.type(plural), namespace: namespace, name: name)
    }

    /// Waits until the operator has put an object into a state.
    func wait(
        _ plural: String, _ name: String, _ holds: @escaping @Sendable (JSONValue) -> Bool
    ) async throws {
        try await eventually {
            let object = try await client.get(
                Self.type(plural), namespace: "default", name: name)
            return holds(object.status)
        }
    }

    func wait(_ plural: String, _ name: String, _ state: String) async throws {
        try await wait(plural, name) { $0["state"]?.stringValue == state }
    }

    /// Something is wrong with these instances of the service.
    func suffer(_ fault: ServiceFault, _ instances: [Int] = [0, 1, 2]) async {
        for instance in instances { await stage.cluster.fleet.instances[instance].suffer(fault) }
    }

    /// The operator looks at an object again now.
    func touch(_ plural: String, _ name: String) async throws {
        try await patch(plural, name, ["metadata": ["annotations": ["touched": "yes"]]])
    }

    func stopOperator() async { await stage.cluster.stop() }

    /// All of it was so long ago.
    func later(by span: Duration) { clock.value = span }

    var now: Timestamp { clock.now() }

    /// Takes rights away from anna alone: operator and sandbox keep theirs.
    func forbid(_ rules: [(verb: String, resource: String)]) {
        stage.cluster.server.policy = AccessPolicy { request in
            let what =
                request.subresource.isEmpty
                ? request.resource : "\(request.resource)/\(request.subresource)"
            let isForbidden = rules.contains {
                $0.resource == what && ($0.verb == "*" || $0.verb == request.verb)
            }
            return isForbidden && request.requester.name == "anna" ? "" : nil
        }
    }
}
