import Documents
import HTTP
import KubernetesCore
import TestSupport
import Testing

@testable import KubernetesClient

@Suite("A store holds what a collection holds", .timeLimit(.minutes(10)))
struct ObjectStoreTests {
    private func client(_ transport: any Transport, pageSize: Int = 500) -> KubernetesClient {
        var policy = CallPolicy()
        policy.sleep = { _ in try? await Task.sleep(for: .microseconds(200)) }
        policy.pageSize = pageSize
        return KubernetesClient(
            connection: ClusterConnection(server: "https://host:6443"), transport: transport,
            policy: policy)
    }

    private func truth(_ snapshot: ObjectStore.Snapshot) -> [String: String] {
        snapshot.entries.reduce(into: [:]) { $0[$1.key.name] = $1.value.object.resourceVersion }
    }

    @Test(
        "Every snapshot is one moment of the collection, over cuts, losses and refusals",
        arguments: 1...40)
    func simulation(seed: UInt64) async throws {
        let fake = FakeCollection(seed: seed)
        var random = SeededRandom(seed &* 977)
        for number in 0..<random.below(30) { fake.put("start\(number)") }
        let feeder = StoreFeeder(
            client: client(fake, pageSize: 1 + random.below(10)), type: parcels, namespace: "n",
            form: random.once(in: 2) ? .metadata : .objects)
        let store = feeder.store
        let run = Task { await feeder.run() }
        let checking = Task {
            var seen = 0
            for await _ in store.revisions() {
                let snapshot = store.snapshot
                guard snapshot.isFilled else { continue }
                #expect(
                    truth(snapshot) == fake.truth(at: snapshot.resourceVersion),
                    "seed \(seed) at \(snapshot.resourceVersion)")
                seen += 1
            }
            return seen
        }
        let following = Task { await follow(client(fake, pageSize: 7), fake, seed) }
        for step in 0..<120 {
            disturb(fake, &random, step)
            if random.once(in: 4) { await Task.yield() }
        }
        fake.shut(false)
        let found = await store.first { truth($0) == fake.truth }
        #expect(found != nil)
        // A store that is quiet goes on watching.
        fake.put("last")
        #expect(await store.first { $0.entries[.init("n", "last")] != nil } != nil)
        run.cancel()
        await run.value
        checking.cancel()
        #expect(await checking.value > 0)
        following.cancel()
        #expect(await following.value > 0)
        #expect(fake.openWatches == 0)
    }

    /// Looks at every single update, not only at what is left of a burst of them.
    private func follow(
        _ client: KubernetesClient, _ fake: FakeCollection, _ seed: UInt64
    ) async -> Int {
        let store = ObjectStore(capacity: 1000)
        var newest = 0
        var count = 0
        while !Task.isCancelled {
            var updates = client.watch(parcels, namespace: "n").makeAsyncIterator()
            do throws(KubernetesError) {
                while let update = try await updates.next() {
                    store.take(update)
                    let snapshot = store.snapshot
                    let version = Int(snapshot.resourceVersion) ?? 0
                    #expect(version >= newest, "seed \(seed): told again")
                    #expect(
                        truth(snapshot) == fake.truth(at: snapshot.resourceVersion),
                        "seed \(seed) at \(version)")
                    newest = version
                    count += 1
                }
            } catch {
                await client.policy.sleep(.zero)
            }
        }
        return count
    }

    private func disturb(_ fake: FakeCollection, _ random: inout SeededRandom, _ step: Int) {
        switch random.below(14) {
        case 0...5:
            let payload = random.once(in: 40) ? String(repeating: "y", count: 2_000_000) : "p"
            fake.put("o\(random.below(25))", payload: payload)
        case 6...8: fake.remove("o\(random.below(25))")
        case 9: fake.cut()
        case 10: fake.bookmark()
        case 11:
            fake.forget()
            if random.once(in: 2) { fake.cut() }
        case 12:
            fake.shut(true)
            fake.cut()
            fake.remove("o\(random.below(25))")
            fake.shut(false)
        default:
            let codes = [(403, "Forbidden"), (404, "NotFound"), (500, "InternalError")]
            let (code, reason) = codes[random.below(codes.count)]
            fake.refuse([Status(code: code, reason: reason, message: "not now")])
            fake.cut()
        }
    }

    @Test("What was deleted while nobody looked is gone after the next list")
    func relist() async {
        let fake = FakeCollection(seed: 1)
        ["a", "b"].forEach { fake.put($0) }
        let feeder = StoreFeeder(client: client(fake), type: parcels, namespace: "n")
        let run = Task { await feeder.run() }
        let before = await feeder.store.first { $0.entries.count == 2 }
        fake.shut(true)
        fake.cut()
        // It is told that it cannot be followed, and shows what was there.
        let during = await feeder.store.first { $0.trouble != nil }
        #expect(during?.trouble?.isUnreachable == true && during?.entries.count == 2)
        fake.remove("a")
        fake.put("c")
        fake.forget()
        fake.shut(false)
        let after = await feeder.store.first { $0.trouble == nil && $0.entries.count == 2 }
        #expect(after?.keys.map(\.description) == ["n/b", "n/c"])
        if let before, let after {
            let difference = after.difference(from: before)
            #expect(difference.added == [.init("n", "c")] && difference.modified.isEmpty)
            #expect(difference.removed == [.init("n", "a")])
            #expect(after.difference(from: after) == .init())
        }
        run.cancel()
        await run.value
    }

    @Test("It keeps no more than it may, and says so")
    func bounded() async {
        let fake = FakeCollection(seed: 2)
        for number in 10..<40 { fake.put("o\(number)") }
        let feeder = StoreFeeder(
            client: client(fake, pageSize: 4), type: parcels, namespace: "n", capacity: 10)
        let run = Task { await feeder.run() }
        let snapshot = await feeder.store.first { $0.isFilled }
        #expect(snapshot?.entries.count == 10 && snapshot?.isComplete == false)
        #expect(fake.lists == 3)
        fake.put("p")
        let version = "\(fake.version)"
        let later = await feeder.store.first { $0.resourceVersion == version }
        #expect(later?.entries.count == 10 && later?.entries[.init("n", "p")] == nil)
        run.cancel()
        await run.value
    }

    @Test("Rows come with their cells and columns")
    func rows() async {
        let row = #"{"cells":["a",3],"object":{"metadata":{"name":"a","namespace":"n"}}}"#
        let scripted = ScriptedTransport(answering: { _, number in
            guard number == 1 else { return .refused }
            return .json(
                #"{"kind":"Table","metadata":{"resourceVersion":"9"},"columnDefinitions":"#
                    + #"[{"name":"Name"},{"name":"Weight"}],"rows":[\#(row)]}"#)
        })
        let feeder = StoreFeeder(
            client: client(scripted), type: parcels, namespace: "n", form: .table(.none))
        let run = Task { await feeder.run() }
        let snapshot = await feeder.store.first { $0.isFilled }
        #expect(snapshot?.entries[.init("n", "a")]?.cells == ["a", 3])
        run.cancel()
        await run.value
    }

    @Test("Slow readers are told of the newest revision, not of each")
    func slowReaders() async {
        let store = ObjectStore(capacity: 10)
        var revisions = store.revisions().makeAsyncIterator()
        for number in 1...100 {
            store.take(
                .event(
                    .added(
                        KubernetesObject([
                            "metadata": ["name": .string("o\(number)"), "resourceVersion": "1"]
                        ]))))
        }
        #expect(await revisions.next() == store.snapshot.revision)
    }
}
