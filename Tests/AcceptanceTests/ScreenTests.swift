import Foundation
import TestSupport
import Testing

/// Whole screens as a person sees them, held against files under `Tests/Screens`.
///
/// `RECORD_SCREENS=1 swift test --filter ScreenTests` writes the files anew; look at the difference
/// before you commit it. Milliseconds are masked; everything else is the cast's.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct ScreenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Screens")

    struct Screen: Sendable, CustomTestStringConvertible {
        var name: String
        var words: [String]
        var columns: Int

        var testDescription: String { "\(name) at \(columns)" }
    }

    /// A name of two columns a character, in a sentence, a table and a comparison.
    private static let wideCharacters = """
        patch pet max name=長い名前の三毛猫ミケちゃん --rollback-on-exit; changes
        wait --for=state=Synced pet/max; compare pet max
        """

    private static let screens: [Screen] = [80, 160].flatMap { columns in
        [
            ("status", ["status"]), ("status-wide", ["status", "-o", "wide"]),
            ("compare", ["compare", "pet", "fluffy"]),
            ("compare-failing", ["compare", "order", "order-456"]),
            ("diagnose", ["diagnose", "pet", "fluffy"]),
            ("diagnose-failing", ["diagnose", "order", "order-456"]),
            ("health-check", ["health-check", "--all"]),
            ("wide-characters", ["shell", "-c", wideCharacters]),
        ].map { Screen(name: $0.0, words: $0.1, columns: columns) }
    }

    @Test("a screen is as it was looked at", arguments: screens)
    func golden(screen: Screen) async throws {
        let shown = try await Self.show(screen)
        for row in shown { #expect(row.count <= screen.columns) }
        let file = Self.folder.appending(path: "\(screen.name)-\(screen.columns).txt")
        let text = shown.map { $0 + "\n" }.joined()
        if ProcessInfo.processInfo.environment["RECORD_SCREENS"] != nil {
            try FileManager.default.createDirectory(
                at: Self.folder, withIntermediateDirectories: true)
            return try Data(text.utf8).write(to: file)
        }
        #expect(text == String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }

    @Test("colour moves nothing", arguments: screens.filter { $0.columns == 80 })
    func colour(screen: Screen) async throws {
        let colours = ["NO_COLOR": "", "CLICOLOR_FORCE": "1"]
        #expect(try await Self.show(screen, colours) == Self.show(screen))
    }

    /// The rows of the screen after the command has ended.
    ///
    /// A machine under load can make the API of the sandbox slow, which a diagnosis tells; then it is
    /// asked again.
    private static func show(
        _ screen: Screen, _ settings: [String: String] = [:]
    ) async throws -> [String] {
        for _ in 0..<20 {
            let binary = try BuiltBinary(settings: settings)
            let terminal = try PseudoTerminal(columns: screen.columns, rows: 60)
            try terminal.start(
                binary.path, screen.words + ["--sandbox"], environment: binary.environment)
            _ = try await terminal.ending()
            let rows = try await terminal.expectScreen("the end") { _ in true }
            if rows.contains(where: { $0.hasSuffix(" is slow") }) { continue }
            return rows.map {
                $0.replacing(/Response time: \d+ms/, with: "Response time: Nms")
            }
        }
        throw BuiltBinary.Missing(description: "the machine is too slow for \(screen.name)")
    }
}
