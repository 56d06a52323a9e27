import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import Synchronization
import Testing

@testable import Session

/// Answers in place of the server where a test says so.
private struct AnsweringTransport: Transport {
    let inner: any Transport
    let answer: @Sendable (HTTPRequest) -> HTTPResponse?

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        if let response = answer(request) { return response }
        return try await inner.send(request)
    }
}

private func response(_ status: Int, _ json: JSONValue) -> HTTPResponse {
    HTTPResponse(status: status, body: HTTPBody(json.bytes(.compact)))
}

/// P2, P11, P15, P18, P19: servers, clocks and networks that misbehave.
@Suite("Promises kept against servers and clocks")
struct PromiseTests {
    @Test("P2: a server that refuses every write of ours to spec without a record sees none")
    func atomic() async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let sinners = Mutex<[String]>([])
        let writes = Mutex(0)
        let wire = AnsweringTransport(inner: InProcessTransport(harness.server)) { request in
            guard request.method == .patch, request.url.contains("/pets/"),
                let patch = try? JSONValue(parsing: request.body ?? []).arrayValue
            else { return nil }
            let changes = patch.filter { $0["op"] != "test" }
            func touches(_ start: String) -> Bool {
                changes.contains { $0["path"]?.stringValue?.hasPrefix(start) == true }
            }
            guard touches("/spec") else { return nil }
            writes.withLock { $0 += 1 }
            let annotations = changes.filter {
                $0["path"]?.stringValue?.hasPrefix("/metadata/annotations") == true
            }
            guard annotations.contains(where: { $0.text().contains("original-state.") }) else {
                sinners.withLock { $0.append(JSONValue.array(patch).text()) }
                return response(403, Self.status(403, "Forbidden"))
            }
            return nil
        }
        let session = harness.session(transport: wire)
        for edits in SessionTests.changes.prefix(5) {
            _ = try await session.change(Harness.request(edits))
        }
        _ = await session.undo(.numbers([2]))
        #expect(await session.close().isComplete)
        #expect(sinners.withLock { $0 } == [])
        #expect(writes.withLock { $0 } > 10)
        #expect(try await harness.essence() == before)
    }

    @Test("P11: a client clock that is a day off does not matter", arguments: [-86400, 86400])
    func wrongClock(offset: Int) async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        var environment = harness.environment()
        let clock = harness.clock
        environment.clock.now = { clock.now + .seconds(offset) }
        let session = Session.begin(
            in: .inMemory(), cluster: Harness.cluster, client: harness.admin,
            environment: environment)
        let entry = try await session.change(
            Harness.request(Harness.ours, lifetime: .seconds(600)))
        let deadline = try #require(entry.deadline)
        #expect(deadline - harness.clock.now <= .seconds(601))
        #expect(deadline - harness.clock.now >= .seconds(595))
        #expect(try await harness.leases().first?.isFresh(at: harness.clock.now) == true)
        harness.clock.advance(.seconds(590))
        #expect(await session.tend().report.lines.isEmpty)
        harness.clock.advance(.seconds(20))
        #expect(await session.tend().report.lines.map(\.outcome) == [.undone])
        #expect(try await harness.essence() == before)
    }

    private static let refusals: [(Int, JSONValue)] = [
        (400, status(400, "BadRequest")),
        (403, status(403, "Forbidden")),
        (
            422,
            status(
                422, "Invalid",
                details: ["causes": [["field": "spec.status", "message": "not today"]]])
        ),
    ]

    private static func status(
        _ code: Int64, _ reason: String, details: JSONValue = [:]
    ) -> JSONValue {
        [
            "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": .integer(code),
            "reason": .string(reason), "message": "admission: not today", "details": details,
        ]
    }

    @Test(
        "P19: what admission refuses is failed with its words, whole, and tried once",
        arguments: 0..<3)
    func admission(index: Int) async throws {
        let (status, body) = Self.refusals[index]
        let harness = try await Harness()
        let isRefusing = Mutex(false)
        let attempts = Mutex(0)
        let wire = AnsweringTransport(inner: InProcessTransport(harness.server)) { request in
            guard isRefusing.withLock({ $0 }), request.method == .patch,
                request.url.contains("/pets/")
            else { return nil }
            attempts.withLock { $0 += 1 }
            return response(status, body)
        }
        let session = harness.session(transport: wire)
        _ = try await session.change(Harness.request(Harness.ours))
        let changed = try await harness.essence()
        isRefusing.withLock { $0 = true }
        let report = await session.undo(.all)
        guard case .failed(let reason)? = report.lines.first?.outcome else {
            Issue.record("\(report)")
            return
        }
        #expect(reason.contains("not today"))
        #expect(attempts.withLock { $0 } == 1)
        #expect(try await harness.essence() == changed)
        isRefusing.withLock { $0 = false }
        #expect(await session.close().lines.map(\.outcome) == [.undone])
    }

    @Test("P18: the CRD is removed: the record's journal stays, and the message says what to do")
    func definitionGone() async throws {
        let harness = try await Harness()
        let store = JournalStore.inMemory()
        let session = harness.session(store: store)
        _ = try await session.change(Harness.request(Harness.ours))
        _ = try await harness.admin.delete(
            Harness.definitions, namespace: nil, name: "pets.petstore.example.com")
        let report = await session.close()
        let text = try #require(report.lines.first?.text)
        #expect(text.contains("does not serve pets.petstore.example.com in version v1alpha1"))
        #expect(text.contains("session forget s1"))
        #expect(try store.leftovers().map(\.id) == ["s1"])
        try store.forget("s1")
        #expect(try store.leftovers().isEmpty)
    }

    @Test("P18: another version is served now: told, and the record stays in the object")
    func versionChanged() async throws {
        let harness = try await Harness()
        let store = JournalStore.inMemory()
        let session = harness.session(store: store)
        _ = try await session.change(Harness.request(Harness.ours))
        var definition = try await harness.admin.get(
            Harness.definitions, namespace: nil, name: "pets.petstore.example.com")
        var old = try #require(definition.spec["versions"]?.arrayValue?.first)
        var new = old
        new["name"] = "v1"
        old["served"] = false
        old["storage"] = false
        definition.spec["versions"] = [old, new]
        _ = try await harness.admin.replace(
            definition, Harness.definitions, namespace: nil, name: definition.name)
        let report = await session.close()
        let text = try #require(report.lines.first?.text)
        #expect(text.contains("in version v1alpha1 any more (it serves v1 now)"))
        var type = Harness.pets
        type.version = "v1"
        let pet = try await harness.admin.get(type, namespace: "default", name: "fluffy")
        #expect(!Marks.records(in: pet, group: "petstore.example.com").isEmpty)
        #expect(try store.leftovers().map(\.id) == ["s1"])
    }

    @Test("P18: a field that the schema lost is told, and the record stays")
    func pruned() async throws {
        let harness = try await Harness()
        let store = JournalStore.inMemory()
        let session = harness.session(store: store)
        _ = try await session.change(Harness.request([Edit(set: "/spec/name", to: "Rex")]))
        try await Self.setField("name", nil, harness)
        // Any write prunes what the schema does not have.
        try await harness.edit(["metadata": ["labels": ["touched": "yes"]]])
        let report = await session.close()
        #expect(report.lines.first?.text.contains("does not have spec.name any more") == true)
        #expect(report.failed == 1)
        let pet = try await harness.pet()
        #expect(!Marks.records(in: pet, group: "petstore.example.com").isEmpty)
        // With the schema, the value comes back.
        try await Self.setField("name", ["type": "string"], harness)
        try await harness.edit(["spec": ["name": "Rex"]])
        #expect(await (try harness.resume(in: store)).close().lines.map(\.outcome) == [.undone])
        #expect(try await harness.pet().spec["name"] == "Fluffy")
    }

    private static func setField(
        _ name: String, _ schema: JSONValue?, _ harness: Harness
    ) async throws {
        let definition = try await harness.admin.get(
            Harness.definitions, namespace: nil, name: "pets.petstore.example.com")
        let path = JSONPointer(
            tokens: [
                "spec", "versions", "0", "schema", "openAPIV3Schema", "properties", "spec",
                "properties", name,
            ])
        let operation: JSONPatch.Operation =
            schema.map { .add(path, $0) } ?? .remove(path)
        _ = try await harness.admin.patch(
            .json(JSONPatch([operation])), Harness.definitions, namespace: nil,
            name: definition.name)
    }

    @Test("P15: the deadline stays armed where the end could not undo it")
    func armed() async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let isDown = Mutex(false)
        let wire = FaultyTransport(
            InProcessTransport(harness.server), clock: harness.clock
        ) { _, _ in isDown.withLock { $0 } ? .lostRequest : .none }
        let lines = Mutex<[String]>([])
        let session = harness.session(transport: wire)
        _ = try await session.change(Harness.request(Harness.ours, lifetime: .seconds(600)))
        isDown.withLock { $0 = true }
        let report = await session.close(options: UndoOptions(limit: .seconds(30))) { line in
            lines.withLock { $0.append(line.text) }
        }
        #expect(!report.isComplete)
        #expect(lines.withLock { $0.count } == 1)
        #expect(report.remaining == ["petstore-cli session recover s1 --yes"])
        harness.clock.advance(.seconds(600))
        #expect(await harness.sweep(await harness.search(), .expired).isComplete)
        #expect(try await harness.essence() == before)
    }

    @Test("P21: a secret whose record the server refuses is not changed: it could not come back")
    func unrecordedSecret() async throws {
        let harness = try await Harness()
        try await harness.edit(["spec": ["password": "planted-old"]])
        let wire = AnsweringTransport(inner: InProcessTransport(harness.server)) { request in
            let body = String(decoding: request.body ?? [], as: UTF8.self)
            guard body.contains("original-state.") else { return nil }
            return response(403, Self.status(403, "Forbidden"))
        }
        let store = JournalStore.inMemory()
        let session = harness.session(store: store, transport: wire)
        let rules = FieldRules(isSecret: { $0 == "/spec/password" })
        let error = await #expect(throws: SessionError.self) {
            try await session.change(
                Harness.request([Edit(set: "/spec/password", to: "planted-new")], rules: rules))
        }
        #expect(error?.kind == .refused)
        #expect(error.map { "\($0)".contains("planted") } == false)
        #expect(try await harness.pet().spec["password"] == "planted-old")
        #expect(try store.sessions().isEmpty)
    }

    @Test("P24: a temporary object's secrets are in the cluster alone")
    func createdSecret() async throws {
        let harness = try await Harness()
        let store = JournalStore.inMemory()
        let session = harness.session(store: store)
        _ = try await session.create(
            Harness.creation("q", spec: ["name": "x", "password": "planted"]))
        let bytes = try #require(try store.bytes(of: "s1"))
        #expect(!String(decoding: bytes, as: UTF8.self).contains("planted"))
        #expect(await session.close().isComplete)
    }

    @Test("a Lease that failed by chance is taken with the next change")
    func laterLease() async throws {
        let harness = try await Harness()
        let isBroken = Mutex(true)
        let wire = AnsweringTransport(inner: InProcessTransport(harness.server)) { request in
            guard isBroken.withLock({ $0 }), request.url.contains("/leases") else { return nil }
            return response(500, Self.status(500, "InternalError"))
        }
        let session = harness.session(store: .inMemory(), transport: wire)
        let first = try await session.change(Harness.request(Harness.ours))
        #expect(first.notices.contains { $0.contains("no Lease") })
        isBroken.withLock { $0 = false }
        let second = try await session.change(Harness.request([Edit(set: "/spec/name", to: "R")]))
        #expect(second.notices.isEmpty)
        #expect(try await harness.leases().count == 1)
        #expect(await session.close().isComplete)
        #expect(try await harness.leases().isEmpty)
    }
}
