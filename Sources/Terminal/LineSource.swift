// Terminal: the one room that knows a terminal is there.
//
// It edits lines with libedit, reads lines where there is no terminal, tells facts about the
// terminal (is it one, how wide, may it have colour), and turns signals into calls.
// All C behind it stands in CEdit. It must never know a verb, a cluster or a session, never write
// to standard output except to draw the line being edited and what is posted above it, and never
// end the process.

/// What the next line of input turned out to be.
package enum LineEvent: Sendable, Equatable {
    /// A line, without its line end. A pasted line can hold newlines.
    case line(String)
    /// Ctrl-C: the line typed so far is dropped.
    case interrupted
    /// Ctrl-D on an empty line, the end of the file, or a terminal that is gone.
    case endOfInput
    /// `stop()` was called.
    case stopped
    /// The input cannot be read as lines; the text says why.
    case failed(String)
}

/// Something that gives one line after another: a terminal, a pipe, a list.
package protocol LineSource: Sendable {
    /// Waits for the next line, on a thread of its own, never on the cooperative pool.
    func nextLine(prompt: Prompt, discardingTypedAhead: Bool) async -> LineEvent
    /// Ends a waiting and every later `nextLine` with `.stopped`.
    func stop()
}

/// A prompt: its text, and where colour goes on and off.
package struct Prompt: Sendable, Hashable, ExpressibleByStringLiteral {
    /// One stretch of the prompt in one rendition.
    package struct Piece: Sendable, Hashable {
        package var text: String
        /// The parameters of `ESC [ … m`, such as "1;31"; nil for plain text.
        package var rendition: String?

        package init(_ text: String, rendition: String? = nil) {
            self.text = text
            self.rendition = rendition
        }
    }

    package var pieces: [Piece]

    package init(_ pieces: [Piece]) { self.pieces = pieces }

    package init(stringLiteral text: String) { pieces = [Piece(text)] }

    /// The prompt without colour.
    package var text: String { pieces.map(\.text).joined() }

    /// The prompt as libedit wants it: escape sequences between `\u{1}` marks, text at the end.
    var marked: String {
        var out = ""
        for piece in pieces {
            guard let rendition = piece.rendition else {
                out += piece.text
                continue
            }
            out += "\u{1}\u{1B}[\(rendition)m\u{1}\(piece.text)\u{1}\u{1B}[0m\u{1}"
        }
        // libedit loses a mark that stands last.
        return pieces.last?.rendition == nil ? out : out + " "
    }
}
