import KubernetesClient
import Render
package import Session

/// Begins sessions, and takes over those of the dead, with what the world provides.
package struct SessionOpening: Sendable {
    let world: World
    let client: KubernetesClient

    package static func store(_ world: World) -> JournalStore {
        JournalStore(directory: world.directories.state + "/sessions")
    }

    /// How commands begin that are to reach the same cluster from another command line.
    static func program(_ settings: ClusterAccess.Settings, _ world: World) -> String {
        let overrides = settings.overrides
        let flags = [("--kubeconfig", overrides.kubeconfig), ("--context", overrides.context)]
        return flags.reduce(world.programName) { line, flag in
            guard let value = flag.1 else { return line }
            let isPlain = value.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                    || (0x61...0x7A).contains($0) || "-_./@:".utf8.contains($0)
            }
            let quoted = isPlain ? value : "'" + value.replacing("'", with: "'\\''") + "'"
            return "\(line) \(flag.0) \(quoted)"
        }
    }

    private var environment: SessionEnvironment {
        var environment = SessionEnvironment(
            clock: SessionClock(now: world.clock.now, sleep: world.clock.sleep),
            user: world.user.isEmpty ? nil : world.user, program: world.programName)
        environment.tendsItself = true
        environment.tellExpired = { [errors = world.errors] report in
            for line in report.lines {
                // Nobody reads any more; the ledger and the journal still tell it.
                try? errors.write(Array((Escape.lines(line.text) + "\n").utf8))
            }
        }
        return environment
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
