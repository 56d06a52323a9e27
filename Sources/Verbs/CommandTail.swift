/// `-- COMMAND…` behind a verb that runs one: the parser knows it as an option that takes the rest.
enum CommandTail {
    static let option = "command"

    /// The words with the first `--` of such a verb put in the option's form.
    static func marked(in words: [String]) -> [String] {
        guard let verb = Roster.verb(named: words), verb is any CommandRunningVerb.Type,
            let mark = words.firstIndex(of: "--"), mark < words.count - 1
        else { return words }
        return words[..<mark] + ["--" + option] + words[(mark + 1)...]
    }
}

/// A verb that runs a command of the user's while its changes last.
protocol CommandRunningVerb: UndoingVerb {
    var command: [String] { get }
}
