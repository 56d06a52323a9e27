import Documents
import KubernetesCore
import Testing

@testable import Controller

@Suite("What the controller says of itself")
struct ControllerStatusTests {
    @Test("metrics are in the text format, each with its help and type")
    func metrics() {
        let status = ControllerStatus()
        #expect(!status.isReady)
        status.lead(true)
        status.note(connected: true)
        var pass = ControllerStatus.Pass()
        pass.restored = 2
        pass.kept = 3
        status.note(pass, at: Timestamp(seconds: 1_800_000_000))
        pass.kept = 1
        status.note(pass, at: Timestamp(seconds: 1_800_000_060))
        #expect(status.isReady)
        let lines = status.metrics.split(separator: "\n").map(String.init)
        #expect(lines.contains("petstore_cli_cleanup_leader 1"))
        #expect(lines.contains("petstore_cli_cleanup_restored_total 4"))
        #expect(lines.contains("petstore_cli_cleanup_kept 1"))
        #expect(lines.contains("petstore_cli_cleanup_passes_total 2"))
        #expect(lines.contains("petstore_cli_cleanup_last_pass_timestamp_seconds 1800000060"))
        for line in lines where !line.hasPrefix("#") {
            let name = line.split(separator: " ")[0]
            #expect(lines.contains { $0.hasPrefix("# TYPE \(name) ") }, "\(name)")
            #expect(lines.contains { $0.hasPrefix("# HELP \(name) ") }, "\(name)")
        }
        status.note(connected: false)
        #expect(!status.isReady)
    }

    @Test("a line of the log is one line of JSON, whatever it says")
    func log() throws {
        let line = LogLine(
            .error, "two\nlines", ["object": "pet/\u{1B}[2J"], at: Timestamp(seconds: 0))
        #expect(!line.text.utf8.contains { $0 < 0x20 })
        let json = try JSONValue(parsing: line.text)
        #expect(json["level"] == "error")
        #expect(json["time"] == "1970-01-01T00:00:00Z")
        #expect(json["message"] == "two\nlines")
    }

    @Test("the manifests name what they need, and nothing of it twice")
    func manifests() {
        let all = ControllerManifests.all(
            group: "shop.example.org", rules: [["verbs": ["get"]]], image: "it:1")
        let names = all.map {
            "\($0["kind"]?.stringValue ?? "")/\($0["metadata", "name"]?.stringValue ?? "")"
        }
        #expect(Set(names).count == names.count)
        #expect(
            names == [
                "Namespace/petstore-system",
                "CustomResourceDefinition/diagnosticcleanuppolicies.shop.example.org",
                "ServiceAccount/petstore-cli-cleanup", "ClusterRole/petstore-cli-cleanup",
                "ClusterRoleBinding/petstore-cli-cleanup", "Deployment/petstore-cli-cleanup",
            ])
        #expect(all[3]["rules"] == [["verbs": ["get"]]])
        let container = all[5]["spec", "template", "spec", "containers"]?[0]
        #expect(container?["image"] == "it:1")
    }

    @Test(
        "addresses as servers take them",
        arguments: [
            (":8080", "0.0.0.0", 8080), ("127.0.0.1:0", "127.0.0.1", 0), ("[::1]:9", "::1", 9),
        ])
    func addresses(text: String, host: String, port: Int) throws {
        let found = try ControllerEndpoints(address: text, status: ControllerStatus())
        #expect(found.host == host)
        #expect(found.port == port)
    }

    @Test("what is no address is refused", arguments: ["8080", ":x", "host:", ":65536", ""])
    func noAddress(text: String) {
        #expect(throws: ControllerEndpoints.Failure.self) {
            try ControllerEndpoints(address: text, status: ControllerStatus())
        }
    }
}
