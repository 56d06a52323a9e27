import Documents
import HTTP
import KubernetesClient
import Sandbox
import Verbs

/// The embedded cluster as verbs want it, over the one of the target Sandbox.
struct LiveSandbox: SandboxControl {
    private let daemon: SandboxDaemon

    /// - Parameters:
    ///   - state: the folder for our state.
    ///   - environment: what the daemon is given.
    init(state: String, environment: [String: String]) {
        daemon = SandboxDaemon(directory: state + "/sandbox", environment: environment)
    }

    var kubeconfigPath: String { daemon.kubeconfigPath }

    func start(
        port: Int?, foreground: Bool, started: @Sendable (SandboxFacts) async -> Void
    ) async throws {
        guard foreground else {
            return await started(
                SandboxFacts(
                    try await explained { () async throws(SandboxError) in
                        try await daemon.start(port: port)
                    }))
        }
        try await explained { () async throws(SandboxError) in
            try await daemon.serve(port: port ?? 0) { await started(SandboxFacts($0)) }
        }
    }

    func status() async throws -> SandboxFacts? { await daemon.status().map(SandboxFacts.init) }

    func stop() async throws -> Bool {
        try await explained { () async throws(SandboxError) in try await daemon.stop() }
    }

    func reset() async throws {
        try await explained { () async throws(SandboxError) in try await daemon.reset() }
    }

    func fault(_ fault: SandboxFault) async throws {
        try await explained { () async throws(SandboxError) in
            try await daemon.fault(FaultOrder(fault))
        }
    }

    func serviceFaults() async throws -> [SandboxFault] {
        let orders = try await explained { () async throws(SandboxError) in
            try await daemon.serviceFaults()
        }
        return orders.compactMap(SandboxFault.init)
    }

    func fault(api script: JSONValue) async throws {
        try await explained { () async throws(SandboxError) in
            try await daemon.scriptAPI(script)
        }
    }

    func apiFaults() async throws -> [JSONValue] {
        try await explained { () async throws(SandboxError) in try await daemon.apiFaults() }
    }

    func clearAPIFaults() async throws {
        try await explained { () async throws(SandboxError) in
            try await daemon.clearAPIFaults()
        }
    }

    func inProcess() async throws -> (connection: ClusterConnection, transport: any Transport) {
        var (connection, transport) = try await explained { () async throws(SandboxError) in
            try await SandboxCluster.inProcess()
        }
        // It ends with us: whoever finds a journal about it later has nothing to undo.
        connection.server = ClusterConnection.embeddedServer
        return (connection, transport)
    }

    func operate(
        on connection: ClusterConnection, transport: any Transport, _ request: OperateRequest,
        started: @Sendable ([String]) async -> Void
    ) async throws {
        var options = OperateOptions()
        options.namespace = request.namespace
        options.installsDefinitions = request.seeds
        options.seedsCast = request.seeds
        try await explained { () async throws(SandboxError) in
            try await SandboxCluster.operate(on: connection, transport: transport, options) {
                facts in
                await started(
                    ["the operator is at work in namespace \(facts.namespace); Ctrl-C ends it"]
                        + facts.services.map { "service instance at \($0)" })
            }
        }
    }

    /// Errors of the sandbox in the form in which people read all of ours.
    private func explained<Value>(
        _ body: () async throws(SandboxError) -> Value
    ) async throws(Failure) -> Value {
        do throws(SandboxError) {
            return try await body()
        } catch {
            throw Failure(.mistake, error.message, hints: error.hint.map { [$0] } ?? [])
        }
    }
}

extension SandboxFacts {
    init(_ status: Sandbox.SandboxStatus) {
        self.init(
            server: status.server, processID: status.processID,
            kubeconfigPath: status.kubeconfigPath, services: status.services)
    }
}

extension FaultOrder {
    init(_ fault: SandboxFault) {
        switch fault.kind {
        case .fail: self.init(instance: fault.instance, .fail)
        case .latency(let span):
            let (seconds, attoseconds) = span.components
            let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
            self.init(instance: fault.instance, .latency(milliseconds: milliseconds))
        case .drift(let object, let member, let value):
            self.init(instance: fault.instance, .drift("\(object):\(member)=\(value)"))
        case .down: self.init(instance: fault.instance, .down)
        case .clear: self.init(instance: fault.instance, .clear)
        }
    }
}

extension SandboxFault {
    /// What the daemon says of an instance; nil for what is no state but a deed.
    init?(_ order: FaultOrder) {
        switch order.kind {
        case .fail: self.init(instance: order.instance, kind: .fail)
        case .latency(let milliseconds):
            self.init(instance: order.instance, kind: .latency(.milliseconds(milliseconds)))
        case .down: self.init(instance: order.instance, kind: .down)
        case .drift, .clear: return nil
        }
    }
}
