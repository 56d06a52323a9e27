import KubernetesClient
package import Session

/// Begins sessions, and takes over those of the dead, with what the world provides.
package struct SessionOpening: Sendable {
    let world: World
    let client: KubernetesClient

    package static func store(_ world: World) -> JournalStore {
        JournalStore(directory: world.directories.state + "/sessions")
    }

    private var environment: SessionEnvironment {
        SessionEnvironment(
            clock: SessionClock(now: world.clock.now, sleep: world.clock.sleep),
            user: world.user.isEmpty ? nil : world.user, program: world.programName)
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
