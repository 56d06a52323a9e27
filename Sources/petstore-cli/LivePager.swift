import Terminal
import Verbs

/// A pager as a process of ours, in our own group: the terminal is its, and Ctrl-Z stops both.
final class LivePager: Pager {
    private let program: LocalProgram

    private init(_ program: LocalProgram) { self.program = program }

    /// Starts the pager that the environment names; nil where it names none.
    static func opener(environment: [String: String]) -> PagerOpener? {
        guard let command = PagerChoice.command(environment: environment) else { return nil }
        return {
            // Without a process more the text is printed as it is.
            (try? LocalProgram(command, isFed: true)).map(LivePager.init)
        }
    }

    func write(_ bytes: [UInt8]) -> Bool { program.write(bytes) }

    func finish() async { _ = await program.finish() }

    func end() { program.end() }
}
