/// The name that the program was called by, and what follows from it.
///
/// One binary has several faces, told apart by the name of the file that was started: by its own
/// name it is a command, as `kubectl-NAME` it is the kubectl plugin `kubectl NAME`, and as
/// `kubectl_complete-NAME` it completes that plugin's words for kubectl (kubectl's
/// `pkg/cmd/plugin/plugin_completion.go`). kubectl finds plugins by their file names, in which `_`
/// stands for the `-` of a command.
package struct Face: Sendable, Hashable {
    /// Which of the specification's forms a report has where it shows two.
    package enum Form: Sendable, Hashable {
        /// Sentences and fields, as in the shell.
        case conversation
        /// Tables with a header in capitals, as kubectl prints them.
        case tables
    }

    /// What people type to get here: `petstore-cli`, `kubectl petstore`, `kubectl api-diag`.
    package var programName: String
    package var form: Form
    /// Whether we were asked for completions rather than for work.
    package var completes: Bool

    package static let command = Face(
        programName: Root.programName, form: .conversation, completes: false)

    private static let plugin = "kubectl-"
    private static let completer = "kubectl_complete-"

    package init(programName: String, form: Form, completes: Bool) {
        self.programName = programName
        self.form = form
        self.completes = completes
    }

    /// - Parameter executable: the first word of the process's command line, path included.
    package init(executable: String) {
        let name = executable.split(separator: "/").last.map(String.init) ?? ""
        for (prefix, completes) in [(Self.completer, true), (Self.plugin, false)]
        where name.hasPrefix(prefix) && name.count > prefix.count {
            let command = name.dropFirst(prefix.count).map { $0 == "_" ? "-" : $0 }
            self.init(
                programName: "kubectl " + String(command), form: .tables, completes: completes)
            return
        }
        self = .command
    }

    /// A text of ours with the commands in it as they are typed under this name.
    ///
    /// Help and manual are written once, with the program's own name in front of each command.
    /// Names of files and of objects that only begin like it stay.
    package func naming(_ text: String) -> String {
        let own = Root.programName
        guard programName != own else { return text }
        var out = ""
        var rest = text[...]
        while let found = rest.firstRange(of: own) {
            out += rest[..<found.lowerBound]
            let isWord = out.last.map { !Self.joins($0) } ?? true
            rest = rest[found.upperBound...]
            let isCommand = rest.first.map { $0 == " " || $0.isNewline } ?? true
            out += isWord && isCommand ? programName : own
        }
        return out + rest
    }

    private static func joins(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "/-_.".contains(character)
    }
}
