import HTTP
import KubernetesClient
import Sandbox
import SandboxAPIServer
import Synchronization
import Testing
import Verbs

/// A sandbox with the whole cast on stage, reached as any other cluster: by a kubeconfig.
///
/// A stage costs half a second, so tests that only look share one; suites that use stages are
/// serialized, or the sandboxes of many would starve each other.
final class Stage: Sendable {
    private static let common = Task { try await Stage() }

    /// For tests that change nothing.
    static func shared() async throws -> Stage { try await common.value }

    let cluster: SandboxCluster
    let setup: SetupFixture
    /// What our own requests would change.
    let writes: WriteLog
    private let worldInUse: Mutex<World>

    /// What is special about a sandbox.
    typealias Options = @Sendable (inout SandboxOptions) -> Void

    convenience init(_ configure: Options) async throws {
        var options = SandboxOptions()
        configure(&options)
        try await self.init(options)
    }

    init(_ options: SandboxOptions = SandboxOptions()) async throws {
        let (_, transport) = try await SandboxCluster.inProcess(options)
        cluster = transport.cluster
        writes = WriteLog(transport)
        setup = try SetupFixture(running: RecordingSandbox.facts, transport: writes)
        worldInUse = Mutex(setup.world)
    }

    /// The world of the next lines; change it as a test needs it.
    var world: World {
        get { worldInUse.withLock { $0 } }
        set { worldInUse.withLock { $0 = newValue } }
    }

    /// Runs one command line, split at blanks; quotes keep words together.
    func run(_ line: String, shell: ShellState? = nil) async -> SetupFixture.Outcome {
        setup.output.clear()
        setup.errors.clear()
        let status = await Dispatcher(world: world).run(Self.words(line), shell: shell)
        return SetupFixture.Outcome(
            status: status, output: setup.output.text, errors: setup.errors.text)
    }

    /// The state of a shell on this cluster.
    func shell() -> ShellState { ShellState(access: ClusterAccess(world: world)) }

    /// An object as the server has it, managed fields included.
    func object(_ kindAndName: String) async -> String {
        await run("get \(kindAndName) -o json --show-managed-fields").output
    }

    static func words(_ line: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for letter in line {
            if letter == quote {
                quote = nil
            } else if quote == nil, letter == "'" || letter == "\"" {
                quote = letter
                word = word ?? ""
            } else if quote == nil, letter == " " {
                if let whole = word { words.append(whole) }
                word = nil
            } else {
                word = (word ?? "") + String(letter)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }
}

/// The suites that use stages: one test at a time.
@Suite(.serialized)
enum OnStage {}

/// Gives its lines one after the other, then the end of input.
actor ScriptedInput: Input {
    private var lines: [String]

    init(_ lines: [String]) { self.lines = lines }

    func line() async -> String? { lines.isEmpty ? nil : lines.removeFirst() }
}

/// Input that nobody types and nobody ends, until the task is cancelled.
struct SilentInput: Input {
    func line() async -> String? {
        let (silence, sink) = AsyncStream.makeStream(of: String.self)
        defer { sink.finish() }
        for await line in silence { return line }
        return nil
    }
}

/// Passes requests on, and keeps those that would change something in the cluster.
final class WriteLog: Transport {
    private let inner: any Transport
    private let noted = Mutex<[HTTPRequest]>([])

    init(_ inner: any Transport) { self.inner = inner }

    var requests: [HTTPRequest] { noted.withLock { $0 } }
    func clear() { noted.withLock { $0 = [] } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let changesNothing =
            request.method == .get || request.url.contains("dryRun=All")
            || request.url.contains("/selfsubjectaccessreviews")
        if !changesNothing { noted.withLock { $0.append(request) } }
        return try await inner.send(request)
    }
}

/// Fails every request in one way.
struct BrokenTransport: Transport {
    let error: TransportError

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse { throw error }
}

/// Tells that it was asked, and answers only when the asker has gone.
struct SilentTransport: Transport {
    let isAsked: @Sendable () -> Void

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        isAsked()
        let (silence, sink) = AsyncStream.makeStream(of: Void.self)
        for await _ in silence {}
        sink.finish()
        throw TransportError(.cancelled, "cancelled", sent: true)
    }
}

/// Swift Testing has a type of that name too.
typealias ExitStatus = Verbs.ExitStatus
