import Terminal

/// What the prompt says, and how.
///
/// `petstore>`; with changes that leaving would undo `petstore[2↺]>`, with the time to the next
/// deadline `petstore[2↺ 14m]>`, with a mark where an undo failed `petstore[2↺!]>`.
struct ShellPrompt: Sendable, Equatable {
    var pending = 0
    var hasFailed = false
    /// Time to the next deadline, as people say it.
    var timeLeft: String?
    var wantsColour = false

    /// Asks for the rest of a line that is not finished.
    static let more: Prompt = "...> "

    var prompt: Prompt {
        guard pending > 0 else { return "petstore> " }
        var danger = "[\(pending)↺"
        if let timeLeft { danger += " \(timeLeft)" }
        danger += hasFailed ? "!]" : "]"
        let rendition = wantsColour ? (hasFailed ? "1;31" : "33") : nil
        return Prompt([
            Prompt.Piece("petstore"), Prompt.Piece(danger, rendition: rendition),
            Prompt.Piece("> "),
        ])
    }
}
