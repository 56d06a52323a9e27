import Catalog
import Documents
import KubernetesCore
import Testing

@testable import Diagnostics

@Suite("What is wrong comes first, once, and with a cause that is one")
struct WeightTests {
    private func diagnosis(
        _ object: KubernetesObject, _ category: Category = .resource,
        _ change: (inout Evidence) -> Void = { _ in }
    ) -> Diagnosis {
        var evidence = Evidence(object, kind: Things.kind(category), now: Things.now)
        evidence.operators.lastStatusWrite = Things.now
        change(&evidence)
        return Diagnosis(evidence)
    }

    private func checks(_ diagnosis: Diagnosis) -> [CheckID] {
        diagnosis.byWeight.filter { $0.severity == .fail }.map(\.check)
    }

    @Test("what failed stands before the rest, and its root before what it makes fail")
    func order() {
        var stale = Things.synced(["a": 1], ["a": 1])
        stale.status["lastGetTime"] = "2026-01-31T11:00:00Z"
        let lost = diagnosis(stale) { $0.operators.lastStatusWrite = nil }
        #expect(checks(lost) == [.operatorAlive, .freshness])
        #expect(lost.byWeight.map(\.check).prefix(2) == [.operatorAlive, .freshness])
        // Nothing is lost, and what did not fail stays in the order of the checks.
        #expect(Set(lost.byWeight) == Set(lost.findings))
        let healthy = diagnosis(Things.synced(["a": 1], ["a": 1]))
        #expect(healthy.byWeight == healthy.findings)
    }

    @Test("what hangs is told once, as hanging")
    func hanging() {
        let executing = diagnosis(
            Things.thing(
                [:], ["state": "Executing", "executedAt": "2026-01-31T11:00:00Z"]), .action)
        #expect(checks(executing) == [.stuck])
        #expect(
            executing.finding(.state)?.summary == "State not judged: it hangs in Executing")
        let paused = diagnosis(
            Things.thing([:], ["state": "Paused", "observedGeneration": 1], generation: 3), .query)
        #expect(checks(paused) == [.stuck])
        for check in [CheckID.state, .generation, .freshness] {
            #expect(paused.finding(check)?.severity == .skip, "\(check)")
            #expect(paused.finding(check)?.summary.hasSuffix("it hangs in Paused") == true)
        }
        // An action that has just begun is not finished, and does not hang.
        let young = diagnosis(
            Things.thing(
                [:], ["state": "Executing", "executedAt": "2026-01-31T11:59:50Z"]), .action)
        #expect(young.finding(.state)?.severity == .warn && checks(young).isEmpty)
    }

    @Test("a deletion that hangs is no change of the spec")
    func deleting() {
        var object = Things.synced(["a": 1], ["a": 1])
        object.metadata["deletionTimestamp"] = "2026-01-31T11:50:00Z"
        object.metadata["finalizers"] = ["g.example.com/finalizer"]
        object.metadata["generation"] = 2
        let found = diagnosis(object)
        #expect(checks(found) == [.deletion])
        #expect(
            found.finding(.deletion)?.summary
                == "Its deletion has hung for 10m, held by g.example.com/finalizer")
        #expect(found.finding(.generation)?.severity == .skip)
    }

    @Test("where nobody could be called, the API is not blamed, and trying again is no help")
    func nobodyCalled() {
        let spec: JSONValue = ["id": 1, "target": ["pod": "p-9"]]
        let lost = diagnosis(
            Things.thing(spec, ["state": "Failed", "message": "pod default/p-9 not found"])
        ) { evidence in
            evidence.stage = .known(Stage(namespace: "default", workloads: [], pods: []))
        }
        #expect(checks(lost) == [.state, .target])
        #expect(lost.finding(.apiResponse)?.severity == .skip)
        #expect(
            lost.remedies.map(\.words) == [
                ["targets"], ["describe", "thing", "one"], ["edit", "thing", "one"],
                ["get", "pods", "-n", "default"],
            ])
        let refused = diagnosis(
            Things.thing(spec, ["state": "Failed", "message": "connection refused"]))
        #expect(refused.finding(.apiResponse)?.severity == .fail)
    }

    @Test("of several endpoints it is said that the answer of one is missing")
    func oneOfSeveral() {
        let found = diagnosis(
            Things.thing(
                ["a": 1],
                [
                    "state": "Observed", "lastGetTime": "2026-01-31T11:59:50Z",
                    "responses": [
                        "http://a": ["success": true, "data": ["a": 1]],
                        "http://b": ["success": false, "error": "refused"],
                    ],
                ]))
        #expect(
            found.finding(.drift)?.summary == "Drift not known of one endpoint: refused")
    }

    @Test("that nobody touched the spec for long is a step where nothing else is")
    func idle() {
        func steps(slow: Bool) -> [String] {
            diagnosis(Things.synced(["id": 1], ["id": 1])) { evidence in
                evidence.modificationLimit = .seconds(60)
                let time = Duration.milliseconds(slow ? 1500 : 5)
                evidence.answers = .known([
                    MeasuredAnswer(pod: "p-0", path: "/", outcome: .answered(200, after: time))
                ])
            }.remedies.map { $0.words[0] }
        }
        #expect(steps(slow: false) == ["refresh"])
        #expect(steps(slow: true) == ["health-check", "targets", "logs"])
    }

    @Test("what was not read in time is stale, unless the object says why")
    func stale() {
        func isStale(_ state: String, _ spec: JSONValue = [:]) -> Bool {
            let object = Things.thing(
                spec, ["state": .string(state), "lastGetTime": "2026-01-31T11:00:00Z"])
            return Evidence(object, kind: Things.kind(.resource), now: Things.now).isStale
        }
        #expect(isStale("Synced") && isStale("Observed"))
        #expect(!isStale("Failed") && !isStale("NotFound") && !isStale("Paused"))
        #expect(!isStale("Synced", ["paused": true]))
        #expect(!isStale("Synced", ["executionInterval": "0"]))
    }

    @Test("a fan-out that failed is not an object that is gone")
    func fanOut() {
        func found(_ code: Int64) -> Diagnosis {
            diagnosis(
                Things.thing(
                    ["id": 1],
                    [
                        "state": "NotFound",
                        "responses": [
                            "http://a": ["success": false, "statusCode": .integer(code)],
                            "http://b": ["success": false, "statusCode": .integer(code)],
                        ],
                    ]))
        }
        #expect(
            found(500).finding(.state)?.summary
                == "No endpoint gave a good answer; the operator calls that NotFound")
        #expect(
            found(500).finding(.drift)?.summary
                == "Drift not known: no endpoint gave a good answer")
        #expect(found(404).finding(.state)?.summary == "The API has no such object")
        #expect(
            found(404).finding(.drift)?.summary == "Drift not known: the API has no such object")
        // Where no pods are known there is nothing to compare.
        #expect(!found(500).remedies.contains { $0.words.first == "compare" })
    }
}
