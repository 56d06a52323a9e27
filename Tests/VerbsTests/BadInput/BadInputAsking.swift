import Verbs

extension BadInputTable {
    static let asking: [BadRow] = [
        BadRow(
            "compare",
            asks: .by("compare pet fluffy -o json", lacking: "create", on: "pets"),
            [
                .unknownKind: .bad("compare petz x", .notFound, "petz", next: noKind),
                .unknownName: .bad("compare pet fluffi", .notFound, "fluffi", next: listsPets),
                .unknownField: .none(because: "fields are looked for in the answers"),
                .missingArgument: .bad("compare", "which kind", next: "hint: petstore-cli init"),
                .wrongType: .bad(
                    "compare pet fluffy --timeout soon", "soon",
                    next: "hint: petstore-cli compare --help"),
            ]),
        BadRow(
            "observe", asks: .by("observe pet 123", lacking: "create", on: "pets"),
            [
                .unknownKind: .bad("observe petz x", .notFound, "petz", next: noKind),
                .unknownName: .none(because: "an id that is not in the API takes an observer"),
                .unknownField: .bad(
                    "observe pet 123 --key colour", "colour", next: "hint: known fields"),
                .missingArgument: .bad("observe", "which kind", next: "hint: petstore-cli init"),
                .wrongType: .bad(
                    "observe pet abc", "\"abc\"", next: "id must be a whole number"),
            ]),
        BadRow(
            "query",
            asks: .by("query inventory", lacking: "create", on: "storeinventoryqueries"),
            [
                .unknownKind: .bad(
                    "query find-by-statos --status=sold", .notFound, "find-by-statos",
                    next: "did you mean \"find-by-status\"?"),
                .unknownName: .bad(
                    "query inventory --target-pod=7", .notFound, "pod 7",
                    next: "hint: the pods are petstore-api-0"),
                .unknownField: .bad(
                    "query find-by-status --stats=sold", "--stats", next: "did you mean --status?"),
                .missingArgument: .bad(
                    "query", "which query", next: "hint: petstore-cli query list"),
                .wrongType: .bad(
                    "query inventory --every='5 minutes'", "5 minutes",
                    next: "hint: petstore-cli query --help"),
            ]),
        BadRow(
            "action",
            asks: .by(
                "action upload-image --pet-id=123 --data=aGVsbG8= --yes", lacking: "create",
                on: "petuploadimageactions"),
            [
                .unknownKind: .bad(
                    "action upload-imag --pet-id=1", .notFound, "upload-imag",
                    next: "did you mean \"upload-image\"?"),
                .unknownName: .bad(
                    "action upload-image --pet-id=123 --data=aGVsbG8= --target-pod=7 --yes",
                    .notFound, "pod 7", next: "hint: the pods are petstore-api-0"),
                .unknownField: .bad(
                    "action upload-image --pet=1", "--pet", next: "did you mean --pet-id?"),
                .missingArgument: .bad(
                    "action upload-image --once", "--pet-id is required",
                    next: "hint: petstore-cli action upload-image --help"),
                .wrongType: .bad(
                    "action upload-image --pet-id=abc", "\"abc\"",
                    next: "--pet-id must be a whole number"),
            ]),
    ]
}
