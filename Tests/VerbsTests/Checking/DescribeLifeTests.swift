import Documents
import KubernetesCore
import Sandbox
import SandboxPetstoreService
import Testing

@testable import Verbs

extension OnStage {
    @Suite("describe: long answers, endings, owners, endpoints")
    struct DescribeLifeTests {
        @Test("a long answer is cut with a remark, and whole when asked for")
        func longAnswers() async throws {
            let stage = try await Stage()
            let props = Props(stage, SceneTime())
            await props.stopOperator()
            let data = JSONObject((0..<60).map { .init("status\($0)", .integer(Int64($0))) })
            try await props.setStatus(
                "storeinventoryqueries", "inventory-check",
                ["results": ["success": true, "data": .object(data)]])
            let line = "describe storeinventoryquery inventory-check"
            let short = await stage.run(line).output
            #expect(short.contains("more lines (--show-response shows them)"))
            #expect(!short.contains("status59:"))
            let whole = await stage.run(line + " --show-response").output
            #expect(whole.contains("  status59: 59\n") && !whole.contains("more lines"))
            let json = await stage.run(line + " -o json").output
            #expect(json.contains("status59"))
        }

        @Test("an answer from before the failure is called so, in a line that is not broken")
        func keptAnswer() async throws {
            let stage = try await Stage()
            let props = Props(stage, SceneTime())
            await props.stopOperator()
            let healthy = await stage.run("describe pet fluffy").output
            #expect(healthy.contains("\nResponse Data:\n  id: 123\n"))
            #expect(!healthy.contains("Next steps:"))
            func status(_ state: String) -> JSONValue {
                [
                    "state": .string(state), "message": "why",
                    "lastGetTime": "2026-01-27T10:00:00Z",
                    "response": ["lastUpdated": "2026-01-27T10:00:00Z"],
                    "conditions": [
                        [
                            "type": "Ready", "status": "False", "reason": .string(state),
                            "message": "why", "lastTransitionTime": "2026-01-27T10:05:00Z",
                        ]
                    ],
                ]
            }
            try await props.setStatus("pets", "fluffy", status("Failed"))
            let title = "Response Data (of 2026-01-27T10:00:00Z, before the failure):"
            #expect(title.count <= 80)
            let failed = await stage.run("describe pet fluffy").output
            #expect(failed.contains("\n\(title)\n  id: 123\n"), "\(failed)")
            #expect(
                failed.hasSuffix(
                    "\nNext steps:\n  1. petstore-cli diagnose pet fluffy (finds out why)\n"))
            // What would have been the next reading is over.
            #expect(failed.contains("Interval:     30s (the operator's own)\n"))
            let shown = await stage.run("get pets fluffy buddy --show-response").output
            #expect(
                shown.contains(
                    "Response Data (pet/fluffy, of 2026-01-27T10:00:00Z, before the failure):"))
            #expect(shown.contains("Response Data (pet/buddy):\n"))
            let order = await stage.run("describe order order-456").output
            #expect(order.contains("Response Data:\n  none: no call has worked yet\n"))
        }

        @Test("what ends a temporary change, and when")
        func timeToLive() async throws {
            let stage = try await Stage()
            let props = Props(stage, SceneTime())
            await props.stopOperator()
            func annotate(_ name: String, _ annotations: JSONValue) async throws {
                try await props.patch("pets", name, ["metadata": ["annotations": annotations]])
            }
            let soon = (props.now + .seconds(600)).rfc3339
            try await annotate(
                "fluffy",
                [
                    "petstore.example.com/patch-expires": .string(soon),
                    "petstore.example.com/patch-original-state": #"{"status":"available"}"#,
                    "petstore.example.com/patched-by": "kubectl-plugin",
                ])
            try await annotate(
                "buddy", ["petstore.example.com/patch-expires": "2024-01-27T18:00:00Z"])
            let fluffy = await stage.run("describe pet fluffy").output
            #expect(fluffy.contains("TTL:          \(soon) (in "))
            #expect(fluffy.contains("); then status goes back, set by kubectl-plugin"))
            let buddy = await stage.run("describe pet buddy").output
            #expect(buddy.contains("TTL:          2024-01-27T18:00:00Z (passed "))
        }

        @Test("every endpoint's answer, the target that was asked, and what deleting would do")
        func endpoints() async throws {
            let stage = try await Stage()
            let props = Props(stage, SceneTime())
            await props.suffer(.down, [1])
            try await props.create(
                "pets", "wide",
                [
                    "id": 123, "readOnly": true,
                    "target": [
                        "baseURLs": [
                            "http://127.0.1.10:8080/api/v3", "http://127.0.1.11:8080/api/v3",
                        ]
                    ],
                ])
            try await props.wait("pets", "wide", "Observed")
            let wide = await stage.run("describe pet wide").output
            #expect(wide.contains("Response Data from http://127.0.1.10:8080/api/v3:"))
            #expect(wide.contains("Response Data from http://127.0.1.11:8080/api/v3:\n  failed: "))
            #expect(wide.contains("asked: http://127.0.1.10:8080/api/v3, http://127.0.1.11"))
            #expect(wide.contains("On Delete:    nothing happens in the API (read only)"))
            let john = await stage.run("describe user john").output
            #expect(john.contains("Adopted:      20") && john.contains("Orphan (the API had it"))
            #expect(john.contains("Interval:     30s (the operator's own), next about 20"))
        }
    }
}
