import Documents
import Sandbox
import SandboxPetstoreService
import Testing

@testable import Verbs

extension OnStage {
    /// The plugin of kubectl, as the specification's Option 1 types and shows it.
    @Suite("The specification's CLI chapter, Option 1")
    struct OptionOneTests {
        private static let plugin = "kubectl-api_diag"

        @Test("Option 1: kubectl api-diag status petstore, and the output of the status command")
        func status() async throws {
            await Golden(
                "Option 1", "status petstore", as: Self.plugin,
                """
                AGGREGATE           HEALTH     SYNCED   FAILED   PENDING   MESSAGE
                production-health   Degraded   6        1        0         1 resource failed

                FAILED RESOURCES:
                KIND    NAME        STATE    MESSAGE
                Order   order-456   Failed   API returned 500: Database connection failed (GET http://127.0.1.10:8080/api/v3/store/order/456)

                """
            ).check(on: try await Stage())
        }

        @Test("Option 1: kubectl api-diag compare pet/fluffy --pods=0,1,2")
        func compareAlike() async throws {
            await Golden(
                "Option 1", "compare pet/fluffy --pods=0,1,2", as: Self.plugin,
                """
                Comparing pet/fluffy across pods 0, 1, 2...

                FIELD                         POD-0                                   POD-1                                   POD-2
                status.state                  Synced                                  Synced                                  Synced
                response.data.id              123                                     123                                     123
                response.data.name            Fluffy                                  Fluffy                                  Fluffy
                response.data.status          available                               available                               available
                response.data.category.id     1                                       1                                       1
                response.data.category.name   Dogs                                    Dogs                                    Dogs
                response.data.photoUrls[0]    https://photos.example.com/fluffy.jpg   https://photos.example.com/fluffy.jpg   https://photos.example.com/fluffy.jpg

                Result: All pods consistent

                """
            ).check(on: try await Stage())
        }

        @Test("Option 1: the output of the compare command, with a pod that failed")
        func compareFailing() async throws {
            let stage = try await Stage()
            await stage.cluster.fleet.instances[2].suffer(
                .failObject(ObjectName(.pet, "123"), message: "timeout"))
            await Golden(
                "Option 1", "compare pet/fluffy --pods=0,1,2 --field status.state --field id",
                as: Self.plugin, exit: 1,
                """
                Comparing pet/fluffy across pods 0, 1, 2...

                FIELD              POD-0    POD-1    POD-2
                status.state       Synced   Synced   Failed
                response.data.id   123      123      -

                Pod-2: failed: API returned 500: timeout (GET http://127.0.1.12:8080/api/v3/pet/123)

                Result: Failed on Pod-2; the others are alike

                Next steps:
                  1. kubectl api-diag targets (shows which pods there are, and ready)
                  $  kubectl logs petstore-api-2 -n default (shows what that pod says of it)
                  2. kubectl api-diag diagnose pet/fluffy (finds out what is wrong with it)

                """
            ).check(on: stage)
        }

        @Test("Option 1: kubectl api-diag query inventory --target-pod=0")
        func query() async throws {
            await Golden(
                "Option 1", "query inventory --target-pod=0", as: Self.plugin,
                """
                available: 3
                pending: 1
                sold: 1

                """
            ).check(on: try await Stage())
        }

        @Test("Option 1: kubectl api-diag patch pet/fluffy --spec='…' --ttl=1h")
        func patch() async throws {
            let stage = try await Stage()
            await Golden(
                "Option 1", #"patch pet/fluffy --spec='{"status":"pending"}' --ttl=1h"#,
                as: Self.plugin,
                """
                pet/fluffy spec.status: available → pending (undone by the operator at TIME at the latest)

                """,
                errors: """
                    note: at TIME the operator will overwrite later edits of spec.status
                    to undo it earlier: kubectl api-diag undo all --session ID

                    """
            ).check(on: stage)
            #expect(await stage.object("pet fluffy").contains("\"status\": \"pending\""))
        }

        @Test("Option 1: kubectl api-diag drift-report --namespace=production")
        func driftOfAPlace() async throws {
            let stage = try await Stage()
            let props = Props(stage, SceneTime())
            try await props.create("namespaces", "production", [:], in: "")
            await Golden(
                "Option 1", "drift-report --namespace=production", as: Self.plugin, "",
                errors: "No resources found in production namespace.\n"
            ).check(on: stage)
            try await props.create(
                "pets", "away", ["id": 124, "readOnly": true, "name": "Other"], in: "production")
            try await eventually {
                await stage.run("get pet away -n production -o jsonpath={.status.state}").output
                    == "Observed"
            }
            await Golden(
                "Option 1", "drift-report --namespace=production", as: Self.plugin, exit: 1,
                """
                RESOURCE   DRIFT   FIELD   SPEC VALUE   ACTUAL VALUE
                pet/away   Yes     name    Other        Buddy

                Next steps:
                  1. kubectl api-diag diagnose pet/away -n production (finds out why)

                """
            ).check(on: stage)
        }

        @Test("Option 1: the output of the drift command")
        func drift() async throws {
            let stage = try await Stage()
            await stage.drift(.init(.pet, "123"), "status", "pending")
            _ = await stage.run("refresh pet fluffy")
            await Golden(
                "Option 1", "drift-report pets orders -l name!=none --sample 0", as: Self.plugin,
                exit: 1,
                """
                RESOURCE          DRIFT     FIELD    SPEC VALUE   ACTUAL VALUE
                pet/bella         Yes       status   available    sold
                pet/buddy         No        -        -            -
                pet/fluffy        Yes       status   available    pending
                pet/max           No        -        -            -
                order/order-456   Unknown   -        -            -
                order/order-789   No        -        -            -

                order/order-456: not known: no call has worked yet

                Next steps:
                  1. kubectl api-diag diagnose pet/bella (finds out why)
                  2. kubectl api-diag diagnose pet/fluffy (finds out why)
                  3. kubectl api-diag diagnose order/order-456 (finds out why)

                """
            ).check(on: stage)
        }
    }
}
