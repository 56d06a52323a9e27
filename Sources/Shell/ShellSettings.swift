import Synchronization

/// How a shell behaves, and the names that its user gave to commands.
final class ShellSettings: Sendable {
    /// What `set` can change.
    enum Name: String, CaseIterable, Sendable {
        case numbers, output, pager, readOnly = "read-only", timing

        var summary: String {
            switch self {
            case .numbers: "whether tables of get begin with the numbers that select"
            case .output: "the format of results, where a command does not say one"
            case .pager: "whether results that are longer than the screen go through a pager"
            case .readOnly: "whether commands that would change something are refused"
            case .timing: "whether the time that a command took is told"
            }
        }

        /// The values that it takes.
        var values: [String] {
            switch self {
            case .numbers, .pager, .readOnly, .timing: ["on", "off"]
            case .output: ["table", "wide", "json", "yaml", "name"]
            }
        }
    }

    private struct State {
        var values: [Name: String] = [
            .numbers: "off", .output: "table", .pager: "on", .timing: "off",
        ]
        var aliases: [String: [String]] = [:]
    }

    private let state = Mutex(State())
    /// The home folder, which `~/` stands for.
    let home: String?

    init(home: String? = nil) { self.home = home }

    subscript(name: Name) -> String {
        get { state.withLock { $0.values[name] ?? "off" } }
        set { state.withLock { $0.values[name] = newValue } }
    }

    func isOn(_ name: Name) -> Bool { self[name] == "on" }

    var aliases: [String: [String]] { state.withLock { $0.aliases } }

    func setAlias(_ name: String, _ words: [String]?) {
        state.withLock { $0.aliases[name] = words }
    }

    /// The words with names of the user's own replaced; each name at most once, so that `alias
    /// get='get -o wide'` ends.
    func expanded(_ words: [String]) -> [String] {
        let aliases = aliases
        var words = words
        var used: Set<String> = []
        while let first = words.first, let meaning = aliases[first], used.insert(first).inserted {
            words = meaning + words.dropFirst()
        }
        return words
    }
}

/// What stands behind `alias`.
enum AliasWords: Equatable {
    case list
    case show(String)
    case define(String, [String])
    case mistake(String)

    init(_ words: [String]) {
        guard let first = words.first else {
            self = .list
            return
        }
        guard let equals = first.firstIndex(of: "=") else {
            self = words.count == 1 ? .show(first) : .define(first, Array(words.dropFirst()))
            return
        }
        let name = String(first[..<equals])
        let text = String(first[first.index(after: equals)...])
        guard words.count == 1 else {
            self = .mistake("quote what the name stands for: alias \(name)='…'")
            return
        }
        guard !name.isEmpty, case .commands(let commands) = CommandText(text),
            commands.count == 1, commands[0].destination == .screen,
            !commands[0].isInBackground, !commands[0].words.isEmpty
        else {
            self = .mistake("a name stands for one command: alias gp='get pets'")
            return
        }
        self = .define(name, commands[0].words)
    }
}
