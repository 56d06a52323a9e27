// Manual: man pages and completions as texts, from the command definitions and nothing else.
//
// The same definitions make the help, so what the manual says is what is parsed. Pure: texts come
// out, `generate-docs` writes them, a test compares them. It must never hold a word about one
// verb that the verb does not say of itself.

import Verbs

/// The files of `man/` and `completions/`.
package enum GeneratedFiles {
    /// A file of the tree: its path below the package's folder and its whole text.
    package struct File: Sendable, Hashable {
        package var path: String
        package var text: String
    }

    /// All files, by path.
    package static func all() -> [File] {
        (pages() + completions()).sorted { $0.path < $1.path }
    }

    private static func pages() -> [File] {
        ManualPage.all().map { File(path: "man/\($0.fileName)", text: $0.text) }
    }

    private static func completions() -> [File] {
        let name = Root.programName
        return CompletionScript.Shell.allCases.map { shell in
            let file =
                switch shell {
                case .bash: "\(name).bash"
                case .zsh: "_\(name)"
                case .fish: "\(name).fish"
                }
            return File(path: "completions/\(file)", text: CompletionScript.text(for: shell))
        }
    }
}
