import ArgumentParser
import Catalog
import Render

/// Mistakes in a command line, in our words.
package enum UsageFailure {
    /// What the parser has to say, as one line, a hint and the usage.
    package static func failure(of error: any Error, words: [String]) -> Failure {
        if let failure = error as? Failure { return failure }
        var message = plain(Root.message(for: error))
        var hints: [String] = []
        // The parser's own suggestions are often far away.
        if let (before, _) = message.splitting(at: ". Did you mean '") { message = before }
        if let (_, option) = message.splitting(at: "unknown option '"),
            let meant = suggestion(for: String(option.prefix { $0 != "'" }), words)
        {
            hints.append("did you mean \(meant)?")
        }
        if message.hasPrefix("the value"), let format = invalidFormat(message) {
            do throws(OutputFormat.Malformed) {
                _ = try OutputFormat(parsing: format)
            } catch {
                message = error.message
                hints = [error.hint]
            }
        }
        return Failure(.usage(usage(of: words)), message, hints: hints)
    }

    /// A mistake in the line gets the usage, and at least the hint where to read on.
    static func completed(_ failure: Failure, words: [String]) -> Failure {
        guard case .usage(let usage) = failure.kind else { return failure }
        let words = LeadingFlags.moved(behindVerbOf: words)
        var failure = failure
        if usage.isEmpty { failure.kind = .usage(Self.usage(of: words)) }
        if failure.hints.isEmpty, failure.steps.isEmpty {
            failure.steps = [
                NextStep(path(words).map(\.name) + ["--help"], "explains it, with examples")
            ]
        }
        return failure
    }

    private static func suggestion(for option: String, _ words: [String]) -> String? {
        let known = CommandTree(Root.self).find(words).command.arguments.compactMap(\.longName)
        let names = known.map { String($0.dropFirst(2)) } + ["help"]
        let typed = option.drop { $0 == "-" }.prefix { $0 != "=" }
        guard typed.count > 1 else { return nil }
        return Spelling.suggestion(for: String(typed), among: names).map { "--" + $0 }
    }

    /// Lower-case at the start, no full stop at the end: how all our messages are written.
    private static func plain(_ text: String) -> String {
        var line = text.split(separator: "\n").map(String.init).joined(separator: " ")
        if line.hasSuffix("."), !line.hasSuffix("..") { line.removeLast() }
        guard let first = line.first else { return line }
        return first.lowercased() + line.dropFirst()
    }

    private static func invalidFormat(_ message: String) -> String? {
        guard message.contains("for '-o <output>'") || message.contains("for '--output <output>'"),
            let (_, rest) = message.splitting(at: "the value '")
        else { return nil }
        return rest.splitting(at: "' is invalid")?.0
    }

    /// The usage line of the command that the words begin with.
    static func usage(of words: [String]) -> String {
        guard let command = command(of: words) else { return "" }
        let usage = Root.usageString(for: command)
        return "usage: " + (usage.isEmpty ? commandPath(words) : usage)
    }

    private static func command(of words: [String]) -> (any ParsableCommand.Type)? {
        path(words).last?.type
    }

    private static func commandPath(_ words: [String]) -> String {
        ([Root.programName] + path(words).map(\.name)).joined(separator: " ")
    }

    private static func path(
        _ words: [String]
    ) -> [(name: String, type: any ParsableCommand.Type)] {
        var path: [(name: String, type: any ParsableCommand.Type)] = []
        var choices = Roster.commands
        for word in words {
            guard let next = choices.first(where: { Roster.names(of: $0).contains(word) }) else {
                break
            }
            path.append((word, next))
            choices = next.configuration.subcommands
            if choices.isEmpty { break }
        }
        return path
    }
}

extension String {
    /// The parts before and after the first occurrence of a text.
    func splitting(at separator: String) -> (String, String)? {
        guard let range = firstRange(of: separator) else { return nil }
        return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
    }
}
