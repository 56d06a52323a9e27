import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import TestCluster
import Testing

/// Facts about API servers that the client and the session stand on, asked of a real one.
@Suite("A real kube-apiserver", .enabled(if: RealAPIServer.isAvailable), .serialized)
struct ContractTests {
    private let animals = Shelter.animals

    private func make(
        _ client: KubernetesClient, _ name: String, spec: JSONValue = ["kind": "cat"]
    ) async throws -> KubernetesObject {
        try await client.create(
            Shelter.animal(name, spec: spec), animals, namespace: "default")
    }

    private func patch(
        _ client: KubernetesClient, _ name: String, _ patch: Patch,
        options: WriteOptions = WriteOptions()
    ) async -> Result<KubernetesObject, KubernetesError> {
        do throws(KubernetesError) {
            return .success(
                try await client.patch(
                    patch, animals, namespace: "default", name: name, options: options))
        } catch {
            return .failure(error)
        }
    }

    private func jsonPatch(_ operations: [JSONPatch.Operation]) -> Patch {
        .json(JSONPatch(operations))
    }

    @Test("Creating defaults and prunes; doing it twice is AlreadyExists")
    func creating() async throws {
        let client = try await Shelter.ready()
        let made = try await make(client, "c1", spec: ["kind": "cat", "unknown": 1])
        #expect(made.spec["tame"] == true)
        #expect(made.spec["unknown"] == nil)
        #expect(made.generation == 1 && !made.uid.isEmpty)
        #expect(made.managedFields.first?["manager"] == "petstore-cli")
        let again = await failure { () async throws(KubernetesError) in
            try await client.create(
                Shelter.animal("c1"), animals, namespace: "default")
        }
        #expect(again?.isAlreadyExists == true && again?.isConflict == false)
        #expect(
            again?.message
                == "Error from server (AlreadyExists): animals.shelter.example.org \"c1\""
                + " already exists")
    }

    @Test("A refusal by the schema names the field")
    func validation() async throws {
        let client = try await Shelter.ready()
        let error = await failure { () async throws(KubernetesError) in
            try await client.create(
                Shelter.animal("c2", spec: ["kind": "cow"]), animals, namespace: "default")
        }
        #expect(error?.isInvalid == true)
        #expect(error?.status?.details?.causes.map(\.field) == ["spec.kind"])
        #expect(error?.message.hasPrefix("The Animal \"c2\" is invalid: spec.kind: ") == true)
    }

    @Test("What is missing is NotFound, with kubectl's words")
    func missing() async throws {
        let client = try await Shelter.ready()
        let error = await failure { () async throws(KubernetesError) in
            try await client.get(animals, namespace: "default", name: "nobody")
        }
        #expect(error?.isNotFound == true)
        #expect(
            error?.message
                == "Error from server (NotFound): animals.shelter.example.org \"nobody\" not found")
    }

    @Test("Pages are consistent, selectors are the server's")
    func paging() async throws {
        let client = try await Shelter.ready()
        for index in 0..<7 {
            var animal = Shelter.animal("page-\(index)")
            animal.labels = ["set": "paging", "odd": index % 2 == 1 ? "yes" : "no"]
            _ = try await client.create(animal, animals, namespace: "default")
        }
        let options = ListOptions(labelSelector: "set=paging", limit: 3)
        var sizes: [Int] = []
        for try await page in client.pages(animals, namespace: "default", options: options) {
            sizes.append(page.items.count)
        }
        #expect(sizes == [3, 3, 1])
        let list = try await client.list(animals, namespace: "default", options: options)
        #expect(list.items.map(\.name) == (0..<7).map { "page-\($0)" })
        let odd = try await client.list(
            animals, namespace: "default",
            options: ListOptions(labelSelector: "set in (paging),odd!=no"))
        #expect(odd.items.map(\.name) == ["page-1", "page-3", "page-5"])
        let one = try await client.list(
            animals, namespace: nil, options: ListOptions(fieldSelector: "metadata.name=page-2"))
        #expect(one.items.map(\.name) == ["page-2"])
        let table = try await client.table(
            animals, namespace: "default", options: options, includeObject: .object)
        #expect(table.columns.map(\.name) == ["Name", "Kind", "Chip"])
        #expect(table.columns.map(\.priority) == [0, 0, 1])
        #expect(table.rows.count == 7)
        #expect(table.rows[0].object["spec"]?["kind"] == "cat")
        let bad = await failure { () async throws(KubernetesError) in
            try await client.list(
                animals, namespace: "default",
                options: ListOptions(fieldSelector: "spec.kind=cat"))
        }
        #expect(bad?.isBadRequest == true)
        let stale = await failure { () async throws(KubernetesError) in
            try await client.list(
                animals, namespace: "default",
                options: ListOptions(limit: 1, continueToken: "nonsense"))
        }
        #expect(stale?.isBadRequest == true)
    }

    @Test("Merge patches set and remove; generation moves with the spec only")
    func mergePatches() async throws {
        let client = try await Shelter.ready()
        _ = try await make(client, "m1", spec: ["kind": "cat", "note": "x"])
        let changed = try await patch(
            client, "m1", .merge(["spec": ["note": nil, "chip": 9_007_199_254_740_993]])
        ).get()
        #expect(changed.spec["note"] == nil)
        #expect(changed.spec["chip"] == 9_007_199_254_740_993)
        #expect(changed.generation == 2)
        let labelled = try await patch(
            client, "m1", .merge(["metadata": ["labels": ["a": "b"]]])
        ).get()
        #expect(labelled.generation == 2 && labelled.labels == ["a": "b"])
        let status = try await client.patch(
            .merge(["status": ["state": "Good"], "spec": ["kind": "dog"]]), animals,
            namespace: "default", name: "m1", subresource: "status")
        #expect(status.status["state"] == "Good" && status.spec["kind"] == "cat")
        let wrongUID = await patch(client, "m1", .merge(["metadata": ["uid": "other"]]))
        #expect(throws: KubernetesError.self) { try wrongUID.get() }
        if case .failure(let error) = wrongUID {
            #expect(error.status?.code == 409 || error.isInvalid)
        }
        let stale = await patch(
            client, "m1", .merge(["metadata": ["resourceVersion": "1"], "spec": ["chip": 1]]))
        if case .failure(let error) = stale {
            #expect(error.isConflict)
        } else {
            Issue.record("a stale resource version must be a conflict")
        }
    }

    @Test("JSON patches are guarded by their tests, which compare Go's text of a value")
    func jsonPatches() async throws {
        let client = try await Shelter.ready()
        let text = "http://x/?a=1&b=<2>"
        let made = try await make(client, "j1", spec: ["kind": "cat", "note": .string(text)])
        let note = JSONPointer(tokens: ["spec", "note"])
        let uid = JSONPointer(tokens: ["metadata", "uid"])
        let changed = try await patch(
            client, "j1",
            jsonPatch([
                .test(uid, .string(made.uid)),
                .test(JSONPointer(tokens: ["spec", "chip"]), .null),
                .replace(note, "new"),
            ])
        ).get()
        #expect(changed.spec["note"] == "new")
        let failing: [[JSONPatch.Operation]] = [
            [.test(uid, "other"), .replace(note, "x")],
            [.test(note, "old"), .replace(note, "x")],
            [.remove(JSONPointer(tokens: ["spec", "chip"]))],
            [.test(JSONPointer(tokens: ["spec", "home", "street"]), .null), .replace(note, "x")],
            [.add(JSONPointer(tokens: ["metadata", "annotations", "a"]), "b")],
        ]
        for operations in failing {
            let result = await patch(client, "j1", jsonPatch(operations))
            if case .failure(let error) = result {
                #expect(error.isInvalid && error.status?.details?.causes.isEmpty ?? true)
            } else {
                Issue.record("must fail: \(operations)")
            }
        }
        let unchanged = try await client.get(animals, namespace: "default", name: "j1")
        #expect(unchanged.spec["note"] == "new")
    }

    @Test("A test of a text with & and < holds only in Go's escapes")
    func escapedTests() async throws {
        let client = try await Shelter.ready()
        let text = "a & b < c > d \u{2028} é"
        _ = try await make(client, "j2", spec: ["kind": "cat", "note": .string(text)])
        let patch = JSONPatch([
            .test(JSONPointer(tokens: ["spec", "note"]), .string(text)),
            .replace(JSONPointer(tokens: ["spec", "note"]), "seen"),
        ])
        let request = KubernetesRequest.patch(
            .json(patch), animals, namespace: "default", name: "j2")
        var plain = request
        plain.body = patch.json.bytes(.compact)
        let refused = await failure { [plain] () async throws(KubernetesError) in
            try await client.send(plain)
        }
        #expect(refused?.isInvalid == true)
        let (_, bytes) = try await client.send(request)
        #expect(try JSONValue(parsing: bytes)["spec"]?["note"] == "seen")
    }

    @Test("Strategic patches are refused for custom kinds")
    func strategicPatches() async throws {
        let client = try await Shelter.ready()
        _ = try await make(client, "s1")
        let result = await patch(client, "s1", .strategic(["spec": ["note": "x"]]))
        if case .failure(let error) = result {
            #expect(error.isUnsupportedMediaType)
        } else {
            Issue.record("must be refused")
        }
    }

    @Test("Server-side apply owns fields and names the other owner in a conflict")
    func applying() async throws {
        let client = try await Shelter.ready()
        func apply(_ kind: String, by manager: String, force: Bool = false) async
            -> Result<KubernetesObject, KubernetesError>
        {
            await patch(
                client, "a1",
                .apply(
                    Shelter.animal("a1", spec: ["kind": .string(kind)]).json,
                    fieldManager: manager, force: force))
        }
        #expect(try await apply("cat", by: "one").get().spec["kind"] == "cat")
        guard case .failure(let conflict) = await apply("dog", by: "two") else {
            Issue.record("must be a conflict")
            return
        }
        #expect(conflict.isConflict)
        #expect(conflict.status?.details?.causes.first?.field == ".spec.kind")
        #expect(conflict.status?.message.contains("\"one\"") == true)
        #expect(try await apply("dog", by: "two", force: true).get().spec["kind"] == "dog")
    }

    @Test("A dry run answers as the real thing and stores nothing")
    func dryRun() async throws {
        let client = try await Shelter.ready()
        let made = try await client.create(
            Shelter.animal("d1"), animals, namespace: "default",
            options: WriteOptions(dryRun: true))
        #expect(made.spec["tame"] == true)
        let error = await failure { () async throws(KubernetesError) in
            try await client.get(animals, namespace: "default", name: "d1")
        }
        #expect(error?.isNotFound == true)
    }

    @Test("Deletion keeps its preconditions, and waits for finalizers")
    func deleting() async throws {
        let client = try await Shelter.ready()
        let made = try await make(client, "x1")
        for options in [DeleteOptions(uid: "other"), DeleteOptions(resourceVersion: "1")] {
            let error = await failure { () async throws(KubernetesError) in
                try await client.delete(
                    animals, namespace: "default", name: "x1", options: options)
            }
            #expect(error?.isConflict == true)
        }
        let done = try await client.delete(
            animals, namespace: "default", name: "x1", options: DeleteOptions(uid: made.uid))
        #expect(done.isGone)
        var held = Shelter.animal("x2")
        held.finalizers = ["shelter.example.org/hold"]
        _ = try await client.create(held, animals, namespace: "default")
        let pending = try await client.delete(animals, namespace: "default", name: "x2")
        guard case .pending(let object) = pending else {
            Issue.record("must wait for its finalizer")
            return
        }
        #expect(object.deletionTimestamp != nil)
        _ = try await patch(client, "x2", .merge(["metadata": ["finalizers": nil]])).get()
        let gone = await failure { () async throws(KubernetesError) in
            try await client.get(animals, namespace: "default", name: "x2")
        }
        #expect(gone?.isNotFound == true)
    }

    @Test("A watch tells every change in order, and lists anew from a version that is gone")
    func watching() async throws {
        let client = try await Shelter.ready()
        let options = ListOptions(labelSelector: "watched=yes")
        let list = try await client.list(animals, namespace: "default", options: options)
        var animal = Shelter.animal("w1")
        animal.labels = ["watched": "yes"]
        _ = try await client.create(animal, animals, namespace: "default")
        _ = try await patch(client, "w1", .merge(["spec": ["chip": 1]])).get()
        _ = try await patch(client, "w1", .merge(["metadata": ["labels": ["watched": "no"]]])).get()
        var seen: [String] = []
        for try await update in client.watch(
            animals, namespace: "default", options: options, from: list.resourceVersion)
        {
            if case .event(let event) = update, event.object != nil { seen.append(event.typeName) }
            if seen.count == 3 { break }
        }
        #expect(seen == ["ADDED", "MODIFIED", "DELETED"])
        var fresh = client.watch(animals, namespace: "default", from: nil).makeAsyncIterator()
        guard case .restarted(let state) = try await fresh.next() else {
            Issue.record("must begin with the state")
            return
        }
        #expect(state.items.contains { $0.name == "w1" })
    }

    @Test("Discovery, versions, schemas and permissions")
    func discovery() async throws {
        let client = try await Shelter.ready()
        #expect(try await client.serverVersion().gitVersion.hasPrefix("v1."))
        let groups = try await client.discoverGroups()
        #expect(groups.contains { $0.name == "shelter.example.org" })
        let types = try await client.discoverResources(animals.groupVersion)
        #expect(types.map(\.kind) == ["Animal"])
        #expect(types[0].shortNames == ["an"] && types[0].subresources == ["status"])
        let everything = try await client.discover()
        #expect(everything.failures.isEmpty)
        #expect(everything.resources.contains { $0.qualifiedName == "configmaps" })
        let schemas = try await client.schemas(for: animals.groupVersion)
        #expect(schemas.source != .none)
        let spec = schemas.kinds["Animal"]?["properties"]?["spec"]?["properties"]
        #expect(spec?["kind"]?["enum"] == ["cat", "dog"])
        #expect(
            try await client.canI(verb: "patch", animals, namespace: "default").isAllowed)
        #expect(client.serverTime != nil)
    }

    @Test("Who may not is told so; who is nobody as well")
    func access() async throws {
        _ = try await Shelter.ready()
        let viewer = try await Shelter.client(token: RealAPIServer.viewerToken)
        let decision = try await viewer.canI(verb: "patch", animals, namespace: "default")
        #expect(!decision.isAllowed)
        let forbidden = await failure { () async throws(KubernetesError) in
            try await viewer.list(animals, namespace: "default")
        }
        #expect(forbidden?.isForbidden == true)
        #expect(
            forbidden?.message.hasPrefix(
                "Error from server (Forbidden): animals.shelter.example.org is forbidden:") == true)
        let stranger = try await Shelter.client(token: "wrong")
        let refused = await failure { () async throws(KubernetesError) in
            try await stranger.list(animals, namespace: "default")
        }
        #expect(refused?.isUnauthorized == true)
        #expect(try await viewer.schemas(for: animals.groupVersion) == GroupSchemas())
    }
}
