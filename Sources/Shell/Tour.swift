import Synchronization
import Verbs

/// A walk through the sandbox for newcomers: each step is typed by the user, and checked.
struct Tour: Sendable, Equatable {
    /// One step: what it is about, what to type, and how to see that it was done.
    struct Step: Sendable, Equatable {
        enum Check: Sendable, Equatable {
            /// A line that begins with one of these words' verbs and holds the rest, and went well.
            case line([String])
            /// So many changes wait to be undone, at least.
            case pending
            /// None waits any more.
            case nothingPending
        }

        var text: String
        /// What the user is asked to type.
        var line: String
        var check: Check

        init(_ text: String, type line: String, _ check: Check) {
            self.text = text
            self.line = line
            self.check = check
        }
    }

    /// What a typed line came to, as a step sees it.
    struct Event: Sendable {
        var commands: [[String]]
        var wentWell: Bool
        var pending: Int
    }

    private(set) var index = 0
    let steps: [Step]

    /// - Parameter verbs: the names of the verbs that there are; steps about others are left out.
    init(verbs: Set<String>) {
        steps = Self.all.filter { step in
            guard case .line(let words) = step.check, let verb = words.first else { return true }
            return verbs.contains(verb)
        }
    }

    var current: Step? { index < steps.count ? steps[index] : nil }
    var isOver: Bool { index >= steps.count }

    /// Goes on without the step being done.
    mutating func skip() { index += 1 }

    /// Looks at what was typed.
    ///
    /// - Returns: whether the step is done; then the next one is the current one.
    mutating func look(at event: Event) -> Bool {
        guard let step = current, Self.isDone(step, event) else { return false }
        index += 1
        return true
    }

    private static func isDone(_ step: Step, _ event: Event) -> Bool {
        switch step.check {
        case .pending: return event.pending > 0
        case .nothingPending: return event.pending == 0
        case .line(let wanted):
            return event.wentWell
                && event.commands.contains { words in
                    words.first == wanted.first
                        && wanted.allSatisfy { part in words.contains { $0.hasPrefix(part) } }
                }
        }
    }

    /// What is shown before a step is typed.
    var invitation: String {
        guard let step = current else {
            return """
                That was the tour. What else there is: help; what a command can do: help COMMAND.
                On a cluster of your own start with: petstore-cli init
                """
        }
        return "(\(index + 1)/\(steps.count)) \(step.text)\nType:  \(step.line)"
    }

    private static let all = [
        Step(
            "Behind this prompt a pet store runs: an API, and an operator that carries Kubernetes "
                + "objects to it. First see how the whole is doing, and what has failed.",
            type: "status", .line(["status"])),
        Step(
            "Each thing of the API is an object of a kind. List those of one kind.",
            type: "get pets", .line(["get", "pet"])),
        Step(
            "Rows of a list have numbers: the third one is 3. Look at it closely. (Tab would "
                + "complete kinds and names: describe pet fl, then Tab.)",
            type: "describe 3", .line(["describe"])),
        Step(
            "One order has failed. Find out why; what to do next is proposed, and \"next 1\" "
                + "runs the first proposal.",
            type: "diagnose order order-456", .line(["diagnose"])),
        Step(
            "Now change something, for a while: the change is recorded in the object, and undone "
                + "when you leave, even after a crash. The prompt counts such changes.",
            type: "patch pet fluffy status=pending --rollback-on-exit", .pending),
        Step(
            "See what waits to be undone, and who undoes it.", type: "changes", .line(["changes"])),
        Step("Take it back now.", type: "undo", .nothingPending),
        Step(
            "Results go into programs and files as anywhere: | PROGRAM, > FILE.",
            type: "get pets -o name | sort -r", .line(["get", "-o"])),
    ]
}

/// The tour that is under way in a shell, if one is.
final class TourGuide: Sendable {
    private let tour = Mutex<Tour?>(nil)

    var isOn: Bool { tour.withLock { $0 != nil } }

    /// Starts from the beginning; answers what to say.
    func start() -> String {
        tour.withLock { tour in
            let made = Tour(verbs: Set(Roster.commands.flatMap(Roster.names(of:))))
            tour = made
            return "A walk of \(made.steps.count) steps; \"tour skip\" leaves one out, "
                + "\"tour stop\" ends it.\n\n\(made.invitation)"
        }
    }

    /// Leaves a step out; nil when no tour is under way.
    func skip() -> String? {
        tour.withLock { tour in
            tour?.skip()
            defer { if tour?.isOver ?? false { tour = nil } }
            return tour?.invitation
        }
    }

    /// - Returns: whether one was under way.
    func stop() -> Bool {
        tour.withLock { tour in
            defer { tour = nil }
            return tour != nil
        }
    }

    /// What to say after a line was typed; nil when no tour is under way.
    func answer(to event: Tour.Event) -> String? {
        tour.withLock { tour in
            guard tour != nil else { return nil }
            let isDone = tour?.look(at: event) ?? false
            let invitation = tour?.invitation ?? ""
            let line = tour?.current?.line ?? ""
            if tour?.isOver ?? false { tour = nil }
            return isDone ? "\nDone. \(invitation)" : "\nThe tour goes on with:  \(line)"
        }
    }
}
