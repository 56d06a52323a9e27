import Documents
import Testing

@Suite("YAML writer")
struct YAMLWriterTests {
    @Test("block style, two spaces, lists under their name without indent")
    func layout() {
        let value: JSONValue = [
            "kind": "Pet", "empty": ["map": [:], "list": [], "text": "", "none": nil],
            "list": [1, ["a": 1, "b": [true]], [2, [3]], []], "version": "1", "on": "yes",
            "text": "a\nb\n", "keep": "a\n\n", "strip": "a\nb", "spaced": "  a\nb",
            "note": "it's: #1", "tab": "a\tb", "time": "2026-02-03T04:05:06Z", "big": 1.5,
        ]
        #expect(
            YAML.text(value) == """
                kind: Pet
                empty:
                  map: {}
                  list: []
                  text: ""
                  none: null
                list:
                - 1
                - a: 1
                  b:
                  - true
                - - 2
                  - - 3
                - []
                version: "1"
                "on": "yes"
                text: |
                  a
                  b
                keep: |+
                  a

                strip: |-
                  a
                  b
                spaced: |2-
                    a
                  b
                note: 'it''s: #1'
                tab: "a\\tb"
                time: "2026-02-03T04:05:06Z"
                big: 1.5

                """)
        #expect(
            YAML.text(["b": 1, "a": ["d": 2, "c": 3]], sortsNames: true)
                == "a:\n  c: 3\n  d: 2\nb: 1\n")
        #expect(YAML.text("x") == "x\n")
        #expect(YAML.text([:]) == "{}\n")
    }

    @Test(
        "names and addresses need no quotes",
        arguments: [
            "petstore.example.com/v1alpha1", "pet-fluffy", "10.0.0.1", "1.20.2", "a b", "a:b",
            "http://a/b?c",
            "6f1c2a3e-5d4b-4c8a-9e7f-000000000001", "f:spec", "x#y", "Größe", "🐱", "3m", "1Gi",
            "-v",
        ])
    func plain(text: String) {
        #expect(YAML.text([.string(text)]) == "- \(text)\n")
    }

    @Test(
        "every treacherous string comes back, as value, name and item",
        arguments: RandomValues.treacherous)
    func treacherous(text: String) throws {
        let value: JSONValue = .object([
            "value": .string(text), text: .string("name"),
            "list": [.string(text), [.string(text)]],
            "deep": ["er": [["x": .string(text), text: [.string(text)]]]], "last": .string(text),
        ])
        #expect(try YAML.parse(YAML.text(value)) == [value])
        #expect(try YAML.parse(YAML.text(.string(text))) == [.string(text)])
    }

    @Test("what is written is read back as the same value", arguments: 0..<400 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = RandomValues(seed: seed)
        let value = random.value()
        let text = YAML.text(value, sortsNames: seed % 2 == 0)
        #expect(try YAML.parse(text) == [value], "seed \(seed)\n\(text)")
    }

    @Test("long names and long texts come back")
    func long() throws {
        let name = String(repeating: "name ", count: 500) + "x"
        let text = String(repeating: "word ", count: 5000) + "x"
        let value: JSONValue = .object([
            name: .string(text), name + "2": [1, [2]],
            name + "3": ["a": .string(text + "\n" + text)],
            name + "\n": [.object([name: "x"])],
        ])
        #expect(try YAML.parse(YAML.text(value)) == [value])
    }

    @Test("a sink gets the same text in pieces, from values and from a document")
    func streaming() throws {
        let items = (0..<2000).map { index -> JSONValue in
            [
                "name": .string("pet-\(index)"), "tags": ["a", ["b": .integer(Int64(index))]],
                "text": "x\ny\n",
            ]
        }
        let value: JSONValue = [
            "kind": "List", "items": .array(items),
            "nested": [.array(items), .object(["a": .array(items)])],
            "after": [],
        ]
        for sortsNames in [false, true] {
            let whole = YAML.text(value, sortsNames: sortsNames)
            var pieces: [[UInt8]] = []
            let writer = YAMLWriter(sortsNames: sortsNames)
            writer.write(value) { pieces.append($0) }
            #expect(pieces.count > 3)
            #expect(pieces.allSatisfy { $0.count < YAMLWriter.pieceBytes + 1000 })
            #expect(String(decoding: pieces.joined(), as: UTF8.self) == whole)
            var streamed: [UInt8] = []
            writer.write(try JSONDocument(parsing: value.bytes()).root) { streamed += $0 }
            #expect(String(decoding: streamed, as: UTF8.self) == whole)
        }
    }

    @Test("a sink's error ends the writing and comes out")
    func failingSink() {
        struct Full: Error {}
        let value: JSONValue = .array(Array(repeating: "some text of some length", count: 20_000))
        var calls = 0
        #expect(throws: Full.self) {
            try YAMLWriter().write(value) { (_: [UInt8]) throws(Full) in
                calls += 1
                throw Full()
            }
        }
        #expect(calls == 1)
    }
}
