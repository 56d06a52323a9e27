import Catalog
import Documents
import KubernetesCore
import Testing

@testable import Session

@Suite("Judging what stands in an object")
struct JudgementTests {
    private func pet(_ spec: JSONValue, _ status: JSONValue, generation: Int64 = 2)
        -> KubernetesObject
    {
        KubernetesObject([
            "metadata": ["name": "fluffy", "generation": .integer(generation)], "spec": spec,
            "status": status,
        ])
    }

    @Test("synced means that the API shows the value, not that the state says so")
    func sync() {
        let path = FieldPath(members: "spec", "status")
        func verdict(_ spec: JSONValue, _ status: JSONValue, _ category: Category = .resource)
            -> SyncVerdict
        {
            SyncJudge.verdict(on: pet(spec, status), category: category, showing: [path])
        }
        let data: JSONValue = ["data": ["status": "sold"]]
        #expect(
            verdict(
                ["status": "sold"],
                ["state": "Synced", "observedGeneration": 2, "response": data]) == .synced)
        // Seen live 9: generation and state are there, the API still has the old value.
        #expect(
            verdict(
                ["status": "available"],
                ["state": "Synced", "observedGeneration": 2, "response": data])
                == .notYet("the API does not show spec.status yet"))
        #expect(
            verdict(["status": "sold"], ["state": "Synced", "observedGeneration": 1])
                == .notYet("the operator has not seen it yet"))
        #expect(
            verdict(
                ["status": "sold"],
                ["state": "Failed", "observedGeneration": 2, "message": "PUT: 500"])
                == .notYet("PUT: 500"))
        #expect(
            verdict(["status": "sold", "paused": true], ["state": "Paused"])
                == .nobodyLooks("it is paused"))
        #expect(verdict([:], [:]) == .nobodyLooks("no operator has looked at it"))
        // A member that went away, and zero values, are never sent in merge mode.
        #expect(
            verdict([:], ["state": "Synced", "observedGeneration": 2, "response": data])
                == .synced)
        #expect(
            verdict(
                ["status": "sold"], ["state": "Queried", "observedGeneration": 2], .query)
                == .synced)
        #expect(
            verdict(
                ["status": "sold"], ["state": "Querying", "observedGeneration": 2], .query)
                == .notYet("its state is Querying"))
    }

    @Test("what the operator's types do to a spec is no difference, what people do is")
    func normalisation() {
        func same(_ left: FieldValue, _ right: FieldValue) -> Bool {
            UndoClassifier(toleratesOperator: true).isSame(left, right)
        }
        #expect(same(.absent, .present(.object(JSONObject()))))
        #expect(same(.present(false), .absent))
        #expect(same(.present("0"), .present("0s")))
        #expect(same(.present(["a": 1, "b": ""]), .present(["a": 1])))
        #expect(!same(.present(0), .absent))
        #expect(!same(.present("30s"), .present("31s")))
        #expect(!same(.present("a"), .present("b")))
        #expect(!same(.present(["a": 1]), .present(["a": 2])))
        #expect(!UndoClassifier().isSame(.present(false), .absent))
    }

    @Test("each path is done, ours, or somebody else's")
    func classify() {
        let classifier = UndoClassifier()
        let field = ChangeRecord.Field(
            path: FieldPath(members: "spec", "a"), before: .present(1), ours: .present(2))
        #expect(classifier.classify(field, in: ["spec": ["a": 1]]) == .done)
        #expect(classifier.classify(field, in: ["spec": ["a": 2]]) == .ours)
        #expect(classifier.classify(field, in: ["spec": ["a": 3]]) == .foreign(.present(3)))
        #expect(classifier.classify(field, in: ["spec": [:]]) == .foreign(.absent))
        let removed = ChangeRecord.Field(
            path: FieldPath(members: "spec", "p", "a"), before: .present(1), ours: .absent)
        #expect(classifier.classify(removed, in: ["spec": ["p": ["b": 1]]]) == .ours)
        #expect(classifier.classify(removed, in: ["spec": ["b": 1]]) == .foreign(.absent))
    }

    @Test("ownership goes back to who had it, and only what was ours")
    func ownership() throws {
        let path = FieldPath(members: "spec", "status")
        let gitops: JSONValue = [
            "manager": "gitops", "operation": "Apply", "apiVersion": "v1",
            "fieldsV1": ["f:spec": ["f:status": [:], "f:name": [:]]],
        ]
        let before = KubernetesObject(["metadata": ["managedFields": [gitops]]])
        let owners = OwnershipPlanner.owners(of: [path], in: before)
        #expect(owners.map(\.fields) == [["f:spec": ["f:status": [:]]]])
        let object: JSONValue = ["spec": ["status": "x", "name": "y"]]
        func after(_ entries: [JSONValue]) -> [JSONValue] {
            OwnershipPlanner.entries(
                entries, returning: [path], to: owners, manager: "petstore-cli", in: object)
        }
        let ours: JSONValue = [
            "manager": "petstore-cli", "operation": "Update", "apiVersion": "v1",
            "fieldsV1": ["f:spec": ["f:status": [:]]],
        ]
        var rest = gitops
        rest["fieldsV1"] = ["f:spec": ["f:name": [:]]]
        #expect(after([rest, ours]) == [gitops])
        // Their entry had vanished with its last field.
        var alone = gitops
        alone["fieldsV1"] = ["f:spec": ["f:status": [:]]]
        #expect(after([ours]) == [alone])
        // What we own besides stays ours.
        var more = ours
        more["fieldsV1"] = ["f:spec": ["f:status": [:], "f:id": [:]]]
        var less = ours
        less["fieldsV1"] = ["f:spec": ["f:id": [:]]]
        #expect(after([rest, more]) == [less, gitops].reversed())
    }

    @Test("paths are shown as people write them")
    func descriptions() {
        #expect(FieldPath(members: "spec", "status").description == "spec.status")
        #expect(
            FieldPath.annotation("a.b/c").description == "metadata.annotations[\"a.b/c\"]")
        #expect(
            FieldPath([.member("spec"), .member("ports"), .item(["name": "http"])]).description
                == "spec.ports[name=http]")
    }
}
