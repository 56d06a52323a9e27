import Documents
import KubernetesCore
import Testing

@testable import StateFiles

@Suite("State files as text")
struct StateFileTests {
    private func written(_ objects: [JSONValue], scope: StateScope) -> String {
        var writer = StateWriter()
        var bytes = writer.head(scope)
        for object in objects { writer.append(StateForm.Document(json: object), to: &bytes) }
        return String(decoding: bytes + writer.end(), as: UTF8.self)
    }

    private static let scope = StateScope(
        kinds: ["books.v1.library.example.org"], namespace: "a \u{2028}\"b", selector: "x=y,!z",
        includesDiagnostics: true, isAsIs: true)

    @Test("what is written is read again, the scope too, whatever characters are in it")
    func roundTrip() throws {
        let texts = [
            "", "yes", "1e3", "017", "a: b", "# no comment", "---", "...", "a\n# end: 7 objects\n",
            "\u{85}", "\u{2028}", "\u{FEFF}", "e\u{301}", "é", "\u{0}\u{1B}[31m", " x ", "\t",
            "<<", "~", "null", "0x1F", "12:30:45", "2026-01-01", "- a", "\u{1F431}", "a\r\nb",
            "# scope: {}", String(repeating: "long ", count: 400),
        ]
        let objects = texts.enumerated().map { index, text -> JSONValue in
            [
                "apiVersion": "library.example.org/v1", "kind": "Book",
                "metadata": [
                    "name": .string("b\(index)"), "annotations": [text + "k": .string(text)],
                ],
                "spec": ["title": .string(text), "list": [.string(text), [text + "x": 1]]],
            ]
        }
        let text = written(objects, scope: Self.scope)
        let file = try StateFile(text: text, name: "state.yaml")
        #expect(file.problems.isEmpty)
        #expect(file.entries.map(\.object.json) == objects)
        #expect(file.scope == Self.scope)
        #expect(file.isWhole)
        #expect(written(objects, scope: Self.scope) == text)
    }

    @Test("comments name secrets on one line of plain letters")
    func comments() {
        var writer = StateWriter()
        var bytes: [UInt8] = []
        let json: JSONValue = ["a\u{2028}b\nkind: x": ["pin": 1]]
        let path = StatePath(JSONPointer(tokens: ["a\u{2028}b\nkind: x", "pin"]), in: json)
        writer.append(StateForm.Document(json: ["kind": "Book"], secrets: [path]), to: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "---\n# secrets left out: [\"a\\u2028b\\nkind: x\"].pin\nkind: Book\n")
    }

    @Test("a file without head covers nothing; one without its last line was cut off")
    func scopes() throws {
        let bare = try StateFile(
            text: "apiVersion: a.b/v1\nkind: X\nmetadata: {name: y}\n# scope: {\"kinds\":[]}\n",
            name: "f")
        #expect(bare.scope == nil && bare.isWhole)
        let whole = written([], scope: Self.scope)
        let cut = try StateFile(text: String(whole.dropLast(12)), name: "f")
        #expect(cut.scope == Self.scope && !cut.isWhole)
        let broken = try StateFile(text: "# scope: {oops\n", name: "f")
        #expect(broken.scope == nil)
    }

    @Test("lists are taken apart, and problems in them have the line of their item")
    func lists() throws {
        let file = try StateFile(
            text: """
                apiVersion: v1
                kind: List
                items:
                - apiVersion: a.b/v1
                  kind: X
                  metadata: {name: one}
                - apiVersion: a.b/v1
                  metadata: {name: two}
                  spec: 3
                """, name: "list.yaml")
        #expect(file.entries.map(\.object.name) == ["one"])
        #expect(
            StateFile.lines(of: file.problems, in: file) == [
                "list.yaml: document 1, line 7: it has no kind",
                "list.yaml: document 1, line 9: spec must be an object, not 3",
            ])
    }
}
