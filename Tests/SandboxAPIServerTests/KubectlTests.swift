import Documents
import HTTP
import SandboxAPIServer
import Testing

/// What a user of stock kubectl does on the sandbox.
///
/// Skipped where there is no kubectl.
@Suite(.enabled(if: Kubectl.path != nil, "kubectl is not on PATH"), .timeLimit(.minutes(10)))
struct KubectlTests {
    private static func gizmo(_ colour: String) -> String {
        """
        apiVersion: shop.example.com/v1
        kind: Gizmo
        metadata: {name: one, labels: {app: x}}
        spec: {colour: \(colour), count: 3}
        """
    }

    private func shop() async throws -> Kubectl {
        let kubectl = try await Kubectl()
        let definition = try kubectl.manifest(Definitions.gizmo.text())
        let made = try await kubectl.run("create", "-f", definition)
        #expect(made.status == 0, "\(made.err)")
        let ready = try await kubectl.run(
            "wait", "--for=condition=Established", "crd/gizmos.shop.example.com", "--timeout=10s")
        #expect(ready.status == 0, "\(ready.err)")
        return kubectl
    }

    private func expect(
        _ output: Kubectl.Output, _ text: String, at place: SourceLocation = #_sourceLocation
    ) {
        #expect(output.status == 0, "\(output.err)", sourceLocation: place)
        #expect(output.out.contains(text), "\(output.out)", sourceLocation: place)
    }

    @Test func reads() async throws {
        let kubectl = try await shop()
        let file = try kubectl.manifest(Self.gizmo("red"))
        expect(try await kubectl.run("apply", "-f", file), "gizmo.shop.example.com/one created")
        let table = try await kubectl.run("get", "gizmos")
        #expect(table.lines.first == "NAME COLOUR READY AGE")
        #expect(table.lines.last?.hasPrefix("one red") == true)
        let wide = try await kubectl.run("get", "gz", "-o", "wide")
        #expect(wide.lines.first == "NAME COLOUR COUNT READY AGE")
        expect(try await kubectl.run("get", "gizmo/one", "-o", "yaml"), "size: medium")
        expect(try await kubectl.run("get", "gizmo", "one", "-o", "json"), #""colour": "red""#)
        expect(try await kubectl.run("get", "all"), "gizmo.shop.example.com/one")
        expect(try await kubectl.run("get", "gizmos", "-l", "app in (x,y)", "-A"), "one")
        expect(try await kubectl.run("describe", "gizmo", "one"), "Colour:  red")
        expect(try await kubectl.run("api-resources"), "gizmos")
        expect(try await kubectl.run("explain", "gizmo.spec.colour"), "red")
        expect(try await kubectl.run("explain", "gizmo"), "A thing that is sold.")
        expect(try await kubectl.run("explain", "pod.metadata"), "ownerReferences")
        expect(try await kubectl.run("version"), "Server Version: v1.32")
        expect(try await kubectl.run("auth", "can-i", "delete", "gizmos"), "yes")
        let none = try await kubectl.run("get", "gizmo", "two")
        #expect(none.status == 1)
        #expect(
            none.err
                == "Error from server (NotFound): gizmos.shop.example.com \"two\" not found\n")
        await kubectl.stop()
    }

    @Test func appliesAndDiffs() async throws {
        let kubectl = try await shop()
        let red = try kubectl.manifest(Self.gizmo("red"))
        let blue = try kubectl.manifest(Self.gizmo("blue"))
        expect(try await kubectl.run("apply", "-f", red), "created")
        let diff = try await kubectl.run("diff", "-f", blue)
        #expect(diff.status == 1 && diff.out.contains("+  colour: blue"))
        expect(try await kubectl.run("apply", "-f", blue), "configured")
        expect(try await kubectl.run("apply", "-f", blue), "unchanged")
        #expect(try await kubectl.run("diff", "-f", blue).status == 0)
        expect(
            try await kubectl.run("apply", "--server-side", "-f", red), "serverside-applied")
        let other = try await kubectl.run(
            "apply", "--server-side", "--field-manager=other", "-f", blue)
        #expect(other.status == 1 && other.err.contains("conflict with \"kubectl\""))
        expect(
            try await kubectl.run(
                "apply", "--server-side", "--force-conflicts", "--field-manager=other", "-f", blue),
            "serverside-applied")
        let strict = try kubectl.manifest(
            Self.gizmo("red").replacing("count", with: "amount"))
        let refused = try await kubectl.run("apply", "-f", strict)
        #expect(refused.status == 1 && refused.err.contains(#"unknown field "spec.amount""#))
        await kubectl.stop()
    }

    @Test func changesAndWaits() async throws {
        let kubectl = try await shop()
        let file = try kubectl.manifest(Self.gizmo("red"))
        expect(try await kubectl.run("create", "-f", file), "created")
        expect(
            try await kubectl.run(
                "patch", "gizmo", "one", "--type=merge", "-p", #"{"spec":{"colour":"blue"}}"#),
            "patched")
        expect(
            try await kubectl.run(
                "patch", "gizmo", "one", "--type=json", "-p",
                #"[{"op":"replace","path":"/spec/colour","value":"green"}]"#), "patched")
        let invalid = try await kubectl.run(
            "patch", "gizmo", "one", "--type=merge", "-p", #"{"spec":{"colour":"lost"}}"#)
        #expect(
            invalid.err
                == "The Gizmo \"one\" is invalid: spec.colour: Unsupported value: \"lost\": "
                + "supported values: \"red\", \"green\", \"blue\"\n")
        expect(try await kubectl.run("label", "gizmo", "one", "a=b"), "labeled")
        expect(try await kubectl.run("annotate", "gizmo", "one", "a=b"), "annotated")
        expect(
            try await kubectl.run(
                "patch", "gizmo", "one", "--subresource=status", "--type=merge", "-p",
                #"{"status":{"state":"Good"}}"#), "patched")
        expect(
            try await kubectl.run(
                "wait", "gizmo/one", "--for=jsonpath={.status.state}=Good", "--timeout=20s"),
            "condition met")
        let waiting = try kubectl.start([
            "wait", "gizmo/one", "--for=delete", "--timeout=60s",
        ])
        expect(try await kubectl.run("delete", "gizmo", "one"), "deleted")
        #expect(try await waiting.value.status == 0)
        await kubectl.stop()
    }

    @Test func watches() async throws {
        let kubectl = try await shop()
        let file = try kubectl.manifest(Self.gizmo("red"))
        expect(try await kubectl.run("create", "-f", file), "created")
        let watch = try kubectl.start(["get", "gizmos", "-w"])
        try await watch.waits(forLines: 2)
        _ = try await kubectl.run(
            "patch", "gizmo", "one", "--type=merge", "-p", #"{"spec":{"colour":"blue"}}"#)
        try await watch.waits(forLines: 3)
        kubectl.server.cutWatches()
        let lines = try await watch.value.lines
        await kubectl.stop()
        #expect(lines.count == 3, "\(lines)")
        #expect(lines.dropFirst().first?.hasPrefix("one red") == true)
        #expect(lines.last?.hasPrefix("one blue") == true)
    }

    @Test func builtInKinds() async throws {
        let kubectl = try await Kubectl()
        expect(try await kubectl.run("create", "ns", "play"), "namespace/play created")
        let pod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: p-0, namespace: play}
            spec: {containers: [{name: c, image: "i:1"}]}
            """
        let file = try kubectl.manifest(pod)
        expect(try await kubectl.run("apply", "-f", file), "pod/p-0 created")
        let next = try kubectl.manifest(pod.replacing("i:1", with: "i:2"))
        expect(try await kubectl.run("apply", "-f", next), "pod/p-0 configured")
        expect(
            try await kubectl.run(
                "patch", "pod", "-n", "play", "p-0", "-p",
                #"{"spec":{"containers":[{"name":"c","image":"i:3"}]}}"#), "patched")
        let table = try await kubectl.run("get", "pods", "-n", "play")
        #expect(table.lines.first == "NAME READY STATUS RESTARTS AGE")
        #expect(table.lines.last?.hasPrefix("p-0 0/1 Pending 0") == true)
        expect(try await kubectl.run("describe", "pod", "-n", "play", "p-0"), "i:3")
        expect(try await kubectl.run("create", "configmap", "cm", "--from-literal=a=b"), "created")
        expect(
            try await kubectl.run("create", "secret", "generic", "s", "--from-literal=a=b"),
            "created")
        expect(try await kubectl.run("get", "secret", "s", "-o", "jsonpath={.data.a}"), "Yg==")
        let event = try kubectl.manifest(
            """
            apiVersion: v1
            kind: Event
            metadata: {name: e.1, namespace: play}
            involvedObject: {kind: Pod, name: p-0, namespace: play}
            reason: Pulled
            message: it is here
            type: Normal
            lastTimestamp: "2026-01-01T00:00:00Z"
            """)
        expect(try await kubectl.run("create", "-f", event), "created")
        expect(try await kubectl.run("get", "events", "-n", "play"), "it is here")
        expect(try await kubectl.run("delete", "ns", "play"), "deleted")
        #expect(try await kubectl.run("get", "ns", "play").status == 1)
        await kubectl.stop()
    }
}
