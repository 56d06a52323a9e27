import Documents
import HTTP
import KubernetesCore
import SandboxAPIServer
import SessionKit
import Testing

@testable import Session

@Suite("A session on a cluster")
struct SessionTests {
    static let changes: [[Edit]] = [
        [Edit(set: "/spec/status", to: "pending")],
        [Edit(set: "/spec/name", to: "<Fluffy> & \u{2028} \u{8} Co")],
        [Edit(set: "/spec/photoUrls", to: ["http://y/?c=3&d=4"])],
        [Edit(set: "/spec/target/labels/a~1b", to: "x"), Edit(set: "/spec/target/pod", to: "p")],
        [Edit(remove: "/spec/category")],
        [Edit(set: "/spec/id", to: .integer(9_007_199_254_740_993))],
        [Edit(set: "/metadata/labels/app", to: "mine"), Edit(remove: "/spec/status")],
        [Edit(set: "/metadata/annotations/note", to: "hello")],
        [Edit(set: "/spec/mergeOnUpdate", to: false)],
    ]

    @Test("P23: everything is as before, the bookkeeping included", arguments: changes)
    func thereAndBack(edits: [Edit]) async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let disk = FaultyDisk()
        let session = harness.session(disk: disk)
        let entry = try await session.change(Harness.request(edits))
        #expect(entry.state == .applied)
        #expect(entry.level == .g2)
        for edit in edits {
            let now = try await harness.pet().json.value(at: edit.path)
            #expect(FieldValue(now).isSame(as: edit.value))
        }
        #expect(try await harness.pet().labels["diagnostic-session"] == "s1")
        let report = await session.close()
        #expect(report.isComplete)
        #expect(report.lines.map(\.outcome) == [.undone])
        #expect(report.lines.flatMap(\.notices) == [])
        #expect(try await harness.essence() == before)
        #expect(try JournalStore(disk: disk).sessions().isEmpty)
    }

    @Test("P23: the former owner applies again without a conflict")
    func formerOwner() async throws {
        let harness = try await Harness()
        let session = harness.session()
        _ = try await session.change(Harness.request([Edit(set: "/spec/status", to: "sold")]))
        _ = await session.close()
        try await harness.makePet()
        let managers = try await harness.pet().managedFields.compactMap {
            $0["manager"]?.stringValue
        }
        #expect(managers.sorted() == ["gitops", "kubectl-edit"])
    }
}
