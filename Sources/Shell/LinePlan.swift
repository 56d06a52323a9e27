import Verbs

/// What stands at the cursor of a shell line: the shell's own words first, then as on a command
/// line.
struct LinePlan: Equatable {
    var words = CompletionPlan(words: ["--"], partial: "", tree: CommandTree.empty)

    init(beforeCursor text: String, tree: CommandTree, aliases: [String: [String]] = [:]) {
        let scan = LineScan(text)
        guard !scan.endsInComment else { return }
        var tokens = scan.openCommand
        var partial = ""
        var replaced = 0
        if scan.endsInWord, let last = tokens.popLast() {
            partial = last.text
            replaced = text.unicodeScalars.count - last.start
        }
        // What the system's shell reads is not ours to complete.
        guard !tokens.contains(where: { if case .program = $0.kind { true } else { false } })
        else { return }
        words = Self.plan(tokens, partial, tree, aliases)
        words.replaced = replaced
    }

    private static func plan(
        _ tokens: [LineScan.Token], _ partial: String, _ tree: CommandTree,
        _ aliases: [String: [String]]
    ) -> CompletionPlan {
        var plan = CompletionPlan(words: ["--"], partial: partial, tree: .empty)
        if case .redirection = tokens.last?.kind {
            plan.wanted = .files
            return plan
        }
        guard !tokens.contains(where: { if case .redirection = $0.kind { true } else { false } })
        else { return plan }
        var typed = tokens.map(\.text)
        if let first = typed.first, let meaning = aliases[first] {
            typed = meaning + typed.dropFirst()
        }
        guard let first = typed.first, let word = ShellWord(rawValue: first) else {
            return CompletionPlan(words: typed, partial: partial, tree: tree)
        }
        let rest = Array(typed.dropFirst())
        switch word {
        case .watch:
            let behind = rest.first.map { $0.first?.isNumber ?? false } ?? false
            return CompletionPlan(
                words: Array(rest.dropFirst(behind ? 1 : 0)), partial: partial, tree: tree)
        case .help:
            plan.wanted = .commands(
                tree.find(rest).command.subcommands, withShellWords: rest.isEmpty)
        case .use where rest.isEmpty: plan.wanted = .contexts
        case .ns where rest.isEmpty: plan.wanted = .namespaces
        case .source where rest.isEmpty, .transcript where rest.isEmpty: plan.wanted = .files
        case .unalias where rest.isEmpty, .alias where rest.isEmpty:
            plan.wanted = .values(aliases.keys.sorted())
        case .tour where rest.isEmpty: plan.wanted = .values(["skip", "stop"])
        case .set where rest.isEmpty:
            plan.wanted = .values(ShellSettings.Name.allCases.map(\.rawValue))
        case .set where rest.count == 1:
            plan.wanted = .values(ShellSettings.Name(rawValue: rest[0])?.values ?? [])
        default: break
        }
        return plan
    }
}

extension LineScan {
    /// The tokens of the command that the cursor stands in.
    fileprivate var openCommand: [Token] {
        let start = tokens.lastIndex { $0.kind.endsCommand }.map { $0 + 1 } ?? 0
        return Array(tokens[start...])
    }
}
