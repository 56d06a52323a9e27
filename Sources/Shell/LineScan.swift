/// The words of a line as they stand: the grammar of shell lines, scripts and `-c`.
///
/// Blanks separate words; `'…'` is literal; in `"…"` a backslash escapes `"` and `\`; elsewhere it
/// escapes anything. `;` and newlines end a command, `#` at the start of a word begins a comment.
/// A backslash before a newline joins two lines. There is no globbing and no `$()`.
struct LineScan: Equatable {
    struct Token: Equatable {
        enum Kind: Equatable {
            case word
            /// `;` or a newline.
            case end
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
        case singleQuote, doubleQuote, backslash
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

    /// The commands: the words between the ends, empty ones left out.
    var commands: [[Token]] {
        tokens.split { $0.kind == .end }.map(Array.init)
    }
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
            scan.tokens.append(
                LineScan.Token(kind: .end, text: "", start: position, isBare: true))
            position += 1
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
