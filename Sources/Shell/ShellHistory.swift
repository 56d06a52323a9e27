import Catalog
import Synchronization
import Terminal
import Verbs

/// The lines of this shell and of those before it, on disk and for the arrows.
final class ShellHistory: Sendable {
    private let file: HistoryFile
    private let access: ClusterAccess
    private let errors: any Output
    private let isKept: Bool
    private let known: Mutex<[String]>
    private let hasComplained = Atomic(false)
    private let listener = Mutex<LineEditor?>(nil)

    init(world: World, access: ClusterAccess, isKept: Bool) {
        file = HistoryFile(path: world.directories.state + "/history")
        self.access = access
        errors = world.errors
        self.isKept = isKept
        // A file that cannot be read is told of when the first line cannot be added to it.
        let before = isKept ? (try? file.entries()) ?? [] : []
        known = Mutex(HistoryRule.withoutDuplicates(before))
    }

    /// Oldest first, each once.
    var lines: [String] { known.withLock { $0 } }

    var numbered: String {
        let lines = lines
        let width = String(lines.count).count
        return lines.enumerated().map { index, line in
            let number = String(index + 1)
            return String(repeating: " ", count: width - number.count) + number + "  " + line + "\n"
        }.joined()
    }

    func attach(_ editor: LineEditor) {
        listener.withLock { $0 = editor }
        editor.remember(lines)
    }

    /// Writes a line down before it runs, unless the rule forbids it.
    func remember(_ text: String, commands: [[String]]?) async {
        guard isKept else { return }
        let schemas = await schemas(of: commands ?? [])
        guard HistoryRule.allows(text, commands: commands, schemas: schemas) else { return }
        let lines = known.withLock { lines in
            lines = HistoryRule.withoutDuplicates(lines + [text])
            return lines
        }
        listener.withLock { $0 }?.remember(lines)
        do throws(TerminalError) {
            try file.append(text)
        } catch {
            guard !hasComplained.exchange(true, ordering: .relaxed) else { return }
            // A remark; the line runs whether it is read or not.
            try? errors.write(Array("note: \(error.message)\n".utf8))
        }
    }

    /// Schemas of the kinds whose fields the commands set: they say what is secret.
    private func schemas(of commands: [[String]]) async -> [KindSchema] {
        var found: [KindSchema] = []
        for words in commands where !CommandEffect.onlyReads(words) {
            // Without a schema the names of the fields decide.
            guard words.count > 1,
                words.dropFirst().contains(where: { $0.contains("=") || $0 == "--spec" }),
                let kind = words.dropFirst().first(where: { !$0.hasPrefix("-") }),
                let known = try? await access.kind(
                    String(kind.prefix { $0 != "/" }), schemas: true)
            else { continue }
            if let schema = known.schema { found.append(schema) }
        }
        return found
    }
}
