import Documents
import Foundation
import Testing

@Suite("YAML as kubectl reads it")
struct KubectlYAMLTests {
    static let kubectl: URL? = (ProcessInfo.processInfo.environment["PATH"] ?? "")
        .split(separator: ":").map { URL(filePath: "\($0)/kubectl") }
        .first { FileManager.default.isExecutableFile(atPath: $0.path) }

    @Test("kubectl reads the same values", .enabled(if: kubectl != nil, "kubectl is not on PATH"))
    func agrees() throws {
        var values = RandomValues.treacherous.map { text -> JSONValue in
            .object([text: [.string(text), .object(["x": .string(text)])], "y": .string(text)])
        }
        for seed in 0..<300 as Range<UInt64> {
            var random = RandomValues(seed: seed)
            values.append(random.value(depth: 3))
        }
        let object: JSONValue = [
            "apiVersion": "petstore.example.com/v1alpha1", "kind": "Pet",
            "metadata": ["name": "fluffy", "labels": ["a": "b"]],
            "spec": .array(values.map(withoutHugeNumbers)),
        ]
        let read = try JSONValue(parsing: try run(YAML.text(object)))
        let items = try #require(read["spec"]?.arrayValue)
        #expect(items.count == values.count)
        for (found, written) in zip(items, object["spec"]?.arrayValue ?? []) {
            #expect(found.asGoDecodes == written.asGoDecodes)
        }
    }

    /// kubectl holds a number in an int64 or a float64, and takes what fits neither for a string.
    private func withoutHugeNumbers(_ value: JSONValue) -> JSONValue {
        switch value {
        case .number("1E400"): .number("1e30")
        case .array(let items): .array(items.map(withoutHugeNumbers))
        case .object(let object):
            .object(
                JSONObject(
                    object.members.map { .init($0.name, withoutHugeNumbers($0.value)) }))
        default: value
        }
    }

    /// What kubectl makes of a file, without asking a server.
    private func run(_ text: String) throws -> [UInt8] {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).yaml")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = Self.kubectl
        process.arguments = ["label", "--local", "-f", file.path, "a=b", "-o", "json"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return Array(bytes)
    }
}
