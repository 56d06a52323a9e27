import Documents
import Session
import Testing

@testable import Verbs

extension OnStage {
    @Suite("controller")
    struct ControllerVerbTests {
        @Test("run hands on what it was told, and the kinds as the cluster has them")
        func run() async throws {
            let stage = try await Stage()
            let control = RecordingController()
            stage.world.controller = control
            let outcome = await stage.run(
                "controller run --leader-elect --lease-duration 9s --metrics-address :9")
            #expect(outcome.status == .done, "\(outcome.errors)")
            let request = try #require(control.requests.first)
            #expect(request.waitsForLease)
            #expect(request.leaseDuration == .seconds(9))
            #expect(request.metricsAddress == ":9")
            #expect(!request.environment.tendsItself)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains("{\"kinds\":"))
            #expect(stage.writes.requests.isEmpty)
            let plain = await stage.run("controller run")
            #expect(plain.status == .done)
            #expect(control.requests.last?.waitsForLease == false)
            #expect(control.requests.last?.leaseDuration == .seconds(30))
        }

        @Test(
            "what it cannot be asked",
            arguments: ["controller run -n default", "controller run --lease-duration 1s"])
        func refused(line: String) async throws {
            let outcome = await (try await Stage.shared()).run(line)
            #expect(outcome.status == .mistaken)
            #expect(outcome.output.isEmpty)
        }

        @Test("not inside a shell, which would be blocked by it")
        func notInShell() async throws {
            let stage = try await Stage.shared()
            #expect(await stage.run("controller run", shell: stage.shell()).status == .mistaken)
        }

        @Test("manifests: for the cluster's API, or for a group without asking any cluster")
        func manifests() async throws {
            let stage = try await Stage()
            let found = await stage.run("controller manifests")
            // The sandbox has more than one API.
            #expect(found.status == .mistaken, "\(found.errors)")
            #expect(found.errors.contains("--group petstore.example.com"))
            let nobody = try SetupFixture()
            var world = nobody.world
            world.environment["KUBECONFIG"] = "/nowhere"
            let line = "controller manifests --group shop.example.org --image here/it:1"
            let status = await Dispatcher(world: world).run(Stage.words(line))
            #expect(status == .done, "\(nobody.errors.text)")
            let objects = try YAML.parse(nobody.output.text)
            #expect(objects.count == 2)
            #expect(objects.first?["group"] == "shop.example.org")
            let rules = objects.first?["rules"]?.arrayValue ?? []
            #expect(rules.first?["resources"] == ["*"])
            #expect(rules.first?["verbs"] == ["get", "list", "watch", "patch", "delete"])
            #expect(objects.last?["image"] == "here/it:1")
        }

        @Test("generate rbac prints the role of the controller when it is asked for")
        func role() async throws {
            let stage = try await Stage.shared()
            let group = "--group petstore.example.com"
            let all = await stage.run("generate rbac \(group)").output
            #expect(!all.contains("petstore-controller"))
            let outcome = await stage.run("generate rbac \(group) --role controller")
            let objects = try YAML.parse(outcome.output)
            #expect(objects.map { $0["kind"] } == ["ClusterRole"])
            #expect(objects.first?["metadata", "name"] == "petstore-controller")
            let own = objects.first?["rules"]?[0]
            #expect(own?["resources"]?.arrayValue?.contains("pets") == true)
            #expect(own?["verbs"]?.arrayValue?.contains("create") == false)
        }
    }
}
