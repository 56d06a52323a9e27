import CEL
import Testing

@Suite("Patterns")
struct PatternTests {
    struct Match: Sendable, CustomTestStringConvertible {
        let pattern: String
        let text: String
        let all: [String]

        init(_ pattern: String, _ text: String, _ all: [String]) {
            (self.pattern, self.text, self.all) = (pattern, text, all)
        }

        var testDescription: String { "/\(pattern)/ in \(text)" }
    }

    static let table = [
        Match("a", "banana", ["a", "a", "a"]), Match("a+", "baaab a", ["aaa", "a"]),
        Match("a*", "baac", ["", "aa", ""]),
        Match("^a", "aa", ["a"]), Match("a$", "aa", ["a"]), Match("^$", "", [""]),
        Match(".", "é\n😀", ["é", "😀"]),
        Match("(?s).", "a\n", ["a", "\n"]), Match("(?m)^.", "ab\ncd", ["a", "c"]),
        Match("(?m).$", "ab\ncd", ["b", "d"]),
        Match("(?i)HeLLo", "hello HELLO", ["hello", "HELLO"]), Match("(?i)[a-c]+", "AbCd", ["AbC"]),
        Match("(?i:a)b", "Ab AB", ["Ab"]),
        Match("[a-c]+", "abcd", ["abc"]), Match("[^a-c]+", "abcd", ["d"]),
        Match("[]a]+", "a]b", ["a]"]), Match("[a-]+", "a-b", ["a-"]),
        Match(#"[\d.]+"#, "v1.2", ["1.2"]), Match("[[:alpha:]]+", "ab1", ["ab"]),
        Match("[[:^alpha:]]+", "ab1-", ["1-"]),
        Match(#"\w+\s\w+"#, "ab cd", ["ab cd"]), Match(#"\D+"#, "a1b", ["a", "b"]),
        Match(#"[\W]"#, "a b", [" "]), Match(#"[^\S]"#, "a b", [" "]),
        Match("a|ab", "ab", ["a"]), Match("ab|a", "ab", ["ab"]), Match("(a|b)*c", "abac", ["abac"]),
        Match("a{2}", "aaaaa", ["aa", "aa"]),
        Match("a{2,}", "aaaaa", ["aaaaa"]), Match("a{1,2}", "aaa", ["aa", "a"]),
        Match("a{,2}", "a{,2}", ["a{,2}"]), Match("a{x", "a{x", ["a{x"]),
        Match("a+?", "aaa", ["a", "a", "a"]), Match("a*?b", "aab", ["aab"]),
        Match("(?U)a+", "aa", ["a", "a"]), Match("<.+?>", "<a><b>", ["<a>", "<b>"]),
        Match("(?:ab)+", "ababx", ["abab"]), Match("(?P<x>a)(?<y>b)", "ab", ["ab"]),
        Match(#"\bfoo\b"#, "foo food foo", ["foo", "foo"]),
        Match(#"o\B"#, "foo", ["o"]), Match(#"\Aab\z"#, "ab", ["ab"]),
        Match(#"\x41\x{1F600}"#, "A😀", ["A😀"]), Match(#"\Qa.b\E+"#, "a.bb", ["a.bb"]),
        Match(#"\."#, "a.b", ["."]), Match(#"\pL+"#, "aé1", ["aé"]), Match(#"\p{Lu}"#, "aÉ", ["É"]),
        Match(#"\P{L}"#, "a1", ["1"]), Match(#"\p{^L}"#, "a1", ["1"]),
        Match("(a*)*", "aa", ["aa"]), Match("(a|b|)+x", "abx", ["abx"]),
        Match("", "ab", ["", "", ""]), Match("()", "a", ["", ""]),
        Match("x*y", "xxz", []),
        Match(#"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"#, "my-name-1", ["my-name-1"]),
    ]

    @Test("what is found", arguments: table)
    func found(match: Match) throws {
        let pattern = try CELPattern(match.pattern)
        #expect(pattern.matches(in: match.text) == match.all)
        #expect(pattern.isFound(in: match.text) == !match.all.isEmpty)
    }

    @Test(
        "what is no pattern",
        arguments: [
            "(", ")", "a)", "[", "[a", "[z-a]", "*", "+a", "a**", "a{2}{3}", "a{1001}", "a{3,2}",
            #"\"#, #"\1"#, #"\y"#,
            "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?x)a", #"\p{Nope}"#, "[[:nope:]]", "(?P<a",
            #"\x{110000}"#,
            String(repeating: "(", count: 101) + String(repeating: ")", count: 101),
            "((a{100}){100}){100}",
        ])
    func refused(pattern: String) {
        #expect(throws: CELError.self) { try CELPattern(pattern) }
    }

    static let lines = [
        Line("'hello'.matches('^h.*o$')", "true"), Line("'hello'.matches('ell')", "true"),
        Line("matches('hello', 'x')", "false"),
        Line("s.matches(s)", "true"),
        Line(
            "'a'.matches('(')",
            "check: invalid matches argument: error parsing regexp: missing closing )"),
        Line("'a'.matches(dyn('('))", "error: error parsing regexp: missing closing )"),
        Line("'abc 123'.find('[0-9]+')", "'123'"), Line("'abc'.find('[0-9]+')", "''"),
        Line("'1 22 333'.findAll('[0-9]+')", "['1', '22', '333']"),
        Line("'1 22 333'.findAll('[0-9]+', 2)", "['1', '22']"),
        Line("'1 22'.findAll('[0-9]+', 0)", "[]"),
        Line("'1 22'.findAll('[0-9]+', -1)", "['1', '22']"),
        Line("s.findAll(dyn('l'), i)", "['l', 'l']"),
    ]

    @Test("patterns in expressions", arguments: lines)
    func linesHold(line: Line) { #expect(shown(line.source) == line.result) }

    @Test("patterns that make backtracking matchers hang are matched in linear time")
    func catastrophic() throws {
        let text = String(repeating: "a", count: 20_000) + "!"
        for pattern in ["(a+)+$", "(a|aa)+$", "(a|a)*b", "([a-z]+)*=", "(.*)(.*)(.*)(.*)x"] {
            #expect(try !CELPattern(pattern).isFound(in: text))
        }
        let many = try CELPattern(
            String(repeating: "a?", count: 100) + String(repeating: "a", count: 100))
        #expect(many.isFound(in: String(repeating: "a", count: 100)))
    }
}
