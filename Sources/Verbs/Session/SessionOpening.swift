import KubernetesClient
import Render
package import Session

/// Begins sessions, and takes over those of the dead, with what the world provides.
package struct SessionOpening: Sendable {
    let world: World
    let client: KubernetesClient
    /// How commands begin that it tells people to type; nil: by the program's name alone.
    var program: String?

    package static func store(_ world: World) -> JournalStore {
        JournalStore(directory: world.directories.state + "/sessions")
    }

    /// The same store, without the journals about embedded clusters that ended with their process.
    package static func clearedStore(_ world: World) throws(SessionError) -> JournalStore {
        let store = store(world)
        try store.clearEmbedded(machine: world.machine, isRunning: world.processes.isRunning)
        return store
    }

    var environment: SessionEnvironment {
        var environment = SessionEnvironment(
            clock: SessionClock(now: world.clock.now, sleep: world.clock.sleep),
            user: world.user.isEmpty ? nil : world.user,
            program: program ?? world.programName)
        environment.tendsItself = true
        environment.machine = world.machine
        environment.process = world.processes.own
        let world = world
        environment.tellExpired = { Self.tellExpired($0, in: world) }
        return environment
    }

    /// Tells what was undone by itself, because its time was over.
    static func tellExpired(_ report: UndoReport, in world: World) {
        for line in report.lines {
            let text = Escape.lines("the time is over: \(line.text)")
            if world.announcements.tell(text) { continue }
            // It is undone, whether anybody reads that or not.
            try? world.errors.write(Array((text + "\n").utf8))
        }
    }

    func begin() async -> Session {
        Session.begin(
            in: Self.store(world), cluster: await ClusterIdentity.read(from: client),
            client: client, environment: environment)
    }

    func resume(_ id: String, on cluster: ClusterIdentity) throws(SessionError) -> Session {
        try Session.resume(
            id, in: Self.store(world), cluster: cluster, client: client,
            environment: environment)
    }
}
