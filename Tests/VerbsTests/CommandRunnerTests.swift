import Testing
import Verbs

@Suite("Commands of the user")
struct CommandRunnerTests {
    @Test("by name and by place, with their exit status", arguments: ["sh", "/bin/sh"])
    func runs(program: String) async throws {
        #expect(try await CommandRunner.run([program, "-c", "exit 3"]) == 3)
        #expect(try await CommandRunner.run([program, "-c", "kill -TERM $$"]) == 143)
    }

    @Test("what is not there is told", arguments: ["no-such-program", "/no/such/program"])
    func missing(program: String) async {
        let failure = await #expect(throws: Failure.self) {
            _ = try await CommandRunner.run([program])
        }
        #expect(failure?.message.hasPrefix("\(program) cannot be run: ") == true)
    }
}
