import Foundation
import TestSupport
import Testing

/// The commands of README and of the pages, each run as it stands on a sandbox of its own.
///
/// Man pages need no such test: their examples are those of the verbs, which ExampleTests runs.
@Suite("Commands of the pages work", .serialized, .timeLimit(.minutes(6)))
struct PageTests {
    /// What a reader's machine or cluster has and a test's has not.
    struct Adaptation: Sendable {
        enum Means: Sendable {
            /// Nothing is run, for this reason.
            case leftOut(String)
            /// It goes on until somebody ends it.
            case interrupted
            /// Other words at the place of these.
            case with(String)
            /// Something more at its end.
            case and(String)
        }

        var words: String
        var means: Means

        init(_ words: String, _ means: Means) {
            self.words = words
            self.means = means
        }
    }

    static let adaptations = [
        Adaptation("apt-get install", .leftOut("it changes the machine; ShellTests open shells")),
        Adaptation("get pets -w", .interrupted),
        Adaptation("status --watch", .interrupted),
        Adaptation("--for 10m", .interrupted),
        Adaptation("petstore-cli shell", .and(" </dev/null")),
        Adaptation("sandbox stop", .and(" && petstore-cli sandbox start")),
        Adaptation("upload-image", .and(" --yes")),
        Adaptation("--namespace=production", .with("--namespace=default")),
        Adaptation(
            " --map-namespace production=staging", .with(" --map-namespace default=kube-public")),
        Adaptation("install --plugin", .and(" --prefix ~/.local")),
        Adaptation("swift build", .leftOut("the release build is a step of its own in CI")),
        Adaptation(
            ".build/release/petstore-cli install", .with("petstore-cli install --prefix ~/.local")),
    ]

    static let pages = [
        "README.md", "Sources/Verbs/Documentation.docc/Troubleshooting.md",
        "Sources/Verbs/Documentation.docc/FromKubectl.md",
    ]

    @Test(arguments: pages)
    func eachCommandWorks(page: String) async throws {
        let sandbox = try await RunningSandbox()
        let home = sandbox.binary.home
        let folder = URL(filePath: sandbox.binary.path).deletingLastPathComponent().path
        try Data("no image".utf8).write(to: home.appending(path: "fluffy.png"))
        let setting = """
            cd; export KUBECONFIG=\(sandbox.kubeconfig)
            export PATH="$HOME/.local/bin:\(folder):$PATH"\n
            """
        let lines = try Self.commands(of: page)
        #expect(!lines.isEmpty)
        for line in lines where Machine.has("kubectl") || !line.contains("kubectl") {
            guard let adapted = Self.adapted(line) else { continue }
            let result = try await sandbox.bash(setting + adapted.line)
            // 1 is an answer: there are differences, or something is not healthy.
            let accepted: Set<Int32> = adapted.isInterrupted ? [0, 130] : [0, 1]
            #expect(
                accepted.contains(result.status),
                "\(line)\nstatus \(result.status)\n\(result.errors)")
            #expect(!result.errors.contains("command not found"), "\(line)")
        }
        try await sandbox.stop()
    }

    /// The script of README's step for CI, exactly as it stands there.
    @Test func theStepForCIAnswersByItsStatus() async throws {
        let script = try Self.step(named: "Is the cluster as it is in git?")
        #expect(script.contains("petstore-cli diff state/ --three-way"))
        let sandbox = try await RunningSandbox()
        let folder = URL(filePath: sandbox.binary.path).deletingLastPathComponent().path
        let setting = "cd; export PATH=\"\(folder):$PATH\"; set -e\n"
        let prepared = try await sandbox.bash(setting + "petstore-cli export -A --split state")
        #expect(prepared.status == 0, "\(prepared.errors)")

        let same = try await sandbox.bash(setting + script)
        #expect(same.status == 0 && same.output.isEmpty, "\(same.output)\(same.errors)")

        let changed = try await sandbox.bash(
            setting + "petstore-cli patch pet fluffy status=sold --yes")
        #expect(changed.status == 0, "\(changed.errors)")
        let drifted = try await sandbox.bash(setting + script)
        #expect(drifted.status == 1)
        #expect(drifted.output.contains("-   spec.status: \"sold\""))
        #expect(
            drifted.output.hasSuffix(
                "::error::the cluster has drifted from git; see the differences above\n"))

        // A step with another cluster and another user in its settings.
        let away = "export KUBECONFIG=away.yaml\n"
        let kubeconfig = try String(contentsOfFile: sandbox.kubeconfig, encoding: .utf8)
        try Data(kubeconfig.replacing(/127\.0\.0\.1:\d+/, with: "127.0.0.1:1").utf8)
            .write(to: sandbox.binary.home.appending(path: "away.yaml"))
        let nowhere = try await sandbox.bash(setting + away + script)
        #expect(nowhere.status == 0, "\(nowhere.errors)")
        #expect(nowhere.output == "::warning::no cluster to compare with; skipped\n")

        let broken = try await sandbox.bash(setting + "echo 'kind: [' > state/bad.yaml\n" + script)
        #expect(broken.status == 1 && !broken.output.contains("::error"))
        try await sandbox.stop()
    }

    /// What stands below `run: |` of a step, without its indentation.
    private static func step(named name: String) throws -> String {
        let lines = try text(of: "README.md")
            .split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0 == "- name: \(name)" })
        try #require(lines[start + 1] == "  run: |")
        return lines[(start + 2)...].prefix { $0.hasPrefix("    ") }
            .map { $0.dropFirst(4) + "\n" }.joined()
    }

    @Test func noAdaptationIsForNothing() throws {
        let lines = try Self.pages.flatMap(Self.commands)
        for adaptation in Self.adaptations {
            #expect(lines.contains { $0.contains(adaptation.words) }, "\(adaptation.words)")
        }
    }

    private static func text(of page: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: page), encoding: .utf8)
    }

    /// The lines between ```sh and ```, those that go on behind a backslash joined.
    private static func commands(of page: String) throws -> [String] {
        let text = try text(of: page)
        var commands: [String] = []
        var isInside = false
        var begun = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isInside = line == "```sh"
            } else if isInside, line.hasSuffix("\\") {
                begun += line.dropLast()
            } else if isInside, !(begun + line).allSatisfy(\.isWhitespace) {
                commands.append(begun + line)
                begun = ""
            }
        }
        return commands.filter { $0.contains("petstore-cli") || $0.contains("kubectl") }
    }

    private static func adapted(_ line: String) -> (line: String, isInterrupted: Bool)? {
        var (line, isInterrupted) = (line, false)
        // What is added stands before the remark.
        let remark = line.firstRange(of: " #")?.lowerBound ?? line.endIndex
        line = String(line[..<remark])
        for adaptation in adaptations where line.contains(adaptation.words) {
            switch adaptation.means {
            case .leftOut: return nil
            case .interrupted:
                isInterrupted = true
                line = "timeout --preserve-status -s INT 5 " + line
            case .with(let other): line.replace(adaptation.words, with: other)
            case .and(let more): line += more
            }
        }
        return (line, isInterrupted)
    }
}
