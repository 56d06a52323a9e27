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

    /// What a terminal is told of the commands around the prompt, so that it can mark them, jump
    /// between them and copy their output (OSC 133).
    package struct Mark: Sendable, Hashable {
        /// The status of the command before the prompt, if there was one.
        package var status: Int32?

        package init(status: Int32?) { self.status = status }
    }

    package var pieces: [Piece]
    /// For prompts at which commands are typed.
    package var mark: Mark?

    package init(_ pieces: [Piece], mark: Mark? = nil) {
        self.pieces = pieces
        self.mark = mark
    }

    package init(stringLiteral text: String) { pieces = [Piece(text)] }

    /// The prompt without colour.
    package var text: String { pieces.map(\.text).joined() }

    /// The prompt as libedit wants it: escape sequences between `\u{1}` marks, text at the end.
    var marked: String {
        var out = ""
        var isColoured = false
        for piece in pieces {
            // One mark for both ends of colour: libedit prints what two adjoining marks hold.
            let codes =
                (isColoured ? "\u{1B}[0m" : "") + (piece.rendition.map { "\u{1B}[\($0)m" } ?? "")
            out += codes.isEmpty ? "" : "\u{1}\(codes)\u{1}"
            out += piece.text
            isColoured = piece.rendition != nil
        }
        // libedit loses a mark that stands last.
        return isColoured ? out + "\u{1}\u{1B}[0m\u{1} " : out
    }
}
