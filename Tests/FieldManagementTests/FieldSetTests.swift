import Documents
import KubernetesCore
import Testing

@Suite("Field sets")
struct FieldSetTests {
    let json: JSONValue = [
        "f:metadata": ["f:labels": [".": [:], "f:app": [:]]],
        "f:spec": [
            "f:tags": [#"k:{"id":1,"name":"<a>"}"#: [".": [:], "f:note": [:]]],
            "f:set": [#"v:"x""#: [:]],
            "f:size": [:], "f:list": ["i:3": [:]],
        ],
    ]

    @Test("fieldsV1 is read and written as the same")
    func roundTrip() throws {
        let set = try #require(FieldSet(fieldsV1: json))
        let written = set.fieldsV1
        #expect(FieldSet(fieldsV1: written) == set)
        // Go writes keys with its own escapes.
        #expect(written.text().contains(#"k:{\"id\":1,\"name\":\"\\u003ca\\u003e\"}"#))
        #expect(
            set.paths.map { $0.map(\.description).joined() } == [
                ".metadata.labels", ".metadata.labels.app", ".spec.size", ".spec.list[3]",
                ".spec.set[=\"x\"]", #".spec.tags[id=1,name="\u003ca\u003e"]"#,
                #".spec.tags[id=1,name="\u003ca\u003e"].note"#,
            ])
    }

    @Test(
        "what is no fieldsV1 is refused",
        arguments: ["[]", "1", #"{"x":{}}"#, #"{"k:1":{}}"#, #"{"f:a":[]}"#, #"{"i:x":{}}"#])
    func refuses(text: String) throws {
        #expect(FieldSet(fieldsV1: try JSONValue(parsing: text)) == nil)
    }

    private func set(_ paths: String...) -> FieldSet {
        FieldSet(paths.map { $0.split(separator: ".").map { FieldStep.field(String($0)) } })
    }

    @Test("sets are united, intersected and subtracted field by field")
    func algebra() {
        let left = set("a", "a.b", "c.d", "e")
        let right = set("a", "c.d", "c.x", "e.f")
        #expect(left.union(right) == set("a", "a.b", "c.d", "c.x", "e", "e.f"))
        #expect(left.intersection(right) == set("a", "c.d"))
        #expect(left.subtracting(right) == set("a.b", "e"))
        #expect(left.subtractingAllBelow(right) == set("e"))
        #expect(right.subtractingAllBelow(set("c")) == set("a", "e.f"))
        #expect(left.subtracting(left).isEmpty)
        #expect(left.contains([FieldStep.field("a"), .field("b")]))
        #expect(!left.contains([FieldStep.field("c")]))
        #expect(set("é") != set("e\u{301}"))
    }

    @Test("a pointer into an object is owned by the field, or by the whole value that holds it")
    func pointers() throws {
        let object: JSONValue = [
            "metadata": ["labels": ["app": "x", "other": "y"]],
            "spec": [
                "tags": [["id": 2], ["id": 1, "name": "<a>", "note": "n", "else": 1]],
                "set": ["y", "x"],
                "size": 1, "whole": [["deep": 1]],
            ],
        ]
        let set = try #require(
            FieldSet(fieldsV1: MergePatch.apply(["f:spec": ["f:whole": [:]]], to: json)))
        func owns(_ text: String) throws -> Bool { set.owns(try JSONPointer(text), in: object) }
        func touches(_ text: String) throws -> Bool {
            set.touches(try JSONPointer(text), in: object)
        }
        #expect(try owns("/metadata/labels/app"))
        #expect(try !owns("/metadata/labels/other"))
        #expect(try owns("/metadata/labels"))
        #expect(try owns("/spec/tags/1/note"))
        #expect(try !owns("/spec/tags/1/else"))
        #expect(try !owns("/spec/tags/0"))
        #expect(try owns("/spec/set/1"))
        #expect(try !owns("/spec/set/0"))
        #expect(try owns("/spec/whole/0/deep"))
        #expect(try !owns("/spec"))
        #expect(try touches("/spec"))
        #expect(try touches("/spec/tags"))
        #expect(try !touches("/status"))
        #expect(try !touches("/spec/tags/0"))
        #expect(try touches("/spec/whole/0/deep"))
    }
}
