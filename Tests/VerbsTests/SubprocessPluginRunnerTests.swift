import KubernetesClient
import Testing
import Verbs

@Suite("Programs that print credentials", .timeLimit(.minutes(5)))
struct SubprocessPluginRunnerTests {
    let runner = SubprocessPluginRunner(
        environment: ["PATH": "/usr/bin:/bin", "KEPT": "k", "SET": "old"], canInteract: false)

    private func call(_ script: String, command: String = "sh") -> PluginCall {
        PluginCall(
            command: command, arguments: ["-c", script], environment: ["SET": "new"],
            isInteractive: false)
    }

    @Test("its whole output comes back; its environment is ours and the plugin's; no input")
    func output() async throws {
        let text = try await runner.run(call("echo $KEPT $SET ${HOME-none}; cat; printf end"))
        #expect(String(decoding: text, as: UTF8.self) == "k new none\nend")
        #expect(try await runner.run(call("echo x", command: "/bin/sh")) == Array("x\n".utf8))
        let large = try await runner.run(call("head -c 1000000 /dev/zero"))
        #expect(large.count == 1_000_000)
    }

    @Test("why there is none")
    func failures() async {
        for command in ["no-such-program-anywhere", "/nowhere/program"] {
            await #expect(throws: PluginFailure.notFound) {
                try await runner.run(call("", command: command))
            }
        }
        await #expect(throws: PluginFailure.notStarted("it is there, but may not be executed")) {
            try await runner.run(call("", command: "/etc/passwd"))
        }
        await #expect(throws: PluginFailure.exited(status: 7)) {
            try await runner.run(call("echo x; exit 7"))
        }
        await #expect(throws: PluginFailure.exited(status: 137)) {
            try await runner.run(call("kill -9 $$"))
        }
        await #expect(throws: PluginFailure.tooMuchOutput) {
            try await runner.run(call("head -c 2000000 /dev/zero"))
        }
    }

    @Test("cancelling ends the program")
    func cancel() async {
        let (runner, call) = (runner, call("exec sleep 1000"))
        let task = Task { try await runner.run(call) }
        task.cancel()
        await #expect(throws: PluginFailure.cancelled) { try await task.value }
    }
}
