import Documents
import Testing

@testable import Render

@Suite("A report in every format")
struct RendererTests {
    private static let report = Report(
        kind: "Description",
        sections: [
            Section(
                nil,
                .fields([
                    Field("Name", "fluffy"), Field("State", "Synced", tint: .good),
                    Field("External ID", "123"),
                ])),
            Section(
                "Response Data:",
                .data([
                    "id": 123, "name": "Fluffy", "category": ["id": 1, "name": "Dogs"],
                ])),
            Section("Seen:", .table(TextTable(["KIND", "NAME"], rows: [["Pet", "fluffy"]]))),
        ],
        payload: ["name": "fluffy", "id": 123], names: ["pet.petstore.example.com/fluffy"])

    private func text(_ format: OutputFormat) throws -> String {
        String(decoding: try Renderer(format).render(Self.report), as: UTF8.self)
    }

    @Test("for people as in the specification: labels aligned, small objects on one line")
    func people() throws {
        #expect(
            try text(.table) == """
                Name:         fluffy
                State:        Synced
                External ID:  123

                Response Data:
                  id: 123
                  name: Fluffy
                  category: { id: 1, name: "Dogs" }

                Seen:
                KIND   NAME
                Pet    fluffy

                """)
        #expect(try text(.wide) == text(.table))
    }

    @Test("for programs: the payload alone")
    func programs() throws {
        #expect(try JSONValue(parsing: text(.json)) == Self.report.payload)
        #expect(try text(.json) == "{\n    \"name\": \"fluffy\",\n    \"id\": 123\n}\n")
        #expect(try text(.yaml) == "name: fluffy\nid: 123\n")
        #expect(try text(.name) == "pet.petstore.example.com/fluffy\n")
    }

    @Test("a value of several lines goes on below itself")
    func severalLines() throws {
        let report = Report(
            kind: "X", sections: [Section(nil, .fields([Field("Message", "one\ntwo\u{1B}")]))],
            payload: .null)
        #expect(
            String(decoding: try Renderer().render(report), as: UTF8.self)
                == "Message:      one\n              two^[\n")
    }

    @Test("a list is written piece by piece and reads as one document", arguments: [0, 1, 3])
    func lists(count: Int) throws {
        let items: [JSONValue] = (0..<count).map {
            ["kind": "Pet", "metadata": ["name": .string("p\($0)")], "note": "a\nb\n"]
        }
        let whole: JSONValue = [
            "apiVersion": "v1", "items": .array(items), "kind": "List",
            "metadata": ["resourceVersion": ""],
        ]
        for format in [OutputFormat.json, .yaml] {
            var writer = ListWriter(format)
            var bytes = writer.begin()
            for item in items { bytes += writer.item(item) }
            bytes += writer.end()
            let text = String(decoding: bytes, as: UTF8.self)
            let read = try format == .json ? JSONValue(parsing: text) : YAML.parse(text)[0]
            #expect(read == whole, "\(format): \(text)")
        }
    }

    @Test("a list in JSON is laid out as kubectl lays it out")
    func listLayout() {
        var writer = ListWriter(.json)
        let bytes = writer.begin() + writer.item(["kind": "Pet"]) + writer.end()
        #expect(
            String(decoding: bytes, as: UTF8.self) == """
                {
                    "apiVersion": "v1",
                    "items": [
                        {
                            "kind": "Pet"
                        }
                    ],
                    "kind": "List",
                    "metadata": {
                        "resourceVersion": ""
                    }
                }

                """)
    }
}
