import CEdit

/// Lines typed at a terminal that cannot be edited on (`TERM=dumb`, or no libedit): a prompt, and
/// the terminal's own line editing.
package final class PromptedReader: LineSource {
    private let reader: LineReader
    private let input: Int32
    private let output: Int32

    package init(input: Int32 = 0, output: Int32 = 1) throws(TerminalError) {
        reader = try LineReader(descriptor: input)
        self.input = input
        self.output = output
    }

    package func nextLine(prompt: Prompt, discardingTypedAhead: Bool) async -> LineEvent {
        if discardingTypedAhead { _ = cedit_discard_input(input) }
        writeAll(prompt.text, to: output)
        let event = await reader.nextLine(prompt: prompt, discardingTypedAhead: false)
        if event != .endOfInput, case .line = event { return event }
        writeAll("\n", to: output)
        return event
    }

    package func stop() { reader.stop() }

    /// Ctrl-C: drops the line being typed.
    ///
    /// - Returns: false when none is being typed.
    package func interrupt() -> Bool { reader.interrupt() }
}
