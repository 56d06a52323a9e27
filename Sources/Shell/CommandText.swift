/// A text as commands, or why it is none (yet).
package enum CommandText: Sendable, Equatable {
    /// One command after another, each as its words.
    case commands([[String]])
    /// More lines are needed: a quote is open, or the last line ends in a backslash.
    case unfinished(waitingFor: String)
    case mistake(message: String, hint: String?)

    /// Reads a text that may hold several lines.
    package init(_ text: String) {
        let scan = LineScan(text)
        switch scan.opening {
        case .singleQuote: self = .unfinished(waitingFor: "the closing '")
        case .doubleQuote: self = .unfinished(waitingFor: "the closing \"")
        case .backslash: self = .unfinished(waitingFor: "the line after the backslash")
        case nil:
            for command in scan.commands {
                if let mistake = Self.mistake(in: command) {
                    self = mistake
                    return
                }
            }
            self = .commands(scan.commands.map { $0.map(\.text) })
        }
    }

    private static let reserved: Set<String> = ["|", "||", "&", "&&", ">", ">>", "<", "<<"]

    /// Words that other shells act upon and this one does not must not pass for names.
    private static func mistake(in command: [LineScan.Token]) -> CommandText? {
        if let bang = command.first, bang.isBare, bang.text.hasPrefix("!") {
            return .mistake(
                message: "this shell does not run local programs",
                hint: "quote the word if it is a name: '\(bang.text)'")
        }
        guard let word = command.first(where: { $0.isBare && reserved.contains($0.text) }) else {
            return nil
        }
        return .mistake(
            message: "this shell has no \"\(word.text)\" between commands",
            hint: "quote it if it is a value: '\(word.text)'")
    }

    /// A word as it must be typed to be read back as that word.
    package static func quoted(_ word: String) -> String {
        let plain = word.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || "-_./=:,@%+~^*?[]{}".unicodeScalars.contains(scalar)
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
