import Catalog
import Documents
import KubernetesCore
import StateFiles
import Testing

@Suite("How a file and a cluster differ")
struct ComparisonTests {
    static func kind(_ spec: JSONValue, status: JSONValue = [:]) -> CatalogKind {
        CatalogKind(
            type: ResourceType(
                group: "library.example.org", version: "v1", plural: "books", kind: "Book"),
            schema: KindSchema([
                "type": "object",
                "properties": [
                    "spec": ["type": "object", "properties": spec],
                    "status": ["type": "object", "properties": status],
                ],
            ]))
    }

    static let resource = kind(
        [
            "readOnly": ["type": "boolean"], "executionInterval": ["type": "string"],
            "merge": ["type": "boolean", "default": true],
            "target": ["type": "object", "properties": ["podOrdinal": ["type": "integer"]]],
        ], status: ["driftDetected": ["type": "boolean"]])

    private func paths(
        _ live: JSONValue, _ wanted: JSONValue, ignored: [String] = [],
        kind: CatalogKind = Self.resource
    ) throws -> [String] {
        let patterns = try ignored.map { try PathPattern($0) }
        return StateComparison(kind, ignored: patterns)
            .differences(live: ["spec": live], wanted: ["spec": wanted])
            .map(\.path.description)
    }

    @Test("field by field, each with the path that people read")
    func fields() throws {
        #expect(
            try paths(["a": 1, "b": [1, 2]], ["b": [1, 3, 4], "c": nil, "d": 0]) == [
                "spec.a", "spec.b[1]", "spec.b[2]", "spec.d",
            ])
        #expect(try paths(["a": 1], ["a": .double(1)]) == ["spec.a"])
        #expect(
            try paths(["x/y": ["e\u{301}": 1]], ["x/y": ["é": 1]]) == [
                "spec[\"x/y\"][\"é\"]", "spec[\"x/y\"][\"é\"]",
            ])
    }

    @Test("defaults, and what an operator rewrites, are no difference; a change of them is")
    func meaningless() throws {
        #expect(try paths(["merge": true, "category": [:], "n": "x"], ["n": "x"]).isEmpty)
        #expect(try paths(["merge": false], [:]) == ["spec.merge"])
        #expect(try paths(["merge": false], ["merge": true]) == ["spec.merge"])
        #expect(
            try paths(["executionInterval": "60s"], ["executionInterval": "1m"]).isEmpty)
        #expect(try paths(["n": "60s"], ["n": "1m"]) == ["spec.n"])
        let query = Self.kind([:], status: ["results": [:], "resultCount": [:]])
        #expect(try paths(["complete": false], [:], kind: query) == ["spec.complete"])
    }

    @Test("ignored places and all below them")
    func ignored() throws {
        let live: JSONValue = ["tags": [["id": 1, "n": "a"], ["id": 2, "n": "b"]], "s": 1]
        let wanted: JSONValue = ["tags": [["id": 3, "n": "a"], ["id": 4, "n": "c"]], "s": 2]
        #expect(try paths(live, wanted, ignored: ["spec.tags"]) == ["spec.s"])
        #expect(
            try paths(live, wanted, ignored: ["spec.tags[*].id", "spec.s"]) == ["spec.tags[1].n"])
        #expect(throws: CatalogError.self) { try PathPattern("spec..x") }
    }

    @Test("what only the cluster has counts where somebody says so, but lists are wanted whole")
    func onlyLive() {
        let comparison = StateComparison(Self.resource) { $0.tokens.last == "ours" }
        let found = comparison.differences(
            live: ["spec": ["ours": 1, "theirs": 2, "list": [1, 2]]],
            wanted: ["spec": ["list": [1]]])
        #expect(found.map(\.path.description) == ["spec.list[1]", "spec.ours"])
    }

    @Test("edits replace lists as a whole")
    func edits() {
        let wanted: JSONValue = ["spec": ["list": [["a": 1], ["a": 2]], "x": 1]]
        let fields = StateComparison(Self.resource).differences(
            live: ["spec": ["list": [["a": 0]], "y": 2]], wanted: wanted)
        let edits = ImportPlan.edits(for: fields, wanted: wanted)
        #expect(edits.map(\.place.description) == ["/spec/list", "/spec/x", "/spec/y"])
        #expect(edits.map(\.value) == [[["a": 1], ["a": 2]], 1, nil])
    }
}

@Suite("Older and newer forms of specs")
struct SpecConversionTests {
    private func convert(_ spec: JSONValue, to kind: CatalogKind) -> (JSONValue, [String]) {
        let object = KubernetesObject(["metadata": ["name": "a"], "spec": spec])
        let result = SpecConversion(object, to: kind)
        return (result.object.spec, result.notes)
    }

    @Test("flat members become nested ones, and nothing is overwritten")
    func toNested() {
        let (spec, notes) = convert(
            ["targetPodOrdinal": 2, "reExecuteInterval": "5m", "x": 1],
            to: ComparisonTests.resource)
        #expect(spec == ["x": 1, "target": ["podOrdinal": 2], "executionInterval": "5m"])
        #expect(
            notes == [
                "spec.targetPodOrdinal is spec.target.podOrdinal here",
                "spec.reExecuteInterval is spec.executionInterval here",
            ])
        let both: JSONValue = ["targetPodOrdinal": 2, "target": ["podOrdinal": 1]]
        #expect(convert(both, to: ComparisonTests.resource).0 == both)
        // A cluster that offers no such member is not given one.
        #expect(convert(["targetPod": "p"], to: ComparisonTests.resource).1.isEmpty)
    }

    @Test("nested members become flat ones")
    func toFlat() {
        let kind = ComparisonTests.kind([
            "targetPodOrdinal": ["type": "integer"], "reExecuteInterval": ["type": "string"],
        ])
        let (spec, notes) = convert(
            ["target": ["podOrdinal": 0], "executionInterval": "1m"], to: kind)
        #expect(spec == ["targetPodOrdinal": 0, "reExecuteInterval": "1m"])
        #expect(notes.count == 2)
    }
}
