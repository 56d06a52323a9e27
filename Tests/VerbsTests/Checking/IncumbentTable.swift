import Documents
import KubernetesCore
import SandboxPetstoreService
import Testing

@testable import Verbs

/// What the incumbent gets wrong, row by row, and what is shown here in its place.
struct IncumbentRow: Sendable {
    var failure: String
    var line: String
    var status: Int32
    /// Parts of what is shown or told.
    var shows: [String]
    /// What must stand nowhere.
    var hides: [String]

    init(
        _ failure: String, _ line: String, exit status: Int32 = 0, _ shows: [String] = [],
        not hides: [String] = []
    ) {
        self.failure = failure
        self.line = line
        self.status = status
        self.shows = shows
        self.hides = hides
    }
}

/// Rows that stand on one stage.
struct IncumbentScene: Sendable, CustomTestStringConvertible {
    var name: String
    var arrange: @Sendable (Props) async throws -> Void = { _ in }
    var rows: [IncumbentRow]

    var testDescription: String { name }

    func play() async throws {
        let stage = try await Stage()
        try await arrange(Props(stage, SceneTime()))
        for row in rows {
            let outcome = await stage.run(row.line)
            let all = outcome.output + outcome.errors
            #expect(outcome.status.code == row.status, "\(row.failure): \(all)")
            for text in row.shows { #expect(all.contains(text), "\(row.failure): \(all)") }
            for text in row.hides { #expect(!all.contains(text), "\(row.failure): \(all)") }
            if row.line.hasSuffix("-o json") {
                #expect(throws: Never.self, "\(row.failure)") {
                    try JSONValue(parsing: outcome.output)
                }
            }
        }
    }
}

/// The list, verb by verb.
enum IncumbentTable {
    static let scenes = [asItStands, observed, driftOfAll, pods, lost, hidden]

    private static let asItStands = IncumbentScene(
        name: "the cast as it stands",
        rows: [
            .init(
                "status: fields that do not exist, so always Unknown and zeros", "status",
                ["Health: Degraded (6/7 synced, 1 failed)"], not: ["Unknown"]),
            .init(
                "status: the first aggregate only", "status",
                ["Aggregate: production-health", "Aggregate: shelter-health"]),
            .init(
                "status: one namespace only", "status -A", ["Aggregate: default/production-health"]),
            .init(
                "status: names of Go in JSON", "status -o json", ["\"aggregates\"", "\"synced\""],
                not: ["SyncedCount", "\"Name\""]),
            .init("get: no single object", "get pet fluffy", ["fluffy   Synced   123"]),
            .init("get: no short names", "get pe", ["fluffy"]),
            .init("get: the same columns for queries", "get storeinventoryqueries", ["RESULTS"]),
            .init(
                "get: the same columns for actions", "get petuploadimageactions",
                ["No resources found in default namespace."]),
            .init(
                "get: the same columns for aggregates", "get petstoreaggregates",
                ["TOTAL   SYNCED   FAILED"]),
            .init(
                "get: prose in place of JSON when there is nothing", "get pets -n nowhere -o json",
                ["\"items\": []"], not: ["No resources"]),
            .init(
                "get: a struct of its own in place of the object", "get pet fluffy -o json",
                ["\"apiVersion\": \"petstore.example.com/v1alpha1\"", "\"spec\""]),
            .init(
                "describe: neither message nor error", "describe order order-456",
                ["Message:      API returned 500: Database connection failed"]),
            .init(
                "describe: no results of queries", "describe storeinventoryquery inventory-check",
                ["Response Data:", "available: "]),
            .init(
                "describe: no children and computed values",
                "describe petstoreaggregate production-health",
                ["healthPercentage", "order-456   Failed"]),
            .init("describe: conditions are cut", "describe order order-456", ["/order/456)"]),
            .init(
                "diagnose: a missing object is no failure", "diagnose pet nobody", exit: 4,
                ["\"nobody\" not found"]),
            .init(
                "diagnose: prose in front of the JSON", "diagnose pet fluffy -o json",
                ["\"findings\""], not: ["Running diagnostics"]),
            .init(
                "diagnose: a flag that looks at nothing and always passes",
                "diagnose pet fluffy --pod 1", exit: 2, ["unknown option '--pod'"]),
            .init(
                "diagnose: queries always warn",
                "diagnose storeinventoryquery inventory-check --strict",
                ["[OK] Query answered successfully"], not: ["[WARN]"]),
            .init(
                "diagnose: the age of the last write for that of the last look",
                "diagnose user john -o wide", ["within its interval of 30s"], not: ["Stale"]),
            .init(
                "diagnose: no failure in the exit status", "diagnose order order-456", exit: 1,
                ["[FAIL]"]),
        ])

    private static let observed = IncumbentScene(
        name: "what only looks, and what is paused",
        arrange: { props in
            try await props.create("pets", "watcher", ["id": 123, "readOnly": true])
            try await props.wait("pets", "watcher", "Observed")
            _ = await props.stage.run("pause user john --reason 'moving house'")
            try await props.wait("users", "john", "Paused")
        },
        rows: [
            .init(
                "status: observed counts as pending", "health-check --all", exit: 1,
                ["Pet                   5       5        0        0"]),
            .init(
                "diagnose: observers always warn", "diagnose pet watcher --strict",
                ["[OK] Resource observed successfully"], not: ["[WARN]"]),
            .init(
                "diagnose: the reason of a pause is looked for where nobody writes it",
                "diagnose user john", ["[WARN] Paused: moving house"]),
        ])

    private static let driftOfAll = IncumbentScene(
        name: "drift",
        rows: [
            .init(
                "drift: the operator's flag, which is nearly always false",
                "drift-report pets --sample 0", exit: 1, ["pet/bella    Yes"]),
            .init(
                "drift: no field is ever shown", "drift-report pets --sample 0", exit: 1,
                ["status   available    sold"]),
            .init(
                "drift: failed answers count as drifted", "drift-report orders --sample 0",
                ["order/order-456   Unknown", "no call has worked yet"]),
            .init(
                "drift: queries and actions swell the totals", "drift-report --sample 0", exit: 1,
                not: ["inventory-check", "petstoreaggregate"]),
            .init(
                "drift: printed texts are compared, not values", "drift-report users --sample 0",
                ["user/john   No"]),
            .init(
                "get --drift: the operator's flag", "get pets --drift -o name",
                ["pet.petstore.example.com/bella"], not: ["fluffy"]),
        ])

    private static let pods = IncumbentScene(
        name: "pods that differ",
        arrange: { props in
            for (pod, tag) in [(1, "b"), (2, "c")] {
                await props.suffer(
                    .drift(
                        ObjectDrift(
                            ObjectName(.pet, "123"), field: "tags",
                            value: [["id": 1, "name": .string(tag)]])), [pod])
            }
        },
        rows: [
            .init(
                "compare: no observers, only advice; differences end with 0",
                "compare pet fluffy --pods 0,1,2", exit: 1, ["Pod-0", "Pod-1", "Pod-2"]),
            .init(
                "compare: a field that is not found everywhere is agreement",
                "compare pet fluffy --pods 0,1,2 --field data.nosuch", exit: 2,
                ["no pod's answer has a field \"data.nosuch\""], not: ["consistent"]),
            .init(
                "compare: the documented spelling of a field finds nothing",
                "compare pet fluffy --pods 0,1,2 --field data.name",
                ["response.data.name   Fluffy   Fluffy   Fluffy", "All pods consistent"]),
            .init(
                "compare: lists are their sizes, so different ones look equal",
                "compare pet fluffy --pods 1,2 --field tags", exit: 1, ["b", "c"],
                not: ["<object>", "consistent"]),
            .init(
                "compare: queries are an error",
                "compare storeinventoryquery inventory-check --pods 0,1", ["All pods consistent"]),
        ])

    private static let lost = IncumbentScene(
        name: "every endpoint fails",
        arrange: { props in
            await props.suffer(.fail())
        },
        rows: [
            .init(
                "compare: all failing is consistent", "compare pet fluffy --pods 0,1,2", exit: 1,
                ["failed: API returned 500"], not: ["All pods consistent"])
        ])

    private static let hidden = IncumbentScene(
        name: "what may not be seen",
        arrange: { props in
            _ = await props.stage.run("patch user john password=hunter2")
            props.forbid([("*", "pets")])
        },
        rows: [
            .init(
                "status: a kind that is forbidden looks like one without objects",
                "status --as anna", ["pets"]),
            .init(
                "drift: errors are passed over", "drift-report --as anna --sample 0",
                ["pets.petstore.example.com is forbidden"]),
            .init(
                "describe: passwords", "describe user john", ["password: ********"],
                not: ["hunter2"]),
        ])
}

extension OnStage {
    @Suite("Where the incumbent is wrong")
    struct IncumbentTableTests {
        @Test("this is right", arguments: IncumbentTable.scenes)
        func table(scene: IncumbentScene) async throws { try await scene.play() }

        @Test("each failure has a row of its own")
        func breadth() {
            let failures = IncumbentTable.scenes.flatMap { $0.rows.map(\.failure) }
            #expect(failures.count >= 36 && Set(failures).count == failures.count)
        }
    }
}
