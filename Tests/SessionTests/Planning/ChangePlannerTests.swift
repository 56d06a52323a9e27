import Documents
import KubernetesCore
import Testing

@testable import Session

@Suite("Planning a change")
struct ChangePlannerTests {
    @Test("tests come first: uid, values, other records; then values, marks, record")
    func wholePatch() throws {
        let server = PureServer(["status": "available"], labels: ["app": "x"])
        let plan = try server.plan([Edit(set: "/spec/status", to: "sold")])
        let key = "diagnostics.example.com/original-state.s1-1"
        let lines = plan.patch.operations.map(Self.line)
        #expect(
            lines == [
                "test /metadata/uid", "test /spec/status", "test /metadata/labels/temporary-change",
                "test /metadata/labels/diagnostic-session", "test /metadata/annotations",
                "replace /spec/status", "add /metadata/labels/temporary-change",
                "add /metadata/labels/diagnostic-session", "add /metadata/annotations",
                "add /metadata/annotations/diagnostics.example.com~1created-by",
                "add /metadata/annotations/" + key.replacing("/", with: "~1"),
            ])
        #expect(plan.recordKey == key)
        #expect(plan.record.parents.map(\.path.description) == ["metadata.annotations"])
    }

    private static func line(_ operation: JSONPatch.Operation) -> String {
        switch operation {
        case .add(let path, _): "add \(path)"
        case .remove(let path): "remove \(path)"
        case .replace(let path, _): "replace \(path)"
        case .move(_, let path): "move \(path)"
        case .copy(_, let path): "copy \(path)"
        case .test(let path, _): "test \(path)"
        }
    }

    @Test("P5: an edit by somebody else between read and patch fails a guard")
    func guards() throws {
        let edits = [Edit(set: "/spec/status", to: "sold"), Edit(set: "/spec/new/leaf", to: 1)]
        let others: [JSONPatch.Operation] = [
            .replace("/spec/status", "pending"), .remove("/spec/status"),
            .add("/spec/new", [:]), .add("/spec/new", ["leaf": 2]),
            .add("/metadata/labels", ["diagnostic-session": "other"]),
            .replace("/metadata/uid", "uid-2"),
        ]
        for other in others {
            var server = PureServer(["status": "available"])
            let plan = try server.plan(edits)
            server.object.json = try JSONPatch([other]).applied(to: server.object.json)
            #expect(throws: JSONPatchError.self, "\(other)") { try server.apply(plan.patch) }
        }
    }

    @Test("each foreign record that was seen is tested, and the new one lies over it")
    func foreignRecords() throws {
        var server = PureServer(["status": "available"])
        let lower = try server.change([Edit(set: "/spec/status", to: "sold")], session: "s1")
        let plan = try server.plan([Edit(set: "/spec/status", to: "pending")], session: "s2")
        #expect(plan.record.over == lower)
        #expect(plan.record.layer == 2)
        try server.undo(lower)
        #expect(throws: JSONPatchError.self) { try server.apply(plan.patch) }
    }

    @Test("a record that would not fit is refused with the numbers")
    func tooLarge() throws {
        let text = String(repeating: "x", count: 140_000)
        let server = PureServer(["note": .string(text)])
        let error = #expect(throws: PlanError.self) {
            try server.plan([Edit(set: "/spec/note", to: .string(text + "y"))])
        }
        #expect(error?.kind == .tooLarge)
        #expect(error?.message.contains("262144") == true)
    }

    @Test(
        "what cannot be a temporary change is refused",
        arguments: [
            "/metadata/name", "/metadata/labels", "/status/state", "/kind", "/spec", "",
            "/metadata/labels/temporary-change", "/metadata/annotations/diagnostics.x~1ttl",
            "/spec/status/below",
        ] as [JSONPointer])
    func impossible(path: JSONPointer) throws {
        let server = PureServer(["status": "available"])
        let error = #expect(throws: PlanError.self) {
            try server.plan([Edit(set: path, to: "x")])
        }
        #expect(error?.kind == .impossible)
    }

    @Test("nothing is planned when everything is as wanted")
    func nothing() throws {
        let server = PureServer(["status": "available", "n": 1])
        let error = #expect(throws: PlanError.self) {
            try server.plan([
                Edit(set: "/spec/status", to: "available"), Edit(set: "/spec/n", to: 1.0),
                Edit(remove: "/spec/absent"),
            ])
        }
        #expect(error?.kind == .nothingToChange)
    }

    @Test("edits of one place are one path of the record")
    func overlapping() throws {
        var server = PureServer(["category": ["id": 1, "name": "Dogs"]])
        let original = server.object
        let key = try server.change([
            Edit(set: "/spec/category/id", to: 2), Edit(set: "/spec/category", to: ["id": 3]),
            Edit(set: "/spec/category/name", to: "Cats"),
        ])
        #expect(server.object.spec == ["category": ["id": 3, "name": "Cats"]])
        #expect(server.record(key)?.fields.count { !$0.isMark } == 1)
        try server.undo(key)
        #expect(server.object == original)
    }

    @Test("ttl is the earliest deadline of all records, and moves when that one leaves")
    func timeToLive() throws {
        let ttl = "diagnostics.example.com/ttl"
        var server = PureServer(["a": 1, "b": 1])
        let original = server.object
        let first = try server.change(
            [Edit(set: "/spec/a", to: 2)], session: "s1", lifetime: .seconds(60))
        let second = try server.change(
            [Edit(set: "/spec/b", to: 2)], session: "s2", lifetime: .seconds(600))
        let early = (PureServer.now + .seconds(60)).rfc3339
        let late = (PureServer.now + .seconds(600)).rfc3339
        #expect(server.object.annotations[ttl] == early)
        var other = server
        try server.undo(first)
        #expect(server.object.annotations[ttl] == late)
        try server.undo(second)
        #expect(server.object == original)
        try other.undo(second)
        #expect(other.object.annotations[ttl] == early)
        try other.undo(first)
        #expect(other.object == original)
    }

    @Test(
        "prefixes follow the group",
        arguments: [
            ("petstore.example.com", "diagnostics.example.com"),
            ("a.b.c.d", "diagnostics.b.c.d"), ("example.com", "diagnostics.example.com"),
            ("apps", "diagnostics.apps"),
        ])
    func prefix(group: String, prefix: String) {
        #expect(Marks.prefix(group: group) == prefix)
        let id = String(repeating: "z", count: 20)
        let key = Marks.recordKey(group: group, session: id, sequence: 999_999)
        #expect(key.split(separator: "/")[1].utf8.count <= 63)
    }

    @Test("a record survives its own text")
    func recordText() throws {
        for value in RoundTripTests.values {
            var record = ChangeRecord(
                session: "s1", sequence: 7, uid: "u", created: "2027-01-15T08:00:00Z",
                deadline: PureServer.now, layer: 3, over: "k/original-state.x-1")
            record.fields = [
                .init(
                    path: FieldPath([
                        .member("spec"), .member("a/b~\"<"), .item(["name": "x", "n": 1]),
                    ]), before: value, ours: .absent, index: 2)
            ]
            record.parents = [.init(path: FieldPath(members: "spec", "p"), residue: ["d": 1])]
            record.owners = [FieldOwner(entry: ["manager": "m"], fields: ["f:spec": [:]])]
            let read = try #require(ChangeRecord(text: record.text))
            #expect(read == record)
            #expect(read.text == record.text)
        }
        #expect(ChangeRecord(text: "{}") == nil)
        #expect(ChangeRecord(text: "no json") == nil)
    }
}
