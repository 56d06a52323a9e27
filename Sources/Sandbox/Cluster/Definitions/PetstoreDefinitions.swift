import Documents

/// The kinds of group `petstore.example.com`: the generated API of today, with a nested target.
enum PetstoreDefinitions {
    static let group = "petstore.example.com"

    private typealias Words = SchemaWords
    private typealias Shared = SharedSchemas

    static let all: [Definition] = resources + queries + actions + [aggregate, bundle]

    private static let resources: [Definition] = [
        Definition(
            group: group, kind: "Pet", plural: "pets", shortNames: ["pe", "pet"],
            description: "Pet is a pet of the store (REST resource).", columns: .resource,
            spec: resourceSpec(Shared.petFields).with(
                "x-kubernetes-validations",
                [
                    [
                        "rule": "has(self.id) || has(self.name)",
                        "message": "a pet without an id is created and needs a name",
                    ],
                    [
                        "rule": "has(self.id) || has(self.photoUrls)",
                        "message": "a pet without an id is created and needs photoUrls",
                    ],
                ]), status: Shared.resourceStatus(remembersOriginal: true)),
        Definition(
            group: group, kind: "Order", plural: "orders", shortNames: ["or", "ord"],
            description: "Order is an order of the store (REST resource).", columns: .resource,
            spec: resourceSpec(Shared.orderFields),
            status: Shared.resourceStatus(remembersOriginal: false)),
        Definition(
            group: group, kind: "User", plural: "users", shortNames: ["us", "use"],
            description: "User is a user of the store (REST resource).", columns: .resource,
            spec: resourceSpec(Shared.userFields),
            status: Shared.resourceStatus(remembersOriginal: true)),
    ]

    private static func resourceSpec(_ fields: [SharedSchemas.Member]) -> JSONValue {
        Words.object(fields + [Shared.target] + Shared.resourceControls(Shared.interval()))
    }

    private static let pets = Words.list(
        Words.object(
            Shared.petFields.map { $0.0 == "status" ? ("status", Words.string) : $0 }))

    private static let queries: [Definition] = [
        query(
            "PetFindbystatusQuery", "petfindbystatusqueries",
            [("status", Words.string.described("available, pending or sold"))], pets),
        query(
            "PetFindbytagsQuery", "petfindbytagsqueries",
            [("tags", Words.list(Words.string).described("Tags, of which one must match"))],
            pets),
        query("StoreInventoryQuery", "storeinventoryqueries", [], Words.anything),
        query(
            "UserLoginQuery", "userloginqueries",
            [("username", Words.string), ("password", Words.string)], Words.anything,
            required: []),
        query("UserLogoutQuery", "userlogoutqueries", [], Words.anything),
    ]

    private static func query(
        _ kind: String, _ plural: String, _ parameters: [SharedSchemas.Member],
        _ data: JSONValue, required: [String]? = nil
    ) -> Definition {
        Definition(
            group: group, kind: kind, plural: plural,
            description: "\(kind) asks the store (Query Operation).", columns: .query,
            spec: Words.object(
                parameters + [Shared.target, Shared.interval(), Shared.paused],
                required: required ?? parameters.map(\.0)),
            status: Shared.queryStatus(data))
    }

    private static let reference = Words.object(
        [("name", Words.string), ("key", Words.string)], required: ["key", "name"])

    private static let actions: [Definition] = [
        Definition(
            group: group, kind: "PetUploadimageAction", plural: "petuploadimageactions",
            description: "PetUploadimageAction uploads a picture (Action Operation).",
            columns: .action,
            spec: Words.object(
                [
                    ("petId", Words.int64.described("The pet's id")),
                    ("additionalMetadata", Words.string),
                    ("data", Words.string.described("The picture itself, in base64.")),
                    ("contentType", Words.string),
                    ("dataURL", Words.string.described("Where the picture is fetched from.")),
                    (
                        "dataFrom",
                        Words.object([("configMapRef", reference), ("secretRef", reference)])
                    ),
                    (
                        "dataFromFile",
                        Words.object([("path", Words.string)], required: ["path"])
                    ),
                    Shared.target, Shared.interval(), Shared.paused,
                ], required: ["petId"]),
            status: Shared.actionStatus(
                Words.object([
                    ("code", Words.int32), ("type", Words.string), ("message", Words.string),
                ]))),
        Definition(
            group: group, kind: "UserCreatewithlistAction", plural: "usercreatewithlistactions",
            description: "UserCreatewithlistAction creates users (Action Operation).",
            columns: .action,
            spec: Words.object([Shared.target, Shared.interval(), Shared.paused]),
            status: Shared.actionStatus(Words.object(Shared.userFields))),
    ]

    private static let aggregate = Definition(
        group: group, kind: "PetstoreAggregate", plural: "petstoreaggregates",
        shortNames: ["agg"],
        description: "PetstoreAggregate is for aggregating the status of several resources.",
        columns: .summary, spec: Shared.aggregateSpec,
        status: Words.object(
            Shared.state(["Pending", "Healthy", "Degraded", "Unknown", "Paused"]) + [
                ("summary", Shared.summary(["total", "synced", "failed", "pending"])),
                (
                    "resources",
                    Words.list(
                        Words.object(
                            [
                                ("kind", Words.string), ("name", Words.string),
                                ("namespace", Words.string), ("state", Words.string),
                                ("externalID", Words.string), ("message", Words.string),
                                ("lastSyncTime", Words.dateTime),
                            ], required: ["kind", "name", "namespace", "state"]))
                ),
                Shared.computedValues,
                ("lastAggregationTime", Words.dateTime),
            ]))

    private static let bundleCounters = ["total", "synced", "failed", "pending", "skipped"]

    private static let bundle = Definition(
        group: group, kind: "PetstoreBundle", plural: "petstorebundles", shortNames: ["bundle"],
        description: "PetstoreBundle manages several resources as a single unit.",
        columns: .summary,
        spec: Words.object(
            [
                (
                    "resources",
                    Words.list(
                        Words.object(
                            [
                                ("id", Words.string.with("pattern", "^[a-z][a-z0-9-]*$")),
                                ("kind", Words.oneOf((resources + queries + actions).map(\.kind))),
                                ("spec", Words.anything),
                                ("dependsOn", Words.list(Words.string)),
                                ("readyWhen", Words.list(Words.string)),
                                ("skipWhen", Words.list(Words.string)),
                            ], required: ["id", "kind", "spec"])
                    ).with("minItems", 1)
                ),
                ("syncWaves", Words.boolean), Shared.strategy, Shared.derivedValues,
                Shared.target, Shared.paused,
            ], required: ["resources"]),
        status: Words.object(
            Shared.state(["Pending", "Syncing", "Synced", "Failed", "Paused"]) + [
                ("summary", Shared.summary(bundleCounters)),
                ("resources", Words.list(bundleChild)),
                (
                    "operationState",
                    Words.object(
                        [
                            (
                                "phase",
                                Words.oneOf(["Pending", "Running", "Succeeded", "Failed"])
                            ),
                            ("message", Words.string), ("startedAt", Words.dateTime),
                            ("finishedAt", Words.dateTime), ("retryCount", Words.integer),
                            ("wave", Words.integer),
                        ], required: ["phase"])
                ),
                (
                    "aggregatedHealth",
                    Words.object([
                        ("state", Words.oneOf(["Pending", "Healthy", "Degraded", "Unknown"])),
                        ("summary", Shared.summary(Array(bundleCounters.dropLast()))),
                        ("resources", Words.list(Words.anything)), Shared.computedValues,
                        ("lastAggregationTime", Words.dateTime),
                    ])
                ),
            ]))

    private static let bundleChild = Words.object(
        [
            ("id", Words.string), ("kind", Words.string), ("name", Words.string),
            ("ready", Words.boolean),
            ("state", Words.oneOf(["Pending", "Creating", "Synced", "Failed", "Skipped"])),
            ("externalID", Words.string), ("message", Words.string), ("skipped", Words.boolean),
            ("lastSyncTime", Words.dateTime),
        ], required: ["id", "kind", "name", "ready", "state"])
}
