import Render
import Verbs

/// What `help` says inside the shell: the verbs, the shell's own words, and the keys.
enum ShellHelp {
    /// - Parameters:
    ///   - tree: all commands.
    ///   - aliases: the user's own names.
    ///   - width: of the terminal; nil where there is none.
    /// - Returns: what is shown.
    static func overview(
        _ tree: CommandTree, aliases: [String: [String]], width: Int?
    ) -> String {
        let verbs = tree.subcommands.filter(\.isShown).map { ($0.name, $0.abstract) }
        let own = ShellWord.allCases.map { word in
            (word.rawValue + (word.usage.isEmpty ? "" : " " + word.usage), word.summary)
        }
        let names = aliases.sorted { $0.key < $1.key }.map { name, words in
            (name, words.map(CommandText.quoted).joined(separator: " "))
        }
        func lines(_ entries: [(String, String)]) -> String {
            let column = entries.map(\.0.displayWidth).max() ?? 0
            return entries.flatMap { name, text in
                let gap = String(repeating: " ", count: column - name.displayWidth + 2)
                return Paragraph("  \(name)\(gap)", text).lines(width: width)
            }.map { $0 + "\n" }.joined()
        }
        let yours = names.isEmpty ? "" : "\nNames of your own:\n\(lines(names))"
        return """
            Commands ("help COMMAND" explains one, with examples):
            \(lines(verbs))
            Words of the shell:
            \(lines(own))\(yours)
            A line: COMMAND; COMMAND  # comment
              COMMAND | PROGRAM, COMMAND > FILE, COMMAND >> FILE   where the result goes
              COMMAND &   in the background     !PROGRAM   run by the system's shell
              '…' and "…" quote, a backslash escapes; {…} stands as it is, on several lines
            Lists: after get, 2 or 1..3 or 2,5 choose rows; then "." means them: describe .
              Numbers also stand in place of KIND NAME: describe 2, get 1..3 -o yaml
            Keys: Tab completes, Up and Down find lines that start as typed, Ctrl-R and
              Ctrl-S search, Ctrl-U deletes to the start of the line, Ctrl-C drops it,
              Ctrl-D leaves.
            Leaving undoes every temporary change; "changes" lists them.

            """
    }
}
