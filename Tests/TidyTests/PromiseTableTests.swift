import Foundation
import Testing

/// The table of promises in Undo.md names tests; all of them exist.
struct PromiseTableTests {
    private static let page = "Sources/Verbs/Documentation.docc/Undo.md"

    @Test("each promise from P1 to P27 names its tests, and each of those exists")
    func everyPromise() throws {
        let text = try #require(SourceTree.text(of: Self.page))
        let rows = Self.rows(in: text)
        #expect(rows.map(\.promise) == (1...27).map { "P\($0)" })
        let known = TestNames.all
        #expect(known.count > 100)
        for row in rows {
            #expect(!row.tests.isEmpty, "\(row.promise) names no test")
            for test in row.tests {
                #expect(known.contains(test), "\(row.promise) names \(test), which does not exist")
            }
        }
    }

    @Test("the reader of the table and of the tests sees what it should")
    func reader() {
        let rows = Self.rows(
            in: "| P1 | text with `code` | `A.one`, `B.two` |\nP2\n| x | y | z |\n| P3 | a | |")
        #expect(rows.map(\.promise) == ["P1", "P3"])
        #expect(rows.first?.tests == ["A.one", "B.two"])
        let code = """
            struct A {
                @Test("x", arguments: [
                    1, 2,
                ])
                func one(x: Int) {}
                func helper() {}
            }
            extension B {
                @Test func two() {}
            }
            """
        #expect(TestNames.names(in: [code]) == ["A.one", "B.two"])
    }

    private struct Row {
        let promise: String
        let tests: [String]
    }

    /// Lines of the form `| P1 | what | tests |`.
    private static func rows(in text: String) -> [Row] {
        text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 5, cells[1].wholeMatch(of: /P[0-9]+/) != nil else { return nil }
            return Row(
                promise: cells[1], tests: cells[3].matches(of: /`([^`]+)`/).map { String($0.1) })
        }
    }
}
