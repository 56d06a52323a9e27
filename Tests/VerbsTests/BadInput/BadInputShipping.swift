import Verbs

/// What can be wrong when files are made for those who ship petstore-cli, or when it is installed.
extension BadInputTable {
    private static let addresses = "--download-url https://x.example --homepage https://x.example"
    private static let archive = "--archive nosuch.tar.gz \(addresses)"

    static let shipping: [BadRow] = [
        BadRow(
            "install", asks: .nobody("only copies files"),
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .bad(
                    "install --prefix $FILES/nosuch --uninstall", .notFound, "/nosuch",
                    next: "hint: --prefix names"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "install --prefix", "--prefix", next: "hint: petstore-cli install --help"),
                .wrongType: .bad("install -o xml", "\"xml\"", next: "hint: the formats are"),
            ]),
        release("krew", wrong: "--name krewless", named: "krewless"),
        release("homebrew", wrong: "--homepage ftp://x", named: "ftp://x"),
        api("scripts"), api("rbac"), folder("completions"), folder("man"),
    ]

    private static func release(_ name: String, wrong: String, named: String) -> BadRow {
        let help = "hint: petstore-cli generate \(name) --help"
        return BadRow(
            "generate \(name)", asks: .nobody("reads archives"), needs: archive,
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .bad(
                    "generate \(name) \(archive)", "nosuch.tar.gz", next: "hint: archives are"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad(
                    "generate \(name) \(addresses)", "--archive", next: help),
                .wrongType: .bad("generate \(name) \(archive) \(wrong)", named, next: help),
            ])
    }

    private static func api(_ name: String) -> BadRow {
        let line = "generate \(name) --group petstore.example.com"
        let help = "hint: petstore-cli generate \(name) --help"
        return BadRow(
            "generate \(name)",
            asks: .by(line, withoutRight: "discovery and schemas are open to everybody"),
            [
                .unknownKind: .bad(
                    "generate \(name) --group petstore.example.co", .notFound,
                    "petstore.example.co", next: "did you mean petstore.example.com?"),
                .unknownName: .none(because: "takes no name"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad("generate \(name) --group", "--group", next: help),
                .wrongType: .bad("generate \(name) -v loud", "loud", next: help),
            ])
    }

    private static func folder(_ name: String) -> BadRow {
        let help = "hint: petstore-cli generate \(name) --help"
        return BadRow(
            "generate \(name)", asks: .nobody("only writes files"), needs: "--output x",
            [
                .unknownKind: .none(because: "takes no kind"),
                .unknownName: .bad(
                    "generate \(name) --output /dev/null/x", "/dev/null/x",
                    next: "hint: --output names"),
                .unknownField: .none(because: "takes no fields"),
                .missingArgument: .bad("generate \(name)", "--output", next: help),
                .wrongType: .none(because: "takes the name of a folder alone"),
            ])
    }
}
