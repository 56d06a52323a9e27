import FoundationEssentials
import KubernetesCore
import StateFiles

/// Runs the program that `KUBECTL_EXTERNAL_DIFF` names on two folders, as kubectl does: how
/// objects are, and how they should be.
struct ExternalDiff: Sendable {
    private let words: [String]
    private let context: VerbContext

    init(_ program: String, in context: VerbContext) {
        words = program.split(separator: " ").map(String.init)
        self.context = context
    }

    /// Shows the objects that differ; none: the program is not run.
    ///
    /// - Throws: `Failure` when the program fails: its status 1 means differences, as for `diff`.
    func show(_ found: StateDifferences) async throws {
        guard !found.isEmpty else { return }
        let folder = try Self.makeFolder(context.world.environment)
        defer {
            // What stays behind holds nothing that was not shown, and is its owner's alone.
            try? FileManager.default.removeItem(atPath: folder)
        }
        let (live, wanted) = ("\(folder)/LIVE", "\(folder)/MERGED")
        for (part, document) in [
            (live, \StateDifferences.Difference.live), (wanted, \.wanted),
        ] {
            try Self.make(part)
            for difference in found.differences {
                guard let document = difference[keyPath: document] else { continue }
                var bytes: [UInt8] = []
                var writer = StateWriter()
                writer.append(document, to: &bytes)
                try Self.put(bytes, into: "\(part)/\(Self.name(of: difference.subject))")
            }
        }
        let code = try await context.world.runCommand(words + [live, wanted])
        guard code <= 1 else {
            throw Failure(
                .ours,
                "KUBECTL_EXTERNAL_DIFF: \(words.joined(separator: " ")) failed with status"
                    + " \(code)")
        }
    }

    /// `petstore.example.com.v1alpha1.Pet.default.fluffy`.
    private static func name(of subject: StateDifferences.Subject) -> String {
        let type = subject.type
        return [type.group, type.version, type.kind, subject.namespace ?? "", subject.name]
            .map { $0.replacing("/", with: "%2F") }.joined(separator: ".")
    }

    private static func makeFolder(_ environment: [String: String]) throws(Failure) -> String {
        let root = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        let mark = String(
            (0..<12).compactMap { _ in "abcdefghijkmnpqrstuvwxyz23456789".randomElement() })
        let folder = "\(root)/petstore-cli-diff-\(mark)"
        try make(folder)
        return folder
    }

    private static func make(_ folder: String) throws(Failure) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure(
                .ours, "\(folder) cannot be made", hints: ["TMPDIR names another place for it"])
        }
    }

    private static func put(_ bytes: [UInt8], into file: String) throws(Failure) {
        do {
            try Data(bytes).write(to: URL(filePath: file))
        } catch {
            throw Failure(.ours, "\(file) cannot be written")
        }
    }
}
