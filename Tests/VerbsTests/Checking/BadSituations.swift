import Diagnostics
import Documents
import KubernetesCore
import SandboxPetstoreService

/// The table of bad situations: how each is brought about on the sandbox, and the verdict.
enum BadSituations {
    static let scenes: [Scene] =
        [
            asItStands, failing, refusing, gone, slow, silent, flappers, pauses, targets, unready,
            fanOut, fanOutLost, rivals, intervals, operations, summaries, forbidden, blind, refused,
        ] + NoOperator.scenes + Setups.scenes

    private static let pet: JSONValue = ["id": 123, "name": "Fluffy", "photoUrls": []]

    private static func url(_ instance: Int) -> JSONValue {
        .string("http://127.0.1.\(10 + instance):8080/api/v3")
    }

    private static let asItStands = Scene(
        name: "the cast as it stands", arrange: { _ in },
        rows: [
            .init(
                "nothing wrong, but an old spec", "pet fluffy", .modified, .warn, ["2 days ago"],
                exit: 0, also: [.state: .ok, .drift: .ok, .apiResponse: .ok, .responseTime: .ok]),
            .init(
                "the same, strictly", "pet fluffy --strict", .modified, .warn,
                ["consider refreshing"], exit: 1),
            .init(
                "an object that the API fails on", "order order-456", .state, .fail,
                ["API returned 500", "the API itself failed (500 Internal Server Error)"], exit: 1,
                also: [.apiResponse: .fail, .freshness: .skip, .drift: .skip]),
            .init(
                "an aggregate with a failed member", "petstoreaggregate production-health",
                .members, .fail, ["1 of 7 members failed: order/order-456"], exit: 1,
                also: [.state: .fail]),
            .init(
                "a name that nobody has", "pet nobody", .exists, .fail, ["\"nobody\" not found"],
                exit: 4),
        ])

    private static let failing = Scene(
        name: "an instance that fails",
        arrange: { props in
            await props.suffer(.fail())
            try await props.touch("pets", "fluffy")
            try await props.wait("pets", "fluffy", "Failed")
        },
        rows: [
            .init(
                "failing instance", "pet fluffy", .state, .fail,
                ["API returned 500: Database connection failed"], exit: 1,
                also: [.apiResponse: .fail, .responseTime: .warn, .operatorAlive: .ok])
        ])

    private static let refusing = Scene(
        name: "an API that refuses",
        arrange: { props in
            await props.suffer(.fail(status: 422, message: "no such breed"))
            try await props.touch("pets", "fluffy")
            try await props.wait("pets", "fluffy", "Failed")
        },
        rows: [
            .init(
                "refused by the API", "pet fluffy", .state, .fail,
                ["no such breed", "does not try again before something changes"], exit: 1,
                also: [.apiResponse: .fail])
        ])

    private static let gone = Scene(
        name: "an instance that is gone",
        arrange: { props in
            await props.suffer(.down)
            try await props.touch("pets", "fluffy")
            try await props.wait("pets", "fluffy", "Failed")
        },
        rows: [
            .init(
                "instance down", "pet fluffy", .state, .fail,
                ["connection refused", "the instance cannot be reached"], exit: 1,
                also: [.apiResponse: .fail, .responseTime: .fail])
        ])

    private static let slow = Scene(
        name: "an instance that is slow",
        arrange: { props in
            await props.suffer(.latency(.milliseconds(1300)))
        },
        rows: [
            .init(
                "slow instance", "pet fluffy", .responseTime, .warn, ["is slow", "all 3 pods are"],
                exit: 0),
            .init(
                "slow instance, strictly", "pet buddy --strict", .responseTime, .warn,
                ["reads every object without a pause"], exit: 1),
        ])

    private static let silent = Scene(
        name: "an instance that never answers",
        arrange: { props in
            await props.suffer(.latency(.seconds(90)))
        },
        rows: [
            .init(
                "silent instance", "pet fluffy --sample 0", .responseTime, .fail,
                ["no answer within 5s"], exit: 1)
        ])

    private static let flappers = Scene(
        name: "what never stays as it is written",
        arrange: { props in
            try await props.create("orders", "big", ["id": 900, "petId": 1, "quantity": 5])
            try await props.wait("orders", "big", "Synced")
            try await props.patch("orders", "big", ["spec": ["quantity": 0]])
            try await props.wait("orders", "big") {
                $0["driftDetectedCount"]?.integerValue ?? 0 > 3
            }
        },
        rows: [
            .init(
                "drifting instance", "pet bella", .drift, .fail,
                ["status is sold, the spec asks for available"], exit: 1, also: [.state: .ok]),
            .init(
                "flapping", "pet bella", .flapping, .fail,
                ["differs again after each write", "nobody edited"], exit: 1),
            .init(
                "a zero that merge mode never writes", "order big", .drift, .fail,
                ["quantity is 5", "never writes 0"], exit: 1, also: [.flapping: .fail]),
            .init(
                "not looked at twice", "pet bella --sample 0", .flapping, .skip, ["once only"],
                exit: 1),
        ])

    private static let pauses = Scene(
        name: "what is paused",
        arrange: { props in
            try await props.patch("pets", "fluffy", ["spec": ["paused": true]])
            try await props.patch("pets", "buddy", ["spec": ["paused": true]])
            try await props.patch(
                "storeinventoryqueries", "inventory-check", ["spec": ["paused": true]])
            try await props.wait("pets", "fluffy", "Paused")
            try await props.wait("pets", "buddy", "Paused")
            try await props.wait("storeinventoryqueries", "inventory-check", "Paused")
            try await props.patch("pets", "buddy", ["spec": ["status": "sold"]])
            try await props.wait("pets", "buddy") { $0["driftDetected"] == true }
            try await props.patch(
                "storeinventoryqueries", "inventory-check", ["spec": ["paused": nil]])
            let bundle = try await props.create(
                "petstorebundles", "house",
                ["resources": [["id": "a", "kind": "Pet", "spec": ["id": 1]]]])
            try await props.patch(
                "pets", "fluffy",
                [
                    "metadata": [
                        "ownerReferences": [
                            [
                                "apiVersion": "petstore.example.com/v1alpha1",
                                "kind": "PetstoreBundle", "name": "house",
                                "uid": .string(bundle.uid), "controller": true,
                            ]
                        ]
                    ]
                ])
        },
        rows: [
            .init(
                "paused", "pet fluffy", .paused, .warn, ["deleting it reaches the API"], exit: 0,
                also: [.state: .skip, .freshness: .skip]),
            .init(
                "paused child of a bundle", "pet fluffy", .owner, .warn,
                ["petstorebundle/house", "status freezes"], exit: 0),
            .init(
                "paused with drift", "pet buddy", .drift, .fail,
                ["status is available, the spec asks for sold", "while it is paused"], exit: 1),
            .init(
                "a query that unpausing does not revive",
                "storeinventoryquery inventory-check", .stuck, .fail,
                ["Stuck in Paused", "cleared status"], exit: 1),
        ])

    private static let targets = Scene(
        name: "targets that lead nowhere",
        arrange: { props in
            func target(_ name: String, _ target: JSONValue) async throws {
                try await props.create(
                    "pets", name,
                    ["id": 123, "readOnly": true, "target": target])
            }
            try await target("nopod", ["pod": "petstore-api-9"])
            try await target("noset", ["statefulSet": "elsewhere"])
            try await target("nomember", ["statefulSet": "petstore-api", "podOrdinal": 7])
            try await target("norelease", ["helmRelease": "elsewhere"])
            try await target("nodeployment", ["deployment": "elsewhere"])
            try await target("ordinal", ["podOrdinal": 2])
            try await target("unknownhost", ["baseURL": "http://192.0.2.1:8080/api/v3"])
            try await props.create(
                "pets", "nokey", ["readOnly": true, "name": "x", "photoUrls": []])
            try await props.create("pets", "noobject", ["id": 4711, "readOnly": true])
            for name in ["nopod", "noset", "nomember", "norelease", "nodeployment", "nokey"] {
                try await props.wait("pets", name, "Failed")
            }
            try await props.wait("pets", "noobject", "NotFound")
            try await props.wait("pets", "ordinal", "Observed")
            try await props.wait("pets", "unknownhost", "Failed")
        },
        rows: [
            .init(
                "a pod that is not there", "pet nopod", .target, .fail,
                ["there is no pod petstore-api-9"], exit: 1, also: [.state: .fail]),
            .init(
                "a StatefulSet that is not there", "pet noset", .target, .fail,
                ["there is no StatefulSet elsewhere"], exit: 1),
            .init(
                "an ordinal beyond the replicas", "pet nomember", .target, .fail,
                ["has no pod petstore-api-7", "3 replicas"], exit: 1),
            .init(
                "a Helm release that is not there", "pet norelease", .target, .fail,
                ["no workload of Helm release elsewhere"], exit: 1),
            .init(
                "a Deployment that is not there", "pet nodeployment", .target, .fail,
                ["there is no Deployment elsewhere"], exit: 1),
            .init(
                "an ordinal that is not heeded", "pet ordinal", .target, .warn,
                ["not heeded", "--strategy=by-ordinal"], exit: 0, also: [.state: .ok]),
            .init(
                "a URL behind which no pod is known", "pet unknownhost", .responseTime, .skip,
                ["a URL behind which no pod is known"], exit: 1, also: [.state: .fail]),
            .init(
                "missing id", "pet nokey", .state, .fail, ["the spec has no key"], exit: 1),
            .init(
                "nothing of that id", "pet noobject", .state, .fail,
                ["The API has no such object"], exit: 1, also: [.freshness: .skip]),
        ])

    private static let unready = Scene(
        name: "pods that are not ready",
        arrange: { props in
            try await props.patch(
                "pods", "petstore-api-0",
                ["status": ["conditions": [["type": "Ready", "status": "False"]]]], status: true)
            try await props.patch(
                "pods", "petstore-api-2", ["status": ["phase": "Pending"]], status: true)
            try await props.create(
                "pets", "pinned",
                ["id": 123, "readOnly": true, "target": ["pod": "petstore-api-0"]])
            try await props.create(
                "pets", "pending",
                [
                    "id": 123, "readOnly": true, "target": ["pod": "petstore-api-2"],
                    // The operator may learn of the pod after its first look.
                    "executionInterval": "1s",
                ])
            try await props.wait("pets", "pending", "Failed")
            try await props.wait("pets", "pinned", "Observed")
        },
        rows: [
            .init(
                "the pod that leads is not ready", "pet fluffy", .pods, .fail,
                ["1 of 1 pods", "petstore-api-0 is Running and not ready"], exit: 1),
            .init(
                "the only pod of the target is not ready", "pet pinned", .pods, .fail,
                ["1 of 1 pods"], exit: 1),
            .init(
                "the pod of the target does not run", "pet pending", .target, .fail,
                ["petstore-api-2 is not running", "Pending"], exit: 1),
        ])

    private static let fanOut = Scene(
        name: "one of three endpoints",
        arrange: { props in
            await props.suffer(.down, [2])
            try await props.create(
                "pets", "wide",
                [
                    "id": 123, "readOnly": true,
                    "target": ["baseURLs": [url(0), url(1), url(2)]],
                ])
            try await props.wait("pets", "wide", "Observed")
        },
        rows: [
            .init(
                "one of three failed", "pet wide", .endpoints, .fail,
                ["1 of 3 endpoints failed, although the state is Observed", "127.0.1.12"], exit: 1,
                also: [.state: .ok, .responseTime: .warn])
        ])

    private static let fanOutLost = Scene(
        name: "all of three endpoints",
        arrange: { props in
            await props.suffer(.down)
            try await props.create(
                "pets", "wide",
                [
                    "id": 123, "readOnly": true,
                    "target": ["baseURLs": [url(0), url(1), url(2)]],
                ])
            try await props.wait("pets", "wide", "NotFound")
        },
        rows: [
            .init(
                "all endpoints failed, called NotFound", "pet wide", .state, .fail,
                ["No endpoint gave a good answer; the operator calls that NotFound"], exit: 1,
                also: [.endpoints: .fail])
        ])

    private static let rivals = Scene(
        name: "two owners of one object",
        arrange: { props in
            try await props.create(
                "pets", "twin", ["id": 124, "name": "Buddy", "photoUrls": []])
            try await props.create(
                "pets", "rival",
                ["id": 123, "name": "Fluffy", "status": "sold", "photoUrls": []])
            try await props.wait("pets", "twin", "Synced")
            try await props.wait("pets", "rival", "Synced")
        },
        rows: [
            .init(
                "two owners that agree", "pet buddy", .rivals, .warn,
                ["pet/twin writes to the same object of the API (124)"], exit: 0),
            .init(
                "two owners that fight", "pet fluffy --sample 0", .rivals, .fail,
                ["pet/rival", "different values of status"], exit: 1),
        ])

    private static let intervals = Scene(
        name: "intervals that nobody can read",
        arrange: { props in
            try await props.create(
                "pets", "patient",
                ["id": 123, "readOnly": true, "executionInterval": "5 minutes"])
            try await props.wait("pets", "patient", "Failed")
        },
        rows: [
            .init(
                "malformed interval", "pet patient", .interval, .fail,
                ["\"5 minutes\"", "30s, 5m or 1h30m"], exit: 1),
            .init(
                "malformed interval of another object", "pet fluffy", .interval, .fail,
                ["pet/patient has the interval \"5 minutes\""], exit: 1, also: [.state: .ok]),
        ])
}
