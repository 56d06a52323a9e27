import Foundation
import TestSupport
import Testing

/// P27: the session engine on a simulated clock, disk, network and cluster.
///
/// `session-simulation` needs the whole process to itself (it replaces the executor of everything
/// in it), so these tests run it from outside. `.ci/run` has its release build take 10,000 seeds and
/// every sabotage; `SIMULATION_SEEDS` makes the run here longer.
@Suite("The simulation of sessions", .serialized)
struct SimulationTests {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    struct Outcome {
        var output: String
        var status: Int32

        var fingerprint: Substring? {
            output.split(separator: "\n").first { $0.hasPrefix("fingerprint ") }
        }
    }

    static var seeds: Int {
        ProcessInfo.processInfo.environment["SIMULATION_SEEDS"].flatMap { Int($0) } ?? 40
    }

    /// Seeds that once broke a promise; what each found is told in the page SimulationFindings.
    static let regressions = [
        5, 12, 95, 223, 619, 1010, 2532, 2757, 2915, 4301, 4683, 6123, 6550, 8829, 9734, 9890,
    ]

    /// The same, of the time when sessions made no objects.
    static let narrowRegressions = [
        121, 166, 695, 1381, 1852, 2171, 2366, 2474, 2637, 2870, 3892, 4296, 4857, 5083, 5950, 7232,
        7310,
        7385, 7396, 7591, 7895, 8561, 9097, 9624, 9734, 10098, 10429, 10873, 10995, 11341, 11583,
        11925, 11971,
    ]

    static func simulate(_ arguments: [String]) async throws -> Outcome {
        let variables = ProcessInfo.processInfo.environment
        let beside = URL(filePath: Bundle.main.executablePath ?? "")
            .deletingLastPathComponent().appending(path: "session-simulation").path
        let path = variables["SESSION_SIMULATION"] ?? beside
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(description: "no session-simulation at \(path): swift build makes it")
        }
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "simulation-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = folder.appending(path: "out")
        try Data().write(to: output)
        let status = try await PlainProgram.run(
            path, arguments, environment: ["HOME": folder.path], input: "/dev/null",
            output: output.path, errors: output.path)
        return Outcome(
            output: try String(contentsOf: output, encoding: .utf8), status: status)
    }

    @Test("every seed keeps every promise, twice with the same course")
    func seeds() async throws {
        let outcome = try await Self.simulate(["--seeds", String(Self.seeds)])
        #expect(outcome.status == 0, "\(outcome.output)")
    }

    @Test("another process takes the same course")
    func sameCourse() async throws {
        let first = try await Self.simulate(["--seeds", "8", "--from", "100"])
        let second = try await Self.simulate(["--seeds", "8", "--from", "100"])
        #expect(first.fingerprint != nil)
        #expect(first.fingerprint == second.fingerprint)
    }

    @Test("seeds that broke a promise once keep it now", arguments: regressions)
    func regression(seed: Int) async throws {
        let outcome = try await Self.simulate(["--seed", String(seed)])
        #expect(outcome.status == 0, "\(outcome.output)")
    }

    @Test("so do those of changes alone", arguments: narrowRegressions)
    func narrowRegression(seed: Int) async throws {
        let outcome = try await Self.simulate(["--seed", String(seed), "--changes"])
        #expect(outcome.status == 0, "\(outcome.output)")
    }

    @Test(
        "an engine that is broken on purpose is found out",
        arguments: [
            "skip-sync", "drop-record", "touch-more", "forget-label", "keep-ownership",
            "drop-creation-record", "drop-preconditions",
        ])
    func sabotage(kind: String) async throws {
        let outcome = try await Self.simulate(["--sabotage", kind, "--seeds", "40"])
        #expect(outcome.status == 0, "\(outcome.output)")
    }
}
