import Foundation
import TestCluster
import Testing

/// A real kube-apiserver of its own with the sandbox's kinds, cast and operator on it.
///
/// Of its own, because other tests put kinds of the same names on the shared one.
final class RealCast: Sendable {
    let server: RealAPIServer
    /// The built binary, as the administrator.
    let user: BuiltBinary
    private let operation: GuardedProcess

    /// Returns when all of the cast have their states.
    init() async throws {
        server = try await RealAPIServer()
        user = try BuiltBinary(settings: ["KUBECONFIG": server.kubeconfigPath])
        operation = try GuardedProcess([
            "/usr/bin/env", "KUBECONFIG=\(server.kubeconfigPath)", "HOME=\(user.home.path)",
            user.path, "sandbox", "operate", "--seed",
        ])
        let user = user
        try await Self.until("the cast is on stage") {
            let pets = try await user.run(["get", "pets", "--state", "Synced", "-o", "name"])
            let orders = try await user.run(["get", "orders", "--state", "Failed", "-o", "name"])
            return pets.output.split(separator: "\n").count == 4
                && orders.output.contains("/order-456")
        }
    }

    func stop() {
        operation.stop()
        server.stop()
    }

    /// kubectl as the administrator.
    func kubectl(_ words: String..., input: String = "") async throws -> BuiltBinary.Result {
        let kubectl = try BuiltBinary(
            path: "/usr/bin/env", settings: user.settings, home: user.home)
        return try await kubectl.run(["kubectl"] + words, input: input)
    }

    static func until(_ what: String, _ holds: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(300)
        while try await !holds() {
            try #require(ContinuousClock.now < end, "it did not come about: \(what)")
            try await Task.sleep(for: .milliseconds(250))
        }
    }
}
