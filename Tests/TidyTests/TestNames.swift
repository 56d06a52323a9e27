/// The tests that there are, by the names that pages give them.
enum TestNames {
    static let all = names(in: SourceTree.swiftFiles(below: "Tests").map(\.text))

    /// `Suite.function` for each function that a `@Test` stands before.
    static func names(in texts: [String]) -> Set<String> {
        var found: Set<String> = []
        for text in texts {
            var suite = ""
            var isTest = false
            for line in text.split(separator: "\n") {
                if let match = line.firstMatch(
                    of: /^(?:[a-z]+ )*(?:struct|extension|class|actor|enum) ([A-Za-z]+)/)
                {
                    suite = String(match.1)
                }
                if line.contains("@Test") { isTest = true }
                guard isTest, let match = line.firstMatch(of: /func ([A-Za-z0-9]+)/) else {
                    continue
                }
                found.insert("\(suite).\(match.1)")
                isTest = false
            }
        }
        return found
    }
}
