import KubernetesClient
import Synchronization
import Verbs

/// The clusters and namespaces that a shell has been on: one at a time is the current one.
///
/// Each context keeps its connection and its session for as long as the shell lives, so changes
/// that wait to be undone stay in the ledger of the context in which they were made.
final class ShellPlaces: Sendable {
    /// Where one is: a context, and a namespace where one was chosen.
    struct Place: Sendable, Hashable {
        /// Nil: what a pod or the flags say; no kubeconfig names it.
        var context: String?
        var namespace: String?

        var text: String {
            [context, namespace].compactMap { $0 }.joined(separator: "/")
        }
    }

    /// The word for where one was before.
    static let back = "-"

    private struct State {
        var current: Place
        var previous: Place?
        var opened: [String?: ShellState]
    }

    let home: Place
    private let base: ClusterAccess.Settings
    private let world: World
    private let state: Mutex<State>

    init(_ first: ShellState, world: World) {
        let settings = first.access.settings
        base = settings
        self.world = world
        home = Place(context: ContextName.of(settings, environment: world.environment))
        state = Mutex(State(current: home, opened: [home.context: first]))
    }

    var current: Place { state.withLock { $0.current } }
    var previous: Place? { state.withLock { $0.previous } }

    /// The shell's state on the current cluster.
    var shell: ShellState { state.withLock { $0.opened[$0.current.context] } ?? opened[0] }

    /// All that were used, the first one first.
    var opened: [ShellState] {
        state.withLock { state in
            let first = state.opened[home.context].map { [$0] } ?? []
            let others = state.opened.filter { $0.key != home.context }
                .sorted { ($0.key ?? "") < ($1.key ?? "") }.map(\.value)
            return first + others
        }
    }

    /// The name of the context of one of them.
    func context(of shell: ShellState) -> String? {
        state.withLock { state in state.opened.first { $0.value === shell }?.key } ?? nil
    }

    /// The contexts that `use` can go to.
    var contexts: [String] {
        var settings = base
        settings.sandbox = false
        let listed = ContextName.all(settings, environment: world.environment)
        return base.sandbox ? ["sandbox"] + listed : listed
    }

    /// Makes a place the current one; its namespace is chosen there.
    func go(to place: Place) async {
        let next = state.withLock { state in
            if place != state.current { state.previous = state.current }
            state.current = place
            if let known = state.opened[place.context] { return known }
            var settings = base
            settings.sandbox = false
            settings.overrides.context = place.context
            settings.overrides.namespace = nil
            // These belong to the context in which the shell was opened.
            settings.overrides.cluster = nil
            settings.overrides.user = nil
            settings.overrides.server = nil
            let made = ShellState(
                access: ClusterAccess(world: world, settings: settings),
                memory: state.opened[home.context]?.memory ?? ShellMemory())
            state.opened[place.context] = made
            return made
        }
        await next.access.choose(namespace: place.namespace)
        next.memory.forget()
    }
}
