import Foundation
import TestCluster
import TestSupport
import Testing

/// The roles of `generate rbac`, each tried with every verb on a real kube-apiserver: what a role
/// is for works with it, and is refused to the one below.
///
/// Set KUBEBUILDER_ASSETS to the folder that holds kube-apiserver and etcd.
@Suite(
    "Roles on a real kube-apiserver", .serialized, .timeLimit(.minutes(8)),
    .enabled(
        if: RealAPIServer.isAvailable && Machine.has("kubectl"),
        "KUBEBUILDER_ASSETS is not set, or kubectl is not on PATH"))
struct RoleRealServerTests {
    enum Role: String, CaseIterable { case nobody, viewer, diagnoser, `operator` }

    /// A line, the first role that it works with, and whether roles below are refused outright.
    ///
    /// Verbs that sum up many kinds leave out what may not be read, and say so.
    struct Trial: Sendable {
        var line: [String]
        var from: Role
        var isRefusedBelow = true

        init(_ line: String, from: Role, isRefusedBelow: Bool = true) {
            self.line = line.split(separator: " ").map(String.init)
            self.from = from
            self.isRefusedBelow = isRefusedBelow
        }
    }

    /// Whoever may make observers may also delete resources: RBAC cannot tell them apart, so deleting
    /// is tried on an aggregate.
    static let trials = [
        Trial("get pets", from: .viewer),
        Trial("get pet fluffy -o yaml", from: .viewer),
        Trial("get orders --where status.state=='Synced' -o name", from: .viewer),
        Trial("describe pet fluffy", from: .viewer),
        Trial("explain pet.spec", from: .viewer),
        Trial("targets", from: .viewer),
        Trial("activity pet fluffy", from: .viewer),
        Trial("wait pet fluffy --for=state=Synced --timeout=60s", from: .viewer),
        Trial("status petstore", from: .viewer, isRefusedBelow: false),
        Trial("health-check --all", from: .viewer, isRefusedBelow: false),
        Trial("drift-report pets", from: .viewer),
        Trial("diagnose pet fluffy", from: .viewer),
        Trial("query list", from: .nobody),
        Trial("action list", from: .nobody),
        Trial("export pets,orders", from: .viewer),
        Trial("diff HOME/state.yaml", from: .viewer),
        Trial("import HOME/state.yaml --dry-run", from: .viewer),
        Trial("cleanup --expired --dry-run", from: .viewer),
        Trial("patch pet fluffy status=pending --dry-run", from: .viewer),
        Trial("delete petstoreaggregates --all --dry-run", from: .viewer),
        Trial("query find-by-status --status=available", from: .diagnoser),
        Trial("query inventory --target-pod=0", from: .diagnoser),
        Trial("observe pet 123", from: .diagnoser),
        Trial("compare pet fluffy --pods 0,1,2", from: .diagnoser),
        Trial("patch pet fluffy status=pending --dry-run=server", from: .operator),
        Trial("create -f HOME/aggregate.yaml --dry-run=server", from: .operator),
        Trial("delete petstoreaggregates --all --dry-run=server", from: .operator),
        Trial("patch pet fluffy status=pending --rollback-on-exit --for 1s", from: .operator),
        Trial("patch pet fluffy status=sold", from: .operator),
        Trial("pause pet buddy", from: .operator),
        Trial("unpause pet buddy", from: .operator),
        Trial("refresh pet fluffy --no-wait", from: .operator),
        Trial("import HOME/state.yaml --existing=update", from: .operator),
        Trial(
            "action upload-image --pet-id=123 --once --yes --file HOME/image.png", from: .operator),
        Trial("create -f HOME/aggregate.yaml", from: .operator),
        Trial("delete petstoreaggregate created --yes", from: .operator),
        Trial("delete petstoreaggregate production-health --yes", from: .operator),
    ]

    @Test("each role suffices for what it is for, and for no more")
    func roles() async throws {
        let cast = try await RealCast()
        defer { cast.stop() }
        let admin = cast.user
        try await grant(cast)
        try await write(in: admin.home, by: admin)
        for trial in Self.trials {
            for role in Role.allCases where role <= trial.from {
                let outcome = try await admin.run(
                    trial.line.map { $0.replacing("HOME", with: admin.home.path) }
                        + (role == .nobody ? ["--as", "nobody"] : ["--as", role.rawValue]))
                let what = "\(role.rawValue): \(trial.line.joined(separator: " "))"
                if role == trial.from {
                    #expect(outcome.status < 2, "\(what)\n\(outcome.errors)")
                } else if trial.isRefusedBelow {
                    // Who may not even read the schemas is refused for want of them, at times.
                    let isRefused = role == .nobody ? outcome.status >= 2 : outcome.status == 5
                    #expect(isRefused, "\(what)\n\(outcome.output)\(outcome.errors)")
                }
            }
        }
    }

    /// The files that trials name.
    private func write(in home: URL, by admin: BuiltBinary) async throws {
        let state = try await admin.run(["export", "pets"])
        #expect(state.status == 0, "\(state.errors)")
        let aggregate = """
            apiVersion: petstore.example.com/v1alpha1
            kind: PetstoreAggregate
            metadata: { name: created }
            spec: { resourceSelectors: [{ kind: Pet }] }
            """
        for (name, text) in [
            ("state.yaml", state.output), ("aggregate.yaml", aggregate), ("image.png", "no image"),
        ] {
            try Data(text.utf8).write(to: home.appending(path: name))
        }
    }

    private func grant(_ cast: RealCast) async throws {
        _ = try await cast.kubectl("create", "namespace", "petstore-system")
        // This server is one of those that publish no OpenAPI v3.
        let roles = try await cast.user.run([
            "generate", "rbac", "--group", "petstore.example.com", "--with-definitions",
        ])
        #expect(roles.status == 0, "\(roles.errors)")
        let applied = try await cast.kubectl("apply", "-f", "-", input: roles.output)
        #expect(applied.status == 0, "\(applied.errors)")
        for role in Role.allCases where role != .nobody {
            let name = "petstore-\(role.rawValue)"
            let bound = try await cast.kubectl(
                "create", "clusterrolebinding", name,
                "--clusterrole=\(name)-reads-definitions", "--user=\(role.rawValue)")
            #expect(bound.status == 0, "\(bound.errors)")
            for (role, namespace) in [
                (name, "default"), (name + "-looks-at-operator", "petstore-system"),
            ] {
                let bound = try await cast.kubectl(
                    "create", "rolebinding", role, "--role=\(role)",
                    "--user=\(name.dropFirst("petstore-".count))", "--namespace=\(namespace)")
                #expect(bound.status == 0, "\(bound.errors)")
            }
        }
    }
}

extension RoleRealServerTests.Role: Comparable {
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}
