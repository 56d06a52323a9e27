import Terminal
import Verbs

/// What `help` says inside the shell: the verbs, the shell's own words, and the keys.
enum ShellHelp {
    static func summary(of word: String) -> String {
        switch word {
        case "exit", "quit": "Undo temporary changes and leave"
        case "help": "This overview, or all about one command"
        case "history": "The lines typed so far"
        default: ""
        }
    }

    static func overview(_ tree: CommandTree) -> String {
        let verbs = tree.subcommands.filter(\.isShown).map { ($0.name, $0.abstract) }
        let own = CompletionPlan.shellWords.map { ($0, summary(of: $0)) }
        let width = (verbs + own).map(\.0.count).max() ?? 0
        func lines(_ entries: [(String, String)]) -> String {
            entries.map { name, text in
                "  " + name + String(repeating: " ", count: width - name.count + 2) + text + "\n"
            }.joined()
        }
        return """
            Commands ("help COMMAND" explains one, with examples):
            \(lines(verbs))
            Words of the shell:
            \(lines(own))
            A line: COMMAND; COMMAND  # comment. Quote with '…' or "…"; a backslash escapes.
            Keys: Tab completes, Up and Down find lines that start as typed, Ctrl-R and Ctrl-S
            search, Ctrl-U deletes to the start of the line, Ctrl-C drops it, Ctrl-D leaves.
            Leaving undoes every temporary change; "changes" lists them.

            """
    }
}
