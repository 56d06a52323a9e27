import Verbs

/// What can be wrong with what a verb is asked, or with the cluster that it asks.
enum Situation: String, CaseIterable, Sendable {
    case unknownKind, unknownName, unknownField, unknownFlag, missingArgument, wrongType
    case noCluster, unreachable, refusedCertificate, forbidden

    /// The situations that a cluster brings about; the others are in the line.
    static let ofCluster: [Situation] = [.noCluster, .unreachable, .refusedCertificate, .forbidden]
}

/// One place of the table: a line and what must come of it, or why there is none.
enum BadCell: Sendable {
    case bad(BadCase)
    case none(because: String)

    /// A line that cannot be done.
    ///
    /// - Parameters:
    ///   - line: what is typed.
    ///   - status: how it must end.
    ///   - names: the thing that is wrong, as typed.
    ///   - next: what helps: a hint, or what would be right.
    /// - Returns: the cell.
    static func bad(
        _ line: String, _ status: ExitStatus, _ names: String, next: String
    ) -> BadCell {
        .bad(BadCase(line: line, status: status, names: names, next: next))
    }

    /// A line that is a mistake in itself.
    static func bad(_ line: String, _ names: String, next: String) -> BadCell {
        bad(line, .mistaken, names, next: next)
    }
}

struct BadCase: Sendable {
    var line: String
    var status: ExitStatus
    var names: String
    var next: String
    /// Whether an earlier session left a change, which the line is about.
    var afterLeftover = false
    /// The right that is missing, for `.forbidden`.
    var missingRight: Right?

    struct Right: Sendable {
        var verb: String
        var resource: String
    }
}

/// A verb and all that can be wrong when it is asked.
struct BadRow: Sendable {
    var verb: String
    var cells: [Situation: BadCell]

    /// - Parameters:
    ///   - verb: as typed.
    ///   - asks: a good line that asks the cluster, or why there is none.
    ///   - needs: further words without which the parser would not come as far as the flag.
    ///   - cells: the situations of the line itself.
    init(
        _ verb: String, asks: Asking, needs: String = "", _ cells: [Situation: BadCell]
    ) {
        self.verb = verb
        self.cells = cells
        self.cells[.unknownFlag] = .bad(
            "\(verb)\(needs.isEmpty ? "" : " " + needs) --frobnicate", .mistaken, "--frobnicate",
            next: "hint: petstore-cli \(verb) --help")
        for (situation, cell) in asks.cells { self.cells[situation] = cell }
    }
}

/// How a verb asks a cluster.
struct Asking: Sendable {
    fileprivate var cells: [Situation: BadCell]

    /// It never does.
    static func nobody(_ reason: String) -> Asking {
        Asking(
            cells: Dictionary(
                uniqueKeysWithValues: Situation.ofCluster.map { ($0, .none(because: reason)) }))
    }

    /// By that line; without that right it is refused.
    static func by(_ line: String, lacking verb: String, on resource: String) -> Asking {
        var asking = connecting(line)
        asking.cells[.forbidden] = .bad(
            BadCase(
                line: line, status: .denied, names: resource,
                next: "hint: ask whoever runs the cluster",
                missingRight: BadCase.Right(verb: verb, resource: resource)))
        return asking
    }

    /// By that line, to undo what an earlier session left of such objects: whatever keeps it from
    /// that, something of ours remains, and the command that finishes it is named.
    static func by(_ line: String, undoing resource: String) -> Asking {
        func cell(_ names: String, lacking: BadCase.Right? = nil) -> BadCell {
            .bad(
                BadCase(
                    line: line, status: .undoIncomplete, names: names, next: "session recover",
                    afterLeftover: true, missingRight: lacking))
        }
        var asking = connecting(line, afterLeftover: true)
        asking.cells[.unreachable] = cell("The connection to the server 127.0.0.1")
        asking.cells[.refusedCertificate] = cell("certificate signed by unknown authority")
        asking.cells[.forbidden] = cell(
            resource, lacking: BadCase.Right(verb: "patch", resource: resource))
        return asking
    }

    /// By that line; what a missing right leads to is no error.
    static func by(_ line: String, withoutRight reason: String) -> Asking {
        var asking = connecting(line)
        asking.cells[.forbidden] = BadCell.none(because: reason)
        return asking
    }

    /// The same where nothing but the configuration is read by the verb itself.
    func onlyConfigured(_ reason: String) -> Asking {
        var asking = self
        asking.cells[.unreachable] = BadCell.none(because: reason)
        asking.cells[.refusedCertificate] = BadCell.none(because: reason)
        return asking
    }

    private static func connecting(_ line: String, afterLeftover: Bool = false) -> Asking {
        func cell(_ status: ExitStatus, _ names: String, _ next: String) -> BadCell {
            .bad(
                BadCase(
                    line: line, status: status, names: names, next: next,
                    afterLeftover: afterLeftover))
        }
        let sandbox = "hint: petstore-cli shell --sandbox needs no cluster at all"
        return Asking(cells: [
            .noCluster: cell(.mistaken, "no cluster is configured", sandbox),
            .unreachable: cell(.unreachable, "cluster.test", sandbox),
            .refusedCertificate: cell(
                .unreachable, "certificate signed by unknown authority",
                "hint: the authority that signed"),
        ])
    }
}
