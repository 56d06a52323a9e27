import CurlTransport
import HTTP
import Manual
import Shell
import Terminal
import Verbs

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The world as it is outside of tests.
enum LiveWorld {
    static func make(_ face: Face) -> World {
        let environment = environment()
        let directories = Directories(environment: homed(environment))
        let signals = LiveSignals()
        let output = DescriptorFacts.current(1)
        var world = World(
            face: face, environment: environment,
            directories: directories,
            user: environment["USER"] ?? environment["LOGNAME"] ?? account()?.name ?? "",
            output: StandardOutput(1), errors: StandardOutput(2), input: StandardInput(),
            terminal: TerminalFacts(
                inputIsTerminal: DescriptorFacts.current(0).isTerminal,
                outputIsTerminal: output.isTerminal,
                errorsAreTerminal: DescriptorFacts.current(2).isTerminal,
                columns: output.isTerminal ? output.width(environment: environment) : nil,
                rows: output.isTerminal ? output.rows : nil),
            makeTransport: { CurlTransport($0) },
            sandbox: LiveSandbox(state: directories.state, environment: environment),
            openShell: InteractiveShell.opener(signals: signals.hub),
            interrupts: { signals.interrupts() })
        world.machine = machine()
        world.processes = Processes(own: getpid()) { process in
            // A process of somebody else may not be asked, but is there.
            kill(process, 0) == 0 || errno != ESRCH
        }
        world.shellWords = InteractiveShell.words
        world.controller = LiveController()
        world.openPager = LivePager.opener(environment: environment)
        world.build.executable = executable()
        world.build.isRoot = geteuid() == 0
        world.build.files = {
            GeneratedFiles.all().map { ShippedFile(path: $0.path, text: $0.text) }
        }
        return world
    }

    /// The file that this process runs, links resolved.
    private static func executable() -> String? {
        #if os(Linux)
            let started = "/proc/self/exe"
        #else
            let started = CommandLine.arguments.first ?? ""
        #endif
        guard let resolved = unsafe realpath(started, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    /// The environment; of a variable that is set twice, the first setting counts.
    private static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let whole = unsafe String(cString: text)
            if let equals = whole.firstIndex(of: "="), equals > whole.startIndex {
                let name = String(whole[..<equals])
                if variables[name] == nil {
                    variables[name] = String(whole[whole.index(after: equals)...])
                }
            }
            unsafe entry += 1
        }
        return variables
    }

    /// With a `HOME`, which cron jobs and containers often lack.
    private static func homed(_ environment: [String: String]) -> [String: String] {
        guard environment["HOME", default: ""].isEmpty else { return environment }
        var environment = environment
        environment["HOME"] = account()?.home ?? "/"
        return environment
    }

    /// The host name, as the kernel has it; no name server is asked.
    private static func machine() -> String? {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return nil }
        let text = String(
            decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return text.isEmpty ? nil : text
    }

    /// What the system's list of users knows of us.
    private static func account() -> (name: String, home: String)? {
        guard let entry = unsafe getpwuid(getuid()) else { return nil }
        return unsafe (
            String(cString: entry.pointee.pw_name), String(cString: entry.pointee.pw_dir)
        )
    }
}
