import Foundation
import Testing

@testable import Verbs

extension OnStage {
    /// The bulk operations of the specification's Option 2: what `export` writes, and what `import`
    /// and `diff` show of it, whole.
    ///
    /// The specification shows no output there; the names of kinds and fields are those of the
    /// generated definitions.
    @Suite("The specification's CLI chapter, Option 2, bulk operations")
    struct OptionTwoStateTests {
        private func exported(_ stage: Stage) async throws -> String {
            let file = stage.setup.folder + "/state.yaml"
            let state = await stage.run("export --namespace=default")
            try Data(state.output.utf8).write(to: URL(filePath: file))
            return file
        }

        @Test("Option 2, bulk operations: petstore-cli export --namespace=production > state.yaml")
        func export() async throws {
            // Nothing of it is different each time, so nothing is masked.
            let outcome = await (try await Stage()).run("export --namespace=default")
            #expect(outcome.output == Self.state)
            #expect(outcome.status == .done && outcome.errors.isEmpty)
        }

        private static let note = """
            note: only --dry-run=server finds conflicts with other field managers, and what rules \
            and admission of the server refuse

            """

        @Test("Option 2, bulk operations: petstore-cli import state.yaml --dry-run")
        func importing() async throws {
            let stage = try await Stage()
            let file = try await exported(stage)
            func plan(_ max: String, exit status: Int32, _ note: String = "") -> Golden {
                Golden(
                    "Option 2, bulk operations", "import \(file) --dry-run", exit: status,
                    """
                    ACTION      OBJECT                                DETAIL
                    unchanged   animal/rex                            \("")
                    unchanged   order/order-456                       \("")
                    unchanged   order/order-789                       \("")
                    unchanged   pet/bella                             \("")
                    unchanged   pet/buddy                             \("")
                    unchanged   pet/fluffy                            \("")
                    \(max)
                    unchanged   user/john                             \("")
                    unchanged   animalstockquery/stock-check          \("")
                    unchanged   storeinventoryquery/inventory-check   \("")
                    unchanged   petstoreaggregate/production-health   \("")
                    unchanged   shelteraggregate/shelter-health       \("")

                    """, errors: "dry run: nothing was changed\n\(note)")
            }
            await plan("unchanged   pet/max                               ", exit: 0)
                .check(on: stage)
            _ = await stage.run("patch pet max status=sold --yes")
            let change = #"spec.status: "sold" → "pending""#
            await plan(
                "update      pet/max                               \(change)", exit: 1, Self.note
            )
            .check(on: stage)
            #expect(await stage.object("pet max").contains(#""status": "sold""#))
        }

        @Test("Option 2, bulk operations: petstore-cli diff state.yaml")
        func diff() async throws {
            let stage = try await Stage()
            let file = try await exported(stage)
            await Golden(
                "Option 2, bulk operations", "diff \(file)", "",
                errors: "no differences in 12 objects\n"
            ).check(on: stage)
            _ = await stage.run("patch pet max status=sold --yes")
            await Golden(
                "Option 2, bulk operations", "diff \(file)", exit: 1,
                """
                --- cluster
                +++ \(file)
                  pet/max
                -   spec.status: "sold"
                +   spec.status: "pending"

                """
            ).check(on: stage)
        }

        private static let state = """
            # State, written by petstore-cli export.
            # Left out: what the server sets, temporary changes, secrets (named where they were).
            # scope: {"kinds":["animals.v1alpha1.shelter.example.org",\
            "orders.v1alpha1.petstore.example.com",\
            "pets.v1alpha1.petstore.example.com",\
            "users.v1alpha1.petstore.example.com",\
            "animalsearchqueries.v1alpha1.shelter.example.org",\
            "animalstockqueries.v1alpha1.shelter.example.org",\
            "petfindbystatusqueries.v1alpha1.petstore.example.com",\
            "petfindbytagsqueries.v1alpha1.petstore.example.com",\
            "storeinventoryqueries.v1alpha1.petstore.example.com",\
            "userloginqueries.v1alpha1.petstore.example.com",\
            "userlogoutqueries.v1alpha1.petstore.example.com",\
            "animalphotoactions.v1alpha1.shelter.example.org",\
            "petuploadimageactions.v1alpha1.petstore.example.com",\
            "usercreatewithlistactions.v1alpha1.petstore.example.com",\
            "petstoreaggregates.v1alpha1.petstore.example.com",\
            "shelteraggregates.v1alpha1.shelter.example.org",\
            "petstorebundles.v1alpha1.petstore.example.com"],\
            "namespace":"default"}
            ---
            apiVersion: shelter.example.org/v1alpha1
            kind: Animal
            metadata:
              name: rex
              namespace: default
            spec:
              category: {}
              id: 127
              mergeOnUpdate: true
              name: Rex
              status: available
            ---
            apiVersion: petstore.example.com/v1alpha1
            kind: Order
            metadata:
              labels:
                environment: production
              name: order-456
              namespace: default
            spec:
              id: 456
              mergeOnUpdate: true
              petId: 123
              quantity: 1
              status: placed
            ---
            apiVersion: petstore.example.com/v1alpha1
            kind: Order
            metadata:
              labels:
                environment: production
              name: order-789
              namespace: default
            spec:
              complete: true
              id: 789
              mergeOnUpdate: true
              petId: 124
              quantity: 2
              shipDate: "2024-01-27T10:00:00Z"
              status: approved
            ---
            apiVersion: petstore.example.com/v1alpha1
            kind: Pet
            metadata:
              labels:
                environment: production
              name: bella
              namespace: default
            spec:
              category:
                id: 1
                name: Dogs
              id: 125
              mergeOnUpdate: true
              name: Bella
              photoUrls:
              - https://photos.example.com/bella.jpg
              status: available
            ---
            apiVersion: petstore.example.com/v1alpha1
            kind: Pet
            metadata:
              labels:
                environment: production
              name: buddy
              namespace: default
            spec:
              category:
                id: 1
                name: Dogs
              id: 124
              mergeOnUpdate: true
              name: Buddy
              photoUrls:
              - https://photos.example.com/buddy.jpg
              status: available
            ---
            apiVersion: petstore.example.com/v1alpha1
            kind: Pet
            metadata:
              labels:
                environment: production
              name: fluffy
              namespace: default
            spec:
              category:
                id: 1
                name: Dogs
              id: 123
              mergeOnUpdate: true
              name: Fluffy
              photoUrls:
              - https://photos.example.com/fluffy.jpg
              status: available
            ---
            apiVersion: petstore.example.com/v1alpha1
            kind: Pet
            metadata:
              labels:
                environment: production
              name: max
              namespace: default
            spec:
              category:
                id: 2
                name: Cats
              mergeOnUpdate: true
              name: Max
              photoUrls:
              - https://photos.example.com/max.jpg
              status: pending
            ---
            apiVersion: petstore.example.com/v1alpha1
            kind: User
            metadata:
              labels:
                environment: production
              name: john
              namespace: default
            spec:
              email: john@email.com
              firstName: John
              lastName: James
              mergeOnUpdate: true
              username: john
            ---
            apiVersion: shelter.example.org/v1alpha1
            kind: AnimalStockQuery
            metadata:
              name: stock-check
              namespace: default
            spec:
              reExecuteInterval: 5m
            ---
            apiVersion: petstore.example.com/v1alpha1
            kind: StoreInventoryQuery
            metadata:
              labels:
                environment: production
              name: inventory-check
              namespace: default
            spec:
              executionInterval: 5m
            ---
            apiVersion: petstore.example.com/v1alpha1
            kind: PetstoreAggregate
            metadata:
              labels:
                environment: production
              name: production-health
              namespace: default
            spec:
              aggregationStrategy: AllHealthy
              derivedValues:
              - expression: summary.synced * 100 / summary.total
                name: healthPercentage
              - expression: resources.filter(r, r.status.state == 'Failed').map(r, r.metadata.name)
                name: failedResources
              resourceSelectors:
              - kind: Pet
                matchLabels:
                  environment: production
              - kind: Order
                matchLabels:
                  environment: production
              - kind: User
                matchLabels:
                  environment: production
            ---
            apiVersion: shelter.example.org/v1alpha1
            kind: ShelterAggregate
            metadata:
              name: shelter-health
              namespace: default
            spec:
              aggregationStrategy: AllHealthy
              resourceSelectors:
              - kind: Animal
              - kind: AnimalStockQuery
            # end: 12 objects

            """
    }
}
