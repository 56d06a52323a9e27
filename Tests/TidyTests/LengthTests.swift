import Testing

@Suite("Nothing outgrows its page")
struct LengthTests {
    static let fileLimit = 400
    static let functionLimit = 70
    static let files =
        SourceTree.swiftFiles(below: "Sources") + SourceTree.swiftFiles(below: "Tests")

    @Test("a file has at most 400 lines")
    func files() {
        #expect(Self.files.count > 10)
        for file in Self.files {
            let count = file.lines.count - (file.text.hasSuffix("\n") ? 1 : 0)
            #expect(count <= Self.fileLimit, "\(file.path): \(count) lines")
        }
    }

    @Test("a function has at most 70 lines")
    func functions() {
        for file in Self.files {
            for function in Self.functions(in: file.code) where function.length > Self.functionLimit
            {
                Issue.record("\(file.path):\(function.line): \(function.length) lines")
            }
        }
    }

    @Test("the measure sees what it should", arguments: [3, 71, 200])
    func measure(length: Int) {
        let body = String(repeating: "    work { 1 }\n", count: length - 2)
        let found = Self.functions(
            in: "struct S {\n  func f(a: () -> Void = {}) async {\n\(body)  }\n}")
        #expect(found.map(\.length) == [length])
        #expect(found.map(\.line) == [2])
    }

    struct Function: Equatable {
        let line: Int
        let length: Int
    }

    /// The bodies of functions and initialisers, nested ones counted for themselves too.
    static func functions(in code: String) -> [Function] {
        let lines = code.split(separator: "\n", omittingEmptySubsequences: false)
        var found: [Function] = []
        for (index, line) in lines.enumerated() {
            let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
            guard
                words.contains("func")
                    || line.contains("init(") && !line.contains(".init(")
                        && !line.contains("self.init") && !line.contains("super.init")
            else { continue }
            if let end = endOfBody(lines, from: index) {
                found.append(Function(line: index + 1, length: end - index + 1))
            }
        }
        return found
    }

    /// The line on which the body that begins at or after that declaration ends; nil for a
    /// declaration without a body, as in a protocol.
    private static func endOfBody(_ lines: [Substring], from start: Int) -> Int? {
        var braces = 0
        var parentheses = 0
        for index in start..<lines.count {
            for character in lines[index] {
                switch character {
                case "(", "[": parentheses += 1
                case ")", "]": parentheses -= 1
                case "{" where parentheses <= 0 || braces > 0: braces += 1
                case "}" where braces > 0:
                    braces -= 1
                    if braces == 0 { return index }
                case "}" where parentheses <= 0: return nil
                default: break
                }
            }
            let next = index + 1 < lines.count ? lines[index + 1] : ""
            if braces == 0, parentheses <= 0, index > start || !lines[index].hasSuffix("("),
                startsDeclaration(next)
            {
                return nil
            }
        }
        return nil
    }

    private static func startsDeclaration(_ line: Substring) -> Bool {
        let words = line.split(separator: " ")
        return words.contains("func") || words.contains("var") || words.contains("}")
            || words.isEmpty || words.contains("init") || words.contains("static")
    }
}
