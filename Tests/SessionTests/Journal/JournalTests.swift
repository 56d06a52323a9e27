import Catalog
import Documents
import Foundation
import KubernetesClient
import KubernetesCore
import SessionKit
import Testing

@testable import Session

/// P14: whatever a crash leaves of a journal is read for what it is.
@Suite("The journal")
struct JournalTests {
    private static let header = JournalHeader(
        id: "s1", cluster: ClusterIdentity(uid: "c-1", server: "https://x", authorities: "aa"),
        created: Timestamp(seconds: 1_800_000_000), user: "anna", machine: "desk")

    private static func entry(_ number: Int, _ state: EntryState = .planned) -> JournalEntry {
        JournalEntry(
            number: number,
            object: ObjectKey(
                group: "petstore.example.com", version: "v1alpha1", plural: "pets", kind: "Pet",
                namespace: "default", name: "fluffy", uid: "u-1"),
            category: .resource, recordKey: "diagnostics.example.com/original-state.s1-\(number)",
            inObject: true, isTemporary: true, level: .g3, executor: "operator",
            record: ChangeRecord(
                session: "s1", sequence: number, uid: "u-1", created: "2027-01-15T08:00:00Z",
                deadline: Timestamp(seconds: 1_800_000_600),
                fields: [
                    .init(
                        path: FieldPath(members: "spec", "a/b\n\"é"), before: .absent,
                        ours: .present(.null))
                ]),
            secrets: [], state: state, remark: nil, until: Timestamp(seconds: 1_800_000_015),
            notices: ["told"], kept: [])
    }

    private static var bytes: [UInt8] {
        var applied = entry(1, .applied)
        applied.remark = "fine"
        return [header.json, entry(1).json, applied.stateJSON, entry(2).json].flatMap {
            JournalLine.bytes($0)
        }
    }

    @Test("what is written is read again")
    func roundTrip() throws {
        let content = try #require(JournalContent(Self.bytes))
        #expect(content.header == Self.header)
        var first = Self.entry(1, .applied)
        first.remark = "fine"
        #expect(content.entries == [first, Self.entry(2)])
        #expect(content.damagedLines == 0)
        #expect(content.wholeLength == Self.bytes.count)
    }

    @Test("cut at every byte, only whole lines count")
    func everyCut() {
        let bytes = Self.bytes
        let ends = bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 }
        for length in 0...bytes.count {
            let content = JournalContent(Array(bytes.prefix(length)))
            let whole = ends.count { $0 <= length }
            #expect((content == nil) == (whole == 0))
            #expect(content?.entries.count ?? 0 == [0, 0, 1, 1, 2][whole])
            #expect(content?.wholeLength ?? 0 == (whole == 0 ? 0 : ends[whole - 1]))
            #expect(content?.damagedLines ?? 0 == 0)
        }
    }

    @Test("a flipped bit is no record")
    func everyFlip() throws {
        let bytes = Self.bytes
        let headerEnd = try #require(bytes.firstIndex(of: 0x0A))
        for index in stride(from: headerEnd + 1, to: bytes.count - 1, by: 3) {
            var damaged = bytes
            damaged[index] ^= 0x10
            let content = JournalContent(damaged)
            #expect((content?.damagedLines ?? 0) >= 1, "byte \(index)")
        }
    }

    @Test("on the live disk: modes, locks, torn tails, forgetting")
    func liveDisk() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "petstore-cli-journal-\(UUID().uuidString)/state/sessions").path()
        defer {
            let root = URL(filePath: folder).deletingLastPathComponent()
                .deletingLastPathComponent()
            try? FileManager.default.removeItem(at: root)
        }
        let store = JournalStore(directory: folder)
        #expect(try store.sessions().isEmpty)
        var journal = try store.create(Self.header)
        try journal.append(Self.entry(1).json)
        let path = folder + "/s1.jsonl"
        #expect(Self.mode(folder) == 0o700)
        #expect(Self.mode(path) == 0o600)
        #expect(try store.sessions().map(\.isAlive) == [true])
        #expect(try store.leftovers().isEmpty)
        #expect(throws: SessionError.self) { try store.forget("s1") }
        #expect(throws: SessionError.self) { try store.create(Self.header) }
        journal.close()
        #expect(try store.leftovers(on: Self.header.cluster).map(\.id) == ["s1"])
        #expect(try store.leftovers(on: ClusterIdentity(uid: "c-2", server: "https://x")).isEmpty)
        // A cluster that ended with its process needs nothing, unless it is the one at hand.
        var gone = Self.header
        gone.id = "s2"
        gone.cluster = ClusterIdentity(uid: "c-3", server: ClusterConnection.embeddedServer)
        var other = try store.create(gone)
        try other.append(Self.entry(1).json)
        other.close()
        #expect(try store.leftovers().map(\.id) == ["s1"])
        #expect(try store.leftovers(on: gone.cluster).map(\.id) == ["s2"])
        try store.forget("s2")
        // A torn tail goes before anything is appended.
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"sum\":\"0123".utf8))
        try handle.close()
        var (again, content) = try store.open("s1")
        #expect(content?.entries == [Self.entry(1)])
        try again.append(Self.entry(2).json)
        again.close()
        #expect(try store.sessions().first?.content?.entries.count == 2)
        #expect(try store.sessions().first?.content?.damagedLines == 0)
        try store.forget("s1")
        #expect(try store.sessions().isEmpty)
    }

    private static func mode(_ path: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.posixPermissions] as? NSNumber)?.intValue
    }

    @Test("journals that say nothing more are swept, the others stay")
    func sweep() throws {
        let disk = FaultyDisk()
        let store = JournalStore(disk: disk)
        for (id, entries) in [("done", [Self.entry(1, .undone)]), ("left", [Self.entry(1)])] {
            var header = Self.header
            header.id = id
            var journal = try store.create(header)
            for entry in entries { try journal.append(entry.json) }
            journal.close()
        }
        try disk.create("torn.jsonl").close()
        let alive = try disk.create("alive.jsonl")
        #expect(try store.sweep() == 2)
        #expect(try disk.names() == ["alive.jsonl", "left.jsonl"])
        alive.close()
    }

    @Test("a journal about an embedded cluster goes with its process, and only where that is sure")
    func clearEmbedded() throws {
        let disk = FaultyDisk()
        let store = JournalStore(disk: disk)
        func write(_ id: String, _ server: String, _ machine: String?, _ process: Int32?) throws {
            let header = JournalHeader(
                id: id, cluster: ClusterIdentity(uid: "c-\(id)", server: server),
                created: Timestamp(seconds: 1_800_000_000), user: "anna", machine: machine,
                process: process)
            #expect(JournalHeader(json: header.json) == header)
            var journal = try store.create(header)
            try journal.append(Self.entry(1).json)
            if id != "held" { journal.close() }
        }
        let embedded = ClusterConnection.embeddedServer
        try write("gone", embedded, "desk", 7)
        try write("held", embedded, "desk", 7)
        try write("runs", embedded, "desk", 8)
        try write("elsewhere", embedded, "lap", 7)
        try write("nameless", embedded, "desk", nil)
        try write("daemon", "http://127.0.0.1:39265", "desk", 7)
        #expect(try store.clearEmbedded(machine: nil) { _ in false } == 0)
        #expect(try store.clearEmbedded(machine: "desk") { $0 == 8 } == 1)
        #expect(
            try store.sessions().map(\.id) == ["daemon", "elsewhere", "held", "nameless", "runs"])
        #expect(try store.leftovers().map(\.id) == ["daemon"])
    }

    @Test("a journal of another cluster is not resumed")
    func otherCluster() async throws {
        let harness = try await Harness()
        let disk = FaultyDisk()
        let store = JournalStore(disk: disk)
        let journal = try store.create(Self.header)
        journal.close()
        let error = #expect(throws: SessionError.self) { try harness.recover("s1", disk: disk) }
        #expect(error?.kind == .notFound)
        #expect(!disk.isLocked("s1.jsonl"))
    }

    @Test(
        "SHA-256 of the standard's examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func digest(text: String, hex: String) {
        #expect(SHA256.hex(of: Array(text.utf8)) == hex)
    }
}
