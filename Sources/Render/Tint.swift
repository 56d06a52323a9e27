/// What a colour says; the words beside it say the same, so colour never alone carries meaning.
package enum Tint: Sendable, Hashable {
    case good
    case bad
    case waiting
    case faint
    case strong

    /// The tint of a state word that an operator reports.
    package init?(state: String) {
        switch state {
        case "Synced", "Observed", "Queried", "Completed", "Healthy": self = .good
        case "Failed", "Degraded", "NotFound": self = .bad
        case "Pending", "Syncing", "Querying", "Executing", "Progressing", "Paused", "Creating":
            self = .waiting
        default: return nil
        }
    }

    private var code: String {
        switch self {
        case .good: "32"
        case .bad: "31"
        case .waiting: "33"
        case .faint: "2"
        case .strong: "1"
        }
    }

    /// Wraps a text that is already safe for a terminal.
    func wrap(_ text: String) -> String { "\u{1B}[\(code)m\(text)\u{1B}[0m" }
}

/// How text is drawn.
package struct Style: Sendable, Hashable {
    package var colour: Bool
    /// The width of the terminal in columns; nil where there is none.
    package var width: Int?
    /// Whether a terminal reads the result, which values of an API must never drive.
    package var isOnScreen: Bool

    package init(colour: Bool = false, width: Int? = nil, isOnScreen: Bool = false) {
        self.colour = colour
        self.width = width
        self.isOnScreen = isOnScreen
    }

    package static let plain = Style()

    func draw(_ text: String, _ tint: Tint?) -> String {
        guard colour, let tint, !text.isEmpty else { return text }
        return tint.wrap(text)
    }

    /// Decides on colour as users expect it.
    ///
    /// `NO_COLOR` (any value but the empty one) and `TERM=dumb` switch it off, `CLICOLOR_FORCE`
    /// (not `0`) switches it on, else a terminal decides.
    package static func wantsColour(isTerminal: Bool, environment: [String: String]) -> Bool {
        if environment["NO_COLOR", default: ""] != "" { return false }
        if let force = environment["CLICOLOR_FORCE"], force != "", force != "0" { return true }
        return isTerminal && environment["TERM"] != "dumb"
    }
}
