package import Catalog
package import KubernetesCore

/// Something that was looked for: found, or not to be had for a reason.
package enum Known<Value: Sendable>: Sendable {
    case known(Value)
    /// Why it is not known, as the end of a sentence.
    case unknown(String)

    package var value: Value? {
        if case .known(let value) = self { return value }
        return nil
    }
}

/// Everything that the checks of one object look at.
package struct Evidence: Sendable {
    package var object: KubernetesObject
    package var kind: CatalogKind
    /// The server's time.
    package var now: Timestamp
    /// What a second look showed; nil where there was none, or nothing came back.
    package var flapping: Flapping?
    package var hasSecondLook = false
    /// All objects of the kind in its namespace, itself included.
    package var siblings: Known<[KubernetesObject]> = .unknown("not asked for")
    package var operators: OperatorFacts = OperatorFacts()
    /// Workloads and pods of the namespace that its target is in.
    package var stage: Known<Stage> = .unknown("not asked for")
    /// The pods that serve the API in the object's namespace, as far as is known: those that
    /// `compare` asks.
    package var servingPods: [FoundWorkload.Pod] = []
    package var answers: Known<[MeasuredAnswer]> = .unknown("not asked for")
    /// Of pods that the object has nothing to do with, asked where its own were slow.
    package var otherAnswers: [MeasuredAnswer] = []
    /// Rights on objects of the kind, by verb.
    package var rights: Known<[String: Bool]> = .unknown("not asked for")
    /// Temporary changes that are recorded in the object.
    package var changes: [RecordedChange] = []
    /// The spec counts as old when nobody modified it for so long; nil: never.
    package var modificationLimit: Duration?

    package init(_ object: KubernetesObject, kind: CatalogKind, now: Timestamp) {
        self.object = object
        self.kind = kind
        self.now = now
    }

    /// Whether the operator has not read the API for longer than the interval allows, though
    /// nothing that the object says explains that.
    package var isStale: Bool {
        guard category != .aggregate, category != .bundle, !isPaused else { return false }
        switch kind.state(of: object).class {
        case .failed, .notFound, .paused: return false
        default: return ReadingAge(object, kind: kind, now: now).verdict == .overdue
        }
    }

    package var reference: ObjectReference { ObjectReference(object, kind: kind) }
    package var category: Category { kind.category }
}

/// What was found of the operator behind an API.
package struct OperatorFacts: Sendable {
    package var lease: FoundLease?
    package var deployment: FoundWorkload?
    /// What may not be looked at, which is not the same as what is not there.
    package var gaps: [String] = []
    /// When it last wrote a status of the kind, anywhere that we looked.
    package var lastStatusWrite: Timestamp?

    package init() {}

    /// The value of one of its flags; nil where its command line is not known.
    func flag(_ name: String) -> String? { deployment?.flag(name) }

    /// Whether its command line is known at all.
    var isCommandKnown: Bool { deployment.map { !$0.arguments.isEmpty } ?? false }
}

/// The workloads and pods of a namespace.
package struct Stage: Sendable, Hashable {
    package var namespace: String
    package var workloads: [FoundWorkload]
    package var pods: [FoundWorkload.Pod]

    package init(namespace: String, workloads: [FoundWorkload], pods: [FoundWorkload.Pod]) {
        self.namespace = namespace
        self.workloads = workloads
        self.pods = pods
    }
}

/// What one pod answered when it was asked just now, through the API server.
package struct MeasuredAnswer: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        /// With that HTTP status, after that time.
        case answered(Int, after: Duration)
        case unreachable(String)
        case timedOut(after: Duration)
        case forbidden
        /// The API server did not pass the question on, for that reason; a kube-apiserver asks no pod
        /// whose address is of the loopback or link-local.
        case notPassedOn(String)
    }

    package var pod: String
    package var path: String
    package var outcome: Outcome

    package init(pod: String, path: String, outcome: Outcome) {
        self.pod = pod
        self.path = path
        self.outcome = outcome
    }

    /// With slower APIs every object is read without a pause (operator-contract.md, Seen live 15).
    static let slow = Duration.seconds(1)

    /// Whether it came, and late.
    package var isSlow: Bool {
        if case .answered(_, let time) = outcome { return time >= Self.slow }
        return false
    }
}

/// A temporary change of ours that an object bears the record of.
package struct RecordedChange: Sendable, Hashable {
    package var session: String
    package var path: String
    package var deadline: Timestamp?
    /// Whether the session that made it still gives signs of life; nil: not known.
    package var isAlive: Bool?

    package init(session: String, path: String, deadline: Timestamp?, isAlive: Bool? = nil) {
        self.session = session
        self.path = path
        self.deadline = deadline
        self.isAlive = isAlive
    }
}
