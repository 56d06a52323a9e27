import Documents
import Render
import Testing

@Suite("Data for people")
struct DataTests {
    private func text(_ value: JSONValue) -> String {
        DataText.lines(value).joined(separator: "\n")
    }

    @Test("strings stand bare unless that would mislead")
    func scalars() {
        let bare = ["available", "a b", "x: y", "ünï"]
        for word in bare { #expect(DataText.scalar(.string(word)) == word) }
        let quoted = ["", "true", "null", "12", "1e3", " a", "a ", "-", "{}", "\"x"]
        for word in quoted { #expect(DataText.scalar(.string(word)).hasPrefix("\""), "\(word)") }
        #expect(DataText.scalar(.string("a\nb")) == #""a\nb""#)
        #expect(DataText.scalar(12) == "12")
        #expect(DataText.scalar(.null) == "null")
    }

    @Test("small objects and lists take one line, larger ones several")
    func nesting() {
        #expect(text(["tags": [], "none": [:]]) == "tags: []\nnone: {}")
        let long = JSONValue.string(String(repeating: "x", count: 60))
        #expect(
            text(["urls": [long, long], "one": ["a": 1]]) == """
                urls:
                  - \(String(repeating: "x", count: 60))
                  - \(String(repeating: "x", count: 60))
                one: { a: 1 }
                """)
        #expect(
            text([["id": 1, "text": long, "more": long], 2]) == """
                - id: 1
                  text: \(String(repeating: "x", count: 60))
                  more: \(String(repeating: "x", count: 60))
                - 2
                """)
    }

    @Test("names and values from an API cannot drive the terminal")
    func escapes() {
        let shown = text(["\u{1B}[1m": "\u{1B}]0;title\u{7}", "flow": ["\u{1B}": "\u{1B}"]])
        #expect(!shown.utf8.contains(0x1B))
        #expect(!shown.utf8.contains(0x07))
    }

    @Test("control characters become visible; what turns the writing direction too")
    func escapeForms() {
        #expect(Escape.line("a\u{1B}[0m\r\n\tb\u{7F}\u{0}") == "a^[[0m\\r\\n\\tb^?^@")
        #expect(Escape.line("abc\u{202E}txt.exe") == "abc\\u202etxt.exe")
        #expect(Escape.line("x\u{9B}31m") == "x\\u009b31m")
        #expect(Escape.lines("one\n\ttwo\r") == "one\n\ttwo\\r")
        #expect(Escape.line("grüße 猫 🐶") == "grüße 猫 🐶")
    }

    @Test("secrets are masked, whatever they are; names, emptiness and the rest are kept")
    func masks() {
        let value: JSONValue = [
            "username": "john", "password": "s3cret", "apiToken": 42,
            "nested": [["clientSecret": "x", "password": "", "secret": nil, "pin": "1234"]],
        ]
        #expect(
            Mask.hide(in: value, secret: ["pin"]) == [
                "username": "john", "password": "********", "apiToken": "********",
                "nested": [
                    ["clientSecret": "********", "password": "", "secret": nil, "pin": "********"]
                ],
            ])
        #expect(Mask.hide(in: value, secret: [])["nested"]?[0]?["pin"] == "1234")
    }

    @Test("colour follows the terminal, and the environment overrules it")
    func wantsColour() {
        let cases: [(Bool, [String: String], Bool)] = [
            (true, [:], true), (false, [:], false), (true, ["TERM": "dumb"], false),
            (true, ["NO_COLOR": "1"], false), (true, ["NO_COLOR": ""], true),
            (false, ["CLICOLOR_FORCE": "1"], true), (false, ["CLICOLOR_FORCE": "0"], false),
            (true, ["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], false),
        ]
        for (isTerminal, environment, wanted) in cases {
            #expect(
                Style.wantsColour(isTerminal: isTerminal, environment: environment) == wanted,
                "\(isTerminal) \(environment)")
        }
    }
}
