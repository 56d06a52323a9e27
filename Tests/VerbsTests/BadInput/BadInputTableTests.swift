import ArgumentParser
import CurlTransport
import Foundation
import HTTP
import Sandbox
import SandboxAPIServer
import TestCluster
import Testing

@testable import Verbs

/// A place of the table that holds a line.
struct BadPlace: Sendable, CustomTestStringConvertible {
    var verb: String
    var situation: Situation
    var bad: BadCase

    var testDescription: String { "\(situation.rawValue): \(bad.line)" }

    static let all: [BadPlace] = BadInputTable.rows.flatMap { row in
        Situation.allCases.compactMap { situation in
            guard case .bad(let bad)? = row.cells[situation] else { return nil }
            return BadPlace(verb: row.verb, situation: situation, bad: bad)
        }
    }
}

extension OnStage {
    @Suite("Every verb in every bad situation: one clear answer, and nothing changed")
    struct BadInputTableTests {
        @Test("the table has every verb of the roster, and every situation")
        func isWhole() {
            func paths(_ tree: CommandTree, _ path: [String]) -> [String] {
                guard tree.subcommands.isEmpty else {
                    return tree.subcommands.filter(\.isShown)
                        .flatMap { paths($0, path + [$0.name]) }
                }
                return [path.joined(separator: " ")]
            }
            let verbs = paths(CommandTree(Root.self), [])
            #expect(verbs.count == Roster.verbs.count { $0.configuration.shouldDisplay })
            #expect(BadInputTable.rows.map(\.verb).sorted() == verbs.sorted())
            for row in BadInputTable.rows {
                let missing = Situation.allCases.filter { row.cells[$0] == nil }
                #expect(missing.isEmpty, "\(row.verb)")
                for case .bad(let bad) in row.cells.values {
                    #expect(bad.line.hasPrefix(row.verb), "\(bad.line)")
                }
            }
        }

        @Test("place by place", arguments: BadPlace.all)
        func answers(place: BadPlace) async throws {
            let theatre = try await Theatre.shared()
            let outcome = try await theatre.play(place)
            let said = outcome.errors
            #expect(outcome.status == place.bad.status, "\(said)")
            // What became of each change is the result of an undo.
            #expect((outcome.output + said).contains(place.bad.names), "\(said)")
            #expect(said.contains(place.bad.next), "\(said)")
            #expect(outcome.output.isEmpty || place.bad.afterLeftover, "\(outcome.output)")
            // What went wrong is one line; the rest are hints, notes, commands to type, or usage.
            #expect(said.split(separator: "\n").count { $0.hasPrefix("error") } <= 1, "\(said)")
            let changed = theatre.stage.writes.requests.filter { !Theatre.isRefused($0, place) }
            #expect(changed.isEmpty, "\(changed.map(\.url))")
        }
    }
}

/// A stage, a session that left something on it, and a server whose certificate nobody trusts.
private final class Theatre: Sendable {
    private static let common = Task { try await Theatre() }
    static func shared() async throws -> Theatre { try await common.value }

    let stage: Stage
    private let afterLeftover: Directories
    private let stranger: Stranger

    private init() async throws {
        stage = try await Stage()
        let plain = stage.world
        try Self.write(Self.manifests, to: stage.setup.folder)
        afterLeftover = Directories(environment: ["HOME": stage.setup.folder + "/leftover"])
        stranger = try Stranger()
        var leaving = plain
        leaving.directories = afterLeftover
        leaving.environment["KUBECONFIG"] = stranger.kubeconfig
        let server = stage.cluster.server
        leaving.runCommand = { _ in
            server.policy = .forbidding(verbs: ["patch"], resource: "pets")
            return 0
        }
        stage.world = leaving
        let left = await stage.run("patch pet buddy status=sold --rollback-on-exit -- true")
        #expect(left.status == .undoIncomplete)
        stage.world = plain
        server.policy = .open
        #expect(await stage.run("pause pet max").status == .done)
    }

    private static func write(_ files: [(name: String, text: String)], to folder: String) throws {
        for file in files {
            try Data(file.text.utf8).write(to: URL(filePath: "\(folder)/\(file.name).yaml"))
        }
    }

    private static func manifest(_ kind: String, _ spec: String) -> String {
        """
        apiVersion: petstore.example.com/v1alpha1
        kind: \(kind)
        metadata: {name: rex}
        spec: {\(spec)}
        """
    }

    private static let manifests = [
        ("pet", manifest("Pet", "name: Rex, photoUrls: []")),
        ("petz", manifest("Petz", "name: Rex")),
        ("field", manifest("Pet", "nome: Rex")),
        ("type", manifest("Pet", "name: 3")),
    ]

    /// Runs a line in its situation, and puts everything back afterwards.
    func play(_ place: BadPlace) async throws -> SetupFixture.Outcome {
        let plain = stage.world
        defer {
            stage.world = plain
            stage.cluster.server.policy = .open
        }
        var world = plain
        if place.bad.afterLeftover {
            world.directories = afterLeftover
            world.environment["KUBECONFIG"] = stranger.kubeconfig
            world.clock.sleep = { span in
                // Pauses between attempts pass at once, limits do not.
                if span >= .seconds(10) { try await Task.sleep(for: span) }
            }
        }
        switch place.situation {
        case .noCluster: world.environment["KUBECONFIG"] = stage.setup.folder + "/missing"
        case .unreachable:
            world.makeTransport = { _ in
                BrokenTransport(
                    error: TransportError(.cannotConnect, "connection refused", sent: false))
            }
        case .refusedCertificate:
            world.environment["KUBECONFIG"] = stranger.kubeconfig
            world.makeTransport = { CurlTransport($0) }
        case .forbidden:
            if let right = place.bad.missingRight {
                stage.cluster.server.policy = .forbidding(
                    verbs: [right.verb], resource: right.resource)
            }
        default: break
        }
        stage.world = world
        stage.writes.clear()
        // The tests' own files have no fixed place.
        return await stage.run(
            place.bad.line.replacing("$FILES", with: stage.setup.folder))
    }

    /// What the server refuses may have been sent: with its guards, and it changed nothing.
    static func isRefused(_ request: HTTPRequest, _ place: BadPlace) -> Bool {
        let verbs: [HTTPMethod: String] = [.patch: "patch", .delete: "delete", .post: "create"]
        return place.situation == .forbidden
            && place.bad.missingRight?.verb == verbs[request.method]
    }
}

/// A TLS server that is signed by another authority than the one that its kubeconfig names.
private final class Stranger: Sendable {
    private let folder: TemporaryFolder
    private let server: GuardedProcess
    let kubeconfig: String

    init() throws {
        folder = try TemporaryFolder()
        for name in ["ours", "foreign"] { try folder.write("\(name)/.keep", "") }
        let ours = try CertificateMaker(in: folder.path + "/ours", name: "ours")
        let foreign = try CertificateMaker(in: folder.path + "/foreign", name: "foreign")
        let pair = try foreign.sign(
            "server", subject: "/CN=server", for: .server(names: ["IP:127.0.0.1"]))
        server = try GuardedProcess([
            "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", pair.certificatePath,
            "-key", pair.keyPath, "-www",
        ])
        let line = try #require(server.line(containing: "ACCEPT"))
        let port = try #require(line.split(separator: ":").last)
        kubeconfig = try folder.write(
            "kubeconfig",
            """
            {"apiVersion": "v1", "kind": "Config", "current-context": "strange",
             "contexts": [{"name": "strange", "context": {"cluster": "c", "user": "u"}}],
             "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:\(port)",
               "certificate-authority": "\(ours.authority.certificatePath)"}}],
             "users": [{"name": "u", "user": {}}]}
            """)
    }
}
