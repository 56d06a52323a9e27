import ArgumentParser
import KubernetesCore
import Session

/// How long an undo may take, and what it waits for.
struct UndoWaiting: ParsableArguments, Sendable {
    @Flag(help: "Do not wait until the operator has carried the undone values to the API.")
    var noWait = false

    @Option(
        help: "The most time for an undo, such as 2m (default: 30s).",
        transform: DurationArgument.positive)
    var undoTimeout: Duration?

    var options: UndoOptions {
        let standard = UndoOptions()
        return UndoOptions(waitsForOperator: !noWait, limit: undoTimeout ?? standard.limit)
    }
}

/// Why a change is made, for how long, and how surely it must be undone.
struct ChangeOptions: ParsableArguments, Sendable {
    @Option(
        name: .customLong("ttl"),
        help: "Undo it after that time at the latest, such as 10m; the answer says who will.",
        transform: DurationArgument.positive)
    var lifetime: Duration?

    @Option(help: "Why; goes into an annotation while the change lasts.")
    var reason: String?

    @Option(help: "The ticket; goes into an annotation while the change lasts.")
    var ticket: String?

    @Option(
        help: .init(
            "Refuse what is undone less surely than that: G1, G2 or G3.", valueName: "level"),
        transform: ChangeOptions.level)
    var requireGuarantee: GuaranteeLevel?

    @Flag(name: [.short, .long], help: "Do not ask; accept what cannot be undone.")
    var yes = false

    @OptionGroup var waiting: UndoWaiting

    private static func level(_ text: String) throws -> GuaranteeLevel {
        guard let level = GuaranteeLevel(text), level > .g0 else {
            throw ValidationError("the levels are G1, G2 and G3")
        }
        return level
    }
}

/// Durations as flags take them.
enum DurationArgument {
    static func positive(_ text: String) throws -> Duration {
        // The error below shows what a duration looks like.
        guard let duration = try? GoDuration.parse(text), duration > .zero else {
            throw ValidationError("it is no duration such as 30s, 10m or 1h30m")
        }
        return duration
    }

    static func zeroOrMore(_ text: String) throws -> Duration {
        // The error below shows what a duration looks like.
        guard let duration = try? GoDuration.parse(text), duration >= .zero else {
            throw ValidationError("it is no duration such as 0, 500ms, 30s or 10m")
        }
        return duration
    }
}

/// A verb after which something may have to be undone, within limits that it was told.
protocol UndoingVerb: ClusterVerb {
    var undoOptions: UndoOptions { get }
}
