import Foundation
import KubernetesClient
import Synchronization

/// Runs credential plugins as real programs.
struct ProgramRunner: PluginRunner {
    var canInteract = false

    func run(_ call: PluginCall) async throws(PluginFailure) -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: call.command)
        process.arguments = call.arguments
        process.environment = ProcessInfo.processInfo.environment
            .merging(call.environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw .notFound
        }
        let bytes = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw .exited(status: Int(process.terminationStatus))
        }
        return bytes
    }
}

/// A plugin whose output the test writes; counts its runs.
final class ScriptedRunner: PluginRunner {
    let canInteract: Bool
    private let log = Mutex<[PluginCall]>([])
    private let output: @Sendable (Int) async throws(PluginFailure) -> String

    init(
        canInteract: Bool = false,
        _ output: @escaping @Sendable (Int) async throws(PluginFailure) -> String
    ) {
        self.canInteract = canInteract
        self.output = output
    }

    var calls: [PluginCall] { log.withLock { $0 } }

    func run(_ call: PluginCall) async throws(PluginFailure) -> [UInt8] {
        let count = log.withLock { calls in
            calls.append(call)
            return calls.count
        }
        return Array(try await output(count).utf8)
    }
}
