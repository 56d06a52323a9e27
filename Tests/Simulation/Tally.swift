/// How many seeds met with each fault, deed and check: what nobody met proves nothing.
struct Tally: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case fault = "faults"
        case deed = "what others did"
        case act = "what sessions did"
        case check = "what was checked"
    }

    struct Name: Hashable, Sendable {
        var kind: Kind
        var name: String
    }

    private(set) var seeds: [Name: Int] = [:]

    /// Counts for the seed at hand: once, however often it happens.
    mutating func count(_ kind: Kind, _ name: String) { seeds[Name(kind: kind, name: name)] = 1 }

    mutating func add(_ other: Tally) {
        for (name, count) in other.seeds { seeds[name, default: 0] += count }
    }

    mutating func add(_ kind: Kind, _ name: String, _ count: Int) {
        seeds[Name(kind: kind, name: name), default: 0] += count
    }

    private static let steps = [
        "create", "created", "linked", "append", "appended", "sync", "synced", "remove",
        "unlinked", "removed", "send", "sent", "received",
    ]

    /// Everything that a long enough run must have met.
    static let expected: [Name] =
        (Mishap.all.map(\.name)
        + ["permission taken away for a while", "network gone for a while"]
        + ["killed at: ", "power lost at: "].flatMap { what in steps.map { what + $0 } }
        + ["unsynced data partly written", "a clock is a day wrong"])
        .map { Name(kind: .fault, name: $0) }
        + Deed.names.map { Name(kind: .deed, name: $0) }
        + Act.allCases.map { Name(kind: .act, name: $0.rawValue) }
        + Check.allCases.map { Name(kind: .check, name: $0.rawValue) }

    enum Act: String, CaseIterable {
        case change = "change made"
        case changeFailed = "change refused or lost"
        case changeUnknown = "change of unknown outcome"
        case undoOne = "undo of one or all"
        case keep = "keep"
        case expire = "deadline passed while alive"
        case create = "object made for a while"
        case createForGood = "object made for good"
        case createMany = "several objects made side by side"
        case createFailed = "creation refused or lost"
        case createUnknown = "creation of unknown outcome"
        case keptMade = "keep of a made object"
        case deletion = "deletion for good"
        case deletionFailed = "deletion refused or lost"
        case vagueCopy = "made object restored from a copy at once"
        case attach = "session taken up again"
        case leave = "detach on purpose"
        case sweepExpired = "sweep of what has passed its time"
        case sweepAbandoned = "sweep of what dead sessions left"
        case sweepForced = "sweep by force"
        case swept = "something swept"
        case controller = "controller in the cluster"
        case lost = "machine that never comes back"
        case close = "close"
        case detach = "detach"
        case recover = "recovery on the same machine"
        case recoverElsewhere = "recovery on another machine"
        case twins = "two recoveries at once"
        case lockedOut = "recovery found the session in use"
        case stackedEqual = "two sessions on one path"
        case stackedOverlap = "two sessions on parent and child"
        case madeParent = "absent parent made"
        case listItem = "keyed list item changed"
        case label = "label or annotation changed"
        case conflict = "conflict reported"
        case incomplete = "report says that something remains"
    }

    enum Check: String, CaseIterable {
        case p1 = "P1 a durable record before each change"
        case p2 = "P2 change and record in one write"
        case p2made = "P2 made with record and marks"
        case p3 = "P3 nothing after it was said not to be there"
        case p4 = "P4 only our own paths written"
        case p5seen = "P5 nobody's edit overwritten unseen"
        case p5kept = "P5 somebody's value on our path left alone"
        case p5told = "P5 whose value it is, told"
        case p6 = "P6 odd values come back"
        case p7 = "P7 two recoverers, one effect"
        case p8 = "P8 last in, first out"
        case p9 = "P9 stacked sessions end at the original"
        case p10 = "P10 undone at its deadline"
        case p10swept = "P10 nothing taken from who lives"
        case p10cluster = "P10 deadlines kept by the cluster"
        case p11 = "P11 deadlines by the server's clock"
        case p15 = "P15 an end within its limit"
        case p16 = "P16 P19 a refusal is told, without a loop"
        case p17 = "P17 deleted, made anew, copied"
        case p17made = "P17 only what a session made deleted"
        case p20 = "P20 the report is true"
        case p23 = "P23 the whole object equals its shadow"
        case p23owners = "P23 managedFields equal their shadow"
        case p23order = "P23 list order equals its shadow"
        case journal = "P14 no journal left over"
    }

    mutating func count(_ act: Act) { count(.act, act.rawValue) }
    mutating func count(_ check: Check) { count(.check, check.rawValue) }

    /// What should have been met and was not.
    var missing: [String] {
        Self.expected.filter { seeds[$0] == nil }.map { "\($0.kind.rawValue): \($0.name)" }
    }

    /// The table, kind by kind.
    func table(of total: Int) -> String {
        var lines: [String] = []
        for kind in Kind.allCases {
            lines.append("\(kind.rawValue) (seeds of \(total))")
            let names = Set(seeds.keys.filter { $0.kind == kind })
                .union(Self.expected.filter { $0.kind == kind })
            for name in names.sorted(by: { $0.name < $1.name }) {
                let count = String(seeds[name] ?? 0)
                lines.append(
                    "  " + String(repeating: " ", count: max(0, 7 - count.count)) + count + "  "
                        + name.name)
            }
        }
        return lines.joined(separator: "\n")
    }
}
