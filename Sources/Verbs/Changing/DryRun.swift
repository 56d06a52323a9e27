import ArgumentParser

/// How much of a change is carried out.
enum DryRunMode: String, ExpressibleByArgument, CaseIterable, Sendable {
    case none, client, server
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
}

/// `--dry-run=server`: the parser knows no flags with optional values.
enum DryRunWords {
    static let option = "dry-run-mode"

    static func marked(in words: [String]) -> [String] {
        guard let verb = Roster.verb(named: words), verb is any DryRunningVerb.Type else {
            return words
        }
        let prefix = "--dry-run="
        // What comes after -- belongs to a command.
        let end = words.firstIndex(of: "--") ?? words.endIndex
        return words[..<end].map { word in
            word.hasPrefix(prefix) ? "--\(option)=" + word.dropFirst(prefix.count) : word
        } + words[end...]
    }
}
