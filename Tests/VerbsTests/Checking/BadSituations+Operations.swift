import Diagnostics
import Documents
import KubernetesCore
import SandboxOperator
import SandboxPetstoreService

extension BadSituations {
    static let operations = Scene(
        name: "queries and actions",
        arrange: { props in
            try await props.create("petuploadimageactions", "empty", ["petId": 123])
            try await props.create(
                "petuploadimageactions", "borrowed",
                [
                    "petId": 123, "dataFrom": ["configMapRef": ["name": "x", "key": "y"]],
                ])
            try await props.create(
                "petuploadimageactions", "lost", ["petId": 9999, "data": "aGFsbG8="])
            for name in ["empty", "borrowed", "lost"] {
                try await props.wait("petuploadimageactions", name, "Failed")
            }
            await props.suffer(.fail(status: 503, message: "overloaded"))
            try await props.create("petfindbystatusqueries", "once", ["status": "sold"])
            try await props.wait("petfindbystatusqueries", "once", "Failed")
        },
        rows: [
            .init(
                "an action without anything to send", "petuploadimageaction empty", .dataSource,
                .fail, ["nothing to send"], exit: 1, also: [.state: .fail]),
            .init(
                "an action with data from a ConfigMap", "petuploadimageaction borrowed",
                .dataSource, .warn, ["may not read them"], exit: 1),
            .init(
                "an action on an object that is not there", "petuploadimageaction lost", .state,
                .fail, ["API returned 404"], exit: 1),
            .init(
                "a failed query that runs once", "petfindbystatusquery once", .state, .fail,
                ["API returned 503: overloaded", "never tried again"], exit: 1,
                also: [.apiResponse: .fail]),
        ])

    static let summaries = Scene(
        name: "aggregates",
        arrange: { props in
            try await props.create(
                "petstoreaggregates", "nobody",
                ["resourceSelectors": [["kind": "Pet", "matchLabels": ["no": "such"]]]])
            try await props.create(
                "petstoreaggregates", "wrong",
                [
                    "resourceSelectors": [["kind": "User"]],
                    "derivedValues": [["name": "broken", "expression": "nobody.knows"]],
                ])
            try await props.create(
                "petstoreaggregates", "missing",
                ["resources": [["kind": "Pet", "name": "ghost"]]])
            try await props.wait("petstoreaggregates", "nobody") { $0["state"] != nil }
            try await props.wait("petstoreaggregates", "wrong") { $0["computedValues"] != nil }
            try await props.wait("petstoreaggregates", "missing") { $0["state"] != nil }
        },
        rows: [
            .init(
                "an aggregate that matches nothing", "petstoreaggregate nobody", .members, .warn,
                ["looks at nothing"], exit: 0),
            .init(
                "a computed value that cannot be computed", "petstoreaggregate wrong",
                .computedValues, .warn, ["1 of 1 computed values", "broken"], exit: 0),
            .init(
                "a member that does not exist", "petstoreaggregate missing", .members, .fail,
                ["pet/ghost"], exit: 1),
        ])

    static let forbidden = Scene(
        name: "rights that are missing",
        arrange: { props in
            props.forbid([("patch", "pets"), ("get", "pods/proxy")])
        },
        rows: [
            .init(
                "may not patch", "pet fluffy --as anna", .access, .warn,
                ["You may not patch pets", "temporary changes"], exit: 0),
            .init(
                "may not reach the pods", "pet fluffy --as anna", .responseTime, .skip,
                ["you may not get pods/proxy"], exit: 0),
        ])

    static let blind = Scene(
        name: "workloads that may not be seen",
        arrange: { props in
            props.forbid([("list", "pods")])
        },
        rows: [
            .init(
                "may not list pods", "pet fluffy --as anna", .target, .skip,
                ["you may not list pods"],
                exit: 0, also: [.pods: .skip, .responseTime: .skip])
        ])

    static let refused = Scene(
        name: "a kind that may not be read",
        arrange: { props in
            props.forbid([("*", "pets")])
        },
        rows: [
            .init(
                "forbidden kind", "pet fluffy --as anna", .access, .fail, ["pets", "forbidden"],
                exit: 5)
        ])
}

/// Situations without an operator at work.
enum NoOperator {
    static let scenes = [standing, dead, unseen, vanished]

    private static let standing = Scene(
        name: "what an operator left standing",
        arrange: { props in
            await props.stopOperator()
            try await props.create(
                "petuploadimageactions", "half", ["petId": 123, "data": "aGFsbG8="])
            try await props.setStatus(
                "petuploadimageactions", "half",
                ["state": "Executing", "executedAt": .string(props.now.rfc3339)])
            try await props.create(
                "petuploadimageactions", "garbled", ["petId": 123, "data": "aGFsbG8="])
            try await props.setStatus(
                "petuploadimageactions", "garbled",
                ["state": "Completed", "result": ["success": false, "error": "no JSON"]])
            try await props.patch("pets", "buddy", ["spec": ["status": "sold"]])
            try await props.delete("pets", "max")
            try await props.create("pets", "unborn", ["id": 1, "name": "x", "photoUrls": []])
            try await props.create(
                "storeinventoryqueries", "quiet", ["executionInterval": "5m"])
            try await props.create("petstoreaggregates", "empty", [:])
            props.later(by: .seconds(3600))
        },
        rows: [
            .init(
                "no operator", "pet fluffy", .operatorAlive, .fail,
                ["The operator does not run", "held by nobody"], exit: 1),
            .init(
                "stale", "pet fluffy", .freshness, .fail, ["Stale", "interval is 30s"], exit: 1,
                also: [.drift: .skip]),
            .init(
                "an edit that nobody has seen", "pet buddy", .generation, .fail,
                ["has not seen the latest spec"], exit: 1),
            .init(
                "never reported on", "pet unborn", .state, .fail, ["never reported"], exit: 1),
            .init(
                "a query never reported on", "storeinventoryquery quiet", .state, .fail,
                ["no JSON object"], exit: 1),
            .init(
                "stuck in Executing", "petuploadimageaction half", .stuck, .fail,
                ["Stuck in Executing", "status write was lost"], exit: 1),
            .init(
                "completed without success", "petuploadimageaction garbled", .state, .fail,
                ["not with success", "no JSON"], exit: 1),
            .init(
                "a deletion that hangs", "pet max", .deletion, .fail,
                ["has hung for", "petstore.example.com/finalizer"], exit: 1),
            .init(
                "an aggregate without selectors", "petstoreaggregate empty", .state, .fail,
                ["neither resources nor resourceSelectors"], exit: 1),
        ])

    private static let dead = Scene(
        name: "temporary changes that nobody ended",
        arrange: { props in
            await props.stopOperator()
            func expiry(_ plural: String, _ name: String, _ text: String) async throws {
                try await props.patch(
                    plural, name,
                    [
                        "metadata": [
                            "annotations": ["petstore.example.com/patch-expires": .string(text)]
                        ]
                    ])
            }
            try await expiry("pets", "fluffy", "2024-01-27T18:00:00Z")
            try await expiry("pets", "buddy", "tomorrow")
            try await expiry("storeinventoryqueries", "inventory-check", "2024-01-27T18:00:00Z")
            try await expiry("orders", "order-789", "2024-01-27T18:00:00Z")
            try await props.patch(
                "orders", "order-789", ["spec": ["executionInterval": "0"]])
            _ = await props.stage.run(
                "patch user john phone=1 --rollback-on-exit --no-wait", shell: props.shell)
            props.later(by: .seconds(3600))
        },
        rows: [
            .init(
                "a change of a session that is gone", "user john", .timeToLive, .warn,
                ["phone", "left behind", "no sign of life"], exit: 1),
            .init(
                "expired TTL", "pet fluffy", .timeToLive, .fail,
                ["expired", "was not restored", "the operator does not run"], exit: 1),
            .init(
                "expired TTL with an interval of 0", "order order-789", .timeToLive, .fail,
                ["interval of 0"], exit: 1),
            .init(
                "a TTL that cannot be read", "pet buddy", .timeToLive, .warn, ["\"tomorrow\""],
                exit: 1),
            .init(
                "a TTL on a kind that knows none", "storeinventoryquery inventory-check",
                .timeToLive, .warn, ["on resources only"], exit: 1),
        ])

    private static let unseen = Scene(
        name: "an operator that may not be looked for",
        arrange: { props in
            await props.stopOperator()
            props.later(by: .seconds(3600))
            props.forbid([("*", "leases"), ("*", "deployments")])
        },
        rows: [
            .init(
                "operator out of sight", "pet fluffy --as anna", .operatorAlive, .skip,
                ["you may not look at them"], exit: 1, also: [.freshness: .fail])
        ])

    private static let vanished = Scene(
        name: "no trace of an operator",
        arrange: { props in
            await props.stopOperator()
            try await props.delete("leases", "petstore.petstore.example.com", in: "petstore-system")
            try await props.delete("deployments", "controller-manager", in: "petstore-system")
            props.later(by: .seconds(3600))
        },
        rows: [
            .init(
                "no operator at all", "pet fluffy", .operatorAlive, .fail,
                ["No operator was found", "neither its Lease nor its Deployment"], exit: 1)
        ])
}

/// Situations that the operator's own command line brings about.
enum Setups {
    static let scenes = [elsewhere, fixed, bare, starting]

    private static let elsewhere = Scene(
        name: "an operator of another namespace",
        configure: { $0.watchedNamespaces = ["default"] },
        arrange: { props in
            try await props.create("namespaces", "other", [:])
            try await props.create(
                "pets", "stranger", ["id": 123, "readOnly": true], in: "other")
        },
        rows: [
            .init(
                "wrong namespace", "pet stranger -n other", .operatorScope, .fail,
                ["does not look at namespace other", "default only"], exit: 1)
        ])

    private static let fixed = Scene(
        name: "an operator with fixed URLs",
        configure: { $0.baseURLs = ["http://127.0.1.10:8080/api/v3"] },
        arrange: { props in
            try await props.create(
                "pets", "pinned",
                ["id": 123, "readOnly": true, "target": ["pod": "petstore-api-2"]])
            try await props.wait("pets", "pinned", "Observed")
        },
        rows: [
            .init(
                "a pod that loses against --base-urls", "pet pinned", .target, .warn,
                ["not heeded", "--base-urls"], exit: 0)
        ])

    private static let bare = Scene(
        name: "an operator without a base path",
        configure: {
            $0.basePath = ""
            $0.baseURL = "http://127.0.1.10:8080/api/v3"
        },
        arrange: { props in
            try await props.create(
                "pets", "pinned",
                ["id": 123, "readOnly": true, "target": ["pod": "petstore-api-0"]])
            try await props.wait("pets", "pinned", "NotFound")
        },
        rows: [
            .init(
                "a base path that pod targeting loses", "pet pinned", .state, .fail,
                ["no such object", "--base-path"], exit: 1)
        ])

    private static let starting = Scene(
        name: "an operator that has just started",
        arrange: { props in
            await props.stopOperator()
            try await props.create("pets", "early", ["id": 1, "readOnly": true])
            try await props.setStatus(
                "pets", "early",
                [
                    "state": "Failed", "observedGeneration": 1,
                    "message": "no healthy endpoints available for petstore-api",
                ])
            try await props.patch(
                "leases", "petstore.petstore.example.com",
                [
                    "spec": [
                        "holderIdentity": "new", "leaseDurationSeconds": 15,
                        "acquireTime": .string(props.now.rfc3339Micro),
                        "renewTime": .string(props.now.rfc3339Micro),
                    ]
                ], in: "petstore-system")
        },
        rows: [
            .init(
                "blind for the first half minute", "pet early", .state, .warn,
                ["no healthy endpoints", "has just started"], exit: 0,
                also: [.operatorAlive: .ok])
        ])
}
