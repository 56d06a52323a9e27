import Foundation
import Manual
import Testing

/// man/ and completions/ are what the generator makes of the command definitions now.
struct GeneratedFilesTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static let files = GeneratedFiles.all()

    @Test func everyFileIsUpToDate() throws {
        for file in Self.files {
            let url = Self.root.appending(path: file.path)
            let text = try? String(contentsOf: url, encoding: .utf8)
            let isUpToDate = text == file.text
            #expect(isUpToDate, "\(file.path) is stale: swift run generate-docs")
        }
    }

    @Test(arguments: ["man", "completions"])
    func nothingLiesThereThatTheGeneratorDoesNotMake(folder: String) throws {
        let present = try FileManager.default.contentsOfDirectory(
            atPath: Self.root.appending(path: folder).path)
        let made = Self.files.map(\.path).filter { $0.hasPrefix(folder + "/") }
        #expect(Set(present.map { "\(folder)/\($0)" }) == Set(made))
    }

    @Test func everyPageHasTheSectionsThatPeopleLookFor() {
        for page in Self.files where page.path.hasPrefix("man/") {
            for title in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "SEE ALSO"] {
                #expect(page.text.contains(".SH \"\(title)\"\n"), "\(page.path) lacks \(title)")
            }
        }
        let get = Self.files.first { $0.path == "man/petstore-cli-get.1" }
        #expect(get?.text.contains(".SH \"EXAMPLES\"\n") == true)
    }

    @Test(.enabled(if: Self.has("groff"))) func troffReadsEveryPageWithoutAWarning() throws {
        for page in Self.files where page.path.hasPrefix("man/") {
            let complaints = try Self.run("groff", ["-man", "-ww", "-z", "-Tutf8"], page.text)
            #expect(complaints == "", "\(page.path)")
        }
    }

    @Test(arguments: [
        ("bash", "completions/petstore-cli.bash"), ("zsh", "completions/_petstore-cli"),
        ("fish", "completions/petstore-cli.fish"),
    ])
    func theShellReadsItsCompletions(shell: String, path: String) throws {
        // A machine without the shell has nobody to read the script.
        guard Self.has(shell) else { return }
        let script = try #require(Self.files.first { $0.path == path })
        let complaints = try Self.run(shell, ["-n", Self.root.appending(path: path).path], "")
        #expect(complaints == "")
        #expect(script.text.contains("__complete"))
    }

    private static func has(_ program: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }

    /// What a program says on its error stream; its status when it is not 0.
    private static func run(
        _ program: String, _ arguments: [String], _ input: String
    ) throws -> String {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "petstore-cli-\(UUID().uuidString)")
        try Data(input.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardInput = try FileHandle(forReadingFrom: file)
        process.standardOutput = FileHandle.nullDevice
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let status = process.terminationStatus
        return String(decoding: said, as: UTF8.self) + (status == 0 ? "" : "status \(status)")
    }
}
