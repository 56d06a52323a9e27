import Catalog
import KubernetesClient
import Synchronization
import Terminal
import Verbs

/// The lines of this shell and of those before it, on disk and for the arrows.
final class ShellHistory: Sendable {
    private let file: HistoryFile
    private let places: ShellPlaces
    private let errors: any Output
    private let isKept: Bool
    private let known: Mutex<[String]>
    private let hasComplained = Atomic(false)
    private let listener = Mutex<LineEditor?>(nil)

    init(world: World, places: ShellPlaces, isKept: Bool) {
        file = HistoryFile(path: world.directories.state + "/history")
        self.places = places
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
        // What cannot be judged now is not kept: a lost line is better than a kept secret.
        guard let schemas = await schemas(of: commands ?? []),
            HistoryRule.allows(text, commands: commands, schemas: schemas)
        else { return }
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

    /// So long a line waits for what its kind's schema says; a server that hangs holds up nothing.
    private static let patience = Duration.seconds(1)

    /// Schemas of the kinds whose fields the commands set: they say what is secret.
    ///
    /// - Returns: nil when the server did not say it in time.
    private func schemas(of commands: [[String]]) async -> [KindSchema]? {
        var found: [KindSchema] = []
        for words in commands where !CommandEffect.onlyReads(words) {
            guard words.count > 1,
                words.dropFirst().contains(where: { $0.contains("=") || $0 == "--spec" }),
                let kind = words.dropFirst().first(where: { !$0.hasPrefix("-") })
            else { continue }
            switch await schema(of: String(kind.prefix { $0 != "/" })) {
            case .known(let schema): found.append(schema)
            // Without a schema the names of the fields decide.
            case .absent: break
            case .late: return nil
            }
        }
        return found
    }

    private enum Finding: Sendable {
        case known(KindSchema)
        case absent
        case late
    }

    private func schema(of word: String) async -> Finding {
        let access = places.shell.access
        return await withTaskGroup(of: Finding.self) { group in
            group.addTask {
                // Why there is none is told by the command itself.
                let kind = try? await access.kind(word, schemas: true, .cached)
                return (kind?.schema).map(Finding.known) ?? .absent
            }
            group.addTask {
                // Cancelled when the answer is there.
                try? await Task.sleep(for: Self.patience)
                return .late
            }
            defer { group.cancelAll() }
            return await group.next() ?? .absent
        }
    }
}
