import Documents
import HTTP

/// Everything that a seed decides in advance: who does what when, and what goes wrong.
///
/// A plain value, so that a failing one can be made smaller piece by piece.
struct Scenario: Sendable {
    var seed: UInt64
    var hasTarget = true
    var hasAnnotations = false
    /// How wrong each machine's clock is, in seconds.
    var skews: [Int] = [0]
    var scripts: [Script] = []
    var deeds: [Deed] = []
    var faults: [Fault] = []
    var windows: [Window] = []
    var hasOperator = false
    /// A controller in the cluster keeps deadlines.
    var hasController = false
    var sweeps: [Sweep] = []
    /// Machines that never come back: what they left is found by the records in the objects alone.
    var lost: Set<Int> = []

    static let objects = ["fluffy", "rex"]
    /// The name that several sessions, and others, make an object of.
    static let shared = "shared"

    /// Everything that sessions can act on: what is there at first, and what they make.
    var names: [String] {
        let made = scripts.flatMap(\.allActs).flatMap { act -> [String] in
            guard case .create(let making) = act else { return [] }
            return making.names
        }
        return Self.objects + Set(made).sorted()
    }

    /// The course of one session, and of those who clean up behind it.
    struct Script: Sendable {
        var id: String
        var machine: Int
        var start: Int
        var acts: [Act]
        var ending: Ending
        /// Not before that moment, so that several leave at once.
        var leavesAt: Int?
        /// The step of disk or wire at which the process dies.
        var death: Death?
        var recoveries: [Recovery]

        var allActs: [Act] { acts + recoveries.flatMap { $0.acts ?? [] } }
    }

    struct Death: Sendable {
        var step: Int
        /// The whole machine loses power; else only the process is killed.
        var isPower: Bool
        /// How many bytes of what was not synced are left.
        var torn: Int
        var undoesRemoval: Bool
    }

    /// `leave` detaches on purpose; `detach` is how a program ends that was not asked to undo.
    enum Ending: String, Sendable { case close, detach, leave }

    enum Act: Sendable {
        case change(object: String, wishes: [Wish], seconds: Int?)
        case undo(Int?)
        case keep(Int?)
        case rest(Int)
        /// Waits for the next deadline, then undoes what has passed it.
        case expire
        case create(Making)
        /// Deletes an object for good.
        case delete(object: String)
    }

    /// Objects that a session makes, side by side when there are several.
    struct Making: Sendable {
        var names: [String]
        var seconds: Int?
        /// Else they are made for good.
        var isTemporary: Bool
        /// Its deletion reaches outside the cluster, and the user accepts that.
        var isAccepted: Bool
    }

    /// Somebody who looks for leftovers in the cluster, whoever left them.
    struct Sweep: Sendable {
        enum Rule: Sendable {
            case expired, abandoned
            case force(String)
        }

        var start: Int
        var rule: Rule
        /// Nil: a machine of its own, on which nobody has a journal.
        var machine: Int?
        /// Without a disk, as the controller in the cluster.
        var isInMemory: Bool
        var death: Death?
    }

    struct Recovery: Sendable {
        var delay: Int
        /// On another machine, which has a copy of the journal.
        var isElsewhere: Bool
        var death: Death?
        /// What a user does who takes the session up again; nil: it is only undone.
        var acts: [Act]?
    }

    /// What happens to one request of one process.
    struct Fault: Sendable {
        var process: String
        /// Counted among all requests of the process, or among its writes of objects.
        var request: Int
        var isWrite = false
        var mishap: Mishap
    }

    /// A time in which something is true for every session's requests.
    struct Window: Sendable {
        enum Kind: String, Sendable, CaseIterable { case forbidden, blackHole }
        var kind: Kind
        var from: Int
        var to: Int
    }
}

enum Mishap: Sendable, Hashable {
    case lostRequest
    case lostAnswer
    /// The client gives up; the server commits that much later.
    case late(Int)
    /// Refused with this status, nothing done.
    case refused(Int)
    /// 422 with causes, as from a schema or from admission.
    case invalid
    /// The text of an admission webhook's refusal.
    case admission
    /// Done, but answered with this status.
    case doneButAnswered(Int)
    /// Done, but only half of the answer's body comes.
    case truncated
    /// Nothing comes back until the client's limit has passed.
    case silence
    /// 200 and the object as it was; nothing done. Of an undo only.
    case lie

    var name: String {
        switch self {
        case .lostRequest: "request lost"
        case .lostAnswer: "answer lost after commit"
        case .late: "committed after the client gave up"
        case .refused(let code): "answered \(code)"
        case .invalid: "answered 422 with causes"
        case .admission: "refused by admission"
        case .doneButAnswered(let code): "committed, answered \(code)"
        case .truncated: "body cut short"
        case .silence: "no answer at all"
        case .lie: "200, but the old value kept"
        }
    }

    static let all: [Mishap] =
        [.lostRequest, .lostAnswer, .invalid, .admission, .truncated, .silence, .lie, .late(0)]
        + [409, 422, 403, 429, 500, 503, 504].map(Mishap.refused)
        + [500, 504].map(Mishap.doneButAnswered)
}

/// What somebody else does to an object.
struct Deed: Sendable {
    static let firstNumber = 7_000_000

    enum Kind: Sendable {
        case set(Field, key: String)
        case remove(Field)
        case replaceTarget
        case wipeTarget
        case addPort
        case dropPort(String)
        /// The operator writes status.
        case sync
        /// The operator writes the spec as its types have it.
        case rewrite
        case delete
        case recreate
        /// Deletes and creates a copy with all labels and annotations, as a restored backup.
        case restoreCopy
        /// Makes an object where there is none.
        case make
        /// Takes our record off, so that the object is theirs.
        case adopt
        /// Puts a finalizer on it, which somebody takes off when all is over.
        case hold
    }

    enum Trigger: Sendable {
        case at(Int)
        /// Just before the server sees that request.
        case before(String, Int)
        /// Just before the server sees that write of an object.
        case beforeWrite(String, Int)
    }

    var number: Int
    var object: String
    var kind: Kind
    var trigger: Trigger

    var name: String {
        switch kind {
        case .set: "somebody sets a field"
        case .remove: "somebody removes a field"
        case .replaceTarget: "somebody replaces a parent"
        case .wipeTarget: "somebody removes a parent"
        case .addPort: "somebody adds a list item in front"
        case .dropPort: "somebody removes a list item"
        case .sync: "operator writes status"
        case .rewrite: "operator rewrites the spec"
        case .delete: "object deleted"
        case .recreate: "object deleted and made anew"
        case .restoreCopy: "object restored from a copy"
        case .make: "object made by others"
        case .adopt: "object adopted by others"
        case .hold: "object held by a finalizer"
        }
    }

    static let names = [
        "somebody sets a field", "somebody removes a field", "somebody replaces a parent",
        "somebody removes a parent", "somebody adds a list item in front",
        "somebody removes a list item", "operator writes status", "operator rewrites the spec",
        "object deleted", "object deleted and made anew", "object restored from a copy",
        "object made by others", "object adopted by others", "object held by a finalizer",
    ]
}
