import Documents
import Render
import Testing

@Suite("Lists written piece by piece")
struct ListTests {
    static let pets: [JSONValue] = [
        ["kind": "Pet", "metadata": ["name": "fluffy"], "spec": ["tags": ["a", "b\nc"]]],
        ["kind": "Pet", "metadata": ["name": "max"]],
    ]

    private func text(_ format: OutputFormat, _ items: [JSONValue]) -> String {
        var writer = ListWriter(format)
        var bytes = writer.begin()
        for item in items { bytes += writer.item(item) }
        bytes += writer.end()
        return String(decoding: bytes, as: UTF8.self)
    }

    private func list(_ items: [JSONValue]) -> JSONValue {
        [
            "apiVersion": "v1", "items": .array(items), "kind": "List",
            "metadata": ["resourceVersion": ""],
        ]
    }

    @Test("the pieces make the document that the whole would make", arguments: [0, 1, 2])
    func whole(count: Int) throws {
        let items = Array(Self.pets.prefix(count))
        let json = text(.json, items)
        #expect(try JSONValue(parsing: json) == list(items))
        #expect(try YAML.parse(text(.yaml, items)) == [list(items)])
        #expect(json.hasSuffix("}\n"))
        if count > 0 {
            #expect(json == String(decoding: Renderer.json(list(items)), as: UTF8.self))
        }
    }

    @Test("YAML items are indented as kubectl indents them")
    func yaml() {
        #expect(
            text(.yaml, [Self.pets[1]]) == """
                apiVersion: v1
                items:
                - kind: Pet
                  metadata:
                    name: max
                kind: List
                metadata:
                  resourceVersion: ""

                """)
    }
}
