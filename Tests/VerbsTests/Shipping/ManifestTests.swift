import Documents
import Foundation
import Testing

@testable import Verbs

@Suite("Manifests of a release")
struct ManifestTests {
    static let archive = "petstore-cli-\(Release.version)-linux-amd64.tar.gz"
    /// Of the three letters `abc`: the first example of FIPS 180-4.
    static let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    private func run(_ words: String...) async throws -> SetupFixture.Outcome {
        let setup = try SetupFixture()
        try Data("abc".utf8).write(to: URL(filePath: "\(setup.folder)/\(Self.archive)"))
        try Data("xyz".utf8).write(to: URL(filePath: "\(setup.folder)/strange.tar.gz"))
        let status = await Dispatcher(world: setup.world).run(
            words.map { $0.replacing("DIR", with: setup.folder) })
        return SetupFixture.Outcome(
            status: status, output: setup.output.text, errors: setup.errors.text)
    }

    private static let addresses = [
        "--download-url", "https://downloads.example.com/v1/", "--homepage", "https://example.com",
    ]

    @Test("krew's has one platform for each archive, with its checksum")
    func krew() async throws {
        let outcome = try await run(
            "generate", "krew", "--archive", "DIR/\(Self.archive)", Self.addresses[0],
            Self.addresses[1], Self.addresses[2], Self.addresses[3])
        #expect(outcome.status == .done, "\(outcome.errors)")
        let manifest = try #require(try YAML.parse(outcome.output).first)
        #expect(manifest["apiVersion"] == "krew.googlecontainertools.github.com/v1alpha2")
        #expect(manifest["kind"] == "Plugin")
        #expect(manifest["metadata"]?["name"] == "api-diag")
        #expect(manifest["spec"]?["version"] == .string("v\(Release.version)"))
        let platforms = manifest["spec"]?["platforms"]?.arrayValue ?? []
        #expect(platforms.count == 1)
        let platform = platforms.first
        #expect(platform?["selector"]?["matchLabels"] == ["os": "linux", "arch": "amd64"])
        #expect(
            platform?["uri"] == .string("https://downloads.example.com/v1/\(Self.archive)"))
        #expect(platform?["sha256"] == .string(Self.digest))
        #expect(platform?["bin"] == "petstore-cli")
        #expect((Release.summary.count) <= 60, "krew cuts longer ones off")
    }

    @Test(
        "homebrew's is Ruby",
        .enabled(if: Programs.path(of: "ruby") != nil, "ruby is not on PATH"))
    func homebrewSyntax() async throws {
        let formula = try await homebrew()
        let file = FileManager.default.temporaryDirectory
            .appending(path: "formula-\(UUID().uuidString).rb")
        try Data(formula.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let checked = try await Programs.run("ruby", ["-c", file.path])
        #expect(checked.status == 0, "\(checked.output)")
    }

    @Test("homebrew's has the same address and checksum")
    func homebrewText() async throws {
        let formula = try await homebrew()
        #expect(formula.contains("url \"https://downloads.example.com/v1/\(Self.archive)\""))
        #expect(formula.contains("sha256 \"\(Self.digest)\""))
        #expect(formula.contains("kubectl-api_diag"))
    }

    private func homebrew() async throws -> String {
        let outcome = try await run(
            "generate", "homebrew", "--archive", "DIR/\(Self.archive)", Self.addresses[0],
            Self.addresses[1], Self.addresses[2], Self.addresses[3])
        #expect(outcome.status == .done, "\(outcome.errors)")
        return outcome.output
    }

    @Test("an archive of unknown platform, or for a platform that had one, is refused")
    func strange() async throws {
        let strange = try await run(
            "generate", "krew", "--archive", "DIR/strange.tar.gz", Self.addresses[0],
            Self.addresses[1], Self.addresses[2], Self.addresses[3])
        #expect(strange.status == .mistaken)
        #expect(strange.errors.contains("strange.tar.gz does not tell its platform"))
        let twice = try await run(
            "generate", "krew", "--archive", "DIR/\(Self.archive)", "--archive",
            "DIR/\(Self.archive)", Self.addresses[0], Self.addresses[1], Self.addresses[2],
            Self.addresses[3])
        #expect(twice.status == .mistaken)
        #expect(twice.errors.contains("two archives are for linux/amd64"))
    }

    @Test("an address that would break out of its quotes is refused")
    func addresses() async throws {
        let outcome = try await run(
            "generate", "homebrew", "--archive", "DIR/\(Self.archive)", "--download-url",
            "https://x.example/\"; system(\"x", "--homepage", "https://example.com")
        #expect(outcome.status == .mistaken)
        #expect(outcome.errors.contains("--download-url takes an http(s) address"))
    }
}

/// Programs of the machine that tests ask for a second opinion.
enum Programs {
    static func path(of name: String) -> String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs a program to its end; output and errors come together.
    static func run(
        _ name: String, _ arguments: [String]
    ) async throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: path(of: name) ?? name)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                do {
                    try process.run()
                    let data = pipe.fileHandleForReading.readDataToEndOfFile()
                    process.waitUntilExit()
                    continuation.resume(
                        returning: (
                            process.terminationStatus, String(decoding: data, as: UTF8.self)
                        ))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }
}
