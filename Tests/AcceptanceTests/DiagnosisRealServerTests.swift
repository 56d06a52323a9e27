import Documents
import Foundation
import TestCluster
import TestSupport
import Testing

/// What is wrong, and where the API differs, as a real kube-apiserver tells it; the operator is
/// `sandbox operate`.
///
/// Set KUBEBUILDER_ASSETS to the folder that holds kube-apiserver and etcd.
@Suite(
    "diagnose and drift-report on a real kube-apiserver", .serialized, .timeLimit(.minutes(10)),
    .enabled(if: RealAPIServer.isAvailable, "KUBEBUILDER_ASSETS is not set"))
struct DiagnosisRealServerTests {
    @Test("the verdicts are those of the sandbox")
    func verdicts() async throws {
        let cast = try await RealCast()
        defer { cast.stop() }
        let user = cast.user
        try await diagnoses(by: user)
        try await drift(by: user)
    }

    /// What `diagnose` says about one object, by the ids of its checks.
    private func findings(
        _ user: BuiltBinary, _ kind: String, _ name: String
    ) async throws -> (severities: [String: String], json: JSONValue, status: Int32) {
        let outcome = try await user.run(["diagnose", kind, name, "-o", "json"])
        let json = try JSONValue(parsing: outcome.output)
        var severities: [String: String] = [:]
        for finding in json["items"]?[0]?["findings"]?.arrayValue ?? [] {
            severities[finding["id"]?.stringValue ?? ""] = finding["severity"]?.stringValue
        }
        return (severities, json, outcome.status)
    }

    private func diagnoses(by user: BuiltBinary) async throws {
        let well = try await findings(user, "pet", "fluffy")
        #expect(well.status == 0, "\(well.json.text(.pretty))")
        for check in ["exists", "state", "drift", "api-response", "operator", "target", "pods"] {
            #expect(well.severities[check] == "ok", "\(check)")
        }
        // A kube-apiserver asks no pod on the loopback, which is where this service listens.
        #expect(well.severities["response-time"] == "skip")

        let failed = try await findings(user, "order", "order-456")
        #expect(failed.status == 1)
        #expect(failed.severities["state"] == "fail")
        #expect(failed.severities["api-response"] == "fail")
        #expect(failed.severities["drift"] == "skip")
        #expect(failed.severities["operator"] == "ok")
        let steps = failed.json["nextSteps"]?.arrayValue ?? []
        #expect(steps.first?["words"] == ["compare", "order", "order-456", "--across-pods"])

        let drifting = try await findings(user, "pet", "bella")
        #expect(drifting.status == 1)
        #expect(drifting.severities["flapping"] == "fail")

        let missing = try await user.run(["diagnose", "pet", "nobody"])
        #expect(missing.status == 4)
        #expect(missing.errors.contains("hint: petstore-cli get pets"))
    }

    private func drift(by user: BuiltBinary) async throws {
        let report = try await user.run(["drift-report", "-o", "json"])
        #expect(report.status == 1, "\(report.errors)")
        let json = try JSONValue(parsing: report.output)
        func item(_ name: String) -> JSONValue? {
            json["items"]?.arrayValue?.first { $0["name"]?.stringValue == name }
        }
        #expect(item("bella")?["detected"] == true)
        #expect(item("fluffy")?["detected"] == false)
        #expect(item("order-456")?["detected"] != true)
        let people = try await user.run(["drift-report", "pets"])
        #expect(people.output.contains("pet/bella    Yes"), "\(people.output)")
        #expect(people.output.contains("  1. petstore-cli diagnose pet/bella (finds out why)\n"))
        let clean = try await user.run(["drift-report", "users"])
        #expect(clean.status == 0, "\(clean.output)")
    }
}
