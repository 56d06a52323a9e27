package import Catalog
package import KubernetesCore

/// How a set of objects is, kind by kind, by the operator's own classification
/// (operator-contract.md, 3.8), and what is wrong with single ones.
package struct HealthReview: Sendable, Hashable {
    /// What can be wrong with an object.
    ///
    /// The order is that in which they are told: what serves nobody, what stands still, what is
    /// served and not as it should be.
    package enum Trouble: String, Sendable, Hashable, CaseIterable {
        case failed
        /// The API has no such object, or no endpoint answered.
        case notFound = "not-found"
        case stuck
        case deletionHangs = "deletion-hangs"
        case neverReported = "never-reported"
        case stale
        /// Action completed without success, or some endpoints of a fan-out failed.
        case partial
        case drift
    }

    /// The numbers of one kind.
    package struct Row: Sendable, Hashable {
        package var type: ResourceType
        package var total = 0
        package var synced = 0
        package var failed = 0
        /// Everything else, as aggregates count it: no status, NotFound, Paused, in progress.
        package var pending = 0
        package var stale = 0
        package var stuck = 0
        package var drifting = 0
    }

    /// One thing that is wrong with one object.
    package struct Problem: Sendable, Hashable {
        package var object: ObjectReference
        package var trouble: Trouble
        package var state: String
        package var message: String
    }

    package private(set) var rows: [Row] = []
    private var found: [Problem] = []

    /// By trouble, the worst first; of one sort in the order in which objects came.
    package var problems: [Problem] {
        Trouble.allCases.flatMap { trouble in found.filter { $0.trouble == trouble } }
    }

    package init() {}

    /// What is counted of one object, and all that has to be kept of it.
    package struct Verdict: Sendable, Hashable {
        var state: ResourceState.Class
        var problems: [Problem]

        package init(on object: KubernetesObject, of kind: CatalogKind, now: Timestamp) {
            state = kind.state(of: object).class
            problems = HealthReview.problems(of: object, kind, now)
        }
    }

    /// Counts the objects of one kind.
    package mutating func add(_ verdicts: [Verdict], of kind: CatalogKind) {
        var row = Row(type: kind.type)
        for verdict in verdicts {
            row.total += 1
            switch verdict.state {
            case .good: row.synced += 1
            case .failed: row.failed += 1
            default: row.pending += 1
            }
            let troubles = Set(verdict.problems.map(\.trouble))
            if troubles.contains(.stale) { row.stale += 1 }
            if !troubles.isDisjoint(with: [.stuck, .deletionHangs, .neverReported]) {
                row.stuck += 1
            }
            if troubles.contains(.drift) { row.drifting += 1 }
            found += verdict.problems
        }
        rows.append(row)
    }

    /// Whether nothing is wrong with any object.
    package var isHealthy: Bool { found.isEmpty && rows.allSatisfy { $0.failed == 0 } }

    private static func problems(
        of object: KubernetesObject, _ kind: CatalogKind, _ now: Timestamp
    ) -> [Problem] {
        let evidence = Evidence(object, kind: kind, now: now)
        let state = kind.state(of: object)
        let word = state.state ?? "-"
        var problems: [Problem] = []
        func add(_ trouble: Trouble, _ finding: Finding?) {
            guard let finding, finding.severity == .fail else { return }
            // Why an old answer is bad is the same for each object.
            let cause = trouble == .stale ? "" : finding.cause.map { ": \($0)" } ?? ""
            problems.append(
                Problem(
                    object: evidence.reference, trouble: trouble, state: word,
                    message: finding.summary + cause))
        }
        switch state.class {
        // What an aggregate calls a failure is one of its members'.
        case .failed where kind.category == .aggregate: break
        case .failed:
            problems.append(
                Problem(
                    object: evidence.reference, trouble: .failed, state: word,
                    message: state.message.isEmpty ? word : state.message))
        case .notFound: add(.notFound, evidence.stateFinding)
        case .good: add(.partial, evidence.stateFinding)
        default: if state.state == nil { add(.neverReported, evidence.stateFinding) }
        }
        add(.stuck, evidence.stuckFinding)
        add(.deletionHangs, evidence.deletionFinding)
        add(.stale, evidence.freshnessFinding)
        add(.drift, evidence.driftFinding)
        if state.class != .failed { add(.partial, evidence.endpointsFinding) }
        return problems
    }
}
