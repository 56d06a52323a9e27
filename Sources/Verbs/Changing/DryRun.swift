import ArgumentParser

/// How much of a change is carried out.
enum DryRunMode: String, ExpressibleByArgument, CaseIterable, Sendable {
    case none, client, server

    /// What is said at the end of what was only tried.
    var remark: String {
        "dry run: nothing was changed; "
            + (self == .server ? "the server agrees" : "the server was not asked")
    }
}

/// `--dry-run` and `--dry-run=MODE`, as kubectl has them.
struct DryRunOptions: ParsableArguments, Sendable {
    @Flag(
        help: .init(
            "Show only what would be done; --dry-run=server has the server try it as well."))
    var dryRun = false

    @Option(
        name: .customLong(DryRunWords.option),
        help: .init("The same as --dry-run=MODE.", valueName: "mode", visibility: .hidden))
    var dryRunMode: DryRunMode?

    /// How much is only tried.
    var mode: DryRunMode { dryRunMode ?? (dryRun ? .client : .none) }
}

/// A verb whose `--dry-run` takes a value by `=`, as kubectl's does.
protocol DryRunningVerb: ClusterVerb {
    var trial: DryRunOptions { get }
}

extension DryRunningVerb {
    var mode: DryRunMode { trial.mode }
    /// Whether nothing is to be changed.
    var isTrial: Bool { mode != .none }
}

/// `--dry-run=server`: the parser knows no flags with optional values.
enum DryRunWords {
    static let option = "dry-run-mode"

    /// The words with the flag's value in the form that the parser knows.
    ///
    /// - Throws: `Failure` where the value is none of the modes.
    static func marked(in words: [String]) throws(Failure) -> [String] {
        guard let verb = Roster.verb(named: words), verb is any DryRunningVerb.Type else {
            return words
        }
        let prefix = "--dry-run="
        // What comes after -- belongs to a command.
        let end = words.firstIndex(of: "--") ?? words.endIndex
        var marked = words
        for index in marked[..<end].indices where marked[index].hasPrefix(prefix) {
            let mode = marked[index].dropFirst(prefix.count)
            guard DryRunMode(rawValue: String(mode)) != nil else {
                throw Failure(
                    .usage(""), "there is no --dry-run=\(mode): it is none, client or server",
                    hints: ["client goes by what is known here, server has the server try it"])
            }
            marked[index] = "--\(option)=\(mode)"
        }
        return marked
    }
}
