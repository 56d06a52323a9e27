import Terminal

/// What the prompt says, and how.
///
/// `petstore>`; with changes that leaving would undo `petstore[2↺]>`, with the time to the next
/// deadline `petstore[2↺ 14m]>`, with a mark where an undo failed `petstore[2↺!]>`. Away from
/// where the shell was opened, and on protected contexts, `petstore(prod/team-a)>`; `ro` where
/// nothing may be changed, and `?` while the server cannot be reached.
struct ShellPrompt: Sendable, Equatable {
    var pending = 0
    var hasFailed = false
    /// Time to the next deadline, as people say it.
    var timeLeft: String?
    /// Context and namespace, where they are to be shown.
    var place: String?
    var isProtected = false
    var isReadOnly = false
    var isUnreachable = false
    var wantsColour = false
    /// Of the command before, for terminals that mark commands.
    var lastStatus: Int32?

    /// Asks for the rest of a line that is not finished.
    static let more: Prompt = "...> "

    var prompt: Prompt {
        var pieces = [Prompt.Piece("petstore")]
        if let place, !place.isEmpty {
            pieces.append(
                Prompt.Piece("(\(place))", rendition: coloured(isProtected ? "1;31" : "36")))
        }
        let danger = danger
        if !danger.isEmpty {
            let isAlarming = hasFailed || isUnreachable
            pieces.append(
                Prompt.Piece(
                    "[\(danger.joined(separator: " "))]",
                    rendition: coloured(isAlarming ? "1;31" : "33")))
        }
        return Prompt(pieces + [Prompt.Piece("> ")], mark: Prompt.Mark(status: lastStatus))
    }

    private var danger: [String] {
        var parts: [String] = []
        if pending > 0 {
            let ends = (timeLeft.map { " \($0)" } ?? "") + (hasFailed ? "!" : "")
            parts.append("\(pending)↺" + ends)
        }
        if isReadOnly { parts.append("ro") }
        if isUnreachable { parts.append("?") }
        return parts
    }

    /// `9m59s` as `9m`.
    ///
    /// A prompt that changes each second only distracts; in the last minutes it may.
    static func coarse(_ age: String) -> String {
        guard let end = age.firstIndex(where: { "mhd".contains($0) }) else { return age }
        return String(age[...end])
    }

    private func coloured(_ rendition: String) -> String? { wantsColour ? rendition : nil }
}
