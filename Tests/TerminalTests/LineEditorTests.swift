import Foundation
import Synchronization
import Terminal
import TestSupport
import Testing

/// libedit under a pseudo-terminal: the rows of the table in the design of the shell.
///
/// One at a time: the terminal library beneath libedit keeps one current terminal for the process.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct LineEditorTests {
    /// An editor on a terminal, and what it answers.
    private struct Bench: Sendable {
        let terminal: PseudoTerminal
        let editor: LineEditor

        /// Set once: other threads may be reading the environment.
        private static let terminalType: Void = { unsafe setenv("TERM", "xterm", 1) }()

        init(
            columns: Int = 40, history: [String] = [], marksCommands: Bool = false,
            completer: @escaping LineEditor.Completer = { _, _ in .none }
        ) throws {
            _ = Self.terminalType
            terminal = try PseudoTerminal(columns: columns, rows: 12)
            editor = try LineEditor(
                program: "petstore-cli-test", input: terminal.descriptor,
                output: terminal.descriptor, history: history, marksCommands: marksCommands,
                completer: completer)
        }

        /// Asks for a line, does something once the prompt is there, answers what came.
        func line(
            prompt: Prompt = "petstore> ", discarding: Bool = false,
            _ act: (PseudoTerminal) async throws -> Void
        ) async throws -> LineEvent {
            async let event = editor.nextLine(prompt: prompt, discardingTypedAhead: discarding)
            do {
                try await terminal.expectScreen("the prompt") {
                    $0.cursorRow.hasPrefix(String(prompt.text.dropLast()))
                }
                try await act(terminal)
                // The editor has left the line; a test that waits for more must not wait for ever.
                try await terminal.expect("\u{1B}[?2004l")
            } catch {
                editor.stop()
                throw error
            }
            return await event
        }

        func typing(_ keys: String) async throws -> LineEvent {
            try await line { $0.type(keys) }
        }
    }

    @Test func aLineIsReadAndEdited() async throws {
        let bench = try Bench()
        #expect(try await bench.typing("get pets\r") == .line("get pets"))
        #expect(try await bench.typing("pet\u{1}get \u{5}s\r") == .line("get pets"))
        #expect(try await bench.typing("\r") == .line(""))
    }

    @Test func whatIsNotASCIIComesThrough() async throws {
        let bench = try Bench()
        #expect(try await bench.typing("naïve 寿司 🐕\r") == .line("naïve 寿司 🐕"))
        #expect(try await bench.typing("寿司\u{7F}x\r") == .line("寿x"))
    }

    @Test func colourInThePromptKeepsTheColumns() async throws {
        let bench = try Bench()
        let prompt = Prompt([.init("petstore[2↺]", rendition: "1;31"), .init("> ")])
        let event = try await bench.line(prompt: prompt) { terminal in
            terminal.type("get\u{2}\u{2}X")
            try await terminal.expectScreen("X between g and e") {
                $0.cursorRow == "petstore[2↺]> gXet"
            }
            terminal.type("\r")
        }
        #expect(event == .line("gXet"))
    }

    @Test func keysOfOtherTerminalsMoveByWords() async throws {
        let bench = try Bench()
        for left in ["\u{1B}[1;5D", "\u{1B}Od", "\u{1B}[5D", "\u{1B}b"] {
            #expect(try await bench.typing("get pets\(left)X\r") == .line("get Xpets"))
        }
        for right in ["\u{1B}[1;5C", "\u{1B}Oc"] {
            #expect(try await bench.typing("get pets\u{1}\(right)X\r") != .line("get petsX"))
        }
        #expect(try await bench.typing("et\u{1B}[Hg\u{1B}[F!\r") == .line("get!"))
        #expect(try await bench.typing("ab\u{1B}[D\u{1B}[3~\r") == .line("a"))
        #expect(try await bench.typing("a\u{1B}[15~\u{1B}OP\u{1B}[2~b\r") == .line("ab"))
        #expect(try await bench.typing("drop this\u{15}kept\r") == .line("kept"))
    }

    @Test func arrowsFindLinesThatStartAsTyped() async throws {
        let bench = try Bench(history: ["get pets", "status", "get orders"])
        #expect(try await bench.typing("\u{1B}[A\r") == .line("get orders"))
        #expect(try await bench.typing("get\u{1B}[A\u{1B}[A\r") == .line("get pets"))
        #expect(try await bench.typing("get\u{1B}OA\u{1B}OA\u{1B}OB\u{1B}OB!\r") == .line("get!"))
    }

    @Test func controlRFindsAnywhereAndControlSGoesBack() async throws {
        let bench = try Bench(history: ["get pets", "status", "get orders", "describe pet max"])
        #expect(try await bench.typing("\u{12}pet\u{12}\r") == .line("get pets"))
        let back = try await bench.typing("\u{12}pet\u{12}\u{13}\u{13}\r")
        #expect(back == .line("describe pet max"))
    }

    @Test func altEnterBreaksTheLine() async throws {
        let bench = try Bench()
        #expect(try await bench.typing("status\u{1B}\rget pets\r") == .line("status\nget pets"))
    }

    @Test func theTerminalIsToldWhereCommandsBeginAndEnd() async throws {
        let bench = try Bench(marksCommands: true)
        let prompt = Prompt([.init("petstore> ")], mark: .init(status: 4))
        #expect(try await bench.line(prompt: prompt) { $0.type("get\r") } == .line("get"))
        #expect(try await bench.line(prompt: "more> ") { $0.type("x\r") } == .line("x"))
        let pieces = bench.terminal.output
            .split(separator: "\u{1B}]133;", omittingEmptySubsequences: false)
        let marks = pieces.dropFirst().map { $0.prefix { $0 != "\u{7}" } }
        #expect(marks == ["D;4", "A", "B", "C"])
        let shown = bench.terminal.output
        let begin = try #require(shown.firstRange(of: "petstore> "))
        #expect(shown[..<begin.lowerBound].contains("133;A"))
        #expect(shown[begin.upperBound...].contains("133;B"))
    }

    @Test func thePromptChangesWhileTextIsTyped() async throws {
        let bench = try Bench()
        let event = try await bench.line { terminal in
            terminal.type("get pe")
            try await terminal.expectScreen("the text") { $0.cursorRow == "petstore> get pe" }
            bench.editor.show(prompt: "petstore[1↺ 9m]> ")
            try await terminal.expectScreen("the new prompt") {
                $0.rows == ["petstore[1↺ 9m]> get pe"]
            }
            terminal.type("ts\r")
        }
        #expect(event == .line("get pets"))
    }

    @Test func aLateAnswerCompletesUnlessMoreWasTyped() async throws {
        let known = Mutex(false)
        let bench = try Bench { _, before in
            guard known.withLock({ $0 }) else { return .pending }
            let word = before.split(separator: " ", omittingEmptySubsequences: false).last ?? ""
            return TabAnswer(
                replaced: word.unicodeScalars.count, candidates: [.init("fluffy")])
        }
        let event = try await bench.line { terminal in
            terminal.type("get fl\t")
            try await terminal.expectScreen("the text") { $0.cursorRow == "petstore> get fl" }
            known.withLock { $0 = true }
            bench.editor.completeAgain()
            try await terminal.expectScreen("the name") { $0.rows == ["petstore> get fluffy"] }
            known.withLock { $0 = false }
            terminal.type("fl\tx")
            try await terminal.expectScreen("the text") { $0.cursorRow.hasSuffix("flx") }
            known.withLock { $0 = true }
            bench.editor.completeAgain()
            bench.editor.post("answered")
            try await terminal.expectScreen("the message, and the text as it was") {
                $0.rows.contains("answered") && $0.cursorRow.hasSuffix(" flx")
            }
            terminal.type("\r")
        }
        #expect(event == .line("get fluffy flx"))
    }

    @Test func aPasteIsInsertedAndNotExecuted() async throws {
        let bench = try Bench()
        let event = try await bench.line { terminal in
            try await terminal.expect("\u{1B}[?2004h")
            terminal.type("\u{1B}[200~status\rget\tpets\r\u{1B}[201~ # end")
            try await terminal.expectScreen("the second line") {
                $0.rows.last?.contains("end") ?? false
            }
            terminal.type("\r")
        }
        #expect(event == .line("status\nget\tpets # end"))
    }

    @Test func aPasteOfAThousandLinesIsOneLine() async throws {
        let bench = try Bench()
        let text = (0..<1000).map { "get pet name-\($0)" }.joined(separator: "\n")
        let event = try await bench.typing("\u{1B}[200~" + text + "\u{1B}[201~\r")
        #expect(event == .line(text))
    }

    @Test func aLineOf64KiBComesWhole() async throws {
        let bench = try Bench()
        let long = String(repeating: "0123456789abcdef", count: 4096)
        #expect(try await bench.typing("\u{1B}[200~\(long)\u{1B}[201~\r") == .line(long))
    }

    @Test func tabInsertsListsAndInsertsAgain() async throws {
        let bench = try Bench { _, before in
            let word = before.split(separator: " ", omittingEmptySubsequences: false).last ?? ""
            let names = ["fluffy", "flocke", "max"].filter { $0.hasPrefix(word) }
            return TabAnswer(
                replaced: word.unicodeScalars.count, candidates: names.map { .init($0) })
        }
        let event = try await bench.line { terminal in
            terminal.type("get f\t")
            try await terminal.expectScreen("what both share") {
                $0.cursorRow == "petstore> get fl"
            }
            terminal.type("\t")
            let rows = try await terminal.expectScreen("the listing") {
                $0.rows.contains("fluffy  flocke") && $0.cursorRow == "petstore> get fl"
            }
            #expect(rows == ["petstore> get fl", "fluffy  flocke", "petstore> get fl"])
            terminal.type("u\tx\r")
        }
        #expect(event == .line("get fluffy x"))
    }

    @Test func aMessageStandsAboveThePromptAndTheTextComesBack() async throws {
        let bench = try Bench()
        let event = try await bench.line { terminal in
            terminal.type("get pets --long-enough-to-wrap --over-two-rows\u{1B}[D\u{1B}[D")
            try await terminal.expectScreen("the text") { $0.cursorRow.hasSuffix("two-rows") }
            bench.editor.post("order-456 has failed")
            let rows = try await terminal.expectScreen("the message and the text") {
                $0.rows.contains("order-456 has failed") && $0.cursorRow.hasSuffix("two-rows")
            }
            #expect(
                rows == [
                    "order-456 has failed", "petstore> get pets --long-enough-to-wrap",
                    " --over-two-rows",
                ])
            terminal.type("X\r")
        }
        #expect(event == .line("get pets --long-enough-to-wrap --over-two-roXws"))
    }

    @Test func aNewSizeKeepsTheText() async throws {
        let bench = try Bench(columns: 60)
        let event = try await bench.line { terminal in
            terminal.type("get pets and a few words more")
            try await terminal.expectScreen("the text") { $0.cursorRow.hasSuffix("more") }
            terminal.resize(columns: 30, rows: 12)
            bench.editor.resize()
            try await terminal.expectScreen("the text, wrapped") {
                $0.rows == ["petstore> get pets and a few w", "ords more"]
            }
            terminal.type("!\r")
        }
        #expect(event == .line("get pets and a few words more!"))
    }

    @Test func anInterruptDropsTheLineAndTheNextOneIsEmpty() async throws {
        let bench = try Bench()
        let event = try await bench.line { terminal in
            terminal.type("delete everything")
            try await terminal.expectScreen("the text") { $0.cursorRow.hasSuffix("everything") }
            #expect(bench.editor.interrupt())
            try await terminal.expect("^C")
        }
        #expect(event == .interrupted)
        // Nobody types: the key is for somebody else.
        #expect(!bench.editor.interrupt())
        #expect(try await bench.typing("status\r") == .line("status"))
    }

    @Test func controlDEndsOnlyAnEmptyLine() async throws {
        let bench = try Bench()
        #expect(try await bench.typing("abc\u{1}\u{4}\r") == .line("bc"))
        #expect(try await bench.typing("\u{4}") == .endOfInput)
    }

    @Test func stopEndsTheLineAndTheTerminalIsAsBefore() async throws {
        let bench = try Bench()
        let before = bench.terminal.modes
        let event = try await bench.line { terminal in
            terminal.type("get")
            try await terminal.expectScreen("the text") { $0.cursorRow.hasSuffix("get") }
            bench.editor.stop()
        }
        #expect(event == .stopped)
        #expect(bench.terminal.modes == before)
    }

    @Test func whatWasTypedMeanwhileIsDiscarded() async throws {
        let bench = try Bench()
        #expect(try await bench.typing("status\r") == .line("status"))
        bench.terminal.type("\u{4}exit\r")
        try await bench.terminal.expect("exit")
        let event = try await bench.line(discarding: true) { $0.type("get pets\r") }
        #expect(event == .line("get pets"))
    }
}
