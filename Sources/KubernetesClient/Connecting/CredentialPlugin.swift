import FoundationEssentials
package import HTTP
package import KubernetesCore

/// Starts programs that print credentials; implemented where the terminal and the process's
/// environment are known.
package protocol PluginRunner: Sendable {
    /// Whether the program could ask the user something.
    var canInteract: Bool { get }

    /// Runs a program to its end.
    ///
    /// Its standard error is the user's; its standard input is the terminal if the call is
    /// interactive, else nothing. Cancelling the task ends the program.
    ///
    /// - Parameter call: what to run.
    /// - Returns: its whole standard output.
    /// - Throws: `PluginFailure`.
    func run(_ call: PluginCall) async throws(PluginFailure) -> [UInt8]
}

/// One run of a credential plugin.
package struct PluginCall: Sendable, Hashable {
    /// A path if it has a slash in it, else a name to be found in `PATH`.
    package var command: String
    package var arguments: [String]
    /// To be set besides our own environment.
    package var environment: [String: String]
    package var isInteractive: Bool

    package init(
        command: String, arguments: [String], environment: [String: String], isInteractive: Bool
    ) {
        self.command = command
        self.arguments = arguments
        self.environment = environment
        self.isInteractive = isInteractive
    }
}

/// Why a program gave no output.
package enum PluginFailure: Error, Sendable, Hashable {
    case notFound
    case notStarted(String)
    case exited(status: Int)
    case tooMuchOutput
    case timedOut
    case cancelled
}

/// A credential plugin and what it gave last.
///
/// That serves until the time that the plugin named; without one, until the server answers 401 or
/// this process ends. Calls that come while the program runs wait for the same run.
package actor CredentialPlugin {
    /// What a plugin printed: a token, a certificate, or both.
    package struct Grant: Sendable, Hashable {
        package var token: String?
        package var identity: TransportConfiguration.Identity?
        package var expires: Timestamp?
        /// Counts the runs.
        var serial = 0
    }

    package nonisolated let command: PluginCommand
    private let runner: any PluginRunner
    private let now: @Sendable () -> Timestamp
    private var kept: Grant?
    private var run: Task<Result<Grant, CredentialsError>, Never>?
    private var runs = 0

    package init(
        _ command: PluginCommand, runner: any PluginRunner,
        now: @escaping @Sendable () -> Timestamp = CredentialPlugin.systemTime
    ) {
        self.command = command
        self.runner = runner
        self.now = now
    }

    package static let systemTime: @Sendable () -> Timestamp = {
        Timestamp(seconds: Int64(Date.now.timeIntervalSince1970))
    }

    /// The credentials that serve now; runs the program if there are none.
    func grant() async throws(CredentialsError) -> Grant {
        while true {
            if let kept, kept.expires.map({ now() < $0 }) ?? true { return kept }
            kept = nil
            guard let run else { return try await begin() }
            let result = await run.value
            // Whoever began that run was cancelled; we were not.
            if case .failure(let error) = result, error.isCancellation, !Task.isCancelled {
                continue
            }
            return try result.get()
        }
    }

    private func begin() async throws(CredentialsError) -> Grant {
        let task = Task { await self.finish(self.fetch()) }
        run = task
        let result = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        return try result.get()
    }

    /// Ends the run before anybody who waits for it goes on: a waiter that found the ended run would
    /// ask it again and again, and never let the actor go.
    private func finish(
        _ result: Result<Grant, CredentialsError>
    ) -> Result<Grant, CredentialsError> {
        run = nil
        runs += 1
        guard case .success(var grant) = result else { return result }
        grant.serial = runs
        kept = grant
        return .success(grant)
    }

    /// Makes the next call run the program again, unless that has happened since that run.
    func forget(_ serial: Int? = nil) {
        if let serial, kept?.serial != serial { return }
        kept = nil
    }

    private func fetch() async -> Result<Grant, CredentialsError> {
        do throws(CredentialsError) {
            let isInteractive = try command.isInteractive(canInteract: runner.canInteract)
            var environment = command.environment
            environment["KUBERNETES_EXEC_INFO"] = command.information(isInteractive: isInteractive)
            let call = PluginCall(
                command: command.command, arguments: command.arguments, environment: environment,
                isInteractive: isInteractive)
            return .success(try command.read(try await output(of: call)))
        } catch {
            return .failure(error)
        }
    }

    private func output(of call: PluginCall) async throws(CredentialsError) -> [UInt8] {
        do {
            return try await runner.run(call)
        } catch {
            let what = "the credential plugin \(command.command) (\(command.place))"
            throw switch error {
            case .notFound: CredentialsError("\(what) is not installed", hint: command.installHint)
            case .notStarted(let why): CredentialsError("\(what) cannot be started: \(why)")
            case .exited(let status): CredentialsError("\(what) failed with status \(status)")
            case .tooMuchOutput: CredentialsError("\(what) printed more than was asked for")
            case .timedOut: CredentialsError("\(what) did not end in time")
            case .cancelled: CredentialsError("\(what) was cancelled", isCancellation: true)
            }
        }
    }
}
