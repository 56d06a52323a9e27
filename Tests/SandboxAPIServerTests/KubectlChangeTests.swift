import Documents
import HTTP
import SandboxAPIServer
import Testing

/// More of what a user of stock kubectl does on the sandbox: every way to change something, every
/// way to watch, and what kubectl says when it does not work.
@Suite(
    .enabled(if: Kubectl.path != nil, "kubectl is not on PATH"), .serialized,
    .timeLimit(.minutes(10)))
struct KubectlChangeTests {
    private static let gizmo = """
        apiVersion: shop.example.com/v1
        kind: Gizmo
        metadata: {name: one, labels: {app: x}}
        spec: {colour: red, count: 3}
        """

    /// A kubectl with the definition of gizmos and one of them.
    private func shop() async throws -> Kubectl {
        let kubectl = try await Kubectl()
        let definition = try kubectl.manifest(Definitions.gizmo.text())
        #expect(try await kubectl.run("apply", "-f", definition).status == 0)
        let file = try kubectl.manifest(Self.gizmo)
        let made = try await kubectl.run("create", "-f", file)
        #expect(made.out == "gizmo.shop.example.com/one created\n", "\(made.err)")
        return kubectl
    }

    private func colour(_ kubectl: Kubectl) async throws -> String {
        try await kubectl.run("get", "gizmo", "one", "-o", "jsonpath={.spec.colour}").out
    }

    @Test func edits() async throws {
        let kubectl = try await shop()
        let edit = try await kubectl.start(
            ["edit", "gizmo", "one"], editor: "sed -i s/red/blue/"
        ).value
        #expect(edit.out == "gizmo.shop.example.com/one edited\n", "\(edit.err)")
        #expect(try await colour(kubectl) == "blue")
        let status = try await kubectl.start(
            ["edit", "gizmo", "one", "--subresource=status"],
            editor: "sed -i '$a status: {state: Good}'"
        ).value
        #expect(status.out == "gizmo.shop.example.com/one edited\n", "\(status.err)")
        let wrong = try await kubectl.start(
            ["edit", "gizmo", "one"], editor: "sed -i s/blue/mauve/"
        ).value
        #expect(wrong.status == 1 && wrong.err.contains("is invalid"), "\(wrong.err)")
        #expect(try await colour(kubectl) == "blue")
        await kubectl.stop()
    }

    @Test func patchesOfEveryType() async throws {
        let kubectl = try await shop()
        func patch(_ type: String, _ text: String) async throws -> Kubectl.Output {
            try await kubectl.run("patch", "gizmo", "one", "--type=\(type)", "-p", text)
        }
        #expect(try await patch("merge", #"{"spec":{"colour":"blue"}}"#).status == 0)
        let json =
            #"[{"op":"test","path":"/spec/colour","value":"blue"},"#
            + #"{"op":"replace","path":"/spec/colour","value":"green"}]"#
        #expect(try await patch("json", json).status == 0)
        #expect(try await colour(kubectl) == "green")
        let failed = try await patch("json", json)
        #expect(
            failed.err == "The request is invalid: the server rejected our request due to an error "
                + "in our request\n")
        let strategic = try await patch("strategic", #"{"spec":{"colour":"red"}}"#)
        #expect(strategic.status == 1)
        #expect(
            strategic.err.contains("application/strategic-merge-patch+json is not supported by"))
        await kubectl.stop()
    }

    @Test func appliesCreatesAndReplacesInEveryWay() async throws {
        let kubectl = try await shop()
        let blue = try kubectl.manifest(Self.gizmo.replacing("red", with: "blue"))
        let dry = try await kubectl.run("apply", "--dry-run=server", "-f", blue)
        #expect(dry.out == "gizmo.shop.example.com/one configured (server dry run)\n", "\(dry.err)")
        #expect(try await colour(kubectl) == "red")
        #expect(try await kubectl.run("replace", "-f", blue).status == 0)
        #expect(try await colour(kubectl) == "blue")
        let mine = try await kubectl.run(
            "apply", "--server-side", "--field-manager=me", "-f", blue)
        #expect(mine.out == "gizmo.shop.example.com/one serverside-applied\n", "\(mine.err)")
        let forced = try await kubectl.run("replace", "--force", "-f", blue)
        #expect(forced.out.contains("replaced"), "\(forced.err)")
        let again = try await kubectl.run("create", "-f", blue)
        #expect(again.status == 1 && again.err.contains("(AlreadyExists)"))
        let named = try kubectl.manifest(
            Self.gizmo.replacing("name: one", with: "generateName: g-"))
        #expect(try await kubectl.run("create", "-f", named).out.hasPrefix("gizmo.shop"))
        #expect(try await kubectl.run("delete", "gizmos", "-l", "app=x").lines.count == 2)
        #expect(try await kubectl.run("get", "gizmos").err.hasPrefix("No resources found"))
        await kubectl.stop()
    }

    @Test func watchesEndWhenAnotherServerStepsIn() async throws {
        let kubectl = try await shop()
        let watch = try kubectl.start([
            "get", "gizmos", "-w", "--output-watch-events", "-o", "name",
        ])
        // The list is printed before the watch is opened.
        while kubectl.server.openWatches == 0 { try await Task.sleep(for: .milliseconds(10)) }
        kubectl.front.present(APIServer())
        #expect(try await watch.value.status == 0)
        let gone = try await kubectl.run("get", "gizmos")
        #expect(gone.status == 1, "\(gone.out)")
        #expect(try await kubectl.run("get", "ns", "default", "-o", "name").status == 0)
        await kubectl.stop()
    }

    @Test func asksWhatItMay() async throws {
        let kubectl = try await shop()
        #expect(try await kubectl.run("auth", "can-i", "--list").out.contains("gizmos.shop"))
        #expect(try await kubectl.run("auth", "can-i", "create", "gizmos").out == "yes\n")
        let table = try await kubectl.run("api-resources", "--api-group=shop.example.com")
        #expect(table.lines.last == "gizmos gz shop.example.com/v1 true Gizmo")
        #expect(try await kubectl.run("api-versions").lines.contains("shop.example.com/v1"))
        let tree = try await kubectl.run("explain", "gizmos", "--recursive")
        #expect(tree.out.contains("colour\t<string> -required-"), "\(tree.out)")
        #expect(try await kubectl.run("events").err.hasPrefix("No events found"))
        let wide = try await kubectl.run("get", "gizmos", "--chunk-size=1", "--show-labels")
        #expect(wide.lines.last?.hasSuffix("app=x") == true)
        await kubectl.stop()
    }

    @Test func meetsScriptedFaults() async throws {
        let kubectl = try await shop()
        kubectl.server.faults = [Fault(.refuse(code: 503, retryAfter: nil), resource: "gizmos")]
        let refused = try await kubectl.run("get", "gizmo", "one")
        #expect(refused.err.hasPrefix("Error from server (ServiceUnavailable): "))
        kubectl.server.faults = [
            Fault(.refuse(code: 429, retryAfter: 1), resource: "gizmos", count: 2)
        ]
        // Whoever is told when to come back comes back.
        #expect(try await kubectl.run("get", "gizmo", "one").status == 0)
        #expect(kubectl.server.faults.isEmpty)
        kubectl.server.faults = [Fault(.dropAfter, verb: "patch")]
        let lost = try await kubectl.run("label", "gizmo", "one", "a=b")
        #expect(lost.status == 1, "\(lost.out)")
        #expect(try await kubectl.run("get", "gizmo", "-l", "a=b", "-o", "name").lines.count == 1)
        kubectl.server.faults = [Fault(.refuse(code: 409, retryAfter: nil), verb: "patch")]
        let conflict = try await kubectl.run("label", "gizmo", "one", "a=c", "--overwrite")
        #expect(conflict.err.contains("the object has been modified"), "\(conflict.err)")
        await kubectl.stop()
    }
}
