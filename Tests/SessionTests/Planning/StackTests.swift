import Documents
import KubernetesCore
import Testing

@testable import Session

/// P4, P5, P9: several changes of one object, whoever leaves first, whoever edits besides.
@Suite("Stacked changes")
struct StackTests {
    private static let orders: [[Int]] = [
        [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0],
    ]

    /// Three changes whose paths are equal, above one another, below one another, or beside.
    static let stacks: [[[Edit]]] = [
        [
            [Edit(set: "/spec/status", to: "a")], [Edit(set: "/spec/status", to: "b")],
            [Edit(set: "/spec/status", to: "c")],
        ],
        [
            [Edit(set: "/spec/category/name", to: "a")],
            [Edit(set: "/spec/category", to: ["id": 9])],
            [Edit(set: "/spec/category/name", to: "c")],
        ],
        [
            [Edit(set: "/spec/category", to: ["id": 7, "name": "x"])],
            [Edit(set: "/spec/category/name", to: "b")], [Edit(remove: "/spec/category/id")],
        ],
        [
            [Edit(set: "/spec/target/pod", to: "p")],
            [Edit(set: "/spec/target/namespace", to: "n")],
            [Edit(set: "/spec/target", to: ["podOrdinal": 1])],
        ],
        [
            [Edit(remove: "/spec/category")], [Edit(set: "/spec/category/name", to: "b")],
            [Edit(set: "/spec/category/deep/er", to: 1)],
        ],
        [
            [Edit(set: "/spec/status", to: "a"), Edit(set: "/spec/new", to: nil)],
            [Edit(set: "/spec/new", to: ["x": 1])], [Edit(remove: "/spec/new/x")],
        ],
    ]

    @Test("every order of leaving ends at the original", arguments: stacks.indices, orders)
    func permutations(stack: Int, order: [Int]) throws {
        for sessions in [["s1", "s2", "s3"], ["s1", "s1", "s1"], ["s1", "s2", "s1"]] {
            var server = PureServer(
                ["status": "available", "category": ["id": 1, "name": "Dogs"]])
            let original = server.object
            var keys: [String] = []
            for (index, edits) in Self.stacks[stack].enumerated() {
                keys.append(
                    try server.change(
                        edits, session: sessions[index], sequence: index + 1,
                        lifetime: index == 1 ? nil : .seconds(60 * (3 - index))))
            }
            for index in order {
                let plan = try #require(try server.undo(keys[index]))
                #expect(plan.conflicts.isEmpty, "\(order) \(sessions)")
            }
            #expect(server.object == original, "\(order) \(sessions)")
        }
    }

    @Test("somebody's edit on the shared path is kept, whoever leaves first", arguments: orders)
    func editOnSharedPath(order: [Int]) throws {
        var server = PureServer(["status": "available", "n": 1])
        let original = server.object
        var keys: [String] = []
        for (index, value) in ["a", "b", "c"].enumerated() {
            keys.append(
                try server.change(
                    [Edit(set: "/spec/status", to: .string(value))], session: "s\(index)",
                    sequence: 1))
        }
        server.object.json["spec"] = ["status": "theirs", "n": 2]
        for index in order { try server.undo(keys[index]) }
        var expected = original
        expected.json["spec"] = ["status": "theirs", "n": 2]
        #expect(server.object == expected)
    }

    @Test("keeping the upper one leaves its value, the lower one reports it")
    func keepUpper() throws {
        var server = PureServer(["status": "available"])
        let lower = try server.change([Edit(set: "/spec/status", to: "a")], session: "s1")
        let upper = try server.change([Edit(set: "/spec/status", to: "b")], session: "s2")
        try server.undo(upper, goal: .keep)
        let plan = try #require(try server.undo(lower))
        #expect(plan.conflicts.map(\.outcome) == [.foreign(.present("b"))])
        #expect(server.object == PureServer(["status": "b"]).object)
    }

    @Test("keeping the lower one is what the upper one returns to")
    func keepLower() throws {
        var server = PureServer(["status": "available"])
        let lower = try server.change([Edit(set: "/spec/status", to: "a")], session: "s1")
        let upper = try server.change([Edit(set: "/spec/status", to: "b")], session: "s2")
        try server.undo(lower, goal: .keep)
        #expect(server.object.spec["status"] == "b")
        try server.undo(upper)
        #expect(server.object == PureServer(["status": "a"]).object)
    }

    @Test("two that leave at once cannot both believe that they are last")
    func race() throws {
        var server = PureServer(["status": "available"])
        let original = server.object
        let first = try server.change([Edit(set: "/spec/status", to: "a")], session: "s1")
        let second = try server.change([Edit(set: "/spec/status", to: "b")], session: "s2")
        let plans = (server.undoPlan(first), server.undoPlan(second))
        try server.apply(try #require(plans.0).patch)
        #expect(throws: JSONPatchError.self) { try server.apply(#require(plans.1).patch) }
        try server.undo(second)
        #expect(server.object == original)
    }

    @Test("a second recoverer's patch, planned from the same reading, changes nothing")
    func replay() throws {
        var server = PureServer(["status": "available"])
        let key = try server.change([Edit(set: "/spec/status", to: "a")])
        let plan = try #require(server.undoPlan(key))
        try server.apply(plan.patch)
        let after = server.object
        #expect(throws: JSONPatchError.self) { try server.apply(plan.patch) }
        #expect(server.object == after)
        #expect(server.undoPlan(key) == nil)
    }

    @Test("random changes, edits by others, and orders of leaving", arguments: 0..<400)
    func random(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        var server = PureServer(Self.randomSpec(&random))
        let original = server.object.spec
        var keys: [String] = []
        let ours: [JSONPointer] = [
            "/spec/a", "/spec/a/b", "/spec/a/b/c", "/spec/a/d", "/spec/e", "/spec/f/g",
        ]
        for number in 1...Int.random(in: 2...5, using: &random) {
            let edits = (0..<Int.random(in: 1...3, using: &random)).map { _ -> Edit in
                let path = ours.randomElement(using: &random) ?? "/spec/e"
                return Bool.random(using: &random)
                    ? Edit(set: path, to: Self.randomValue(&random)) : Edit(remove: path)
            }
            let session = "s\(Int.random(in: 1...3, using: &random))"
            // Edits that contradict one another, or change nothing, are refused: fine.
            if let key = try? server.change(edits, session: session, sequence: number) {
                keys.append(key)
            }
        }
        keys.shuffle(using: &random)
        for (index, key) in keys.enumerated() {
            // Somebody else edits elsewhere between any two of us.
            server.object.json = try JSONPatch([
                .add("/spec/theirs", .integer(Int64(index)))
            ]).applied(to: server.object.json)
            let plan = try #require(try server.undo(key), "seed \(seed)")
            #expect(plan.conflicts.isEmpty, "seed \(seed)")
        }
        var expected = original
        if !keys.isEmpty { expected["theirs"] = .integer(Int64(keys.count - 1)) }
        #expect(server.object == PureServer(expected).object, "seed \(seed)")
    }

    private static func randomSpec(_ random: inout SeededRandom) -> JSONValue {
        var spec: JSONValue = ["fixed": 1]
        if Bool.random(using: &random) { spec["a"] = ["b": ["c": 1, "x": 2], "d": "e"] }
        if Bool.random(using: &random) { spec["e"] = randomValue(&random) }
        if Bool.random(using: &random) { spec["f"] = .object(JSONObject()) }
        return spec
    }

    private static func randomValue(_ random: inout SeededRandom) -> JSONValue {
        let values: [JSONValue] = [
            1, "text", true, ["b": ["c": 5]], ["d": 1], .object(JSONObject()), ["x", "y"],
        ]
        return values.randomElement(using: &random) ?? 1
    }
}
