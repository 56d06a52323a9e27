import Foundation
import TestSupport
import Testing

/// Programs of the machine, by name.
enum Machine {
    static func has(_ names: String...) -> Bool {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return names.allSatisfy { name in
            folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
        }
    }
}

/// A sandbox in a process of its own, with the built binary beside it.
struct RunningSandbox {
    let binary: BuiltBinary
    let kubeconfig: String

    init() async throws {
        binary = try BuiltBinary()
        let started = try await binary.run(["sandbox", "start"])
        try #require(started.status == 0, "\(started.errors)")
        kubeconfig = try await binary.run(["sandbox", "kubeconfig"]).output
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Runs lines of bash with kubectl aimed at the sandbox.
    func bash(_ script: String) async throws -> BuiltBinary.Result {
        let bash = try BuiltBinary(
            path: "/bin/bash", settings: ["KUBECONFIG": kubeconfig], home: binary.home)
        return try await bash.run(["-c", script])
    }

    func stop() async throws {
        #expect(try await binary.run(["sandbox", "stop"]).status == 0)
    }
}

/// The script library with stock kubectl and jq on the sandbox.
///
/// Skipped where one of the two is missing.
@Suite(
    "petstore-diag.sh", .serialized, .timeLimit(.minutes(5)),
    .enabled(if: Machine.has("kubectl", "jq", "bash"), "kubectl or jq is not on PATH"))
struct ScriptLibraryTests {
    /// Calls functions of the library on a sandbox.
    private struct Library {
        let sandbox: RunningSandbox
        private let path: String

        init(on sandbox: RunningSandbox) async throws {
            self.sandbox = sandbox
            path = sandbox.binary.home.appending(path: "petstore-diag.sh").path
            let made = try await sandbox.binary.run(
                ["generate", "scripts", "--group", "petstore.example.com"],
                adding: ["KUBECONFIG": sandbox.kubeconfig])
            try #require(made.status == 0, "\(made.errors)")
            try Data(made.output.utf8).write(to: URL(filePath: path))
        }

        func call(_ line: String) async throws -> BuiltBinary.Result {
            try await sandbox.bash("source '\(path)'; \(line)")
        }

        func check() async throws -> BuiltBinary.Result {
            try await sandbox.bash("shellcheck '\(path)'")
        }
    }

    private func withLibrary(_ body: (Library) async throws -> Void) async throws {
        let sandbox = try await RunningSandbox()
        do {
            try await body(try await Library(on: sandbox))
        } catch {
            // The first error is the one to tell.
            try? await sandbox.stop()
            throw error
        }
        try await sandbox.stop()
    }

    @Test(
        "shellcheck has nothing to say",
        .enabled(if: Machine.has("shellcheck"), "shellcheck is not on PATH"))
    func shellcheck() async throws {
        try await withLibrary { library in
            let checked = try await library.check()
            #expect(checked.status == 0, "\(checked.output)")
        }
    }

    @Test("Option 3: ps-health, ps-failed, ps-drift")
    func looking() async throws {
        try await withLibrary { library in
            let health = try await library.call("ps-health")
            #expect(health.output.contains("production-health"), "\(health.errors)")
            #expect(health.output.contains("Degraded"))
            let failed = try await library.call("ps-failed")
            #expect(failed.output.contains("API returned 500"), "\(failed.errors)")
            #expect(!failed.output.contains("fluffy"))
            let drift = try await library.call("ps-drift")
            #expect(drift.output.contains("pet/bella  status  available"), "\(drift.output)")
            #expect(!drift.output.contains("pet/fluffy"))
        }
    }

    @Test("Option 3: ps-compare")
    func compare() async throws {
        try await withLibrary { library in
            let same = try await library.call("ps-compare pet fluffy petstore-api-0 petstore-api-1")
            #expect(same.status == 0, "\(same.output)\(same.errors)")
            #expect(same.output.contains("Result: all pods consistent"))
            let missing = try await library.call(
                "ps-compare pet fluffy petstore-api-0 petstore-api-7")
            #expect(missing.status == 1)
            #expect(missing.output.contains("Failed"))
            _ = try await library.sandbox.binary.run(
                ["sandbox", "fault", "--instance", "1", "--drift", "pet/124:status=sold"])
            let different = try await library.call(
                "ps-compare pet buddy petstore-api-0 petstore-api-1")
            #expect(different.status == 1, "\(different.output)")
            #expect(try await library.call("ps-compare nothing x 0").status == 2)
        }
    }

    @Test("Option 3: ps-observe, ps-cleanup")
    func observe() async throws {
        try await withLibrary { library in
            let observer = try await library.call("ps-observe user john petstore-api-2")
            #expect(observer.output.hasPrefix("users.petstore.example.com/diag-users-john-"))
            #expect(try await library.call("ps-observe pet 1").status == 2)
            let cleaned = try await library.call("ps-cleanup")
            #expect(cleaned.output.contains("deleted"), "\(cleaned.errors)")
            let left = try await library.call(
                "kubectl get pets,orders,users -l temporary=true -o name")
            #expect(left.output.isEmpty, "\(left.output)")
            let living = try await library.call("kubectl get pets,orders,users -o name")
            for name in ["fluffy", "buddy", "order-456", "john"] {
                #expect(living.output.contains("/\(name)\n"))
            }
        }
    }
}

/// The plugin faces under the stock kubectl.
@Suite(
    "kubectl finds its plugin", .serialized, .timeLimit(.minutes(5)),
    .enabled(if: Machine.has("kubectl"), "kubectl is not on PATH"))
struct PluginTests {
    @Test("install --plugin, then kubectl petstore and kubectl api-diag")
    func plugin() async throws {
        let sandbox = try await RunningSandbox()
        let prefix = sandbox.binary.home.appending(path: "prefix").path
        let installed = try await sandbox.binary.run(["install", "--prefix", prefix])
        #expect(installed.status == 0, "\(installed.errors)")
        let path = "PATH='\(prefix)/bin':$PATH; export PATH; "
        let listed = try await sandbox.bash(path + "kubectl plugin list")
        #expect(listed.output.contains("\(prefix)/bin/kubectl-petstore"), "\(listed.errors)")
        #expect(listed.output.contains("\(prefix)/bin/kubectl-api_diag"))
        let pets = try await sandbox.bash(path + "kubectl petstore get pets")
        #expect(pets.status == 0, "\(pets.errors)")
        #expect(pets.output.contains("fluffy"))
        let status = try await sandbox.bash(path + "kubectl api-diag status petstore")
        #expect(status.output.hasPrefix("AGGREGATE"), "\(status.output)\(status.errors)")
        #expect(status.output.contains("FAILED RESOURCES:"))
        let compared = try await sandbox.bash(
            path + "kubectl api-diag compare pet/fluffy --pods=0,1,2")
        #expect(compared.status == 0, "\(compared.errors)")
        #expect(compared.output.contains("FIELD"))
        #expect(compared.output.contains("POD-2"))
        let asked = try await sandbox.bash(path + "kubectl api-diag query inventory --target-pod=0")
        #expect(asked.status == 0, "\(asked.errors)")
        let patched = try await sandbox.bash(
            path + "kubectl api-diag patch pet/fluffy --spec='{\"status\":\"pending\"}' --ttl=1h")
        #expect(patched.status == 0, "\(patched.errors)")
        let drift = try await sandbox.bash(
            path + "kubectl api-diag drift-report --namespace=production")
        #expect(drift.status == 0, "\(drift.errors)")
        let completed = try await sandbox.bash("'\(prefix)/bin/kubectl_complete-petstore' get pe")
        #expect(completed.output.contains("pets"), "\(completed.output)\(completed.errors)")
        let wrong = try await sandbox.bash(path + "kubectl api-diag get petz")
        #expect(wrong.status == 4)
        let help = try await sandbox.bash(path + "kubectl api-diag --help")
        #expect(help.output.contains("USAGE: kubectl api-diag"))
        let away = try await sandbox.binary.run(["install", "--prefix", prefix, "--uninstall"])
        #expect(away.status == 0, "\(away.errors)")
        #expect(!FileManager.default.fileExists(atPath: prefix + "/bin"))
        try await sandbox.stop()
    }
}
