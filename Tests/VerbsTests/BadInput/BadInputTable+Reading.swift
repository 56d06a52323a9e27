import Verbs

extension BadInputTable {
    static let reading: [BadRow] = [
        BadRow(
            "explain",
            asks: Asking.by("explain pet", withoutRight: "whoever is let in may read the schemas")
                .onlyConfigured("is answered by the cache where that knows the schema"),
            needs: "pet",
            [
                .unknownKind: .bad("explain petz", .notFound, "petz", next: noKind),
                .unknownName: .none(because: "takes no name"),
                .unknownField: .bad(
                    "explain pet.spec.stats", "stats", next: "did you mean \"status\"?"),
                .missingArgument: .bad(
                    "explain", "kind[.field]", next: "hint: petstore-cli explain --help"),
                .wrongType: .bad(
                    "explain pet -o xml", "\"xml\"", next: "hint: the formats are"),
            ]),
        BadRow(
            "targets",
            asks: .by("targets", withoutRight: "what may not be listed is told beside the rest"),
            [
                .unknownKind: .bad(
                    "targets petstor", .notFound, "petstor", next: "did you mean \"petstore\"?"),
                .unknownName: .bad(
                    "targets nowhere", .notFound, "nowhere", next: "hint: there are:"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .none(because: "without words it shows all"),
                .wrongType: .bad("targets -o xml", "\"xml\"", next: "hint: the formats are"),
            ]),
        BadRow(
            "activity", asks: .by("activity pet fluffy", lacking: "get", on: "pets"),
            [
                .unknownKind: .bad("activity petz x", .notFound, "petz", next: noKind),
                .unknownName: .bad("activity pet fluffi", .notFound, "fluffi", next: listsPets),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "activity pet", "which pet?", next: "hint: for example: activity pet fluffy"),
                .wrongType: .bad(
                    "activity pet fluffy -o xml", "\"xml\"", next: "hint: the formats are"),
            ]),
        BadRow(
            "wait",
            asks: .by("wait --for=state=Synced pet/fluffy", lacking: "list", on: "pets"),
            needs: "--for=delete",
            [
                .unknownKind: .bad("wait --for=delete petz x", .notFound, "petz", next: noKind),
                .unknownName: .bad(
                    "wait --for=state=Synced pet fluffi", .notFound, "fluffi", next: listsPets),
                .unknownField: .none(because: "a path may lead somewhere later"),
                .missingArgument: .bad(
                    "wait pet/fluffy", "--for", next: "hint: petstore-cli wait --help"),
                .wrongType: .bad(
                    "wait --for=state=Synced pet/fluffy --timeout soon", "soon",
                    next: "hint: petstore-cli wait --help"),
            ]),
    ]
}
