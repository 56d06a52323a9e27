import Documents
import Foundation
import Sandbox
import SandboxAPIServer
import Testing
import Verbs

@Suite("init")
struct SetupInitTests {
    private func cluster(
        seeded: Bool = true
    ) async throws -> (fixture: SetupFixture, server: APIServer) {
        var options = SandboxOptions()
        options.seedsCast = seeded
        let (_, transport) = try await SandboxCluster.inProcess(options)
        return (try SetupFixture(transport: transport), transport.cluster.server)
    }

    @Test("finds APIs of both styles, their kinds, operator and pods, and remembers them")
    func finds() async throws {
        let (fixture, _) = try await cluster()
        let outcome = await fixture.run("init", "-o", "json")
        #expect(outcome.status == .done)
        #expect(outcome.errors == "")
        let json = try JSONValue(parsing: outcome.output)
        let apps = try #require(json["apps"]?.arrayValue)
        let app = try #require(apps.first { $0["name"] == "petstore" })
        #expect(apps.count == 2)
        #expect(app["group"] == "petstore.example.com")
        let kinds = try #require(app["kinds"])
        let resources = kinds["resource"]?.arrayValue ?? []
        #expect(resources == ["orders", "pets", "users"])
        for category in ["query", "action", "aggregate"] {
            #expect(kinds[category]?.arrayValue?.isEmpty == false, "\(category)")
        }
        #expect(
            app["operator"]?["lease"] == "petstore-system/petstore.petstore.example.com")
        #expect(app["operator"]?["running"] == true)
        let target = try #require(app["targets"]?[0])
        #expect(target["name"] == "petstore-api")
        #expect(
            target["pods"]?.arrayValue?.map { $0["name"] }
                == ["petstore-api-0", "petstore-api-1", "petstore-api-2"])
        #expect(json["configuration"] == .string(fixture.configurationPath))
        #expect(try fixture.mode(of: fixture.configurationPath) == 0o600)
        #expect(try fixture.mode(of: fixture.folder + "/.config/petstore-cli") == 0o700)

        let written = try YAML.parse(try fixture.configuration())
        #expect(written[0]["apps"]?.arrayValue?.count == 2)
        #expect(written[0]["apps"]?[0]?["server"] == "http://cluster.test")
        #expect(written[0]["apps"]?[0]?["context"] == "stage")
    }

    @Test("the form for people names categories, operator, targets and the file")
    func people() async throws {
        let (fixture, _) = try await cluster()
        let text = await fixture.run("init").output
        let labels = [
            "Server:", "Context:      stage", "Namespace:    default",
            "petstore.example.com/v1alpha1 (petstore)", "Resources:", "Queries:", "Actions:",
            "Aggregates:", "Operator:     running", "StatefulSet default/petstore-api",
            "petstore-api-2 Running", "Written to \(fixture.configurationPath)",
        ]
        for label in labels { #expect(text.contains(label), "\(label)\n\(text)") }
    }

    @Test("the file is the user's: 0600 in 0700, other settings and comments stay as they are")
    func keepsOtherSettings() async throws {
        let (fixture, _) = try await cluster()
        let folder = fixture.folder + "/.config/petstore-cli"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let before = """
            # mine
            aliases:
              s: status   # short
            apps:
            - name: old
              server: http://cluster.test
            - name: elsewhere
              server: https://other.test
            protected: [production]

            """
        try Data(before.utf8).write(to: URL(filePath: fixture.configurationPath))
        #expect(await fixture.run("init").status == .done)
        let text = try fixture.configuration()
        #expect(text.hasPrefix("# mine\naliases:\n  s: status   # short\n"))
        #expect(text.hasSuffix("\nprotected: [production]\n"))
        let names = try YAML.parse(text)[0]["apps"]?.arrayValue?.map { $0["name"] } ?? []
        #expect(names.first == "elsewhere" && !names.contains("old") && names.count == 3)
        #expect(try fixture.mode(of: fixture.configurationPath) == 0o600)
        // Once more changes nothing.
        #expect(await fixture.run("init").status == .done)
        #expect(try fixture.configuration() == text)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(left == ["config.yaml"])
    }

    @Test("a file that is no mapping is named and left alone", arguments: ["- a\n", "a: [\n"])
    func refusesOddFile(text: String) async throws {
        let (fixture, _) = try await cluster()
        try FileManager.default.createDirectory(
            atPath: fixture.folder + "/.config/petstore-cli", withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: fixture.configurationPath))
        let outcome = await fixture.run("init")
        #expect(outcome.status == .mistaken)
        #expect(outcome.errors.contains(fixture.configurationPath))
        #expect(outcome.errors.contains("hint: mend the file or move it away"))
        #expect(try fixture.configuration() == text)
    }

    @Test("says what may not be looked at, and which role would help")
    func forbidden() async throws {
        let (fixture, server) = try await cluster()
        server.policy = AccessPolicy { request in
            ["leases", "pods", "users", "deployments"].contains(request.resource) ? "" : nil
        }
        let outcome = await fixture.run("init")
        #expect(outcome.status == .done)
        let text = outcome.output
        for part in [
            "MISSING OR FORBIDDEN:",
            "pods: you may not look at them in namespace default",
            "ask for a role with get and list on pods",
            "users: you may not list them in namespace default",
            "Lease petstore.petstore.example.com: you may not look at them",
        ] {
            #expect(text.contains(part), "\(part)\n\(text)")
        }
        #expect(text.contains("Resources:"))
    }

    @Test("a namespace without the application says so")
    func otherNamespace() async throws {
        let (fixture, _) = try await cluster()
        let text = await fixture.run("init", "-n", "kube-public").output
        #expect(text.contains("Targets:      none found"))
        #expect(text.contains("target pods of petstore"))
        #expect(text.contains("-n names the namespace in which the application runs"))
    }

    @Test("a cluster without generated APIs is not found, and nothing is written")
    func emptyCluster() async throws {
        let fixture = try SetupFixture(transport: InProcessTransport(APIServer()))
        let outcome = await fixture.run("init")
        #expect(outcome.status == .notFound)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("error: no generated API among the 0 custom API groups"))
        #expect(!FileManager.default.fileExists(atPath: fixture.configurationPath))
    }

    @Test("an unreachable cluster is status 8")
    func unreachable() async throws {
        #expect(await (try SetupFixture()).run("init").status == .unreachable)
    }

    @Test("of an embedded cluster nothing is remembered")
    func sandboxOnly() async throws {
        let fixture = try SetupFixture()
        let outcome = await fixture.run("init", "--sandbox")
        #expect(outcome.status == .done)
        #expect(!outcome.output.contains("Written to"))
        #expect(!FileManager.default.fileExists(atPath: fixture.configurationPath))
    }
}
