import Documents
import KubernetesCore
import Testing

@testable import Session

/// P6: added fields are removed, removed ones restored, created parents too; nothing is mixed up.
@Suite("A change and its undo, over all JSON types")
struct RoundTripTests {
    /// Values as a server holds them; each is put in the place of each other one.
    static let values: [FieldValue] = [
        .absent, .present(.null), .present(true), .present(false), .present(0), .present(1),
        .present(.integer(9_007_199_254_740_993)), .present(.integer(.min)),
        .present(.double(1.5)), .present(.double(1e300)), .present(.double(-2.5e-7)),
        .present(""), .present("plain"), .present("http://x/?a=1&b=2<3>"),
        .present("\u{8}\u{C}\u{1}\u{7F}"), .present("\u{2028}\u{2029}"), .present("Zoë 🐕 e\u{301}"),
        .present("\"\\/"), .present([]), .present([1, "two", nil, [3]]),
        .present(.object(JSONObject())), .present(["a": 1, "b": ["c": nil]]),
        .present(["ключ": "x", "a/b": 1, "a~b": 2, "": 3]),
    ]

    static let paths: [JSONPointer] = [
        "/spec/x", "/spec/ключ", "/spec/a~1b", "/spec/a~0b", "/spec/<&>", "/spec/deep/er/still",
        "/spec/", "/spec/e\u{301}",
    ]

    @Test("each value becomes each other one and comes back byte for byte", arguments: paths)
    func everyPair(path: JSONPointer) throws {
        for before in Self.values {
            for wanted in Self.values where !wanted.isSame(as: before) {
                var server = PureServer(["kept": 1])
                server.object.json = try Self.object(before, at: path)
                let original = server.object.json.bytes(.goText)
                let key = try server.change([Edit(path, wanted)])
                #expect(FieldValue(server.object.json.value(at: path)).isSame(as: wanted))
                let plan = try #require(try server.undo(key))
                #expect(plan.conflicts.isEmpty)
                #expect(server.object.json.bytes(.goText) == original, "\(before) → \(wanted)")
            }
        }
    }

    private static func object(_ value: FieldValue, at path: JSONPointer) throws -> JSONValue {
        var json = PureServer(["kept": 1]).object.json
        guard case .present(let value) = value else { return json }
        for depth in 2..<path.tokens.count {
            let parent = JSONPointer(tokens: Array(path.tokens.prefix(depth)))
            if json.value(at: parent) == nil {
                json = try JSONPatch([.add(parent, [:])]).applied(to: json)
            }
        }
        return try JSONPatch([.add(path, value)]).applied(to: json)
    }

    @Test("absent parents are made, noted and removed at every depth", arguments: 1...5)
    func parents(depth: Int) throws {
        let names = (0..<depth).map { "p\($0)" }
        let path = JSONPointer(tokens: ["spec"] + names + ["leaf"])
        var server = PureServer(["kept": 1])
        let original = server.object
        let key = try server.change([Edit(set: path, to: "x")])
        let record = try #require(server.record(key))
        let made = record.parents.filter { !$0.path.isMetadata }.map(\.path.description)
        #expect(made == (1...depth).map { (["spec"] + names.prefix($0)).joined(separator: ".") })
        try server.undo(key)
        #expect(server.object == original)
    }

    @Test("a spec that is absent altogether comes and goes")
    func absentSpec() throws {
        var server = PureServer([:])
        server.object.json["spec"] = .none
        let original = server.object
        let key = try server.change([
            Edit(set: "/spec/a/b", to: 1), Edit(set: "/spec/a/c", to: 2),
        ])
        #expect(server.object.spec == ["a": ["b": 1, "c": 2]])
        try server.undo(key)
        #expect(server.object == original)
    }

    @Test("a parent that others use meanwhile stays, with what they put there")
    func usedParent() throws {
        var server = PureServer([:])
        let key = try server.change([Edit(set: "/spec/target/pod", to: "p0")])
        server.object.json = try JSONPatch([.add("/spec/target/namespace", "theirs")])
            .applied(to: server.object.json)
        let plan = try #require(try server.undo(key))
        #expect(plan.conflicts.isEmpty)
        #expect(server.object.spec == ["target": ["namespace": "theirs"]])
    }

    @Test("defaults that a server puts into a new parent go with it")
    func defaultedParent() throws {
        var server = PureServer([:])
        let original = server.object
        let edits = [Edit(set: "/spec/target/pod", to: "p0")]
        let first = try server.plan(edits)
        var answer = KubernetesObject(first.expected)
        answer.json = try JSONPatch([.add("/spec/target/mode", "dns")]).applied(to: answer.json)
        let plan = try ChangePlanner(group: PureServer.group).plan(
            edits, on: server.object,
            stamp: ChangeStamp(session: "s1", sequence: 1, now: PureServer.now, user: "anna"),
            answer: answer)
        try server.apply(plan.patch)
        server.object.json = try JSONPatch([.add("/spec/target/mode", "dns")])
            .applied(to: server.object.json)
        try server.undo(plan.recordKey)
        #expect(server.object == original)
    }

    @Test("the user's own labels and annotations come back where our marks stood")
    func ownMarks() throws {
        var server = PureServer(
            ["status": "available"], labels: ["temporary-change": "mine", "app": "x"],
            annotations: [
                "diagnostics.example.com/reason": "my reason",
                "diagnostics.example.com/ttl": "not a time",
            ])
        let original = server.object
        let key = try server.change(
            [Edit(set: "/spec/status", to: "sold")], lifetime: .seconds(60), reason: "ours")
        #expect(server.object.labels["temporary-change"] == "true")
        #expect(server.object.annotations["diagnostics.example.com/reason"] == "ours")
        try server.undo(key)
        #expect(server.object == original)
    }

    @Test("lists without keys are changed as a whole, keyed ones by their keys")
    func lists() throws {
        let rules = FieldRules(listKeys: { $0 == "/spec/ports" ? ["name"] : nil })
        var server = PureServer([
            "tags": ["a", "b"],
            "ports": [["name": "http", "port": 80], ["name": "admin", "port": 81]],
        ])
        let original = server.object
        let key = try server.change(
            [Edit(set: "/spec/tags/0", to: "z"), Edit(set: "/spec/ports/1/port", to: 9)],
            rules: rules)
        let record = try #require(server.record(key))
        let paths = record.fields.filter { !$0.isMark }.map(\.path.description)
        #expect(paths == ["spec.tags", "spec.ports[name=admin].port"])
        // Somebody puts an item in front: the index moves, the key does not.
        let theirs: JSONValue = ["name": "new", "port": 1]
        server.object.json = try JSONPatch([.add("/spec/ports/0", theirs)])
            .applied(to: server.object.json)
        try server.undo(key)
        var expected = original
        expected.json = try JSONPatch([.add("/spec/ports/0", theirs)])
            .applied(to: expected.json)
        #expect(server.object == expected)
    }

    @Test("a keyed item that was taken out returns to its place")
    func removedItem() throws {
        let rules = FieldRules(listKeys: { $0 == "/spec/ports" ? ["name"] : nil })
        var server = PureServer(["ports": [["name": "a"], ["name": "b"], ["name": "c"]]])
        let original = server.object
        let key = try server.change([Edit(remove: "/spec/ports/1")], rules: rules)
        #expect(server.object.spec["ports"]?.arrayValue?.count == 2)
        try server.undo(key)
        #expect(server.object == original)
    }
}
