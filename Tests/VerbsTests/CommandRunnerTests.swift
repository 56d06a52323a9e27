import Foundation
import TestCluster
import Testing

@testable import Verbs

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

@Suite("The program of a command")
struct ProgramSearchTests {
    @Test(
        "is found as a shell finds it",
        arguments: [("sh", "/bin", 0), ("/bin/sh", "", 0), ("sh", "/no/such:/bin", 0)] + [
            ("sh", "/no/such", 127), ("", "/bin", 127), ("/no/such/program", "/bin", 127),
            ("/etc/passwd", "/bin", 126), ("bin", "/", 126), ("passwd", "/etc", 126),
        ])
    func isFound(program: String, path: String, status: Int32) {
        var failure: Failure?
        do throws(Failure) {
            try ProgramSearch(environment: ["PATH": path]).check([program, "-x"])
        } catch {
            failure = error
        }
        #expect(failure.map { ExitStatus($0.kind).code } ?? 0 == status)
    }

    @Test(
        "a script whose first line names no program cannot be started",
        arguments: [
            ("#!/bin/sh\nexit 0\n", 0), ("#! /bin/sh -e", 0), ("#!\nexit 0\n", 0), ("exit 0\n", 0),
            ("", 0), ("#!/no/such/sh\n", 126), ("#! /no/such/sh -e\n", 126),
            ("#!/etc/passwd\n", 126),
        ])
    func script(text: String, status: Int32) throws {
        let folder = try TemporaryFolder()
        let place = try folder.write("script", text)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place)
        var failure: Failure?
        do throws(Failure) {
            try ProgramSearch(environment: ["PATH": folder.path]).check(["script"])
        } catch {
            failure = error
        }
        #expect(failure.map { ExitStatus($0.kind).code } ?? 0 == status)
        let shown = failure?.message ?? ""
        #expect(status == 0 || shown.hasPrefix("\"\(place)\", the command after --, cannot be"))
    }
}
