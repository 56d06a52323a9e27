import ArgumentParser
import KubernetesCore
import Session

/// How long is waited for an answer, and what the temporary objects say about themselves.
struct AskingOptions: ParsableArguments, Sendable {
    static let standardTimeout = Duration.seconds(30)
    /// What is kept on purpose lasts so long unless `--ttl` says else.
    static let keepingTime = Duration.seconds(3600)

    @Option(
        help: "The most time to wait for the answer, such as 2m (default: 30s).",
        transform: DurationArgument.positive)
    var timeout: Duration?

    @Option(
        name: .customLong("ttl"),
        help: "Delete what stays behind after that time at the latest, such as 10m.",
        transform: DurationArgument.positive)
    var lifetime: Duration?

    @Option(help: "Why; goes into an annotation of the temporary objects.")
    var reason: String?

    @Option(help: "The ticket; goes into an annotation of the temporary objects.")
    var ticket: String?

    @Option(
        help: "What the temporary objects are for: diagnostics, troubleshooting or testing.",
        transform: PurposeArgument.read)
    var purpose: Purpose = .diagnostics

    var limit: Duration { timeout ?? Self.standardTimeout }
}

/// Purposes as flags take them.
enum PurposeArgument {
    static func read(_ text: String) throws -> Purpose {
        guard let purpose = Purpose(rawValue: text) else {
            throw ValidationError("the purposes are diagnostics, troubleshooting and testing")
        }
        return purpose
    }
}
