import Testing

@Suite("Known traps of the compiler")
struct CompilerTrapTests {
    /// A tuple is made of results, not of calls that may throw.
    ///
    /// Swift 6.3.1 at -O loses a member of a tuple that contains a call with typed throws; see
    /// `Sources/Verbs/Documentation.docc/Decisions.md`.
    static func hasTrap(_ line: Substring) -> Bool {
        line.contains(#/(\breturn|\bin|=|\{) \([^()]*,.*\btry\b/#)
    }

    @Test("no tuple holds a call that throws")
    func tuples() {
        for file in SourceTree.swiftFiles(below: "Sources") {
            let lines = file.code.split(separator: "\n", omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated() where Self.hasTrap(line) {
                Issue.record("\(file.path):\(index + 1): make the call first, then the tuple")
            }
        }
    }

    @Test("the rule sees what it should")
    func rule() {
        #expect(Self.hasTrap("return (name, .success(try await load(name)))"))
        #expect(Self.hasTrap("group.addTask { (index, try await load(index)) }"))
        #expect(!Self.hasTrap("return try await load(name, from: place)"))
        #expect(!Self.hasTrap("let loaded = try await load((name, place))"))
    }
}
