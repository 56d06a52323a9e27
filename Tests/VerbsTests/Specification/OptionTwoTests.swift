import Foundation
import Sandbox
import Testing

@testable import Verbs

extension OnStage {
    /// The tool of its own, as the specification's Option 2 types and shows it.
    @Suite("The specification's CLI chapter, Option 2")
    struct OptionTwoTests {
        private static let failure =
            "API returned 500: Database connection failed (GET http://127.0.1.10:8080/api/v3/store/order/456)"

        /// The transcript of the interactive shell, line by line.
        private static let transcript = [
            Golden(
                "Option 2, shell", "status",
                """
                Aggregate: production-health
                Health: Degraded (6/7 synced, 1 failed)

                Aggregate: shelter-health
                Health: Healthy (2/2 synced)

                FAILED RESOURCES:
                KIND    NAME        STATE    MESSAGE
                Order   order-456   Failed   \(failure)

                """),
            Golden(
                "Option 2, shell", "get pets",
                """
                NAME     STATE    EXTERNAL-ID   AGE
                bella    Synced   125           AGE
                buddy    Synced   124           AGE
                fluffy   Synced   123           AGE
                max      Synced   1000          AGE

                """),
            // The block of the specification ends with the category; more facts follow.
            Golden(
                "Option 2, shell", "describe pet fluffy",
                """
                Name:         fluffy
                State:        Synced
                External ID:  123
                Last Sync:    TIME
                Drift:        No

                Response Data:
                  id: 123
                  name: Fluffy
                  status: available
                  category: { id: 1, name: "Dogs" }
                  photoUrls: ["https://photos.example.com/fluffy.jpg"]

                Details:
                  Kind:         Pet (petstore.example.com/v1alpha1)
                  Category:     resource
                  Namespace:    default
                  Created:      TIME (2d ago)
                  Message:      Synced with the REST API
                  Last Read:    TIME
                  Observed:     generation 1, up to date
                  Target:       the operator's own choice
                  Interval:     30s (the operator's own), next about TIME
                  On Delete:    Delete (the operator created the API's object)
                  Labels:       environment=production

                Spec:
                  category: { id: 1, name: "Dogs" }
                  id: 123
                  mergeOnUpdate: true
                  name: Fluffy
                  photoUrls: ["https://photos.example.com/fluffy.jpg"]
                  status: available

                Conditions:
                TYPE      STATUS   REASON   SINCE   MESSAGE
                Ready     True     Synced   AGE   Synced with the REST API
                Stalled   False    Synced   AGE   Synced with the REST API

                """),
            Golden(
                "Option 2, shell", "diagnose pet fluffy",
                """
                Running diagnostics for pet/fluffy...

                [OK] Resource synced successfully
                [OK] No drift detected
                [OK] API response healthy (200 OK)
                [OK] Response time: Nms
                [WARN] Resource modified 2 days ago (consider refreshing)

                Result: 1 warning, 20 passed (-o wide shows them all)

                Next steps (next N runs one):
                  1. refresh pet fluffy (has the operator read the API again)

                """),
            Golden(
                "Option 2, shell",
                "compare pet fluffy --pods 0,1,2 --field status.state --field id"
                    + " --field name",
                """
                Comparing pet/fluffy across pods 0, 1, 2...

                Field                Pod-0    Pod-1    Pod-2
                status.state         Synced   Synced   Synced
                response.data.id     123      123      123
                response.data.name   Fluffy   Fluffy   Fluffy

                Result: All pods consistent

                """),
        ]

        @Test("Option 2, interactive shell mode", arguments: transcript)
        func shell(golden: Golden) async throws {
            let stage = try await Stage()
            let shell = stage.shell()
            await golden.check(on: stage, shell: shell)
            _ = await shell.access.close()
        }

        private static let lines = [
            Golden(
                "Option 2, resource operations", "get pet fluffy --show-response",
                """
                NAME     STATE    EXTERNAL-ID   AGE
                fluffy   Synced   123           AGE

                Response Data:
                  id: 123
                  name: Fluffy
                  status: available
                  category: { id: 1, name: "Dogs" }
                  photoUrls: ["https://photos.example.com/fluffy.jpg"]

                """),
            Golden(
                "Option 2, diagnostics", "health-check --all", exit: 1,
                """
                Health: Degraded

                RESOURCE                              HEALTH     SYNCED   FAILED   PENDING   MESSAGE
                petstoreaggregate/production-health   Degraded   6        1        0         1 resource failed
                shelteraggregate/shelter-health       Healthy    2        0        0         All 2 resources synced

                KIND                  TOTAL   SYNCED   FAILED   PENDING   STALE   STUCK   DRIFT
                Pet                   4       4        0        0         0       0       1
                Order                 2       1        1        0         0       0       0
                User                  1       1        0        0         0       0       0
                StoreInventoryQuery   1       1        0        0         0       0       0
                PetstoreAggregate     1       0        1        0         0       0       0
                Animal                1       1        0        0         0       0       0
                AnimalStockQuery      1       1        0        0         0       0       0
                ShelterAggregate      1       1        0        0         0       0       0

                PROBLEMS:
                RESOURCE          PROBLEM   STATE    MESSAGE
                order/order-456   failed    Failed   \(failure)
                pet/bella         drift     Synced   Drift detected: status is sold, the spec asks for available: petstore-sandbox asked for it 3d ago; something else changes it in the API

                Next steps:
                  1. petstore-cli diagnose order/order-456 (finds out why)
                  2. petstore-cli diagnose pet/bella (finds out why)

                """),
            Golden(
                "Option 2, temporary changes", "patch pet fluffy status=pending --rollback-on-exit",
                """
                pet/fluffy spec.status: available → pending (undone on exit, else by session recover)

                """,
                errors: """
                    holding the change of pet/fluffy; it is undone at Ctrl-C or at the end of input
                    pet/fluffy spec.status: undone (available)
                    undone 1, kept 0, failed 0

                    """),
            Golden(
                "Option 2, queries", "query find-by-status --status=pending",
                """
                ID     NAME   CATEGORY   STATUS
                1000   Max    Cats       pending

                """),
            Golden(
                "Option 2, queries", "query inventory --target-pod=0",
                """
                available: 3
                pending: 1
                sold: 1

                """),
            Golden(
                "Option 2, actions", "action upload-image --pet-id=123 --once", exit: 1, "",
                errors: """
                    error: upload-image was not run: it has nothing to upload, and without one of data, dataFrom, dataURL, dataFromFile the operator fails before it calls the API
                    hint: add --file FILE

                    """),
            Golden(
                "Option 2, actions", "action upload-image --pet-id=123 --every=5m", exit: 1, "",
                errors: """
                    error: upload-image was not run: it has nothing to upload, and without one of data, dataFrom, dataURL, dataFromFile the operator fails before it calls the API
                    hint: add --file FILE

                    """),
        ]

        @Test("Option 2, usage", arguments: lines)
        func usage(golden: Golden) async throws { await golden.check(on: try await Stage()) }

        @Test("Option 2, usage: petstore-cli init --kubeconfig FILE")
        func initialize() async throws {
            let stage = try await Stage()
            stage.world.environment["KUBECONFIG"] = nil
            let outcome = await stage.run("init --kubeconfig \(stage.setup.folder)/kubeconfig")
            #expect(outcome.status == .done && outcome.errors.isEmpty, "\(outcome.errors)")
            #expect(
                Golden.masked(outcome.output.replacing(stage.setup.folder, with: "FOLDER")) == """
                    Server:       http://cluster.test (v1.32.0-petstore.sandbox)
                    Context:      stage
                    Namespace:    default

                    petstore.example.com/v1alpha1 (petstore)
                      Resources:    orders, pets, users
                      Queries:      find-by-status, find-by-tags, inventory, login, logout
                      Actions:      create-with-list, upload-image
                      Aggregates:   petstoreaggregates
                      Bundles:      petstorebundles
                      Operator:     running
                                    Deployment petstore-system/controller-manager, 1/1 ready
                                    Lease petstore-system/petstore.petstore.example.com, held by controller-manager-sandbox, renewed AGE ago
                      Targets:      StatefulSet default/petstore-api, 3/3 ready
                                      petstore-api-0 Running 127.0.1.10
                                      petstore-api-1 Running 127.0.1.11
                                      petstore-api-2 Running 127.0.1.12

                    shelter.example.org/v1alpha1 (shelter)
                      Resources:    animals
                      Queries:      search, stock
                      Actions:      photo
                      Aggregates:   shelteraggregates
                      Operator:     not found
                      Targets:      none found

                    MISSING OR FORBIDDEN:
                      operator of shelter.example.org: neither a Lease shelter.shelter.example.org nor a Deployment labelled control-plane=controller-manager was found
                        states stay as they are without one; to try it here: petstore-cli sandbox operate
                      target pods of shelter: no StatefulSet or Deployment in default mentions shelter
                        -n names the namespace in which the application runs

                    Written to FOLDER/.config/petstore-cli/config.yaml

                    """)
        }

        @Test("Option 2, usage: petstore-cli describe order order-456")
        func describeFailing() async throws {
            await Golden(
                "Option 2, resource operations", "describe order order-456",
                """
                Name:         order-456
                State:        Failed
                External ID:  -
                Last Sync:    -
                Drift:        Unknown (no call has worked yet)
                Message:      \(Self.failure)

                Response Data:
                  none: no call has worked yet

                Details:
                  Kind:         Order (petstore.example.com/v1alpha1)
                  Category:     resource
                  Namespace:    default
                  Created:      TIME (24h ago)
                  Observed:     generation 1, up to date
                  Target:       the operator's own choice
                  Interval:     30s (the operator's own)
                  Labels:       environment=production

                Spec:
                  id: 456
                  mergeOnUpdate: true
                  petId: 123
                  quantity: 1
                  status: placed

                Conditions:
                TYPE      STATUS   REASON   SINCE   MESSAGE
                Ready     False    Failed   AGE   \(Self.failure)
                Stalled   True     Failed   AGE   \(Self.failure)

                Next steps:
                  1. petstore-cli diagnose order order-456 (finds out why)

                """
            ).check(on: try await Stage.shared())
        }

        @Test("Option 2, usage: petstore-cli edit pet fluffy --temporary --ttl=1h")
        func edit() async throws {
            let stage = try await Stage()
            stage.world.environment["TMPDIR"] = stage.setup.folder
            stage.world.runCommand = { words in
                let file = URL(filePath: try #require(words.last))
                let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
                let edited = text.replacing("status: available", with: "status: pending")
                try Data(edited.utf8).write(to: file)
                return 0
            }
            await Golden(
                "Option 2, temporary changes", "edit pet fluffy --temporary --ttl=1h",
                """
                pet/fluffy spec.status: available → pending (undone on exit; by the operator at TIME at the latest)

                """,
                errors: """
                    note: at TIME the operator will overwrite later edits of spec.status
                    holding the change of pet/fluffy; it is undone after 1h0m0s, at Ctrl-C or at the end of input
                    pet/fluffy spec.status: undone (available)
                    undone 1, kept 0, failed 0

                    """
            ).check(on: stage)
        }
    }
}
