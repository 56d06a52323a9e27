import CurlTransport
import Documents
import Foundation
import HTTP
import KubernetesClient
import KubernetesCore
import TestCluster
import Testing

/// Two replicas of the controller on one cluster, of which the one that works is killed in the
/// middle of an undo.
struct ControllerPlay: Sendable {
    let binary: BuiltBinary
    let settings: [String: String]
    let client: KubernetesClient
    /// Further words for the replicas: who they are.
    var identity: [String] = []
    /// Keeps the controller from changing pet buddy, and lets it again.
    var hinder: @Sendable () async throws -> Void = {}
    var relieve: @Sendable () async throws -> Void = {}

    private static let group = "petstore.example.com"
    static let pets = type("pets", "Pet")
    static let queries = type("storeinventoryqueries", "StoreInventoryQuery")
    static let policies = type("diagnosticcleanuppolicies", "DiagnosticCleanupPolicy")
    static let role = ResourceType(
        group: "rbac.authorization.k8s.io", version: "v1", plural: "clusterroles",
        kind: "ClusterRole", isNamespaced: false)
    static let lease = ResourceType(
        group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease")

    static func type(_ plural: String, _ kind: String) -> ResourceType {
        ResourceType(group: group, version: "v1alpha1", plural: plural, kind: kind)
    }

    /// One replica, its log in a file.
    struct Replica: Sendable {
        let name: String
        let process: GuardedProcess
        let log: String

        /// Its lines so far; the last one may be half written.
        var lines: [JSONValue] {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
        }

        func says(_ message: String) -> Bool {
            lines.contains { $0["message"] == .string(message) }
        }

        /// How often that came of doing that with an object, for a session or any.
        func count(
            _ action: String, _ object: String, _ outcome: String = "done",
            of session: String? = nil
        ) -> Int {
            lines.count {
                $0["action"] == .string(action) && $0["object"] == .string(object)
                    && $0["outcome"] == .string(outcome)
                    && (session == nil || $0["session"]?.stringValue == session)
            }
        }
    }

    func perform() async throws {
        try await prepare()
        let replicas = [try replica("first"), try replica("second")]
        do {
            try await act(with: replicas)
        } catch {
            let logs = replicas.map {
                "\($0.name):\n" + $0.lines.map { $0.text(.compact) + "\n" }.joined()
            }
            Issue.record("\(error)\n\(logs.joined(separator: "\n"))")
        }
    }

    private func act(with replicas: [Replica]) async throws {
        try await wait("one leads, the other one waits") {
            replicas.contains { $0.says("leading") }
                && replicas.contains { $0.says("waiting for the Lease") }
        }
        let stays = try await makeWhatStays()
        try await makeTemporary("expired", deadline: "2020-01-01T00:00:00Z")
        try await makeTemporary("aged", deadline: nil)
        for name in ["expired", "aged"] { try await waitUntilDeleted(name, by: replicas) }

        let session = try await changeTwo()
        let victim = try await halfDone(session, replicas)
        victim.process.kill()
        victim.process.waitUntilEnded()
        let survivor = try #require(replicas.first { $0.name != victim.name })
        #expect(survivor.count("restore", "pet/buddy", of: session) == 0)
        try await relieve()
        try await wait("the other one finishes it") {
            survivor.count("restore", "pet/buddy", of: session) == 1
        }
        try await expectRestored(session, replicas)
        try await makeTemporary("late", deadline: "2020-01-01T00:00:00Z")
        try await waitUntilDeleted("late", by: replicas)
        // The pass that took that one has looked at all of these as well.
        try await expectStays(stays)
        for name in ["expired", "aged", "late"] {
            let count = replicas.reduce(0) {
                $0 + $1.count("delete", "storeinventoryquery/\(name)")
            }
            #expect(count == 1, "\(name) was deleted \(count) times")
        }
        try await lookAtEndpoints(of: survivor)
        try await end(survivor)
    }

    // MARK: The stage

    /// The definition and a policy; with a role of its own also that.
    private func prepare() async throws {
        let printed = try await run("controller manifests --group \(Self.group)")
        #expect(printed.status == 0, "\(printed.errors)")
        let needed = ["Namespace", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding"]
        let plurals = [
            "namespaces", "customresourcedefinitions", "clusterroles", "clusterrolebindings",
        ]
        for json in try YAML.parse(printed.output) {
            let object = KubernetesObject(json)
            guard let index = needed.firstIndex(of: object.kind), index < 2 || !identity.isEmpty,
                let version = object.groupVersion
            else { continue }
            try await put(
                object,
                ResourceType(
                    group: version.group, version: version.version, plural: plurals[index],
                    kind: object.kind, isNamespaced: false), namespace: nil)
        }
        let policy = KubernetesObject(
            Self.policies, namespace: "default", name: "default-cleanup",
            spec: [
                "ttlExpired": true, "maxAge": "2s",
                "labelSelector": ["matchLabels": ["temporary": "true"]],
                "excludeLabels": ["team": "platform"],
            ])
        try await wait("the policy is taken") {
            do throws(KubernetesError) {
                try await put(policy, Self.policies, namespace: "default")
                return true
            } catch {
                // The definition is not served yet.
                guard error.isNotFound else { throw error }
                return false
            }
        }
        try await wait("the cast is on stage") {
            try await run("get pets").output.contains("fluffy   Synced")
        }
    }

    private func put(
        _ object: KubernetesObject, _ type: ResourceType, namespace: String?
    ) async throws(KubernetesError) {
        do throws(KubernetesError) {
            _ = try await client.create(object, type, namespace: namespace)
        } catch {
            guard error.isAlreadyExists else { throw error }
        }
    }

    private func replica(_ name: String) throws -> Replica {
        let log = binary.home.appending(path: "\(name).log").path
        let variables = settings.merging(["HOME": "\(binary.home.path)/\(name)", "USER": name]) {
            $1
        }
        let process = try GuardedProcess(
            ["/usr/bin/env"] + variables.map { "\($0.key)=\($0.value)" } + [
                binary.path, "controller", "run", "--leader-elect", "--lease-duration", "6s",
                "--metrics-address", "127.0.0.1:0",
            ] + identity, log: log)
        return Replica(name: name, process: process, log: log)
    }

    // MARK: What happens

    private func makeTemporary(
        _ name: String, deadline: String?, labels: [String: String] = [:]
    ) async throws {
        var query = KubernetesObject(Self.queries, namespace: "default", name: name, spec: [:])
        query.labels = labels.merging(["temporary": "true"]) { own, _ in own }
        if let deadline { query.annotations["diagnostics.example.com/ttl"] = deadline }
        _ = try await client.create(query, Self.queries, namespace: "default")
    }

    /// What must not go, for one reason each: its kind, name, and the uid or value that stays.
    private func makeWhatStays() async throws -> [(type: ResourceType, object: KubernetesObject)] {
        let past = "2020-01-01T00:00:00Z"
        try await makeTemporary("kept", deadline: past, labels: ["keep": "true"])
        try await makeTemporary("excluded", deadline: past, labels: ["team": "platform"])
        try await makeTemporary("plain", deadline: past, labels: ["temporary": "false"])
        // Its deletion would delete in the API.
        var pet = KubernetesObject(
            Self.pets, namespace: "default", name: "outside",
            spec: ["name": "Outside", "photoUrls": []])
        pet.labels = ["temporary": "true"]
        pet.annotations["diagnostics.example.com/ttl"] = past
        _ = try await client.create(pet, Self.pets, namespace: "default")
        // Of sessions that live.
        let manifest = binary.home.appending(path: "query.yaml")
        try Data(
            """
            apiVersion: \(Self.queries.apiVersion)
            kind: \(Self.queries.kind)
            metadata: {name: theirs}
            """.utf8
        ).write(to: manifest)
        for line in [
            "create -f \(manifest.path) --ttl 1h", "patch pet max name=Maxi --ttl 1h",
        ] {
            let done = try await run(line)
            #expect(done.status == 0, "\(line)\n\(done.errors)")
            #expect(
                (done.output + done.errors).contains("controller"), "\(done.output)\(done.errors)")
        }
        var stays: [(type: ResourceType, object: KubernetesObject)] = []
        for (type, name) in [
            (Self.queries, "kept"), (Self.queries, "excluded"), (Self.queries, "plain"),
            (Self.queries, "theirs"), (Self.pets, "outside"), (Self.pets, "max"),
        ] {
            let object = try await client.get(type, namespace: "default", name: name)
            stays.append((type, object))
        }
        return stays
    }

    private func expectStays(
        _ stays: [(type: ResourceType, object: KubernetesObject)]
    ) async throws {
        for (type, before) in stays {
            let now = try await client.get(type, namespace: "default", name: before.name)
            #expect(now.uid == before.uid, "\(before.name)")
            #expect(now.deletionTimestamp == nil, "\(before.name)")
            #expect(now.labels == before.labels, "\(before.name)")
            #expect(now.spec["name"] == before.spec["name"], "\(before.name)")
        }
    }

    /// One session changes two pets, buddy first, for a while that is long enough to get into the
    /// controller's way on this machine.
    ///
    /// - Returns: the session.
    private func changeTwo() async throws -> String {
        for lifetime in [15, 60, 180] {
            let changed = try await binary.run(
                [
                    "shell", "-c",
                    "patch pet buddy status=sold --ttl \(lifetime)s;"
                        + " patch pet fluffy status=sold --ttl \(lifetime)s; session detach",
                ], adding: settings)
            #expect(changed.status == 0, "\(changed.errors)")
            try await hinder()
            let buddy = try await client.get(Self.pets, namespace: "default", name: "buddy")
            let deadline = buddy.annotations["diagnostics.example.com/ttl"]
                .flatMap { Timestamp(rfc3339: $0) }
            let now = Timestamp(seconds: Int64(Date.now.timeIntervalSince1970))
            if let deadline, now < deadline, let session = buddy.labels["diagnostic-session"] {
                return session
            }
            // Its time was over before we were in the way.
            try await relieve()
            try await wait("it is undone") { try await status(of: "buddy") != "sold" }
        }
        throw BuiltBinary.Missing(description: "too slow for a deadline of three minutes")
    }

    private func status(of name: String) async throws -> String? {
        try await client.get(Self.pets, namespace: "default", name: name)
            .spec["status"]?.stringValue
    }

    /// Waits until the one that leads has undone one change and failed with the other one.
    private func halfDone(_ session: String, _ replicas: [Replica]) async throws -> Replica {
        var leader: Replica?
        try await wait("one change is undone, and the other one is not") {
            leader = replicas.first {
                $0.count("restore", "pet/buddy", "failed", of: session) > 0
            }
            return leader != nil
                && replicas.contains { $0.count("restore", "pet/fluffy", of: session) == 1 }
        }
        #expect(try await status(of: "fluffy") == "available")
        #expect(try await status(of: "buddy") == "sold")
        return try #require(leader)
    }

    private func expectRestored(_ session: String, _ replicas: [Replica]) async throws {
        for name in ["fluffy", "buddy"] {
            let pet = try await client.get(Self.pets, namespace: "default", name: name)
            #expect(pet.deletionTimestamp == nil)
            #expect(pet.labels["temporary-change"] == nil)
            #expect(pet.labels["diagnostic-session"] == nil)
            #expect(pet.annotations.keys.allSatisfy { !$0.contains("original-state") })
            let count = replicas.reduce(0) {
                $0 + $1.count("restore", "pet/\(name)", of: session)
            }
            #expect(count == 1, "\(name) was restored \(count) times")
        }
        #expect(try await status(of: "buddy") != "sold")
    }

    private func waitUntilDeleted(_ name: String, by replicas: [Replica]) async throws {
        try await wait("\(name) is deleted") {
            replicas.contains { $0.count("delete", "storeinventoryquery/\(name)") > 0 }
        }
        do throws(KubernetesError) {
            let left = try await client.get(Self.queries, namespace: "default", name: name)
            Issue.record("still there: \(left.json.text())")
        } catch {
            guard error.isNotFound else { throw error }
        }
    }

    // MARK: From outside

    private func lookAtEndpoints(of replica: Replica) async throws {
        let line = replica.lines.first { $0["message"] == "answering metrics and health" }
        let port = try #require(line?["port"]?.integerValue)
        let wire = CurlTransport(TransportConfiguration())
        func ask(_ path: String) async throws -> (status: Int, text: String) {
            let answer = try await wire.send(HTTPRequest(.get, "http://127.0.0.1:\(port)\(path)"))
            let body = try await answer.body.collect()
            return (answer.status, String(decoding: body, as: UTF8.self))
        }
        #expect(try await ask("/healthz").status == 200)
        #expect(try await ask("/readyz").status == 200)
        #expect(try await ask("/nothing").status == 404)
        // The pass is counted after what it did was told.
        try await wait("the metrics tell of it") {
            let lines = try await ask("/metrics").text.split(separator: "\n")
            func value(_ name: String) -> Int {
                lines.first { $0.hasPrefix("petstore_cli_cleanup_\(name) ") }
                    .flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
            }
            return value("leader") == 1 && value("policies") == 1
                && value("restored_total") >= 1 && value("deleted_total") >= 1
        }
    }

    /// Told to end, it gives the Lease back.
    private func end(_ replica: Replica) async throws {
        replica.process.stop()
        replica.process.waitUntilEnded()
        #expect(replica.says("no longer leading"))
        do throws(KubernetesError) {
            _ = try await client.get(
                Self.lease, namespace: "petstore-system", name: "petstore-cli-cleanup")
            Issue.record("the Lease is still there")
        } catch {
            guard error.isNotFound else { throw error }
        }
    }

    func run(_ line: String) async throws -> BuiltBinary.Result {
        try await binary.run(line.split(separator: " ").map(String.init), adding: settings)
    }

    /// Waits until something holds, for as long as a busy machine may take.
    func wait(_ what: String, _ holds: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(240)
        while ContinuousClock.now < end {
            if try await holds() { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw BuiltBinary.Missing(description: "never: \(what)")
    }
}
