import Catalog
import Documents
import KubernetesCore
import Testing

@testable import Diagnostics

@Suite("Drift is computed from spec and answer, by the operator's rules")
struct DriftTests {
    private let kind = Things.kind(.resource)

    private func finding(_ object: KubernetesObject) -> DriftFinding {
        DriftFinding(object, kind: kind, now: Things.now)
    }

    private func fields(_ spec: JSONValue, _ data: JSONValue) -> [String] {
        finding(Things.synced(spec, data)).differences.map {
            "\($0.field): \($0.wantedText) / \($0.actualText)"
        }
    }

    @Test("differences are told field by field, though the operator's flag says false")
    func flagIsFalse() {
        #expect(fields(["a": "x", "b": 1], ["a": "y", "b": 1, "c": 2]) == ["a: x / y"])
        #expect(finding(Things.synced(["a": "x"], ["a": "y"])).verdict == .present)
        #expect(finding(Things.synced(["a": "x"], ["a": "x"])).verdict == .none)
    }

    @Test(
        "what the operator does not compare is no difference",
        arguments: [
            (["a": []], ["a": [1]]), (["a": [:]], ["a": ["b": 1]]), (["a": nil], ["a": 1]),
            (["paused": true, "target": ["pod": "x"]], [:]), (["a": 1], ["a": 1.0]),
            (["a": false], [:]), (["a": ""], [:]),
            (["a": "2026-01-01T00:00:00Z"], ["a": "2026-01-01T01:00:00+01:00"]),
        ] as [(JSONValue, JSONValue)])
    func noDifference(spec: JSONValue, data: JSONValue) {
        #expect(fields(spec, data) == [])
    }

    @Test("nested values must match exactly, and the place that differs is named")
    func nested() {
        #expect(
            fields(
                ["category": ["id": 1, "name": "Dogs"]], ["category": ["id": 1, "name": "Cats"]])
                == ["category.name: Dogs / Cats"])
        #expect(
            fields(["tags": [["name": "x"]]], ["tags": [["id": 7, "name": "x"]]])
                == ["tags[0].id: nothing / 7"])
        #expect(fields(["tags": ["x"]], ["tags": ["x", "y"]]) == ["tags: [\"x\"] / [\"x\",\"y\"]"])
    }

    @Test("a zero that merge mode never writes is a difference that stays")
    func neverWritten() {
        let zero = finding(Things.synced(["quantity": 0], ["quantity": 5]))
        #expect(zero.differences.first?.isNeverWritten == true)
        let replaced = finding(
            Things.synced(["quantity": 0, "mergeOnUpdate": false], ["quantity": 5]))
        #expect(replaced.differences.first?.isNeverWritten == false)
        #expect(finding(Things.synced(["on": false], ["on": true])).verdict == .present)
    }

    @Test("secrets are masked, by the schema's word and by their names")
    func secrets() {
        #expect(
            fields(["pin": "1", "apiToken": "x"], ["pin": "2", "apiToken": "y"]) == [
                "pin: ******** / ********", "apiToken: ******** / ********",
            ])
    }

    @Test("who last wrote the field is told")
    func writer() throws {
        let writer = try #require(
            finding(Things.synced(["a": "x"], ["a": "y"])).differences.first?.writer)
        #expect(writer.manager == "anna")
        #expect(writer.time == Timestamp(rfc3339: "2026-01-31T11:00:00Z"))
    }

    @Test("where the answer is old or missing, nothing is claimed")
    func unknown() {
        func verdict(_ status: JSONValue, generation: Int64 = 1) -> DriftFinding.Verdict {
            finding(Things.thing(["a": 1], status, generation: generation)).verdict
        }
        let answer: JSONValue = ["success": true, "data": ["a": 2]]
        #expect(verdict([:]) == .unknown("not reported yet"))
        #expect(
            verdict(["state": "Failed", "response": answer])
                == .unknown("the last call failed, so its answer is old"))
        #expect(verdict(["state": "Failed"]) == .unknown("no call has worked yet"))
        #expect(
            verdict(
                ["state": "Synced", "observedGeneration": 1, "response": answer], generation: 2)
                == .unknown("the operator has not seen the latest spec yet"))
        #expect(
            verdict([
                "state": "Synced", "lastGetTime": "2026-01-31T11:00:00Z", "response": answer,
            ]) == .unknown("the answer is 60m old, so it may have changed since"))
        #expect(verdict(["state": "Synced"]) == .unknown("no answer to compare with"))
        #expect(verdict(["state": "Paused", "driftDetected": true]) == .present)
        #expect(verdict(["state": "Paused", "driftDetected": false]) == .none)
    }

    @Test("each endpoint is judged by itself; one that failed is unknown, not equal")
    func endpoints() {
        let object = Things.thing(
            ["a": 1],
            [
                "state": "Synced", "lastGetTime": "2026-01-31T11:59:50Z",
                "response": ["success": true, "data": ["a": 1]],
                "responses": [
                    "http://p-0:8080": ["success": true, "data": ["a": 1]],
                    "http://p-1:8080": ["success": true, "data": ["a": 2]],
                    "http://p-2:8080": ["success": false, "error": "refused"],
                ],
            ])
        #expect(
            finding(object).parts.map(\.verdict) == [.none, .present, .unknown("refused")])
        #expect(finding(object).verdict == .present)
    }

    @Test("observers are compared, too")
    func observed() {
        var object = Things.synced(["a": 1, "readOnly": true], ["a": 2])
        object.status["state"] = "Observed"
        #expect(finding(object).verdict == .present)
    }

    @Test("a write long after the last edit has put something right; one soon after has not")
    func corrected() {
        let late = Things.synced(["a": 1], ["a": 1], count: 3, written: "2026-01-31T11:30:00Z")
        #expect(finding(late).corrected == Timestamp(rfc3339: "2026-01-31T11:30:00Z"))
        let soon = Things.synced(["a": 1], ["a": 1], count: 3, written: "2026-01-31T11:00:20Z")
        #expect(finding(soon).corrected == nil)
    }

    @Test("a count that grows while nobody edits is flapping; the count alone is not")
    func flapping() {
        func thing(_ count: Int64, _ generation: Int64 = 1) -> KubernetesObject {
            Things.thing(
                ["a": 1], ["state": "Synced", "driftDetectedCount": .integer(count)],
                generation: generation)
        }
        let span = Duration.seconds(1)
        #expect(Flapping(thing(3), thing(9), span: span)?.after == 9)
        #expect(Flapping(thing(9), thing(9), span: span) == nil)
        #expect(Flapping(thing(3), thing(4, 2), span: span) == nil)
        #expect(Flapping(thing(0), thing(1), span: span) == nil)
    }

    @Test("an object that is written again and again without being counted is flapping, too")
    func rewritten() {
        let first = Things.synced(["a": 1], ["a": 1], written: "2026-01-31T11:59:50Z")
        let second = Things.synced(["a": 1], ["a": 1], written: "2026-01-31T11:59:52Z")
        #expect(Flapping(first, second, span: .seconds(1)) != nil)
        #expect(Flapping(first, first, span: .seconds(1)) == nil)
    }
}
