import Synchronization
import Testing
import Verbs

/// What goes to a pager, and what is printed as it is.
struct PagerTests {
    /// Notes what it is given, and reads so many bytes at most.
    private final class Reader: Pager {
        private let text = Mutex("")
        private let most: Int
        let ended = Mutex(false)

        init(most: Int = .max) { self.most = most }

        var read: String { text.withLock { $0 } }

        func write(_ bytes: [UInt8]) -> Bool {
            text.withLock { text in
                guard text.utf8.count < most else { return false }
                text += String(decoding: bytes, as: UTF8.self)
                return true
            }
        }

        func finish() async {}
        func end() { ended.withLock { $0 = true } }
    }

    private let output = MemoryOutput()
    private let errors = MemoryOutput()
    private let reader = Reader()

    /// A world on a terminal of 5 rows, one of which is the prompt's.
    private func world(_ pager: Reader?, rows: Int? = 5, inputIsTerminal: Bool = true) -> World {
        var world = World(
            directories: Directories(environment: [:]), output: output, errors: errors,
            input: NoInput(),
            terminal: TerminalFacts(
                inputIsTerminal: inputIsTerminal, outputIsTerminal: true, errorsAreTerminal: true,
                columns: 20, rows: rows),
            makeTransport: { _ in NoServer() })
        world.openPager = { pager }
        return world
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func whatFitsIsPrintedAtTheEnd() async throws {
        let screen = try #require(PagedScreen(on: world(reader)))
        try await screen.show {
            // A closed output would show below.
            try? screen.world.output.write(bytes("1\n2\n"))
            #expect(output.text.isEmpty)
            try? screen.world.errors.write(bytes("a remark\n"))
            #expect(errors.text.isEmpty)
            try? screen.world.output.write(bytes("4\n"))
        }
        #expect(output.text == "1\n2\n4\n")
        #expect(errors.text == "a remark\n")
        #expect(reader.read.isEmpty)
    }

    @Test func whatDoesNotFitStreamsIntoThePager() async throws {
        let screen = try #require(PagedScreen(on: world(reader)))
        try await screen.show {
            try? screen.world.errors.write(bytes("first\n"))
            #expect(errors.text == "first\n")
            for line in 1...4 { try? screen.world.output.write(bytes("\(line)\n")) }
            #expect(reader.read.isEmpty)
            try? screen.world.output.write(bytes("5\n"))
            #expect(reader.read == "1\n2\n3\n4\n5\n")
            try? screen.world.errors.write(bytes("a remark\n"))
            try? screen.world.output.write(bytes("6\n"))
        }
        #expect(reader.read == "1\n2\n3\n4\n5\na remark\n6\n")
        #expect(output.text.isEmpty)
        #expect(errors.text == "first\n")
    }

    @Test func whatIsToBeSeenAtOnceIsNotHeldBack() async throws {
        let screen = try #require(PagedScreen(on: world(reader)))
        try await screen.show {
            try? screen.world.output.write(bytes("asking...\n"))
            screen.world.showNow()
            #expect(output.text == "asking...\n")
            for line in 1...2 { try? screen.world.output.write(bytes("\(line)\n")) }
            screen.world.showNow()
        }
        #expect(output.text == "asking...\n1\n2\n")
        let long = try #require(PagedScreen(on: world(reader)))
        try await long.show {
            try? long.world.output.write(bytes("asking...\n"))
            long.world.showNow()
            for line in 1...5 { try? long.world.output.write(bytes("\(line)\n")) }
        }
        #expect(output.text == "asking...\n1\n2\nasking...\n")
        #expect(reader.read == "asking...\n1\n2\n3\n4\n5\n")
    }

    @Test func aPagerThatWasLeftEndsTheResultAndNotWhatWentWrong() async throws {
        let screen = try #require(PagedScreen(on: world(Reader(most: 1))))
        try await screen.show {
            try? screen.world.output.write(bytes("1\n2\n3\n4\n5\n"))
            #expect(throws: OutputClosed.self) { try screen.world.output.write(bytes("6\n")) }
            try? screen.world.errors.write(bytes("a remark\n"))
        }
        #expect(output.text.isEmpty)
        #expect(errors.text == "a remark\n")
    }

    @Test func withoutAPagerTheTextIsPrinted() async throws {
        let screen = try #require(PagedScreen(on: world(nil)))
        try await screen.show {
            for line in 1...6 { try? screen.world.output.write(bytes("\(line)\n")) }
        }
        #expect(output.text == "1\n2\n3\n4\n5\n6\n")
    }

    @Test func whoAnswersSeesWhatCameBefore() async throws {
        let screen = try #require(PagedScreen(on: world(reader)))
        try await screen.show {
            try? screen.world.output.write(bytes("the plan\n"))
            _ = await screen.world.input.line()
            #expect(output.text == "the plan\n")
            for line in 1...6 { try? screen.world.output.write(bytes("\(line)\n")) }
        }
        #expect(output.text == "the plan\n1\n2\n3\n4\n5\n6\n")
    }

    @Test func aCancelledCommandEndsThePager() async throws {
        let reader = reader
        let screen = try #require(PagedScreen(on: world(reader)))
        let task = Task {
            try await screen.show {
                try? screen.world.output.write(bytes("1\n2\n3\n4\n5\n"))
                while !Task.isCancelled { await Task.yield() }
            }
        }
        while reader.read.isEmpty { await Task.yield() }
        task.cancel()
        await #expect(throws: OutputClosed.self) { try await task.value }
        #expect(reader.ended.withLock { $0 })
    }

    @Test func nobodyPagesWhereNobodySits() {
        #expect(PagedScreen(on: world(reader, inputIsTerminal: false)) == nil)
        #expect(PagedScreen(on: world(reader, rows: nil)) == nil)
        var piped = world(reader)
        piped.terminal.outputIsTerminal = false
        #expect(PagedScreen(on: piped) == nil)
        var script = world(reader)
        script.openPager = nil
        #expect(PagedScreen(on: script) == nil)
    }

    // MARK: Verbs

    /// What the pager gets of a line, on the sandbox and a screen of three rows.
    private func paged(_ line: String) async throws -> (read: String, printed: String) {
        let stage = try await Stage.shared()
        let (output, reader) = (MemoryOutput(), Reader())
        var world = stage.world
        world.output = output
        world.terminal = TerminalFacts(
            inputIsTerminal: true, outputIsTerminal: true, columns: 80, rows: 3)
        world.openPager = { reader }
        _ = await Dispatcher(world: world).run(Stage.words(line))
        return (reader.read, output.text)
    }

    @Test(arguments: ["get pets", "get pets -o json", "describe pet fluffy", "query list"])
    func resultsArePaged(line: String) async throws {
        let (read, printed) = try await paged(line)
        #expect(read.split(separator: "\n").count > 2)
        #expect(printed.isEmpty)
    }

    @Test(arguments: [
        "get pets --no-pager", "--no-pager get pets", "--no-pager completion bash",
        "completion bash --no-pager", "get --help",
        "wait --for=delete pet/nobody pet/noone pet/none",
    ])
    func theseAreNot(line: String) async throws {
        let (read, printed) = try await paged(line)
        #expect(read.isEmpty)
        #expect(printed.split(separator: "\n").count > 2, "\(printed)")
    }

    // MARK: The program

    @Test(
        "the environment names the program",
        arguments: [
            ([:], "command -v less >/dev/null 2>&1 || exec cat; exec less"),
            (["PAGER": "more -s"], "command -v more >/dev/null 2>&1 || exec cat; exec more -s"),
            (
                ["PETSTORE_PAGER": "less", "PAGER": "more"],
                "command -v less >/dev/null 2>&1 || exec cat; exec less"
            ),
            (["PAGER": "grep . | less"], "grep . | less"), (["PAGER": "X=1 less"], "X=1 less"),
            (["PAGER": ""], nil), (["PAGER": "cat"], nil), (["PAGER": "  "], nil),
            (["PETSTORE_PAGER": "", "PAGER": "less"], nil), (["TERM": "dumb"], nil),
            (["TERM": ""], nil),
        ] as [([String: String], String?)])
    func program(variables: [String: String], command: String?) {
        let environment = ["TERM": "xterm"].merging(variables) { _, set in set }
        #expect(
            PagerChoice.command(environment: environment)
                == command.map { "LESS=FRX; export LESS; " + $0 })
        #expect(
            PagerChoice.command(environment: environment.merging(["LESS": "-S"]) { _, set in set })
                == command)
    }
}
