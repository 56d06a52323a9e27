package import ArgumentParser

extension Roster {
    /// The command that the words begin with, connection flags in front of it left aside.
    package static func command(named words: [String]) -> (any ParsableCommand.Type)? {
        var found: (any ParsableCommand.Type)?
        var choices = commands
        for word in LeadingFlags.moved(behindVerbOf: words) {
            guard let next = choices.first(where: { names(of: $0).contains(word) }) else { break }
            found = next
            choices = next.configuration.subcommands
        }
        return found
    }

    /// The verb that the words begin with.
    package static func verb(named words: [String]) -> (any Verb.Type)? {
        command(named: words) as? any Verb.Type
    }
}
