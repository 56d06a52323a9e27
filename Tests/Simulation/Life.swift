import HTTP
import KubernetesClient
import KubernetesCore
import Session
import SessionKit
import Synchronization

/// What a process is about to do with its session, so that its writes can be judged.
///
/// A change, a creation and a deletion bear the number of the act, so that what arrives late is
/// known.
enum Intent: Sendable, Hashable {
    case change(Int)
    case create(Int, isTemporary: Bool)
    case delete(Int)
    case undo, keep
}

/// One process: it has a machine, a clock that may be wrong, and a step at which it dies.
final class Life: Sendable {
    private struct State {
        var steps = 0
        var requests = 0
        var writes = 0
        var isDead = false
        var intent = Intent.undo
        var acts = 0
    }

    let name: String
    /// Empty for one that looks after those of others.
    let session: String
    let machine: Machine
    /// Whether nobody can read what it wrote down, once it is dead.
    let isForgetful: Bool
    let isDiskless: Bool
    private let death: Scenario.Death?
    private let world: World
    private let state = Mutex(State())

    init(
        _ name: String, session: String, on machine: Machine, death: Scenario.Death?,
        isForgetful: Bool = false, isDiskless: Bool = false, in world: World
    ) {
        self.isForgetful = isForgetful
        self.isDiskless = isDiskless
        self.name = name
        self.session = session
        self.machine = machine
        self.death = death
        self.world = world
        machine.lives.withLock { $0.append(self) }
    }

    var isDead: Bool { state.withLock { $0.isDead } }
    var requests: Int { state.withLock { $0.requests } }
    var writes: Int { state.withLock { $0.writes } }

    var intent: Intent {
        get { state.withLock { $0.intent } }
        set { state.withLock { $0.intent = newValue } }
    }

    /// Numbers what it is going to do.
    func nextAct() -> Int {
        state.withLock { state in
            state.acts += 1
            return state.acts
        }
    }

    func countWrite() { state.withLock { $0.writes += 1 } }

    func countRequest() -> Int {
        state.withLock { state in
            state.requests += 1
            return state.requests
        }
    }

    /// Counts a step of disk or wire; true when the process is dead.
    func step(_ what: String) -> Bool {
        let count = state.withLock { state in
            state.steps += 1
            return state.steps
        }
        if isDead { return true }
        guard let death, count == death.step else { return false }
        die(death, at: what)
        return true
    }

    private func die(_ death: Scenario.Death, at what: String) {
        world.trace("\(name) \(death.isPower ? "loses power" : "is killed") at \(what)")
        world.count(.fault, death.isPower ? "power lost at: \(what)" : "killed at: \(what)")
        guard death.isPower else {
            state.withLock { $0.isDead = true }
            machine.disk.release(locksOf: name)
            return
        }
        for life in machine.lives.withLock({ $0 }) { life.state.withLock { $0.isDead = true } }
        if machine.disk.hasUnsyncedData, death.torn > 0 {
            world.count(.fault, "unsynced data partly written")
        }
        machine.disk.crash(keeping: death.torn, undoingRemovals: death.undoesRemoval)
    }

    // MARK: What the session gets

    var disk: any JournalDisk {
        let name = name
        let world = world
        return machine.disk.seen(by: name) { what throws(DiskError) in
            world.trace("\(name) disk \(what)")
            if self.step(what) { throw DiskError(.other, "died at \(what)") }
        }
    }

    var environment: SessionEnvironment {
        let skew = Duration.seconds(machine.skew)
        let clock = SessionClock(
            now: { EventLoop.shared.now + skew },
            sleep: { span in
                guard !self.isDead else { throw CancellationError() }
                try await EventLoop.shared.sleep(span)
                guard !self.isDead else { throw CancellationError() }
            })
        let session = session
        return SessionEnvironment(
            clock: clock, makeID: { session }, user: "anna", holder: name)
    }

    var client: KubernetesClient {
        var policy = CallPolicy()
        let instant = ContinuousClock.now
        policy.now = { instant + EventLoop.shared.elapsed }
        policy.sleep = { span in
            guard !self.isDead else { return }
            // Who is cancelled stops waiting, and sees that by itself.
            try? await EventLoop.shared.sleep(span)
        }
        policy.jitter = { 0.5 }
        return KubernetesClient(
            connection: ClusterConnection(server: "https://cluster"),
            transport: Wire(world: world, life: self), policy: policy)
    }
}

/// A machine: its disk, its clock, and the processes that run on it.
final class Machine: Sendable {
    let disk: FaultyDisk
    let skew: Int
    let lives = Mutex<[Life]>([])

    init(_ disk: FaultyDisk, skew: Int) {
        self.disk = disk
        self.skew = skew
    }
}

/// Pieces of a body, taken one after the other.
final class Parts: Sendable {
    private let parts: Mutex<[[UInt8]]>

    init(_ first: [UInt8]) { parts = Mutex(first.isEmpty ? [] : [first]) }

    func take() -> [UInt8]? { parts.withLock { $0.popLast() } }
}
