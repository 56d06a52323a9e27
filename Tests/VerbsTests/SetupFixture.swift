import Documents
import Foundation
import HTTP
import KubernetesClient
import Sandbox
import Synchronization
import Verbs

/// A world for the verbs that set things up: streams in memory, a sandbox that only notes what it
/// is told, folders that are thrown away.
final class SetupFixture: Sendable {
    let folder: String
    let output = MemoryOutput()
    let errors = MemoryOutput()
    let control: RecordingSandbox
    let world: World

    /// - Parameters:
    ///   - facts: of a sandbox that runs already.
    ///   - transport: what connections lead to; nil: to nobody.
    /// - Throws: what kept the folder from being made.
    init(running facts: SandboxFacts? = nil, transport: (any Transport)? = nil) throws {
        folder = FileManager.default.temporaryDirectory.path + "/setup-\(UUID().uuidString)"
        control = RecordingSandbox(running: facts)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let kubeconfig = folder + "/kubeconfig"
        try Data(Self.kubeconfig.utf8).write(to: URL(filePath: kubeconfig))
        let environment = ["HOME": folder, "KUBECONFIG": kubeconfig]
        var world = World(
            environment: environment, directories: Directories(environment: environment),
            output: output, errors: errors, input: NoInput(),
            makeTransport: { _ in transport ?? NoServer() }, sandbox: control)
        world.controller = RecordingController()
        self.world = world
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private static let kubeconfig = """
        {"apiVersion": "v1", "kind": "Config", "current-context": "stage",
         "contexts": [{"name": "stage", "context": {"cluster": "c", "user": "u"}}],
         "clusters": [{"name": "c", "cluster": {"server": "http://cluster.test"}}],
         "users": [{"name": "u", "user": {}}]}
        """

    var configurationPath: String { folder + "/.config/petstore-cli/config.yaml" }

    func configuration() throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: configurationPath)), as: UTF8.self)
    }

    /// The permissions of a file.
    func mode(of path: String) throws -> Int? {
        let value = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        return switch value {
        case let mode as NSNumber: mode.intValue
        case let mode as UInt: Int(mode)
        default: nil
        }
    }

    /// Runs one command line as a one-shot command does.
    @discardableResult
    func run(_ words: String..., shell: ShellState? = nil) async -> Outcome {
        output.clear()
        errors.clear()
        let status = await Dispatcher(world: world).run(words, shell: shell)
        return Outcome(status: status, output: output.text, errors: errors.text)
    }

    struct Outcome: Sendable {
        var status: ExitStatus
        var output: String
        var errors: String
    }
}

final class MemoryOutput: Output {
    private let bytes = Mutex<[UInt8]>([])

    func write(_ piece: [UInt8]) throws(OutputClosed) { bytes.withLock { $0 += piece } }
    func clear() { bytes.withLock { $0 = [] } }
    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
}

struct NoInput: Input {
    func line() async -> String? { nil }
}

struct NoServer: Transport {
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        throw TransportError(.cannotConnect, "connection refused", sent: false)
    }
}

/// Notes what it is told to do.
final class RecordingSandbox: SandboxControl {
    private struct State {
        var facts: SandboxFacts?
        var calls: [String] = []
        var faults: [SandboxFault] = []
        var scripts: [JSONValue] = []
    }

    private let state: Mutex<State>

    init(running facts: SandboxFacts?, kubeconfigPath: String = "/run/kube/config") {
        state = Mutex(State(facts: facts))
        self.kubeconfigPath = kubeconfigPath
    }

    static let facts = SandboxFacts(
        server: "http://127.0.0.1:16443", processID: 4711, kubeconfigPath: "/run/kube/config",
        services: ["http://127.0.1.10:8080"])

    var calls: [String] { state.withLock { $0.calls } }
    var faults: [SandboxFault] { state.withLock { $0.faults } }
    let kubeconfigPath: String

    private func note(_ call: String) { state.withLock { $0.calls.append(call) } }

    func start(
        port: Int?, foreground: Bool, started: @Sendable (SandboxFacts) async -> Void
    ) async throws {
        note("start \(port.map(String.init) ?? "-") \(foreground)")
        await started(Self.facts)
        guard foreground else { return }
        let (silence, sink) = AsyncStream.makeStream(of: Void.self)
        defer { sink.finish() }
        for await _ in silence {}
    }

    func status() async throws -> SandboxFacts? { state.withLock { $0.facts } }

    func stop() async throws -> Bool {
        note("stop")
        return state.withLock { state in
            defer { state.facts = nil }
            return state.facts != nil
        }
    }

    func reset() async throws { note("reset") }
    func fault(_ fault: SandboxFault) async throws { state.withLock { $0.faults.append(fault) } }

    func serviceFaults() async throws -> [SandboxFault] { faults }
    func fault(api script: JSONValue) async throws {
        state.withLock { $0.scripts.append(script) }
    }
    func apiFaults() async throws -> [JSONValue] { state.withLock { $0.scripts } }
    func clearAPIFaults() async throws { state.withLock { $0.scripts = [] } }

    func inProcess() async throws -> (connection: ClusterConnection, transport: any Transport) {
        note("inProcess")
        let (connection, transport) = try await SandboxCluster.inProcess()
        return (connection, transport)
    }

    func operate(
        on connection: ClusterConnection, transport: any Transport, _ request: OperateRequest,
        started: @Sendable ([String]) async -> Void
    ) async throws {
        note("operate \(connection.server) \(request.namespace)\(request.seeds ? " seeds" : "")")
        await started(["at work"])
    }
}
