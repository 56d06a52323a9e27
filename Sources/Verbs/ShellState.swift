package import Render
import Synchronization

/// What the lines of one shell share on one cluster: the connection with everything learned over
/// it, and the session that holds their changes.
package final class ShellState: Sendable {
    package let access: ClusterAccess
    /// What the shell knows whatever cluster it is on.
    package let memory: ShellMemory

    package init(access: ClusterAccess, memory: ShellMemory = ShellMemory()) {
        self.access = access
        self.memory = memory
    }
}

/// An object of a list that was shown, so that it can be meant by its number.
package struct ListedObject: Sendable, Hashable {
    /// The kind as a word that means no other kind, such as `pet.petstore.example.com`.
    package var kind: String
    /// Nil: the namespace that the shell works in, or none at all.
    package var namespace: String?
    package var name: String

    package init(kind: String, namespace: String? = nil, name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    /// The words of a command: `pet.petstore.example.com/fluffy`.
    package var word: String { "\(kind)/\(name)" }

    /// As people speak of it: `pet/fluffy`.
    package var shortText: String { "\(kind.prefix { $0 != "." })/\(name)" }
}

/// What later lines of a shell can refer to.
package final class ShellMemory: Sendable {
    private struct State {
        var list: [ListedObject] = []
        var current: [ListedObject] = []
        var steps: [NextStep] = []
        var refusal: String?
        var showsNumbers = false
    }

    private let state = Mutex(State())

    package init() {}

    /// The objects of the list that was shown last.
    package var list: [ListedObject] { state.withLock { $0.list } }

    /// What `.` stands for.
    package var current: [ListedObject] {
        get { state.withLock { $0.current } }
        set { state.withLock { $0.current = newValue } }
    }

    /// What `next` can run.
    package var steps: [NextStep] { state.withLock { $0.steps } }

    /// Why nothing may be written; nil where it may.
    package var refusal: String? {
        get { state.withLock { $0.refusal } }
        set { state.withLock { $0.refusal = newValue } }
    }

    /// Whether lists show the numbers that choose from them.
    package var showsNumbers: Bool {
        get { state.withLock { $0.showsNumbers } }
        set { state.withLock { $0.showsNumbers = newValue } }
    }

    /// Something was shown: several objects can be chosen from by number, one is the current one.
    ///
    /// - Parameters:
    ///   - objects: in the order in which they were shown; none: what was shown before counts on.
    ///   - isList: whether they are a list, also where it has one row.
    package func note(shown objects: [ListedObject], isList: Bool = false) {
        state.withLock { state in
            if objects.count == 1 { state.current = objects }
            if objects.count > 1 || isList, !objects.isEmpty { state.list = objects }
        }
    }

    /// Something ended by saying what could be done now; commands of other programs do not count.
    package func note(steps: [NextStep]) {
        let own = steps.filter { $0.program == nil }
        if !own.isEmpty { state.withLock { $0.steps = own } }
    }

    /// Another cluster: what was shown of the last one means nothing here.
    package func forget() {
        state.withLock { state in
            state.list = []
            state.current = []
            state.steps = []
        }
    }
}
