/// A text as commands, or why it is none (yet).
package enum CommandText: Sendable, Equatable {
    /// One command after another.
    case commands([Command])
    /// More lines are needed: a quote or brace is open, or the last line ends in a backslash.
    case unfinished(waitingFor: String)
    case mistake(message: String, hint: String?)

    /// Reads a text that may hold several lines.
    package init(_ text: String) {
        let scan = LineScan(text)
        switch scan.opening {
        case .singleQuote: self = .unfinished(waitingFor: "the closing '")
        case .doubleQuote: self = .unfinished(waitingFor: "the closing \"")
        case .brace: self = .unfinished(waitingFor: "the closing }")
        case .backslash: self = .unfinished(waitingFor: "the line after the backslash")
        case nil:
            do throws(Mistake) {
                self = .commands(try Self.commands(scan))
            } catch {
                self = .mistake(message: error.message, hint: error.hint)
            }
        }
    }

    private struct Mistake: Error {
        var message: String
        var hint: String?
    }

    private static func commands(_ scan: LineScan) throws(Mistake) -> [Command] {
        var commands: [Command] = []
        for tokens in scan.commands { commands.append(try command(tokens)) }
        return commands
    }

    private static func command(_ tokens: [LineScan.Token]) throws(Mistake) -> Command {
        var command = Command(work: .words([]))
        var words: [String] = []
        var rest = tokens[...]
        while let token = rest.popFirst() {
            let hasResult = command.destination == .screen && !words.isEmpty
            switch token.kind {
            case .word:
                guard command.destination == .screen else {
                    throw Mistake(
                        message: "\"\(token.text)\" stands behind the place for the result",
                        hint: "| PROGRAM, > FILE and >> FILE end a command")
                }
                try check(token)
                words.append(token.text)
            case .program(isFed: false):
                guard !token.text.isEmpty else {
                    throw Mistake(message: "! names no program", hint: "for example: !ls -l")
                }
                return Command(work: .program(token.text))
            case .program(isFed: true):
                guard hasResult, !token.text.isEmpty else {
                    throw Mistake(
                        message: "| stands between a command and a program",
                        hint: "for example: get pets | grep Failed")
                }
                command.destination = .program(token.text)
            case .redirection(let appends):
                guard hasResult, let file = rest.popFirst(), file.kind == .word else {
                    throw Mistake(
                        message: "\(token.text) stands between a command and a file",
                        hint: "for example: get pets -o yaml \(token.text) pets.yaml")
                }
                command.destination = .file(file.text, appends: appends)
            case .background:
                guard !words.isEmpty else {
                    throw Mistake(
                        message: "& stands behind a command",
                        hint: "for example: watch 30s status &")
                }
                command.isInBackground = true
            case .end: break
            }
        }
        command.work = .words(words)
        return command
    }

    private static let reserved: Set<String> = ["||", "&&", "<", "<<"]

    /// Words that other shells act upon and this one does not must not pass for names.
    private static func check(_ token: LineScan.Token) throws(Mistake) {
        guard token.isBare else { return }
        if reserved.contains(token.text) {
            throw Mistake(
                message: "this shell has no \"\(token.text)\" between commands",
                hint: "quote it if it is a value: '\(token.text)'")
        }
        if let mark = ["1>", "2>", "&>"].first(where: token.text.hasPrefix) {
            throw Mistake(
                message: "this shell has no \"\(mark)\": errors stay on the screen",
                hint: "> FILE takes the result")
        }
    }

    /// A word as it must be typed to be read back as that word.
    package static func quoted(_ word: String) -> String {
        let plain = word.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || "-_./=:,@%+~^*?[]".unicodeScalars.contains(scalar)
        }
        if plain && !word.isEmpty { return word }
        if !word.contains("'") { return "'\(word)'" }
        var out = "\""
        for character in word {
            if character == "\"" || character == "\\" { out.append("\\") }
            out.append(character)
        }
        return out + "\""
    }
}
