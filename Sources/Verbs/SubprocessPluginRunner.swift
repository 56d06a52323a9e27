import FoundationEssentials
package import KubernetesClient
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// Runs the credential plugins that a kubeconfig names.
///
/// A plugin's standard error is ours; it gets the terminal only when the kubeconfig allows it to
/// ask. Cancelling the task ends the program.
package struct SubprocessPluginRunner: PluginRunner {
    /// The most that a plugin may print.
    private static let outputLimit = 1 << 20
    /// A login in a browser takes its time; nothing takes longer than this.
    private static let patience: Duration = .seconds(600)

    private let environment: [String: String]
    package let canInteract: Bool

    package init(environment: [String: String], canInteract: Bool) {
        self.environment = environment
        self.canInteract = canInteract
    }

    package func run(_ call: PluginCall) async throws(PluginFailure) -> [UInt8] {
        let variables = environment.merging(call.environment) { $1 }
        let outcome = await withTaskGroup(of: Result<[UInt8], PluginFailure>?.self) { group in
            group.addTask { await Self.output(of: call, in: variables) }
            group.addTask {
                do {
                    try await Task.sleep(for: Self.patience)
                    return .failure(.timedOut)
                } catch {
                    return nil
                }
            }
            defer { group.cancelAll() }
            for await result in group {
                if let result { return result }
            }
            return .failure(.cancelled)
        }
        return try outcome.get()
    }

    private static func output(
        of call: PluginCall, in variables: [String: String]
    ) async -> Result<[UInt8], PluginFailure> {
        let program: Executable =
            call.command.contains("/") ? .path(FilePath(call.command)) : .name(call.command)
        let environment = Environment.custom(
            Dictionary(
                uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) }))
        do {
            let (status, bytes) =
                if call.isInteractive {
                    try await collect(program, call, environment, .currentStandardInput)
                } else {
                    try await collect(program, call, environment, .none)
                }
            if Task.isCancelled { return .failure(.cancelled) }
            switch status {
            case .exited(0): return .success(bytes)
            case .exited(let code): return .failure(.exited(status: Int(code)))
            case .signaled(let signal): return .failure(.exited(status: 128 + Int(signal)))
            }
        } catch let error as SubprocessError where error.code == .executableNotFound {
            return .failure(
                call.command.contains("/") && FileManager.default.fileExists(atPath: call.command)
                    ? .notStarted("it is there, but may not be executed") : .notFound)
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            return .failure(.tooMuchOutput)
        } catch {
            return .failure(Task.isCancelled ? .cancelled : .notStarted("\(error)"))
        }
    }

    private static func collect(
        _ program: Executable, _ call: PluginCall, _ environment: Environment,
        _ input: some InputProtocol
    ) async throws -> (TerminationStatus, [UInt8]) {
        let result = try await Subprocess.run(
            program, arguments: Arguments(call.arguments), environment: environment, input: input,
            output: .bytes(limit: outputLimit), error: .currentStandardError)
        return (result.terminationStatus, result.standardOutput)
    }
}
