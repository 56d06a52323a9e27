import Verbs

/// The whole table: every verb of the roster, every situation.
enum BadInputTable {
    static let rows: [BadRow] =
        looking + checking + changing + objects + sessions + setup + sandbox + shipping
        + reading + asking + state

    static let noKind = "hint: did you mean \"pet\"?"
    static let listsPets = "hint: petstore-cli get pets lists"

    private static let looking: [BadRow] = [
        BadRow(
            "get", asks: .by("get pets", lacking: "list", on: "pets"),
            [
                .unknownKind: .bad("get petz", .notFound, "petz", next: noKind),
                .unknownName: .bad("get pet fluffi", .notFound, "fluffi", next: listsPets),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad("get", "which kind", next: "hint: petstore-cli init"),
                .wrongType: .bad(
                    "get pets --chunk-size many", "many", next: "hint: petstore-cli get --help"),
            ]),
        BadRow(
            "describe", asks: .by("describe pet fluffy", lacking: "get", on: "pets"),
            [
                .unknownKind: .bad("describe petz x", .notFound, "petz", next: noKind),
                .unknownName: .bad("describe pet fluffi", .notFound, "fluffi", next: listsPets),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad("describe", "which kind", next: "hint: petstore-cli init"),
                .wrongType: .bad(
                    "describe pet -v loud", "loud", next: "hint: petstore-cli describe --help"),
            ]),
        BadRow(
            "status",
            asks: .by("status", withoutRight: "kinds that may not be listed are named beside it"),
            [
                .unknownKind: .bad(
                    "status petstor", .notFound, "petstor", next: "did you mean \"petstore\"?"),
                .unknownName: .bad(
                    "status nowhere", .notFound, "nowhere", next: "hint: there are:"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .none(because: "without words it shows everything"),
                .wrongType: .bad(
                    "status -v loud", "loud", next: "hint: petstore-cli status --help"),
            ]),
    ]

    private static let checking: [BadRow] = [
        BadRow(
            "diagnose", asks: .by("diagnose pet fluffy", lacking: "get", on: "pets"),
            [
                .unknownKind: .bad("diagnose petz x", .notFound, "petz", next: noKind),
                .unknownName: .bad("diagnose pet fluffi", .notFound, "fluffi", next: listsPets),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "diagnose", "which resource", next: "hint: diagnose --all"),
                .wrongType: .bad(
                    "diagnose pet fluffy --sample soon", "soon",
                    next: "hint: petstore-cli diagnose --help"),
            ]),
        BadRow(
            "health-check",
            asks: .by(
                "health-check", withoutRight: "kinds that may not be listed are named beside it"),
            [
                .unknownKind: .none(because: "takes no kinds"),
                .unknownName: .none(because: "takes no names"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .none(because: "without words it looks at aggregates"),
                .wrongType: .bad(
                    "health-check -v loud", "loud",
                    next: "hint: petstore-cli health-check --help"),
            ]),
        BadRow(
            "drift-report", asks: .by("drift-report pets", lacking: "list", on: "pets"),
            [
                .unknownKind: .bad("drift-report petz", .notFound, "petz", next: noKind),
                .unknownName: .none(because: "takes kinds, not names"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .none(because: "without words it looks at all resources"),
                .wrongType: .bad(
                    "drift-report --sample soon", "soon",
                    next: "hint: petstore-cli drift-report --help"),
            ]),
    ]

    private static let changing: [BadRow] = [
        BadRow(
            "patch", asks: .by("patch pet fluffy status=sold", lacking: "patch", on: "pets"),
            [
                .unknownKind: .bad("patch petz x a=b", .notFound, "petz", next: noKind),
                .unknownName: .bad(
                    "patch pet fluffi status=sold", .notFound, "fluffi", next: listsPets),
                .unknownField: .bad(
                    "patch pet fluffy stats=sold", "stats", next: "did you mean \"status\"?"),
                .missingArgument: .bad(
                    "patch pet fluffy", "FIELD=VALUE", next: "hint: for example: patch pet fluffy"),
                .wrongType: .bad(
                    "patch pet fluffy id=abc", "\"abc\"", next: "must be a whole number"),
            ])
    ]

    /// Verbs about one object that set what they set.
    private static func aboutOne(_ verb: String, flag: String) -> BadRow {
        BadRow(
            verb,
            asks: .by(
                "\(verb) pet \(verb == "unpause" ? "max" : "fluffy")", lacking: "patch", on: "pets"),
            [
                .unknownKind: .bad("\(verb) petz x", .notFound, "petz", next: noKind),
                .unknownName: .bad("\(verb) pet fluffi", .notFound, "fluffi", next: listsPets),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "\(verb) pet", "which pet?", next: "hint: for example: \(verb) pet fluffy"),
                .wrongType: .bad(
                    "\(verb) pet fluffy \(flag) soon", "soon",
                    next: "hint: petstore-cli \(verb) --help"),
            ])
    }

    private static let objects: [BadRow] = [
        BadRow(
            "edit", asks: .by("edit pet fluffy", lacking: "get", on: "pets"),
            [
                .unknownKind: .bad("edit petz x", .notFound, "petz", next: noKind),
                .unknownName: .bad("edit pet fluffi", .notFound, "fluffi", next: listsPets),
                .unknownField: .none(because: "the text comes back with the reason: EditTests"),
                .missingArgument: .bad(
                    "edit pet", "which pet?", next: "hint: for example: edit pet fluffy"),
                .wrongType: .bad(
                    "edit pet fluffy --ttl soon", "soon", next: "hint: petstore-cli edit --help"),
            ]),
        aboutOne("pause", flag: "--ttl"), aboutOne("unpause", flag: "--ttl"),
        aboutOne("refresh", flag: "--timeout"),
        BadRow(
            "create",
            asks: .by("create -f $FILES/pet.yaml", lacking: "create", on: "pets"), needs: "-f x",
            [
                .unknownKind: .bad(
                    "create -f $FILES/petz.yaml", .notFound, "Petz", next: "hint:"),
                .unknownName: .bad(
                    "create -f nosuch.yaml", "nosuch.yaml", next: "hint: is it there"),
                .unknownField: .bad(
                    "create -f $FILES/field.yaml", "nome", next: "did you mean \"name\"?"),
                .missingArgument: .bad(
                    "create", "--filename", next: "hint: petstore-cli create --help"),
                .wrongType: .bad("create -f $FILES/type.yaml", "name", next: "must be a text"),
            ]),
        BadRow(
            "delete", asks: .by("delete pet fluffy --yes", lacking: "delete", on: "pets"),
            [
                .unknownKind: .bad("delete petz x --yes", .notFound, "petz", next: noKind),
                .unknownName: .bad(
                    "delete pet fluffi --yes", .notFound, "fluffi", next: listsPets),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "delete pet", "takes names", next: "hint: for example: delete pet fluffy"),
                .wrongType: .bad(
                    "delete pet fluffy --on-delete vanish", "vanish",
                    next: "hint: petstore-cli delete --help"),
            ]),
    ]

    private static let noSession = "hint: petstore-cli session list shows them"

    private static let sessions: [BadRow] = [
        BadRow(
            "changes", asks: .nobody("reads this machine's journals"),
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .bad(
                    "changes --session nosuch", .notFound, "nosuch", next: noSession),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "changes --session", "--session", next: "hint: petstore-cli changes --help"),
                .wrongType: .bad(
                    "changes -v loud", "loud", next: "hint: petstore-cli changes --help"),
            ]),
        BadRow(
            "undo",
            asks: .by(
                "undo all", undoing: "pets"),
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .bad("undo --session nosuch", .notFound, "nosuch", next: noSession),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "undo --session", "--session", next: "hint: petstore-cli undo --help"),
                .wrongType: .bad(
                    "undo twice", "\"twice\"", next: "hint: changes shows the numbers"),
            ]),
        BadRow(
            "keep",
            asks: .by(
                "keep all", undoing: "pets"), needs: "all",
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .bad(
                    "keep all --session nosuch", .notFound, "nosuch", next: noSession),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "keep", "number|all", next: "hint: petstore-cli keep --help"),
                .wrongType: .bad(
                    "keep twice", "\"twice\"", next: "hint: changes shows the numbers"),
            ]),
        BadRow(
            "session list", asks: .nobody("reads this machine's journals"),
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .none(because: "takes no name"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "session list -o", "-o", next: "hint: petstore-cli session list --help"),
                .wrongType: .bad(
                    "session list -o xml", "\"xml\"", next: "hint: the formats are"),
            ]),
        BadRow(
            "session show", asks: .nobody("reads this machine's journals"),
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .bad("session show nosuch", .notFound, "nosuch", next: noSession),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .none(because: "without an id it takes the newest"),
                .wrongType: .bad(
                    "session show -o xml", "\"xml\"", next: "hint: the formats are"),
            ]),
        BadRow(
            "session transcript", asks: .nobody("reads this machine's journals"),
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .bad(
                    "session transcript nosuch", .notFound, "nosuch", next: noSession),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .none(because: "without an id it takes the newest"),
                .wrongType: .bad(
                    "session transcript -o xml", "\"xml\"", next: "hint: the formats are"),
            ]),
        BadRow(
            "session detach", asks: .nobody("the shell has a connection already"),
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .none(because: "takes no name"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "session detach", "only a shell", next: "hint: patch … --ttl"),
                .wrongType: .bad(
                    "session detach -v loud", "loud",
                    next: "hint: petstore-cli session detach --help"),
            ]),
        BadRow(
            "session attach", asks: .nobody("the shell has a connection already"),
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .bad("session attach nosuch", .notFound, "nosuch", next: noSession),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "session attach", "in a shell", next: "hint: outside, undo and keep"),
                .wrongType: .bad(
                    "session attach -v loud", "loud",
                    next: "hint: petstore-cli session attach --help"),
            ]),
        BadRow(
            "session recover",
            asks: .by(
                "session recover --yes", undoing: "pets"),
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .bad(
                    "session recover nosuch", .notFound, "nosuch", next: noSession),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .none(because: "without an id it takes all of the cluster"),
                .wrongType: .bad(
                    "session recover -v loud", "loud",
                    next: "hint: petstore-cli session recover --help"),
            ]),
        BadRow(
            "session forget", asks: .nobody("deletes a journal of this machine"), needs: "x",
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .bad("session forget nosuch", .notFound, "nosuch", next: noSession),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "session forget", "id", next: "hint: petstore-cli session forget --help"),
                .wrongType: .none(because: "takes a name alone"),
            ]),
    ]

    private static let setup: [BadRow] = [
        BadRow(
            "init", asks: .by("init", withoutRight: "its answer says what is forbidden"),
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .bad(
                    "init --context nosuch", "nosuch", next: "hint:"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad("init -n", "-n", next: "hint: petstore-cli init --help"),
                .wrongType: .bad("init -v loud", "loud", next: "hint: petstore-cli init --help"),
            ]),
        BadRow(
            "shell", asks: .nobody("its lines ask, each in its own way"),
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .none(because: "takes no name"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad("shell -c", "-c", next: "hint: petstore-cli shell --help"),
                .wrongType: .bad("shell -v loud", "loud", next: "hint: petstore-cli shell --help"),
            ]),
        BadRow(
            "version",
            asks: .by("version --remote", withoutRight: "anybody may ask for a server's version"),
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .none(because: "takes no name"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "version -o", "-o", next: "hint: petstore-cli version --help"),
                .wrongType: .bad("version -o xml", "\"xml\"", next: "hint: the formats are"),
            ]),
        BadRow(
            "completion", asks: .nobody("prints a script"), needs: "bash",
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .none(because: "takes no name"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "completion", "shell", next: "hint: petstore-cli completion --help"),
                .wrongType: .bad(
                    "completion tcsh", "tcsh", next: "hint: petstore-cli completion --help"),
            ]),
    ]

    private static let sandbox: [BadRow] = [
        own("start", value: "--port x", wrong: "x", missing: "--port"),
        own("status", value: "-o xml", wrong: "\"xml\"", missing: "-o"),
        own("stop"), own("kubeconfig"), own("reset"),
        own(
            "fault", value: "--latency soon", wrong: "soon", missing: "--instance",
            needs: "--clear"),
        BadRow(
            "sandbox operate",
            asks: Asking.by("sandbox operate", withoutRight: "tells what it cannot put there")
                .onlyConfigured("calls by way of the embedded cluster"),
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .bad("sandbox operate --context nosuch", "nosuch", next: "hint:"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "sandbox operate -n", "-n", next: "hint: petstore-cli sandbox operate --help"),
                .wrongType: .bad(
                    "sandbox operate -v loud", "loud",
                    next: "hint: petstore-cli sandbox operate --help"),
            ]),
    ]

    /// A verb about the embedded cluster, which no other cluster has to do with.
    private static func own(
        _ verb: String, value: String? = nil, wrong: String = "", missing: String? = nil,
        needs: String = ""
    ) -> BadRow {
        let next = "hint: petstore-cli sandbox \(verb) --help"
        return BadRow(
            "sandbox \(verb)", asks: .nobody("is about the embedded cluster"), needs: needs,
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .none(because: "takes no name"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: missing.map {
                    .bad("sandbox \(verb) \($0)", $0, next: next)
                } ?? .none(because: "takes no arguments"),
                .wrongType: value.map {
                    .bad(
                        "sandbox \(verb) \($0)", wrong,
                        next: wrong == "\"xml\"" ? "hint: the formats are" : next)
                } ?? .none(because: "takes no values"),
            ])
    }
}
