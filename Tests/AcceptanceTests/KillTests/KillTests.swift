import Foundation
import HTTP
import TestCluster
import TestSupport
import Testing

/// P14, and the whole promise from outside: the real binary is killed at random moments while
/// somebody else edits the same objects; after `session recover` nothing of ours is left.
///
/// `KILLS` sets how many processes are killed (20; `.ci/run` asks for 200), `KILL_SEED` the seed.
@Suite("Killed at random moments", .serialized, .timeLimit(.minutes(30)))
struct KillTests {
    static var kills: Int {
        ProcessInfo.processInfo.environment["KILLS"].flatMap { Int($0) } ?? 20
    }

    static func judge(_ result: KillCampaign.Result) {
        print("kill test: \(result.text)")
        #expect(
            result.residues.isEmpty, "\(result.text)\n\(result.residues.joined(separator: "\n"))")
        #expect(result.kills >= kills, "\(result.text)")
        // Fewer would prove nothing.
        #expect(result.inFlight * 4 >= result.kills, "\(result.text)")
    }

    @Test("nothing of ours is left in the sandbox")
    func sandbox() async throws {
        let binary = try BuiltBinary()
        let started = try await binary.run(["sandbox", "start"])
        #expect(started.status == 0, "\(started.errors)")
        do {
            let line = started.output.split(separator: "\n").first { $0.hasPrefix("Server:") }
            let server = try #require(line?.split(separator: " ").last.map(String.init))
            let kubeconfig = try await binary.run(["sandbox", "kubeconfig"]).output
            let aimed = try BuiltBinary(settings: [
                "KUBECONFIG": kubeconfig.trimmingCharacters(in: .whitespacesAndNewlines)
            ])
            let victims = Victims(server: server, configuration: TransportConfiguration(), count: 6)
            var campaign = KillCampaign(aimed, victims)
            Self.judge(try await campaign.run(kills: Self.kills))
        } catch {
            // What went wrong before is what counts.
            _ = try? await binary.run(["sandbox", "stop"])
            throw error
        }
        #expect(try await binary.run(["sandbox", "stop"]).status == 0)
    }
}

/// The same on a real kube-apiserver; set KUBEBUILDER_ASSETS to the folder that holds it.
@Suite(
    "Killed at random moments, on a real kube-apiserver", .serialized, .timeLimit(.minutes(30)),
    .enabled(if: RealAPIServer.isAvailable, "KUBEBUILDER_ASSETS is not set"))
struct KillRealServerTests {
    @Test("nothing of ours is left in a real cluster")
    func realServer() async throws {
        let server = try await RealAPIServer.shared()
        let binary = try BuiltBinary(settings: ["KUBECONFIG": server.kubeconfigPath])
        let victims = Victims(
            server: server.url, configuration: server.configuration, count: 6)
        var campaign = KillCampaign(binary, victims)
        KillTests.judge(try await campaign.run(kills: KillTests.kills))
    }
}
