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

    static let objects = ["fluffy", "rex"]

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
    }

    struct Death: Sendable {
        var step: Int
        /// The whole machine loses power; else only the process is killed.
        var isPower: Bool
        /// How many bytes of what was not synced are left.
        var torn: Int
        var undoesRemoval: Bool
    }

    enum Ending: String, Sendable { case close, detach }

    enum Act: Sendable {
        case change(object: String, wishes: [Wish], seconds: Int?)
        case undo(Int?)
        case keep(Int?)
        case rest(Int)
        /// Waits for the next deadline, then undoes what has passed it.
        case expire
    }

    struct Recovery: Sendable {
        var delay: Int
        /// On another machine, which has a copy of the journal.
        var isElsewhere: Bool
        var death: Death?
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
        }
    }

    static let names = [
        "somebody sets a field", "somebody removes a field", "somebody replaces a parent",
        "somebody removes a parent", "somebody adds a list item in front",
        "somebody removes a list item", "operator writes status", "operator rewrites the spec",
        "object deleted", "object deleted and made anew", "object restored from a copy",
    ]
}
