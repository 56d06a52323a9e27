/// A command that somebody might want to run next, and why.
///
/// A value, so that a shell can number it, run it, and another face can show it as a button.
package struct NextStep: Sendable, Hashable {
    /// The program; nil: this one.
    ///
    /// A shell runs no other: it cannot know which cluster they mean.
    package var program: String?
    /// The words of the command, without the program's name.
    package var words: [String]
    /// What it does, as the end of a sentence that begins with the command; may be empty.
    package var purpose: String

    package init(_ words: [String], _ purpose: String = "", program: String? = nil) {
        self.program = program
        self.words = words
        self.purpose = purpose
    }
}
