package import HTTP
package import KubernetesCore

/// Everything live that a verb may touch, handed in by the executable (or by a test).
///
/// A value without global state: two worlds in one process do not know of each other.
package struct World: Sendable {
    /// The name that we were called by.
    package var face: Face
    package var environment: [String: String]
    package var directories: Directories
    /// Who is at work, for audit annotations.
    package var user: String
    /// The host name of the machine; nil where nobody knows.
    package var machine: String?
    /// The number of the process that we are, and whether one of this machine runs.
    package var processes = Processes()
    package var output: any Output
    package var errors: any Output
    package var input: any Input
    package var terminal: TerminalFacts
    package var clock: WallClock
    /// Opens what carries requests to one server.
    package var makeTransport: @Sendable (TransportConfiguration) -> any Transport
    /// The embedded cluster; nil in a build or test without one.
    package var sandbox: (any SandboxControl)?
    /// The cleanup controller; nil in a build or test without one.
    package var controller: (any ControllerControl)?
    /// Opens the interactive shell; nil where there is none to open (inside it, for example).
    package var openShell: ShellOpener?
    /// Starts a pager; nil where none is wanted: in scripts, and where the user said so.
    package var openPager: PagerOpener?
    /// The words that only a shell knows; to a command line they are unknown commands.
    package var shellWords: Set<String> = []
    /// Signals that ask us to stop; every call gives a stream of its own.
    package var interrupts: @Sendable () -> AsyncStream<Interrupt>
    /// Runs a program of the user's with our own standard streams and gives its exit status.
    package var runCommand: @Sendable ([String]) async throws -> Int32
    /// Shows what was written and is held back until it is known whether it fits on the screen.
    package var showNow: @Sendable () -> Void = {}
    /// What the executable alone can tell about itself.
    package var build = Build()
    /// The name that messages tell people to type.
    package var programName: String { face.programName }
    /// Where things are told that happen while somebody types.
    package let announcements = Announcements()

    package init(
        face: Face = .command, environment: [String: String] = [:],
        directories: Directories, user: String = "", output: any Output, errors: any Output,
        input: any Input, terminal: TerminalFacts = TerminalFacts(),
        clock: WallClock = .live,
        makeTransport: @escaping @Sendable (TransportConfiguration) -> any Transport,
        sandbox: (any SandboxControl)? = nil, openShell: ShellOpener? = nil,
        interrupts: @escaping @Sendable () -> AsyncStream<Interrupt> = { AsyncStream { _ in } },
        runCommand: @escaping @Sendable ([String]) async throws -> Int32 = CommandRunner.run
    ) {
        self.face = face
        self.environment = environment
        self.directories = directories
        self.user = user
        self.output = output
        self.errors = errors
        self.input = input
        self.terminal = terminal
        self.clock = clock
        self.makeTransport = makeTransport
        self.sandbox = sandbox
        self.openShell = openShell
        self.interrupts = interrupts
        self.runCommand = runCommand
    }
}

/// What is known of the processes of this machine.
package struct Processes: Sendable {
    /// The number of ours; nil where nobody knows.
    package var own: Int32?
    /// Whether one with that number is there; yes where nobody knows.
    package var isRunning: @Sendable (Int32) -> Bool

    package init(
        own: Int32? = nil, isRunning: @escaping @Sendable (Int32) -> Bool = { _ in true }
    ) {
        self.own = own
        self.isRunning = isRunning
    }
}

/// The running program as a thing that can be installed and handed on.
package struct Build: Sendable {
    /// The absolute path of its file; nil where nobody knows.
    package var executable: String?
    /// Whether it runs as the superuser.
    package var isRoot = false
    /// The manual and the completion scripts; made when asked for.
    package var files: @Sendable () -> [ShippedFile] = { [] }

    package init() {}
}

/// Opens the shell: the world it lives in, the road its lines take, and how `shell` was called.
package typealias ShellOpener =
    @Sendable (_ world: World, _ state: ShellState, _ request: ShellRequest) async -> ExitStatus

/// How the shell was asked for.
package struct ShellRequest: Sendable, Hashable {
    /// The text of `-c`: lines and `;`.
    package var commands: String?
    /// The script of `-f`; `-` is standard input.
    package var file: String?
    /// Whether it refuses to change anything.
    package var isReadOnly: Bool
    /// Whether the user's own file of commands is read first, where somebody types.
    package var readsOwnFile: Bool
    /// How long the undo at its end may take; nil: the usual time.
    package var undoLimit: Duration?
    /// Whether that undo waits until the operator has carried the values to the API.
    package var waitsForOperator: Bool

    package init(
        commands: String? = nil, file: String? = nil, isReadOnly: Bool = false,
        readsOwnFile: Bool = true, undoLimit: Duration? = nil, waitsForOperator: Bool = true
    ) {
        self.commands = commands
        self.file = file
        self.isReadOnly = isReadOnly
        self.readsOwnFile = readsOwnFile
        self.undoLimit = undoLimit
        self.waitsForOperator = waitsForOperator
    }
}

/// The folders of the XDG base directory specification, with our name at the end.
package struct Directories: Sendable, Hashable {
    package var configuration: String
    package var state: String
    package var cache: String

    package init(configuration: String, state: String, cache: String) {
        self.configuration = configuration
        self.state = state
        self.cache = cache
    }

    /// From `XDG_*_HOME` where they hold an absolute path, else below `HOME`.
    package init(environment: [String: String]) {
        func folder(_ variable: String, _ standard: String) -> String {
            if let set = environment[variable], set.hasPrefix("/") { return set + "/petstore-cli" }
            return environment["HOME", default: ""] + standard + "/petstore-cli"
        }
        configuration = folder("XDG_CONFIG_HOME", "/.config")
        state = folder("XDG_STATE_HOME", "/.local/state")
        cache = folder("XDG_CACHE_HOME", "/.cache")
    }
}

/// What is known about the terminal, if there is one.
package struct TerminalFacts: Sendable, Hashable {
    package var inputIsTerminal: Bool
    package var outputIsTerminal: Bool
    package var errorsAreTerminal: Bool
    package var columns: Int?
    package var rows: Int?

    package init(
        inputIsTerminal: Bool = false, outputIsTerminal: Bool = false,
        errorsAreTerminal: Bool = false, columns: Int? = nil, rows: Int? = nil
    ) {
        self.inputIsTerminal = inputIsTerminal
        self.outputIsTerminal = outputIsTerminal
        self.errorsAreTerminal = errorsAreTerminal
        self.columns = columns
        self.rows = rows
    }
}

/// A stream that text is written to.
package protocol Output: Sendable {
    /// Writes all bytes.
    ///
    /// - Throws: `OutputClosed` when nobody reads any more; the command then ends quietly.
    func write(_ bytes: [UInt8]) throws(OutputClosed)
}

/// The reader of our output has gone.
package struct OutputClosed: Error, Sendable, Hashable {
    package init() {}
}

/// Where answers and scripts come from.
package protocol Input: Sendable {
    /// The next line without its line break; nil at the end of input.
    func line() async -> String?
}

/// A request from outside to stop.
package enum Interrupt: Int32, Sendable, Hashable {
    case hangup = 1
    case interrupt = 2
    case quit = 3
    case terminate = 15
}

/// The time of day and the passing of time.
package struct WallClock: Sendable {
    package var now: @Sendable () -> Timestamp
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }
}
