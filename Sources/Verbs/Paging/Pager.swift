/// A program that shows text by the screenful, on our own terminal.
package protocol Pager: Sendable {
    /// Gives it more, as fast as it reads.
    ///
    /// - Returns: false when it reads no more: somebody has seen enough.
    func write(_ bytes: [UInt8]) -> Bool

    /// Says that nothing more comes, and waits until somebody leaves it.
    func finish() async

    /// Ends it at once.
    func end()
}

/// Starts a pager; nil where none can be started, and the text is printed as it is.
package typealias PagerOpener = @Sendable () -> (any Pager)?

/// Which program pages, by the environment.
package enum PagerChoice {
    /// The variables that name one, the first that is set counts.
    package static let variables = ["PETSTORE_PAGER", "PAGER"]
    private static let usual = "less"
    /// Quit where it fits after all (F), show colours (R), leave the text on the screen (X).
    private static let lessFlags = "FRX"

    /// The text for the system's shell that runs the pager.
    ///
    /// A pager that is not there is replaced by `cat`: the text is shown, whatever is missing.
    ///
    /// - Returns: nil where nobody wants one (the variable is empty or `cat`), or where the terminal
    ///   can hold none.
    package static func command(environment: [String: String]) -> String? {
        let terminal = environment["TERM"] ?? ""
        guard !terminal.isEmpty, terminal != "dumb" else { return nil }
        let set = variables.lazy.compactMap { environment[$0] }.first ?? usual
        let words = set.split(separator: " ")
        guard let program = words.first, words != ["cat"] else { return nil }
        let flags = environment["LESS"] == nil ? "LESS=\(lessFlags); export LESS; " : ""
        guard set.allSatisfy({ isPlain($0) }), !program.contains("=") else { return flags + set }
        return flags + "command -v \(program) >/dev/null 2>&1 || exec cat; exec \(set)"
    }

    /// Whether a character means itself to the system's shell.
    private static func isPlain(_ character: Character) -> Bool {
        guard character.isASCII else { return false }
        return character.isLetter || character.isNumber || " /._+-=:,%@".contains(character)
    }
}
