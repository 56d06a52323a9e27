import CEL
import Documents
import Foundation
import Testing

@Suite("Errors and limits")
struct LimitTests {
    struct Place: Sendable, CustomTestStringConvertible {
        let source: String
        let line: Int
        let column: Int

        init(_ source: String, _ line: Int, _ column: Int) {
            (self.source, self.line, self.column) = (source, line, column)
        }

        var testDescription: String { source }
    }

    static let places = [
        Place("", 1, 1), Place("1 +", 1, 4), Place("1 + + 2", 1, 5), Place("(1", 1, 3),
        Place("1)", 1, 2), Place("[1, 2", 1, 6),
        Place("{'a' 1}", 1, 6), Place("{'a': }", 1, 7), Place("a ? b", 1, 6), Place("a.", 1, 3),
        Place("a.1", 1, 2), Place("a[", 1, 3),
        Place("f(1,", 1, 5), Place("f(,)", 1, 3), Place("1 2", 1, 3), Place("a b", 1, 3),
        Place("# x", 1, 1), Place("a = b", 1, 3),
        Place("a & b", 1, 3), Place("'é' + #", 1, 7), Place("1 +\n  ?", 2, 3), Place("for", 1, 1),
        Place("x.in", 1, 3), Place("a.b.true", 1, 5),
        Place("Foo{a: 1}", 1, 4), Place("'abc", 1, 1), Place(#"'a\q'"#, 1, 3),
        Place("a.all(1, true)", 1, 7), Place("has(a)", 1, 4),
        Place("1 + 'a'", 1, 3), Place("ghost", 1, 1), Place("1 == 1 && ghost", 1, 11),
        Place("[1, 'a']", 1, 5), Place("'a'.b", 1, 4),
        Place("'a'.size(1)", 1, 9), Place("size(1)", 1, 5), Place("true && 1", 1, 9),
        Place("'x'.matches('(')", 1, 13), Place("[1].all(x, x)", 1, 12),
    ]

    @Test("errors name their place", arguments: places)
    func place(place: Place) throws {
        let error = try #require(throws: CELError.self) {
            try CELProgram(compiling: place.source, in: CELEnvironment())
        }
        let found = try #require(error.place(in: place.source))
        #expect(found.line == place.line)
        #expect(found.column == place.column, "\(error.message)")
    }

    @Test("a report shows the line and marks the place")
    func report() throws {
        let source = "1 == 1 &&\n\tghost"
        let error = try #require(throws: CELError.self) {
            try CELProgram(compiling: source, in: CELEnvironment())
        }
        #expect(
            error.report(in: source)
                == "ERROR: <input>:2:2: undeclared reference to 'ghost' (in container '')\n |  ghost\n | .^"
        )
    }

    @Test("reserved words name no variables, but fields")
    func reserved() {
        for word in ["as", "break", "for", "import", "namespace", "while", "void"] {
            #expect(shown(word) == "syntax: reserved identifier: \(word)")
            #expect(shown("map.\(word)") == "error: no such key: \(word)")
        }
    }

    static let deep: [(String, String, String)] = [
        ("(", "1", ")"), ("[", "", "]"), ("{'a': ", "1", "}"), ("-(", "1", ")"),
        ("!(", "true", ")"), ("false ? 1 : ", "1", ""),
        ("size([", "1", "])"), ("[1].map(x, ", "x", ")"), ("dyn(", "1", ")"), ("list[", "0", "]"),
        ("(1 + ", "1", ")"), ("'a'.matches(", "'a'", ")"),
    ]

    @Test("nesting has a limit, on small stacks too", arguments: deep.indices)
    func nesting(index: Int) async throws {
        let (open, core, close) = Self.deep[index]
        @Sendable func nested(_ depth: Int) -> String {
            String(repeating: open, count: depth) + core + String(repeating: close, count: depth)
        }
        let shallow = await onSmallStack { shown(nested(20)) }
        #expect(!shallow.hasPrefix("limit") && !shallow.hasPrefix("syntax"), "\(shallow)")
        for depth in [CELLimits.depth - 3, CELLimits.depth, 3000] {
            // Whatever comes of it: the stack must hold.
            let text = await onSmallStack { shown(nested(depth)) }
            if depth == 3000 {
                #expect(
                    text == "limit: expression recursion limit exceeded: \(CELLimits.depth)"
                        || text.contains("longer"))
            }
        }
    }

    #if DEBUG
        /// Frames of unoptimised code are several times as large.
        private static let smallStack = 2048 * 1024
    #else
        private static let smallStack = 512 * 1024
    #endif

    /// Runs on a thread with the stack that a task may have on the smallest platform.
    private func onSmallStack(_ work: @escaping @Sendable () -> String) async -> String {
        await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: work()) }
            thread.stackSize = Self.smallStack
            thread.start()
        }
    }

    @Test("chains have a limit where they are deep, none where they are flat")
    func chains() {
        #expect(shown(Array(repeating: "1", count: 99).joined(separator: " + ")) == "99")
        #expect(
            shown(Array(repeating: "1", count: 5000).joined(separator: " + ")).hasPrefix("limit"))
        #expect(shown("map" + String(repeating: ".a", count: 5000)).hasPrefix("limit"))
        #expect(shown(Array(repeating: "true", count: 5000).joined(separator: " && ")) == "true")
        #expect(shown(Array(repeating: "no", count: 5000).joined(separator: " || ")) == "false")
        #expect(shown(String(repeating: "!", count: 50_000) + "yes") == "true")
        #expect(shown(String(repeating: "-", count: 50_001) + "i") == "-7")
        #expect(
            shown("[" + Array(repeating: "1", count: 20_000).joined(separator: ",") + "].size()")
                == "20000")
    }

    @Test("texts of expressions have a limit")
    func length() {
        let most = "'" + String(repeating: "a", count: CELLimits.sourceBytes - 9) + "'.size()"
        #expect(
            shown(most + " ") == "limit: expression is longer than \(CELLimits.sourceBytes) bytes")
    }

    static let costly = [
        // Each level multiplies the work.
        "[1,2,3,4,5,6,7,8,9,0].all(a, [1,2,3,4,5,6,7,8,9,0].all(b, [1,2,3,4,5,6,7,8,9,0].all(c, [1,2,3,4,5,6,7,8,9,0].all(d, [1,2,3,4,5,6,7,8,9,0].all(e, [1,2,3,4,5,6,7,8,9,0].all(f, [1,2,3,4,5,6,7,8,9,0].all(g, true)))))))",
        "[s]" + String(repeating: ".map(x, x + x)", count: 60),
        "[[1]]" + String(repeating: ".map(x, x + x)", count: 60),
        "[b'a']" + String(repeating: ".map(x, x + x)", count: 60),
        "[s]" + String(repeating: ".map(x, x.replace('', x))", count: 40),
        "[s]" + String(repeating: ".map(x, [x, x].join(x))", count: 60),
        "[s]" + String(repeating: ".map(x, '%s%s'.format([x, x]))", count: 60),
        // Lists that share their parts: small to make, huge to compare or to print.
        "[[1]]" + String(repeating: ".map(x, [x, x])", count: 60) + " == [[1]]"
            + String(repeating: ".map(x, [x, x])", count: 60),
        "'%s'.format([[1]" + String(repeating: ".map(x, [x, x])", count: 60) + "])",
    ]

    @Test("work has a limit", arguments: costly)
    func cost(source: String) {
        #expect(
            shown(source, mixed: true) == "limit: operation cancelled: actual cost limit exceeded")
    }

    @Test("patterns cost by the text and by themselves")
    func patterns() {
        let text = "['aaaaaaaaaa']" + String(repeating: ".map(x, x + x)", count: 6)
        #expect(shown(text + ".all(x, x.matches('(a|b)*c'))", limit: 2000) == "false")
        let limit = "limit: operation cancelled: actual cost limit exceeded"
        #expect(shown(text + ".all(x, x.matches('(a|b|d|e|f|g|h){99}c'))", limit: 2000) == limit)
        #expect(shown(text + ".all(x, x.matches(dyn('(a|b){99}c')))", limit: 300) == limit)
    }

    @Test("types that could grow without measure do not")
    func types() {
        let doubling = "[1]" + String(repeating: ".map(x, {x: x})", count: 80)
        #expect(shown(doubling) == "error: unsupported key type: map")
        let empty = "[" + String(repeating: "[],", count: 30_000) + "[1]].size()"
        #expect(shown(empty) == "30001")
    }

    @Test("large classes and long keys cost what they are")
    func classes() {
        let wide =
            "'x'.matches('(?i)" + String(repeating: "[\\\\x{0}-\\\\x{FFFF}]", count: 100) + "')"
        #expect(shown(wide) == "check: invalid matches argument: the pattern is too large")
        #expect(shown("'é'.matches('^[a-cx-zA-CX-Z0-13-46-79é!-#]$')") == "true")
        let long = "[s]" + String(repeating: ".map(x, x + x)", count: 14)
        #expect(shown(long + ".all(x, {x: 1}.size() == 1)", limit: 9000).hasPrefix("limit"))
    }

    @Test("a limit is no error that another term outweighs")
    func notAbsorbed() {
        let source = "[1, 2, 3].all(x, [1, 2, 3].all(y, x * y > 0)) || true"
        #expect(shown(source) == "true")
        #expect(
            shown(source, limit: 10) == "limit: operation cancelled: actual cost limit exceeded")
    }

    @Test("a result that shares its parts is not written out")
    func result() throws {
        let source = "[[1]]" + String(repeating: ".map(x, [x, x])", count: 60)
        let program = try CELProgram(compiling: source, in: CELEnvironment())
        let value = try program.evaluate([:])
        #expect(throws: CELError(.limit, "the result is too large")) { try value.json() }
    }

    @Test("cost is told")
    func told() throws {
        let program = try CELProgram(compiling: "[1, 2, 3].all(x, x > 0)", in: CELEnvironment())
        let small = program.run([:]).cost
        let large = try CELProgram(
            compiling: "[1, 2, 3, 4, 5, 6].all(x, x > 0)", in: CELEnvironment()
        ).run([:]).cost
        #expect(small > 3 && large > small && large < 100)
    }

    @Test("random text is refused or evaluated, never fatal")
    func noise() {
        var random = SplitMix(state: 20_240_229)
        let words = [
            "1", "2u", "1.5", "'a'", "b'x'", "i", "s", "list", "map", "(", ")", "[", "]", "{", "}",
            ".", ",", ":", "?", "!", "-", "+", "*", "/",
            "%", "<", "==", "&&", "||", "in", "size(", ".all(x, ", ".map(x, ", "has(", "x", "true",
            "null", ".a", "[0]", "'''", "\"", "\\", "r'", "//", "\n",
            "é", "0x", "1e", ".?b", "[?0]", "duration('1h')", ".matches('a+')", "optional.of(",
            "dyn(",
        ]
        var evaluated = 0
        for _ in 0..<20_000 {
            let count = Int(random.next() % 14) + 1
            let source = (0..<count).map { _ in words[Int(random.next() % UInt64(words.count))] }
                .joined()
            if !shown(source, limit: 10_000).hasPrefix("syntax") { evaluated += 1 }
        }
        #expect(evaluated > 100)
    }

    /// A small generator that gives the same numbers in every run.
    struct SplitMix {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
