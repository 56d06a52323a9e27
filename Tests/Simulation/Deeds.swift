import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import Session
import Synchronization

/// A client of one cluster on which nothing goes wrong.
private struct DirectTransport: Transport {
    let server: APIServer

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        await server.handle(request)
    }
}

extension World {
    private static let manager = "kubectl-edit"

    private static func client(_ server: APIServer) -> KubernetesClient {
        KubernetesClient(
            connection: ClusterConnection(server: "https://cluster"),
            transport: DirectTransport(server: server))
    }

    func object(_ name: String, in server: APIServer? = nil) async -> JSONValue? {
        // Absent is an answer here.
        try? await Self.client(server ?? real).get(
            Cluster.pets, namespace: "default", name: name
        ).json
    }

    /// Both clusters with the kind and its first objects.
    func furnish() async throws {
        for server in [real, shadow] {
            let client = Self.client(server)
            _ = try await client.create(
                KubernetesObject(Cluster.definition), Cluster.definitions, namespace: nil,
                options: WriteOptions())
            for name in Scenario.objects { try await makePet(name, client) }
        }
        guard scenario.hasController else { return }
        _ = try await Self.client(real).create(
            KubernetesObject(
                Cluster.namespaces, namespace: nil, name: SessionLease.controllerNamespace,
                spec: [:]), Cluster.namespaces, namespace: nil, options: WriteOptions())
        let lease = SessionLease(
            name: SessionLease.controllerName, namespace: SessionLease.controllerNamespace,
            holder: "controller", renewed: EventLoop.shared.now, duration: .seconds(1_000_000))
        _ = try await Self.client(real).create(
            lease.object, SessionLease.type, namespace: lease.namespace,
            options: WriteOptions())
    }

    /// The sign of life of a session, as the server has it.
    func lease(of session: String) async -> SessionLease? {
        // Absent is an answer here.
        (try? await Self.client(real).get(
            SessionLease.type, namespace: "default", name: SessionLease.name(of: session))).flatMap
        {
            SessionLease($0)
        }
    }

    /// Takes off what holds objects that are to go.
    func letGo() async {
        for server in [real, shadow] {
            for name in scenario.names {
                guard let object = await object(name, in: server),
                    object["metadata"]?["finalizers"] != nil
                else { continue }
                // Gone by itself: as good.
                _ = try? await Self.client(server).patch(
                    .merge(["metadata": ["finalizers": .null]]), Cluster.pets,
                    namespace: "default", name: name,
                    options: WriteOptions(fieldManager: Self.manager))
            }
        }
    }

    /// A pet that GitOps applied and others have edited since.
    private func makePet(_ name: String, _ client: KubernetesClient) async throws {
        let applied = Cluster.manifest(name, scenario)
        _ = try await client.patch(
            .apply(applied, fieldManager: "gitops", force: false), Cluster.pets,
            namespace: "default", name: name, options: WriteOptions())
        _ = try await client.patch(
            .merge(["spec": ["category": ["name": "Dogs"], "id": 123]]), Cluster.pets,
            namespace: "default", name: name, options: WriteOptions(fieldManager: Self.manager))
    }

    /// Does something to the real object, and to its shadow if it had an effect.
    func carryOut(_ deed: Deed) async {
        let before = await object(deed.object)
        if case .sync = deed.kind {
        } else {
            trace("others: \(deed.name) (\(deed.number), \(deed.object))")
        }
        let isDone = await apply(deed, to: real, copying: before)
        let after = await object(deed.object)
        guard isDone, before != after else {
            if case .sync = deed.kind {} else { trace("others: that changed nothing") }
            return
        }
        count(.deed, deed.name)
        if case .remove = deed.kind, let spot = deed.spot,
            let before, Tree.value(Tree.of(before), spot) != nil,
            let now = await object(deed.object, in: shadow), Tree.value(Tree.of(now), spot) == nil
        {
            // They remove something of ours: there is none in the shadow.
            return judge.withLock { $0.othersDid(deed, before: before, after: after) }
        }
        judge.withLock { $0.othersDid(deed, before: before, after: after) }
        if case .adopt = deed.kind, let after {
            // What was ours is theirs now.
            return await makePermanent(.appears(deed.object, after))
        }
        guard await apply(deed, to: shadow, copying: before) else {
            if let spot = deed.spot {
                // It rests on something of ours, so the shadow has no place for it.
                judge.withLock { $0.loosen(deed.object, spot) }
            }
            return
        }
    }

    /// - Returns: whether the server took it.
    private func apply(
        _ deed: Deed, to server: APIServer, copying original: JSONValue?
    ) async -> Bool {
        let client = Self.client(server)
        do throws(KubernetesError) {
            switch deed.kind {
            case .sync: return try await sync(deed.object, client)
            case .rewrite: return try await rewrite(deed.object, client)
            case .delete: try await delete(deed.object, client)
            case .make where await object(deed.object, in: real) != nil && server === real:
                return false
            case .recreate, .make:
                try await clear(deed.object, server)
                do {
                    try await makePet(deed.object, client)
                } catch {
                    return false
                }
            case .restoreCopy:
                guard let original else { return false }
                try await clear(deed.object, server)
                _ = try await client.create(
                    KubernetesObject(Self.backup(of: original)), Cluster.pets,
                    namespace: "default", options: WriteOptions())
            default:
                guard let now = await object(deed.object, in: server),
                    let patch = deed.patch(on: now)
                else { return false }
                _ = try await client.patch(
                    patch, Cluster.pets, namespace: "default", name: deed.object,
                    options: WriteOptions(fieldManager: Self.manager))
            }
            return true
        } catch {
            return false
        }
    }

    private func delete(
        _ name: String, _ client: KubernetesClient
    ) async throws(KubernetesError) {
        _ = try await client.delete(
            Cluster.pets, namespace: "default", name: name, options: DeleteOptions())
    }

    /// Deletes what is to be made anew, whatever holds it; what sessions make need not be there.
    private func clear(_ name: String, _ server: APIServer) async throws(KubernetesError) {
        guard !Scenario.objects.contains(name) || server === shadow else {
            return try await delete(name, Self.client(server))
        }
        guard let object = await object(name, in: server) else { return }
        let client = Self.client(server)
        if object["metadata"]?["finalizers"] != nil {
            _ = try await client.patch(
                .merge(["metadata": ["finalizers": .null]]), Cluster.pets, namespace: "default",
                name: name, options: WriteOptions(fieldManager: Self.manager))
        }
        guard await self.object(name, in: server) != nil else { return }
        try await delete(name, client)
    }

    private static func backup(of object: JSONValue) -> JSONValue {
        var copy = object
        var metadata = object["metadata"] ?? [:]
        for name in [
            "uid", "resourceVersion", "creationTimestamp", "generation", "managedFields",
        ] {
            metadata[name] = .none
        }
        copy["metadata"] = metadata
        return copy
    }

    /// The operator reports that the API holds what the spec says.
    private func sync(
        _ name: String, _ client: KubernetesClient
    ) async throws(KubernetesError) -> Bool {
        let object = try await client.get(Cluster.pets, namespace: "default", name: name)
        let status: JSONValue = [
            "state": "Synced", "observedGeneration": .integer(object.generation ?? 0),
            "response": ["success": true, "data": object.spec],
        ]
        guard object.json["status"] != status else { return false }
        _ = try await client.patch(
            .json(JSONPatch([.add(JSONPointer(tokens: ["status"]), status)])), Cluster.pets,
            namespace: "default",
            name: name, subresource: "status",
            options: WriteOptions(fieldManager: "petstore-operator"))
        return true
    }

    /// The operator writes the spec back as its types have it (Seen live 8).
    ///
    /// Its types drop a member that is empty, and no member for what its members hold: of a map
    /// entries with empty texts stay, and so does the map.
    private func rewrite(
        _ name: String, _ client: KubernetesClient
    ) async throws(KubernetesError) -> Bool {
        var object = try await client.get(Cluster.pets, namespace: "default", name: name)
        var spec = object.spec
        for member in spec.objectValue ?? JSONObject()
        where Tree.isEmpty(member.value) && member.name != "mergeOnUpdate"
            && (member.value.objectValue?.isEmpty ?? true)
        {
            spec[member.name] = .none
        }
        if spec["category"] == nil { spec["category"] = [:] }
        guard spec != object.spec else { return false }
        object.json["spec"] = spec
        _ = try await client.replace(
            object, Cluster.pets, namespace: "default", name: name,
            options: WriteOptions(fieldManager: "petstore-operator"))
        return true
    }

    /// Makes part of the shadow what is there for good.
    func makePermanent(_ permanent: Judge.Permanent) async {
        switch permanent {
        case .values(let kept): await makePermanent(kept)
        case .goes(let name):
            // It need not be there.
            try? await delete(name, Self.client(shadow))
        case .appears(let name, let object):
            do throws(KubernetesError) {
                try await clear(name, shadow)
                _ = try await Self.client(shadow).create(
                    KubernetesObject(Self.backup(of: object)), Cluster.pets,
                    namespace: "default", options: WriteOptions())
            } catch {
                violation("set-up", "the shadow does not take \(name): \(error.message)")
            }
        }
    }

    private func makePermanent(_ kept: Judge.Kept) async {
        let client = Self.client(shadow)
        for (spot, value) in kept.values {
            // Missing parents come first; those that are there stay as they are.
            guard let now = await object(kept.object, in: shadow) else { return }
            var operations: [JSONPatch.Operation] = []
            for depth in 1..<spot.count {
                let parent = Array(spot.prefix(depth))
                if Tree.value(now, parent) == nil, value != nil {
                    operations.append(.add(JSONPointer(tokens: parent), [:]))
                }
            }
            let pointer = JSONPointer(tokens: spot)
            if let value {
                operations.append(.add(pointer, value))
            } else if Tree.value(now, spot) != nil {
                operations.append(.remove(pointer))
            }
            guard !operations.isEmpty else { continue }
            do {
                _ = try await client.patch(
                    .json(JSONPatch(operations)), Cluster.pets, namespace: "default",
                    name: kept.object, options: WriteOptions(fieldManager: "petstore-cli"))
            } catch {
                judge.withLock { $0.loosen(kept.object, spot) }
            }
        }
    }
}

extension Deed {
    /// The place that it is about; nil where it is the whole object.
    var spot: Spot? {
        switch kind {
        // A merge patch of an object means its members.
        case .set(.category, _): Field.categoryName.spot("")
        case .set(.target, _): Field.pod.spot("")
        case .set(let field, let key): field.spot(key)
        case .remove(let field): field.spot("http")
        case .replaceTarget, .wipeTarget: ["spec", "target"]
        case .addPort: ["spec", "ports", "their-\(number)"]
        case .dropPort(let key): ["spec", "ports", key]
        case .sync, .rewrite, .delete, .recreate, .restoreCopy, .make, .adopt, .hold: nil
        }
    }

    var isRemoval: Bool {
        switch kind {
        case .remove, .wipeTarget: true
        default: false
        }
    }

    /// The patch of somebody who looks at the object now; nil where there is nothing to do.
    func patch(on object: JSONValue) -> Patch? {
        let ports = object["spec"]?["ports"]?.arrayValue ?? []
        func index(_ key: String) -> Int? {
            ports.firstIndex { $0["name"]?.stringValue == key }
        }
        switch kind {
        case .set(.port, let key):
            guard let index = index(key), let value = Field.port.theirs(number) else {
                return nil
            }
            let item = JSONPointer(tokens: ["spec", "ports", String(index)])
            return .json(
                JSONPatch([
                    .test(item.appending("name"), .string(key)),
                    .replace(item.appending("port"), value),
                ]))
        case .set(let field, _):
            return field.theirs(number).map { .merge(Self.nested(field.spot(""), $0)) }
        case .remove(let field):
            return field == .port ? nil : .merge(Self.nested(field.spot(""), .null))
        case .replaceTarget:
            return .json(
                JSONPatch([
                    .add(
                        JSONPointer(tokens: ["spec", "target"]),
                        ["podOrdinal": .integer(Int64(Self.firstNumber + number))])
                ]))
        case .wipeTarget: return .merge(["spec": ["target": .null]])
        case .addPort:
            guard !ports.isEmpty else { return nil }
            return .json(
                JSONPatch([
                    .add(
                        JSONPointer(tokens: ["spec", "ports", "0"]),
                        [
                            "name": .string("their-\(number)"),
                            "port": .integer(Int64(Self.firstNumber + number)),
                        ])
                ]))
        case .dropPort(let key):
            guard let index = index(key) else { return nil }
            let item = JSONPointer(tokens: ["spec", "ports", String(index)])
            return .json(
                JSONPatch([.test(item.appending("name"), .string(key)), .remove(item)]))
        case .adopt:
            guard object["metadata"]?["deletionTimestamp"] == nil,
                Judge.records(Tree.of(object)).isEmpty
            else { return nil }
            let marks = object["metadata"]?["annotations"]?.objectValue ?? JSONObject()
            let ours = marks.map(\.name).filter { $0.contains("/creation.") }
            guard !ours.isEmpty else { return nil }
            let none = JSONObject(ours.map { JSONObject.Member($0, .null) })
            return .merge([
                "metadata": ["annotations": .object(none), "labels": ["temporary": .null]]
            ])
        case .hold:
            guard object["metadata"]?["deletionTimestamp"] == nil else { return nil }
            return .merge(["metadata": ["finalizers": ["example.com/held"]]])
        case .sync, .rewrite, .delete, .recreate, .restoreCopy, .make: return nil
        }
    }

    private static func nested(_ spot: Spot, _ value: JSONValue) -> JSONValue {
        spot.reversed().reduce(value) { inner, name in [name: inner] }
    }
}
