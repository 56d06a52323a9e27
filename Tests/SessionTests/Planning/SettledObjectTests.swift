import Documents
import KubernetesCore
import Testing

@testable import Session

@Suite("An object as it will be when its changes end")
struct SettledObjectTests {
    private func settled(
        _ server: PureServer, goal: UndoPlanner.Goal = .undo
    ) -> KubernetesObject {
        SettledObject(server.object, group: PureServer.group, goal: goal).object
    }

    @Test("all layers of every stack at once", arguments: StackTests.stacks.indices)
    func stacks(stack: Int) throws {
        var server = PureServer(["status": "available", "category": ["id": 1, "name": "Dogs"]])
        let original = server.object
        for (index, edits) in StackTests.stacks[stack].enumerated() {
            _ = try server.change(edits, session: "s\(index)", sequence: index + 1)
            let found = settled(server)
            #expect(found.spec == original.spec)
            #expect(found.labels == original.labels)
            #expect(found.annotations == original.annotations)
        }
        let kept = settled(server, goal: .keep)
        #expect(kept.spec == server.object.spec)
        #expect(kept.annotations == original.annotations)
        #expect(kept.labels == original.labels)
    }

    @Test("somebody else's value on our path stays, as the undo leaves it")
    func foreign() throws {
        var server = PureServer(["status": "available", "name": "F"])
        _ = try server.change(
            [Edit(set: "/spec/status", to: "a"), Edit(set: "/spec/name", to: "b")], session: "s",
            sequence: 1)
        server.object.json["spec"]?["status"] = "theirs"
        #expect(settled(server).spec == ["status": "theirs", "name": "F"])
    }

    @Test("what the operator will put back, and records that are copies")
    func others() {
        let key = "petstore.example.com/patch-original-state"
        let changed: JSONValue = [
            "metadata": [
                "name": "a", "uid": "u",
                "annotations": [key: "{\"status\":\"x\",\"new\":null}"],
            ], "spec": ["status": "y", "new": 1, "name": "n"],
        ]
        let found = SettledObject(KubernetesObject(changed), group: PureServer.group)
        #expect(found.object.spec == ["status": "x", "name": "n"])
        #expect(!found.isTemporary)
    }
}
