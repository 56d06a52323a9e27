/// The words of a line as they stand: the grammar of shell lines, scripts and `-c`.
///
/// Blanks separate words; `'…'` is literal; in `"…"` a backslash escapes `"` and `\`; elsewhere it
/// escapes anything. A word, or the value behind a `=`, that begins with `{` goes to its closing
/// `}` as it stands, quotes and line breaks included: JSON and templates need no quoting.
/// `;` and newlines end a command, ` & ` ends it and leaves it to the background, `#` at the start
/// of a word begins a comment. `| PROGRAM`, `> FILE` and `>> FILE` say where a result goes; `!` at
/// the start hands the rest of the line to the system's shell. A backslash before a newline joins
/// two lines. There is no globbing and no `$()`.
struct LineScan: Equatable {
    struct Token: Equatable {
        enum Kind: Equatable {
            case word
            /// `;` or a newline.
            case end
            /// `&`: as `end`, and nobody waits.
            case background
            /// `>` or `>>`; the file is the next word.
            case redirection(appends: Bool)
            /// `|` or `!`; the text is what the system's shell gets.
            case program(isFed: Bool)

            var endsCommand: Bool { self == .end || self == .background }
        }

        var kind: Kind
        /// The word without quotes and escapes.
        var text: String
        /// Where it begins, counted in Unicode scalars.
        var start: Int
        /// Whether it stands there without any quote or escape.
        var isBare: Bool
    }

    /// What a text that is not finished waits for.
    enum Opening: Equatable {
        case singleQuote, doubleQuote, backslash, brace
    }

    var tokens: [Token] = []
    var opening: Opening?
    /// Whether the last token is a word that reaches the end of the text: it can still grow.
    var endsInWord = false
    var endsInComment = false

    init(_ text: String) {
        var scanner = Scanner(scalars: Array(text.unicodeScalars))
        while scanner.position < scanner.scalars.count, scanner.step(into: &self) {}
    }

    /// The commands, each with the mark that ends it, if one does; empty ones are left out.
    var commands: [[Token]] {
        var commands: [[Token]] = []
        var command: [Token] = []
        for token in tokens {
            if token.kind != .end { command.append(token) }
            if token.kind.endsCommand, !command.isEmpty {
                commands.append(command)
                command = []
            }
        }
        return command.isEmpty ? commands : commands + [command]
    }

    /// Whether the next word would be the first of a command.
    fileprivate var isAtStart: Bool { tokens.last.map { $0.kind.endsCommand } ?? true }
}

private struct Scanner {
    let scalars: [Unicode.Scalar]
    var position = 0

    init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    /// Takes one token or blank; false where the text ends inside one.
    mutating func step(into scan: inout LineScan) -> Bool {
        scan.endsInWord = false
        switch scalars[position] {
        case " ", "\t", "\r":
            position += 1
        case ";", "\n":
            add(.end, taking: 1, to: &scan)
        case "&" where standsAlone(1):
            add(.background, taking: 1, to: &scan)
        case "|" where !follows("|"):
            return program(into: &scan)
        case ">":
            let appends = follows(">")
            add(.redirection(appends: appends), taking: appends ? 2 : 1, to: &scan)
        case "!" where scan.isAtStart:
            let start = position
            position += 1
            let end = scalars[position...].firstIndex(of: "\n") ?? scalars.count
            scan.tokens.append(
                LineScan.Token(
                    kind: .program(isFed: false), text: text(to: end), start: start, isBare: true))
            position = end
        case "#":
            while position < scalars.count, scalars[position] != "\n" { position += 1 }
            scan.endsInComment = position == scalars.count
        case "\\" where position + 1 < scalars.count && scalars[position + 1] == "\n":
            position += 2
        default:
            return word(into: &scan)
        }
        return true
    }

    /// Whether a `|` or `>` ends the word: a value may hold them, names and kinds cannot.
    private func endsName(_ text: String, _ isBare: Bool) -> Bool {
        isBare && !text.isEmpty && !text.contains("=") && !["1", "2", "&", "|"].contains(text)
    }

    private mutating func add(
        _ kind: LineScan.Token.Kind, taking count: Int, to scan: inout LineScan
    ) {
        scan.tokens.append(
            LineScan.Token(
                kind: kind,
                text: String(String.UnicodeScalarView(scalars[position..<position + count])),
                start: position, isBare: true))
        position += count
    }

    private func follows(_ scalar: Unicode.Scalar) -> Bool {
        position + 1 < scalars.count && scalars[position + 1] == scalar
    }

    /// Whether after so many scalars there is a blank, the end of a command, or nothing.
    private func standsAlone(_ count: Int) -> Bool {
        guard position + count < scalars.count else { return true }
        return [" ", "\t", "\r", "\n", ";"].contains(scalars[position + count])
    }

    private func text(to end: Int) -> String {
        var slice = scalars[position..<end]
        while slice.first == " " || slice.first == "\t" { slice.removeFirst() }
        while slice.last == " " || slice.last == "\t" || slice.last == "\r" { slice.removeLast() }
        return String(String.UnicodeScalarView(slice))
    }

    /// Takes `|` and the program behind it, which is the system's shell's to read; its quotes are
    /// only looked at to find its end.
    private mutating func program(into scan: inout LineScan) -> Bool {
        let start = position
        position += 1
        let begin = position
        var ignored = ""
        while position < scalars.count, scalars[position] != ";", scalars[position] != "\n" {
            switch scalars[position] {
            case "'", "\"":
                let quote = scalars[position]
                guard quoted(by: quote, into: &ignored) else {
                    scan.opening = quote == "'" ? .singleQuote : .doubleQuote
                    return false
                }
            case "\\": position += 2
            default: position += 1
            }
        }
        guard position <= scalars.count else {
            scan.opening = .backslash
            return false
        }
        let end = position
        position = begin
        scan.tokens.append(
            LineScan.Token(
                kind: .program(isFed: true), text: text(to: end), start: start, isBare: true))
        position = end
        return true
    }

    private mutating func word(into scan: inout LineScan) -> Bool {
        var token = LineScan.Token(kind: .word, text: "", start: position, isBare: true)
        defer {
            scan.tokens.append(token)
            scan.endsInWord = position == scalars.count
        }
        while position < scalars.count {
            let scalar = scalars[position]
            switch scalar {
            case " ", "\t", "\r", "\n", ";": return true
            case "|" where endsName(token.text, token.isBare),
                ">" where endsName(token.text, token.isBare):
                return true
            case "{" where token.text.isEmpty || token.text.last == "=" || token.text.last == "}":
                guard braced(into: &token.text) else {
                    scan.opening = .brace
                    return false
                }
            case "'", "\"":
                token.isBare = false
                guard quoted(by: scalar, into: &token.text) else {
                    scan.opening = scalar == "'" ? .singleQuote : .doubleQuote
                    return false
                }
            case "\\":
                token.isBare = false
                guard position + 1 < scalars.count else {
                    position += 1
                    scan.opening = .backslash
                    return false
                }
                if scalars[position + 1] != "\n" {
                    token.text.unicodeScalars.append(scalars[position + 1])
                }
                position += 2
            default:
                token.text.unicodeScalars.append(scalar)
                position += 1
            }
        }
        return true
    }

    /// Takes what stands between braces, as it stands; false where the closing one is missing.
    private mutating func braced(into text: inout String) -> Bool {
        var depth = 0
        var quote: Unicode.Scalar?
        while position < scalars.count {
            let scalar = scalars[position]
            text.unicodeScalars.append(scalar)
            position += 1
            if quote != nil, scalar == "\\", position < scalars.count {
                text.unicodeScalars.append(scalars[position])
                position += 1
            } else if let open = quote {
                if scalar == open { quote = nil }
            } else if scalar == "\"" || scalar == "'" {
                quote = scalar
            } else if scalar == "{" {
                depth += 1
            } else if scalar == "}" {
                depth -= 1
                if depth == 0 { return true }
            }
        }
        return false
    }

    /// Takes a quoted stretch; false where its closing quote is missing.
    private mutating func quoted(by quote: Unicode.Scalar, into text: inout String) -> Bool {
        position += 1
        while position < scalars.count {
            let scalar = scalars[position]
            if scalar == quote {
                position += 1
                return true
            }
            if quote == "\"", scalar == "\\", position + 1 < scalars.count {
                let next = scalars[position + 1]
                position += 2
                switch next {
                case "\"", "\\": text.unicodeScalars.append(next)
                case "\n": break
                default:
                    text.unicodeScalars.append(scalar)
                    text.unicodeScalars.append(next)
                }
                continue
            }
            text.unicodeScalars.append(scalar)
            position += 1
        }
        return false
    }
}
