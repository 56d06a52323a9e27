import Documents

/// The kinds of group `shelter.example.org`: the same REST API as an older generator made it, with
/// `targetPod` and its like in the spec itself, `reExecuteInterval`, and results as a list.
enum ShelterDefinitions {
    static let group = "shelter.example.org"

    private typealias Words = SchemaWords
    private typealias Shared = SharedSchemas

    private static let interval = Shared.interval("reExecuteInterval")

    static let all: [Definition] = [
        Definition(
            group: group, kind: "Animal", plural: "animals",
            description: "Animal is an animal of the shelter (REST resource).",
            columns: .resource,
            spec: Words.object(
                Shared.petFields + Shared.flatTarget + Shared.resourceControls(interval)),
            status: Shared.resourceStatus(remembersOriginal: true)),
        query(
            "AnimalSearchQuery", "animalsearchqueries",
            [("status", Words.string.described("available, pending or sold"))]),
        query("AnimalStockQuery", "animalstockqueries", []),
        Definition(
            group: group, kind: "AnimalPhotoAction", plural: "animalphotoactions",
            description: "AnimalPhotoAction uploads a picture (Action Operation).",
            columns: .action,
            spec: Words.object(
                [
                    ("petId", Words.string.described("The animal's id")),
                    ("additionalMetadata", Words.string),
                    ("data", Words.string.described("The picture itself, in base64.")),
                    interval, Shared.paused,
                ] + Shared.flatTarget, required: ["petId"]),
            status: Shared.actionStatus(Words.anything)),
        Definition(
            group: group, kind: "ShelterAggregate", plural: "shelteraggregates",
            description: "ShelterAggregate is for aggregating the status of several resources.",
            columns: .summary, statePath: ".status.aggregatedHealth", spec: Shared.aggregateSpec,
            status: Words.object([
                ("aggregatedHealth", Words.string), ("message", Words.string),
                ("observedGeneration", Words.int64), Shared.conditions,
                ("summary", Shared.summary(["total", "synced", "failed", "pending"])),
                ("resources", Words.list(Words.anything)), Shared.computedValues,
                ("lastAggregationTime", Words.dateTime),
            ])),
    ]

    private static func query(
        _ kind: String, _ plural: String, _ parameters: [SharedSchemas.Member]
    ) -> Definition {
        Definition(
            group: group, kind: kind, plural: plural,
            description: "\(kind) asks the shelter (Query Operation).", columns: .query,
            spec: Words.object(
                parameters + [interval, Shared.paused] + Shared.flatTarget,
                required: parameters.map(\.0)),
            status: Shared.queryStatus(
                Words.anything, results: Words.list(Words.anything), counter: "queryCount"))
    }
}
