import Foundation
import Terminal
import Testing

struct HistoryFileTests {
    /// A folder that is gone when the test ends.
    private final class Folder {
        let url = FileManager.default.temporaryDirectory
            .appending(path: "petstore-history-\(UUID().uuidString)")

        deinit { try? FileManager.default.removeItem(at: url) }

        var file: HistoryFile { HistoryFile(path: url.appending(path: "state/history").path) }
        var path: String { url.appending(path: "state/history").path }
    }

    @Test func entriesComeBackAsTheyWere() throws {
        let folder = Folder()
        #expect(try folder.file.entries() == [])
        let lines = ["status", "a\nb", #"back\slash \n"#, "寿司", "  "]
        for line in lines { try folder.file.append(line) }
        #expect(try folder.file.entries() == lines)
    }

    @Test func onlyTheUserMayReadIt() throws {
        let folder = Folder()
        try folder.file.append("status")
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(folder.path) == 0o600)
        #expect(try mode(folder.url.appending(path: "state").path) == 0o700)
        // Also where somebody has opened it to others meanwhile.
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.path)
        try folder.file.append("get pets")
        #expect(try mode(folder.path) == 0o600)
    }

    @Test func anEntryThatACrashCutDoesNotSpoilTheNext() throws {
        let folder = Folder()
        try folder.file.append("status")
        let handle = try #require(FileHandle(forWritingAtPath: folder.path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("get pe".utf8))
        try handle.close()
        try folder.file.append("exit")
        #expect(try folder.file.entries() == ["status", "get pe", "exit"])
    }

    @Test func parallelShellsLoseNothing() async throws {
        let folder = Folder()
        let file = folder.file
        try await withThrowingTaskGroup(of: Void.self) { group in
            for shell in 0..<8 {
                group.addTask {
                    for line in 0..<100 { try file.append("\(shell) \(line)") }
                }
            }
            try await group.waitForAll()
        }
        let entries = try file.entries()
        #expect(entries.count == 800)
        for shell in 0..<8 {
            let own = entries.filter { $0.hasPrefix("\(shell) ") }
            #expect(own == (0..<100).map { "\(shell) \($0)" })
        }
    }

    @Test func aFolderThatCannotBeMadeIsTold() {
        let file = HistoryFile(path: "/dev/null/history")
        #expect(throws: TerminalError.self) { try file.append("status") }
    }
}
