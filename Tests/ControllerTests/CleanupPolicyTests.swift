import Documents
import KubernetesCore
import Session
import Testing

@testable import Controller

@Suite("What a cleanup policy asks for")
struct CleanupPolicyTests {
    private func policy(_ spec: JSONValue) -> CleanupPolicy {
        CleanupPolicy(
            KubernetesObject(["metadata": ["name": "p", "namespace": "n"], "spec": spec]))
    }

    @Test("the policy of the specification")
    func specification() {
        let found = policy([
            "ttlExpired": true, "maxAge": "24h",
            "labelSelector": ["matchLabels": ["temporary": "true"]],
            "excludeLabels": ["keep": "true", "team": "a"],
        ])
        #expect(found.namespace == "n")
        #expect(found.problem == nil)
        #expect(found.limits.takesExpired)
        #expect(found.limits.maxAge == .seconds(86_400))
        #expect(found.limits.aged?.matches(["temporary": "true"]) == true)
        #expect(found.limits.aged?.matches([:]) == false)
        #expect(found.exclusion(of: ["team": "a", "x": "y"]) == "team=a")
        #expect(found.exclusion(of: ["team": "b"]) == nil)
    }

    @Test("an empty one asks for nothing")
    func empty() {
        #expect(policy([:]).limits == SweepLimits(takesExpired: false))
        #expect(policy([:]).problem == nil)
    }

    @Test("no exclusion takes keep=true its meaning")
    func keepStays() {
        let limits = policy(["ttlExpired": true, "excludeLabels": ["keep": "false"]]).limits
        #expect(limits.protected == ["keep": "true"])
    }

    @Test("expressions of selectors, together with labels")
    func expressions() {
        let found = policy([
            "labelSelector": [
                "matchLabels": ["temporary": "true"],
                "matchExpressions": [
                    ["key": "team", "operator": "In", "values": ["a", "b"]],
                    ["key": "old", "operator": "DoesNotExist"],
                ],
            ]
        ])
        let aged = found.limits.aged
        #expect(aged?.matches(["temporary": "true", "team": "b"]) == true)
        #expect(aged?.matches(["team": "b"]) == false)
        #expect(aged?.matches(["temporary": "true", "team": "b", "old": ""]) == false)
    }

    @Test(
        "a policy of which a part means nothing asks for nothing, and still excludes",
        arguments: [
            ["maxAge": "24 hours"], ["maxAge": "-1h"],
            ["labelSelector": ["matchExpressions": [["key": "a", "operator": "Like"]]]],
            ["labelSelector": ["matchExpressions": [["key": "a", "operator": "In"]]]],
            ["labelSelector": ["matchExpressions": [["operator": "Exists"]]]],
        ] as [JSONValue])
    func meaningless(part: JSONValue) {
        var spec = part
        spec["ttlExpired"] = true
        spec["excludeLabels"] = ["team": "a"]
        let found = policy(spec)
        #expect(found.problem?.isEmpty == false)
        #expect(found.limits == SweepLimits(takesExpired: false))
        #expect(found.exclusion(of: ["team": "a"]) == "team=a")
    }

    @Test("the definition takes the policy of the specification, and its group's name")
    func definition() {
        let definition = CleanupPolicy.definition(group: "shop.example.org")
        #expect(
            definition["metadata", "name"] == "diagnosticcleanuppolicies.shop.example.org")
        let schema = definition["spec", "versions"]?[0]?["schema", "openAPIV3Schema"]
        let fields = schema?["properties", "spec", "properties"]?.objectValue
        #expect(
            fields?.map(\.name).sorted()
                == ["excludeLabels", "labelSelector", "maxAge", "ttlExpired"])
    }
}
