import CurlTransport
package import Documents
import FoundationEssentials
import HTTP

/// Facts about a sandbox that runs.
package struct SandboxStatus: Sendable, Hashable {
    /// The API server's URL.
    package var server: String
    package var processID: Int32
    package var kubeconfigPath: String
    /// `host:port` of each service instance.
    package var services: [String]
}

/// The sandbox as a process of its own: starting it, finding it, telling it things, ending it.
package struct SandboxDaemon: Sendable {
    /// The first word of a command line that means "be the daemon"; for nobody's hands.
    package static let internalWord = "__sandbox-daemon"

    let directory: SandboxDirectory
    private let executable: String
    private let environment: [String: String]

    private static let startPatience = Duration.seconds(60)
    private static let stopPatience = Duration.seconds(5)
    private static let pause = Duration.milliseconds(25)

    /// A daemon that keeps its few files in a folder.
    ///
    /// - Parameters:
    ///   - directory: `$XDG_STATE_HOME/petstore-cli/sandbox`, or wherever.
    ///   - executable: our own program; nil: found by the system.
    ///   - environment: what the daemon is given.
    package init(
        directory: String, executable: String? = nil, environment: [String: String] = [:]
    ) {
        self.directory = SandboxDirectory(path: directory)
        self.executable = executable ?? Self.ownPath
        self.environment = environment
    }

    private static var ownPath: String {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return link ?? CommandLine.arguments.first ?? "petstore-cli"
    }

    package var kubeconfigPath: String { directory.kubeconfig }

    /// Starts the daemon and returns when it serves; one that runs already is left alone.
    package func start(port: Int?) async throws(SandboxError) -> SandboxStatus {
        if let status = await status() {
            guard let port, !status.server.hasSuffix(":\(port)") else { return status }
            throw SandboxError(
                "a sandbox runs already, at \(status.server)",
                hint: "end it first: petstore-cli sandbox stop")
        }
        directory.clear()
        try directory.prepare()
        try directory.emptyLog()
        let child = try DaemonProcess.launch(
            executable, [Self.internalWord, directory.path, String(port ?? 0)],
            environment: environment, log: directory.log)
        let start = ContinuousClock.now
        while start.duration(to: .now) < Self.startPatience {
            if let status = await status() { return status }
            if DaemonProcess.hasEnded(child: child) {
                let said = directory.logTail(lines: 1)
                throw SandboxError(
                    "the sandbox ended at once" + (said.isEmpty ? "" : ": \(said)"),
                    hint: "its log is \(directory.log)")
            }
            try? await Task.sleep(for: Self.pause)
            if Task.isCancelled { break }
        }
        DaemonProcess.terminate(child)
        throw SandboxError(
            "the sandbox did not come up in time", hint: "its log is \(directory.log)")
    }

    /// Is the daemon, where a command line says so; to be asked before all else.
    ///
    /// - Returns: the exit status; nil when the words mean something else.
    package static func runIfAsked(_ words: [String]) async -> Int32? {
        guard words.count == 3, words[0] == internalWord, let port = Int(words[2]) else {
            return nil
        }
        do throws(SandboxError) {
            try await SandboxDaemon(directory: words[1]).serve(port: port, logs: true) { _ in }
            return 0
        } catch {
            DaemonProcess.log(error.message)
            return 2
        }
    }

    /// The running daemon, nil when there is none.
    package func status() async -> SandboxStatus? {
        guard let facts = directory.read(), DaemonProcess.isAlive(facts.processID),
            await ask(facts, .get, DaemonControl.path + "state") != nil
        else { return nil }
        return status(facts)
    }

    func status(_ facts: SandboxDirectory.Facts) -> SandboxStatus {
        SandboxStatus(
            server: "http://127.0.0.1:\(facts.port)", processID: facts.processID,
            kubeconfigPath: directory.kubeconfig, services: facts.services)
    }

    /// Ends the daemon; false when none ran.
    package func stop() async throws(SandboxError) -> Bool {
        guard let facts = directory.read() else { return false }
        guard DaemonProcess.isAlive(facts.processID) else {
            directory.clear()
            return false
        }
        // Only who answers to the token is ours: a process id may have been given to another.
        let answered = await ask(facts, .post, DaemonControl.path + "stop") != nil
        guard answered || isOurs(facts.processID) else {
            directory.clear()
            return false
        }
        if await isGone(facts.processID) { return finish() }
        DaemonProcess.terminate(facts.processID)
        if await isGone(facts.processID) { return finish() }
        DaemonProcess.destroy(facts.processID)
        guard await isGone(facts.processID) else {
            throw SandboxError("process \(facts.processID) does not end")
        }
        return finish()
    }

    private func finish() -> Bool {
        directory.clear()
        return true
    }

    private func isGone(_ id: Int32) async -> Bool {
        let start = ContinuousClock.now
        while start.duration(to: .now) < Self.stopPatience {
            _ = DaemonProcess.hasEnded(child: id)  // were it our own child
            if !DaemonProcess.isAlive(id) || hasOnlyItsNumber(id) { return true }
            try? await Task.sleep(for: Self.pause)
        }
        return false
    }

    /// Whether a process has ended and nobody has asked how: as the child of somebody else, or
    /// where the first process of a container does not ask.
    private func hasOnlyItsNumber(_ id: Int32) -> Bool {
        guard let data = FileManager.default.contents(atPath: "/proc/\(id)/stat") else {
            return false
        }
        // `4711 (name) Z …`; the name may have parentheses of its own.
        let text = String(decoding: data, as: UTF8.self)
        return text.split(separator: ")").last?.split(separator: " ").first == "Z"
    }

    /// Whether a process that does not answer was started as the daemon of this folder.
    private func isOurs(_ id: Int32) -> Bool {
        guard let data = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") else {
            return false
        }
        let words = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return words.dropFirst().first == Self.internalWord && words.contains(directory.path)
    }

    /// Puts the cluster and the services back to their first state.
    package func reset() async throws(SandboxError) {
        let facts = try await running()
        guard let before = await ask(facts, .post, DaemonControl.path + "reset")?["epoch"] else {
            throw silence
        }
        let start = ContinuousClock.now
        while start.duration(to: .now) < Self.startPatience {
            if let now = await ask(facts, .get, DaemonControl.path + "state"),
                now["epoch"] != before
            {
                if let problem = now["problem"]?.stringValue { throw SandboxError(problem) }
                return
            }
            try? await Task.sleep(for: Self.pause)
        }
        throw silence
    }

    /// Puts service instances out of order, or in order again.
    package func fault(_ order: FaultOrder) async throws(SandboxError) {
        let facts = try await running()
        _ = try await answer(facts, .post, DaemonControl.path + "faults", order.json)
    }

    /// What is wrong with service instances now, apart from the cast's own parts.
    package func serviceFaults() async throws(SandboxError) -> [FaultOrder] {
        let facts = try await running()
        let answer = try await answer(facts, .get, DaemonControl.path + "faults", nil)
        return answer["faults"]?.arrayValue?.compactMap { FaultOrder($0) } ?? []
    }

    /// Scripts a misbehaviour of the API server, in the form of its `/sandbox/faults`.
    package func scriptAPI(_ fault: JSONValue) async throws(SandboxError) {
        _ = try await answer(try await running(), .post, Self.scripts, fault)
    }

    /// The API server's misbehaviours that are still to come.
    package func apiFaults() async throws(SandboxError) -> [JSONValue] {
        let answer = try await answer(try await running(), .get, Self.scripts, nil)
        return answer["faults"]?.arrayValue ?? []
    }

    /// Takes the API server's misbehaviours away.
    package func clearAPIFaults() async throws(SandboxError) {
        _ = try await answer(try await running(), .delete, Self.scripts, nil)
    }

    private static let scripts = "/sandbox/faults"

    private func answer(
        _ facts: SandboxDirectory.Facts, _ method: HTTPMethod, _ path: String, _ body: JSONValue?
    ) async throws(SandboxError) -> JSONValue {
        guard let answer = await ask(facts, method, path, body) else { throw silence }
        if let problem = answer["message"]?.stringValue { throw SandboxError(problem) }
        return answer
    }

    private var silence: SandboxError {
        SandboxError("the sandbox does not answer", hint: "its log is \(directory.log)")
    }

    private func running() async throws(SandboxError) -> SandboxDirectory.Facts {
        guard await status() != nil, let facts = directory.read() else {
            throw SandboxError(
                "no sandbox is running", hint: "start one: petstore-cli sandbox start")
        }
        return facts
    }

    /// Asks the daemon something; nil when nobody (or somebody else) answers.
    private func ask(
        _ facts: SandboxDirectory.Facts, _ method: HTTPMethod, _ path: String,
        _ body: JSONValue? = nil
    ) async -> JSONValue? {
        let transport = CurlTransport(TransportConfiguration())
        let request = HTTPRequest(
            method, "http://127.0.0.1:\(facts.port)\(path)",
            headers: [
                DaemonControl.tokenHeader: facts.token, "Content-Type": "application/json",
            ], body: method == .get ? nil : body?.bytes() ?? [],
            limits: CallLimits(connect: .seconds(2), total: .seconds(15)))
        var answer: JSONValue?
        if let response = try? await transport.send(request),
            [200, 400].contains(response.status),
            let bytes = try? await response.body.collect(limit: 1 << 20)
        {
            answer = try? JSONValue(parsing: bytes)
        }
        await transport.shutDown()
        return answer
    }
}
