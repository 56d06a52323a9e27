import Verbs

extension BadInputTable {
    static let state: [BadRow] = [
        BadRow(
            "export", asks: .by("export pets", lacking: "list", on: "pets"),
            [
                .unknownKind: .bad(
                    "export petz", .notFound, "petz", next: "hint: did you mean \"pet\"?"),
                .unknownName: .none(because: "takes no names"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "export --split", "--split", next: "hint: petstore-cli export --help"),
                .wrongType: .bad(
                    "export -v loud", "loud", next: "hint: petstore-cli export --help"),
            ]),
        BadRow(
            "diff", asks: .by("diff $FILES/pet.yaml", lacking: "get", on: "pets"), needs: "x",
            [
                .unknownKind: .bad("diff $FILES/petz.yaml", "Petz", next: "hint:"),
                .unknownName: .bad("diff nosuch.yaml", "nosuch.yaml", next: "hint: is it there"),
                .unknownField: .none(because: "what the schema does not know is a difference"),
                .missingArgument: .bad(
                    "diff", "<file>", next: "hint: petstore-cli diff --help"),
                .wrongType: .bad(
                    "diff $FILES/pet.yaml --ignore spec..x", "spec..x",
                    next: "hint: for example: --ignore spec.tags"),
            ]),
        BadRow(
            "import", asks: .by("import $FILES/pet.yaml", lacking: "patch", on: "pets"),
            needs: "x",
            [
                .unknownKind: .bad("import $FILES/petz.yaml", "Petz", next: "hint:"),
                .unknownName: .bad("import nosuch.yaml", "nosuch.yaml", next: "hint: is it there"),
                .unknownField: .bad(
                    "import $FILES/field.yaml", "nome", next: "did you mean \"name\"?"),
                .missingArgument: .bad(
                    "import", "<file>", next: "hint: petstore-cli import --help"),
                .wrongType: .bad("import $FILES/type.yaml", "spec.name", next: "must be a text"),
            ]),
        BadRow(
            "cleanup",
            asks: .by(
                "cleanup --dry-run",
                withoutRight: "kinds that may not be listed are named beside it"),
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .bad(
                    "cleanup --session nosuch", .notFound, "nosuch",
                    next: "hint: petstore-cli cleanup --dry-run -A"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "cleanup --session", "--session", next: "hint: petstore-cli cleanup --help"),
                .wrongType: .bad(
                    "cleanup --older-than soon", "soon",
                    next: "hint: petstore-cli cleanup --help"),
            ]),
        BadRow(
            "controller run",
            asks: .by("controller run", withoutRight: "is refused the Lease by the real one only"),
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .bad("controller run --context nosuch", "nosuch", next: "hint:"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "controller run --metrics-address", "--metrics-address",
                    next: "hint: petstore-cli controller run --help"),
                .wrongType: .bad(
                    "controller run --lease-duration soon", "soon",
                    next: "hint: petstore-cli controller run --help"),
            ]),
        BadRow(
            "controller manifests",
            asks: .by(
                "controller manifests", withoutRight: "discovery and schemas are open to everybody"),
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .none(because: "the group may be of a cluster that is to come"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "controller manifests --group", "--group",
                    next: "hint: petstore-cli controller manifests --help"),
                .wrongType: .bad(
                    "controller manifests --group Petstore", "Petstore",
                    next: "hint: petstore-cli controller manifests --help"),
            ]),
    ]
}
