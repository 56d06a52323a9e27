import Documents

/// Parts of the schemas that several kinds have in common.
enum SharedSchemas {
    typealias Words = SchemaWords
    typealias Member = (String, JSONValue)

    // MARK: spec

    static let target: Member = (
        "target",
        Words.object([
            (
                "baseURL",
                Words.string.described("Call this URL and nothing else, base path included.")
            ),
            ("baseURLs", Words.list(Words.string).described("Call all of these URLs.")),
            ("pod", Words.string.described("Call the pod of this name.")),
            (
                "podOrdinal",
                Words.int32.with("minimum", 0).described(
                    "Call the pod with this ordinal of the StatefulSet that is targeted.")
            ),
            ("statefulSet", Words.string.described("Call the pods of this StatefulSet.")),
            ("deployment", Words.string.described("Call the pods of this Deployment.")),
            (
                "helmRelease",
                Words.string.described("Call the workload that this Helm release installed.")
            ),
            (
                "namespace",
                Words.string.described("Where the target is; by default beside this object.")
            ),
            (
                "labels",
                Words.map(Words.string).described("Labels that the release's workload must have.")
            ),
        ]).described("Which endpoint is called; without it the operator's own settings decide.")
    )

    static let flatTarget: [Member] = [
        ("targetPod", Words.string.described("Call the pod of this name.")),
        (
            "targetPodOrdinal",
            Words.int32.with("minimum", 0).described("Call the pod with this ordinal.")
        ),
        ("targetBaseURL", Words.string.described("Call this URL, base path included.")),
        (
            "targetHelmRelease",
            Words.string.described("Call the workload that this Helm release installed.")
        ),
        (
            "targetNamespace",
            Words.string.described("Where the target is; by default beside this object.")
        ),
    ]

    static func interval(_ name: String = "executionInterval") -> Member {
        (
            name,
            Words.string.described(
                "How often to run, as a Go duration such as 30s or 5m; 0 means only on changes.")
        )
    }

    static let paused: Member = (
        "paused", Words.boolean.described("Leave the API alone as long as this is true.")
    )

    static func resourceControls(_ interval: Member) -> [Member] {
        [
            (
                "readOnly",
                Words.boolean.described("Only look: read the object and never change it.")
            ),
            (
                "mergeOnUpdate",
                Words.boolean.with("default", true).described(
                    "Lay the spec over what the API has; false sends the spec alone.")
            ),
            (
                "onDelete",
                Words.oneOf(["Delete", "Orphan", "Restore"]).described(
                    "What becomes of the API's object when this one is deleted.")
            ),
            interval,
            paused,
        ]
    }

    // MARK: the API's own objects

    static let named = Words.object([("id", Words.int64), ("name", Words.string)])

    static let petFields: [Member] = [
        ("id", Words.int64),
        ("name", Words.string),
        ("photoUrls", Words.list(Words.string)),
        ("category", named),
        ("tags", Words.list(named)),
        (
            "status",
            Words.oneOf(["available", "pending", "sold"]).described(
                "The pet's status in the store.")
        ),
    ]

    static let orderFields: [Member] = [
        ("id", Words.int64),
        ("petId", Words.int64),
        ("quantity", Words.int32),
        ("shipDate", Words.dateTime),
        ("status", Words.oneOf(["placed", "approved", "delivered"]).described("How far it is.")),
        ("complete", Words.boolean),
    ]

    static let userFields: [Member] = [
        ("id", Words.int64), ("username", Words.string), ("firstName", Words.string),
        ("lastName", Words.string), ("email", Words.string), ("password", Words.string),
        ("phone", Words.string),
        ("userStatus", Words.int32.described("The user's status as a number.")),
    ]

    // MARK: status

    static let conditions: Member = (
        "conditions",
        Words.list(
            Words.object(
                [
                    ("type", Words.string.with("maxLength", 316)),
                    ("status", Words.oneOf(["True", "False", "Unknown"])),
                    ("reason", Words.string.with("minLength", 1).with("maxLength", 1024)),
                    ("message", Words.string.with("maxLength", 32768)),
                    ("lastTransitionTime", Words.dateTime),
                    ("observedGeneration", Words.int64.with("minimum", 0)),
                ], required: ["lastTransitionTime", "message", "reason", "status", "type"])
        ).with("x-kubernetes-list-type", "map").with("x-kubernetes-list-map-keys", ["type"])
    )

    static func state(_ values: [String]) -> [Member] {
        [
            ("state", Words.oneOf(values)), ("message", Words.string),
            ("observedGeneration", Words.int64), conditions,
        ]
    }

    static func answer(_ data: JSONValue, time: String = "lastUpdated") -> JSONValue {
        Words.object(
            [
                ("success", Words.boolean), ("statusCode", Words.integer), ("data", data),
                ("error", Words.string), (time, Words.dateTime),
            ], required: ["success"])
    }

    static func resourceStatus(remembersOriginal: Bool) -> JSONValue {
        var members =
            state(["Pending", "Syncing", "Synced", "Failed", "Observed", "NotFound", "Paused"])
            + [
                ("externalID", Words.string.described("The object's id in the REST API.")),
                ("lastSyncTime", Words.dateTime.described("The last write to the API.")),
                ("lastGetTime", Words.dateTime.described("The last read from the API.")),
                ("driftDetected", Words.boolean),
                ("driftDetectedCount", Words.int64),
                ("createdByController", Words.boolean),
                ("response", answer(Words.anything)),
                ("responses", Words.map(answer(Words.anything))),
            ]
        if remembersOriginal {
            members += [("originalState", Words.anything), ("adoptedAt", Words.dateTime)]
        }
        return Words.object(members)
    }

    static func queryStatus(
        _ data: JSONValue, results: JSONValue? = nil, counter: String = "executionCount"
    ) -> JSONValue {
        Words.object(
            state(["Pending", "Querying", "Queried", "Failed", "Paused"]) + [
                ("lastQueryTime", Words.dateTime), ("lastExecutionTime", Words.dateTime),
                ("nextExecutionTime", Words.dateTime), (counter, Words.int64),
                ("resultCount", Words.integer), ("results", results ?? answer(data)),
                ("responses", Words.map(answer(data))),
            ])
    }

    static func actionStatus(_ data: JSONValue) -> JSONValue {
        let result = answer(data, time: "executedAt")
        return Words.object(
            state(["Pending", "Executing", "Completed", "Failed", "Paused"]) + [
                ("executedAt", Words.dateTime), ("completedAt", Words.dateTime),
                ("lastExecutionTime", Words.dateTime), ("nextExecutionTime", Words.dateTime),
                ("executionCount", Words.int64), ("httpStatusCode", Words.integer),
                ("successCount", Words.integer), ("totalEndpoints", Words.integer),
                ("result", result), ("responses", Words.map(result)),
            ])
    }

    static func summary(_ counters: [String]) -> JSONValue {
        Words.object(counters.map { ($0, Words.integer) }, required: counters)
    }

    static let computedValues: Member = (
        "computedValues",
        Words.list(
            Words.object(
                [("name", Words.string), ("value", Words.string), ("error", Words.string)],
                required: ["name"]))
    )

    static let derivedValues: Member = (
        "derivedValues",
        Words.list(
            Words.object(
                [
                    ("name", Words.string.with("pattern", "^[a-zA-Z][a-zA-Z0-9_]*$")),
                    ("expression", Words.string),
                ], required: ["expression", "name"])
        ).described("Values that CEL expressions compute from the resources.")
    )

    static let strategy: Member = (
        "aggregationStrategy",
        Words.oneOf(["AllHealthy", "AnyHealthy", "Quorum"], default: "AllHealthy").described(
            "When the whole counts as healthy.")
    )

    static let aggregateSpec = Words.object([
        (
            "resources",
            Words.list(
                Words.object(
                    [
                        ("kind", Words.string), ("name", Words.string),
                        ("namespace", Words.string),
                    ], required: ["kind", "name"])
            ).described("Resources by name.")
        ),
        (
            "resourceSelectors",
            Words.list(
                Words.object(
                    [
                        ("kind", Words.string), ("matchLabels", Words.map(Words.string)),
                        (
                            "namePattern",
                            Words.string.described("A regular expression for the name.")
                        ),
                    ], required: ["kind"])
            ).described("Resources by kind, labels and name, in this namespace.")
        ),
        strategy, derivedValues, paused,
    ])
}
