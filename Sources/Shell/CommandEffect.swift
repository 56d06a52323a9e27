import Verbs

/// What a line will do to the world, by the verb that it names.
enum CommandEffect {
    /// Whether the line changes nothing.
    static func onlyReads(_ words: [String]) -> Bool {
        guard let verb = Roster.verb(named: words) else { return true }
        return verb.effect == .reads || asksForHelp(words)
    }

    private static func asksForHelp(_ words: [String]) -> Bool {
        words.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
    }

    /// Whether interrupting the line is harmless.
    static func canBeCut(_ words: [String]) -> Bool {
        guard let verb = Roster.verb(named: words) else { return true }
        return verb.canBeCut
    }
}
