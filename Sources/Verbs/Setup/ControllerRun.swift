package import ArgumentParser
import Catalog
import Session

/// `controller run`: keeps deadlines and policies, here or in the cluster.
package struct ControllerRun: ClusterVerb {
    package static let effect = Effect.irreversible(
        because: "it ends what has passed its time, with the guards of an undo")
    package static let ownsSignals = true
    package static let examples = [
        Example(
            "controller run --leader-elect --metrics-address 127.0.0.1:8080",
            "Look after the cluster of the current context until Ctrl-C")
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "run", abstract: "Run the cleanup controller.",
        discussion: """
            Watches all namespaces for what is marked as temporary and for policies, works at \
            every change and every deadline, and writes a line of JSON to standard error for all \
            that it does. It announces itself by the Lease petstore-cli-cleanup in \
            petstore-system; with --leader-elect it waits while another one holds it. It works \
            inside and outside of a cluster.

            What sessions changed is restored at its time, never deleted; what they made is \
            deleted. A policy also has objects deleted that others labelled temporary=true: those \
            whose ttl is over (ttlExpired), and old ones (maxAge, labelSelector). What is labelled \
            keep=true, what a policy excludes (excludeLabels), and what the deletion of which has \
            an effect outside the cluster, is left alone.

            --metrics-address answers /metrics in the text format of Prometheus, /healthz and \
            /readyz.
            """)

    @Flag(help: "Wait while another controller holds the Lease, instead of refusing to start.")
    var leaderElect = false

    @Option(
        help: .init(
            "For how long the Lease counts without being renewed (default: 30s).",
            valueName: "duration"),
        transform: DurationArgument.positive)
    var leaseDuration: Duration?

    @Option(
        help: .init(
            "Answer /metrics, /healthz and /readyz there, such as :8080.", valueName: "address"))
    var metricsAddress: String?

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    /// Shorter ones would be lost at the first slow answer.
    private static let shortestLease: Duration = .seconds(3)

    package init() {}

    package func validate() throws {
        if let leaseDuration, leaseDuration < Self.shortestLease {
            throw ValidationError("--lease-duration takes 3s at least")
        }
        if cluster.namespace != nil {
            throw ValidationError(
                "-n is not for controller run: sessions of every namespace count on it")
        }
    }

    package func run(in context: VerbContext) async throws {
        let control = try context.controller()
        try context.refuseInShell("controller run")
        let access = context.access
        let world = context.world
        // A cluster that cannot be reached is told now, like by any command.
        let kinds = try await access.catalog().groups.flatMap(\.kinds)
        if kinds.isEmpty {
            try context.note("note: the cluster has no generated API yet")
        }
        let client = try await context.client()
        var environment = SessionOpening(
            world: world, client: client, program: context.typedProgram
        ).environment
        environment.tendsItself = false
        let request = ControllerRequest(
            client: client, environment: environment, waitsForLease: leaderElect,
            leaseDuration: leaseDuration ?? .seconds(30), metricsAddress: metricsAddress,
            kinds: { try await access.catalog().groups.flatMap(\.kinds) },
            log: { line in
                // Where nobody reads the log, the work goes on.
                try? world.errors.write(Array((line + "\n").utf8))
            })
        try await context.untilSignalled { try await control.run(request) }
    }
}
