import Foundation
import Testing

/// The tables in Shell.md name tests for every row; all of them exist.
struct ShellTableTests {
    private static let page = "Sources/Verbs/Documentation.docc/Shell.md"

    @Test("each row of the line editor and each cell of the interrupts names tests that exist")
    func everyRow() throws {
        let text = try #require(SourceTree.text(of: Self.page))
        let rows = text.split(separator: "\n").compactMap {
            line -> (name: String, tests: [String])? in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 6, cells[1].wholeMatch(of: /[EI][0-9]+/) != nil else { return nil }
            return (cells[1], cells[4].matches(of: /`([^`]+)`/).map { String($0.1) })
        }
        #expect(rows.map(\.name) == (1...21).map { "E\($0)" } + (1...29).map { "I\($0)" })
        for row in rows {
            #expect(!row.tests.isEmpty, "\(row.name) names no test")
            for test in row.tests {
                #expect(TestNames.all.contains(test), "\(row.name): there is no \(test)")
            }
        }
    }
}
