import Documents
import Testing

@Suite("YAML reader")
struct YAMLReaderTests {
    /// What kubectl 1.32 makes of plain scalars; numbers as their text here.
    @Test(
        "plain scalars are read as kubectl reads them",
        arguments: [
            ("1", "1"), ("+1", "1"), ("-1", "-1"), ("017", "15"), ("08", "8"), ("0o17", "15"),
            ("0b11", "3"), ("0x1F", "31"), ("1_000", "1000"), ("1__0", "10"), ("0_", "0"),
            ("-0x10", "-16"), ("-017", "-15"), ("+017", "15"), (".5", "0.5"), ("5.", "5"),
            ("+.5", "0.5"), ("0.1_0", "0.10"), ("1._5", "1.5"), ("1e3", "1e3"), ("1E3", "1E3"),
            ("1.0", "1.0"), ("y", "true"), ("Y", "true"), ("yes", "true"), ("YES", "true"),
            ("on", "true"), ("TRUE", "true"), ("n", "false"), ("off", "false"), ("No", "false"),
            ("null", "null"), ("NULL", "null"), ("~", "null"), ("", "null"),
            ("12345678901234567890", "12345678901234567890"),
            ("99999999999999999999999", "99999999999999999999999"),
            ("9223372036854775807", "9223372036854775807"), ("!!str 5", #""5""#),
            ("!foo 5", #""5""#), ("!!binary aGVsbG8=", #""hello""#), (#"!!int "7""#, "7"),
            (#"!!bool "yes""#, "true"), ("!!float 3", "3"),
        ])
    func plainScalars(text: String, json: String) throws {
        #expect(try YAML.parse("v: \(text)") == [JSONValue(parsing: "{\"v\":\(json)}")])
    }

    @Test(
        "what looks like a number, a boolean or a date to others stays a string",
        arguments: [
            "1:30", "yEs", "tRUE", "2001-12-14", "2001-12-14T21:59:43.10-05:00", "0x", "_1",
            "0x1p3",
            "0b102", "infinity", "=", "1.2.3", "10.0.0.1", "v1", "1e", "e3", "0x-1", "--1",
            "nan",
        ])
    func strings(text: String) throws {
        #expect(try YAML.parse("- \(text)") == [[.string(text)]])
    }

    @Test("quoted scalars are strings", arguments: ["'1'", "\"yes\"", "'null'", "\"~\"", "''"])
    func quoted(text: String) throws {
        #expect(try YAML.parse(text) == [.string(String(text.dropFirst().dropLast()))])
    }

    @Test("documents come in order, those with nothing in them are left out")
    func documents() throws {
        #expect(
            try YAML.parse("---\n---\na: 1\n---\n# only a comment\n---\n- 2\n...\n---\nnull\n")
                == [["a": 1], [2], nil])
        #expect(try YAML.parse("") == [])
        #expect(try YAML.parse("# nothing\n") == [])
        #expect(try YAML.parse("\u{FEFF}a: 1") == [["a": 1]])
        #expect(try YAML.parse("{\"a\": [1, \"x\"]}") == [["a": [1, "x"]]])
    }

    @Test("names become strings, as kubectl has them")
    func names() throws {
        #expect(
            try YAML.parse("1: a\non: b\n1.5: c\n0x10: d\n")
                == [["1": "a", "true": "b", "1.5": "c", "16": "d"]])
        #expect(throws: YAMLError.self) { try YAML.parse("~: a") }
        #expect(throws: YAMLError.self) { try YAML.parse("[a]: b") }
    }

    @Test("anchors, aliases and merges")
    func anchors() throws {
        #expect(
            try YAML.parse("a: &x {b: 1, c: 2}\nd: *x\ne: {<<: *x, c: 3}\nf: {<<: [{b: 7}, *x]}")
                == [
                    [
                        "a": ["b": 1, "c": 2], "d": ["b": 1, "c": 2], "e": ["b": 1, "c": 3],
                        "f": ["b": 7, "c": 2],
                    ]
                ])
        #expect(throws: YAMLError.self) { try YAML.parse("a: {<<: 1}") }
        #expect(throws: YAMLError.self) { try YAML.parse("a: *none") }
    }

    @Test("a short text cannot stand for a huge value")
    func billionLaughs() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        let error = #expect(throws: YAMLError.self) { try YAML.parse(text) }
        #expect(error?.problem == "its aliases stand for more values than are read")
    }

    @Test("deep nesting is an error, not a crash")
    func depth() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: YAMLError.self) { try YAML.parse(text) }
        let closed = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
        #expect(throws: YAMLError.self) { try YAML.parse(closed) }
    }

    @Test(
        "errors say document, line and column",
        arguments: [
            ("a: 1\n---\nb: [1\nc: 2\n", 2, 4, 2), ("a: 1\na: 2\n", 1, 1, 1),
            ("x: y\n---\na: 1\n\"a\": 2\n", 2, 3, 1), ("1: a\n\"1\": b\n", 1, 1, 1),
            ("a:\n\t- b", 1, 2, 1), ("v: .inf\n", 1, 1, 4), ("a: 'b", 1, 1, 6),
            ("a: 1\nb: !!null x", 1, 2, 4), ("a: 1\n---\n- *x\n", 2, 3, 3),
            ("a: \u{1}bcd\n", 1, 1, 4),
        ])
    func errors(text: String, document: Int, line: Int, column: Int) throws {
        let error = try #require(throws: YAMLError.self) { try YAML.parse(text) }
        #expect(error.document == document)
        #expect(error.line == line, "\(error)")
        #expect(error.column == column, "\(error)")
    }
}
