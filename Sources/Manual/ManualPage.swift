import ArgumentParser
import Verbs

/// One page of the manual: one command.
struct ManualPage {
    /// The words that call the command, without the program's name.
    let words: [String]
    let tree: CommandTree
    let effect: Effect?
    let examples: [Example]
    /// The pages beside it and above it.
    let related: [String]

    var name: String { ([Root.programName] + words).joined(separator: "-") }
    var fileName: String { name + ".1" }

    /// The page of the program, then one for each command.
    static func all() -> [ManualPage] {
        let tree = CommandTree(Root.self)
        let commands = tree.subcommands.filter(\.isShown)
        let root = ManualPage(
            words: [], tree: tree, effect: nil, examples: [], related: commands.map(\.name))
        return [root] + commands.flatMap { pages(of: $0, below: []) }
    }

    private static func pages(of tree: CommandTree, below words: [String]) -> [ManualPage] {
        let path = words + [tree.name]
        let shown = tree.subcommands.filter(\.isShown)
        let verb = Roster.verb(named: path)
        let page = ManualPage(
            words: path, tree: tree, effect: verb?.effect, examples: verb?.examples ?? [],
            related: shown.map { (path + [$0.name]).joined(separator: "-") }
                + (words.isEmpty ? [] : [words.joined(separator: "-")]))
        return [page] + shown.flatMap { pages(of: $0, below: path) }
    }

    // MARK: Text

    var text: String {
        var out = ".\\\" Written by \"swift run generate-docs\" from the command definitions.\n"
        out += Roff.macro(
            "TH", Roff.text(name.uppercased()), "1", "",
            Roff.text("\(Root.programName) \(Release.version)"),
            Roff.text("\(Root.programName) manual"))
        out += ".nh\n.ad l\n"
        out += section("NAME", Roff.text(name) + " \\- " + Roff.text(abstract) + "\n")
        out += section("SYNOPSIS", synopsis)
        out += section("DESCRIPTION", Roff.paragraphs(description))
        if !tree.subcommands.isEmpty { out += section("COMMANDS", commands) }
        out += options
        out += exampleSection
        out += section("EXIT STATUS", exitStatus)
        out += section("ENVIRONMENT", Self.environment)
        out += section("FILES", Self.files)
        out += section("SEE ALSO", seeAlso)
        return out
    }

    private func section(_ title: String, _ body: String) -> String {
        body.isEmpty ? "" : Roff.macro("SH", title) + body
    }

    private var abstract: String {
        tree.abstract.hasSuffix(".") ? String(tree.abstract.dropLast()) : tree.abstract
    }

    /// The discussion without what help repeats at its end: effect and examples.
    private var description: String {
        let lines = tree.discussion.split(separator: "\n", omittingEmptySubsequences: false)
        let own = lines.prefix { $0 != "EXAMPLES" && $0 != effect.map { Substring($0.sentence) } }
        let told = own.joined(separator: "\n")
        guard let effect else { return told.isEmpty ? tree.abstract : told }
        return told + "\n\n" + effect.sentence
    }

    private var synopsis: String {
        var line = Roff.bold(([Root.programName] + words).joined(separator: " "))
        if !tree.subcommands.isEmpty { return line + " " + Roff.italic("COMMAND") + "\n" }
        if tree.arguments.contains(where: { $0.kind != .positional }) {
            line += " [" + Roff.italic("OPTION") + "\\&...]"
        }
        for argument in tree.arguments where argument.kind == .positional {
            let name =
                Roff.italic(argument.valueName.uppercased())
                + (argument.isRepeating ? "\\&..." : "")
            line += argument.isOptional ? " [\(name)]" : " \(name)"
        }
        return line + "\n"
    }

    private var commands: String {
        tree.subcommands.filter(\.isShown).map { command in
            ".TP\n" + Roff.bold(command.name) + "\n" + Roff.text(command.abstract) + "\n"
        }.joined()
    }

    private var options: String {
        let positionals = tree.arguments.filter { $0.kind == .positional && !$0.help.isEmpty }
        let own = tree.arguments.filter { $0.kind != .positional && $0.isShown }
        let hidden = tree.arguments.filter { $0.kind != .positional && !$0.isShown }
        var out = section("ARGUMENTS", positionals.map(entry).joined())
        var body = own.filter { $0.section == nil }.map(entry).joined()
        for title in own.compactMap(\.section).distinct {
            body += Roff.macro("SS", Roff.text(title))
            body += own.filter { $0.section == title }.map(entry).joined()
        }
        if !hidden.isEmpty {
            body += Roff.macro("SS", "More options for the connection")
            body += hidden.map(entry).joined()
        }
        out += section("OPTIONS", body)
        return out
    }

    private func entry(_ argument: CommandTree.Argument) -> String {
        let value = argument.valueName.uppercased()
        var head: String
        if argument.kind == .positional {
            head = Roff.italic(value) + (argument.isRepeating ? "\\&..." : "")
        } else {
            head = argument.names.map(Roff.bold).joined(separator: ", ")
            if argument.kind == .option { head += " " + Roff.italic(value) }
        }
        var help = Roff.text(argument.help)
        if !argument.values.isEmpty, argument.kind == .option,
            !argument.values.allSatisfy({ argument.help.contains($0) })
        {
            help += " One of: " + argument.values.map(Roff.text).joined(separator: ", ") + "."
        }
        if argument.kind == .option, let standard = argument.defaultValue, !standard.isEmpty {
            help += " The default is " + Roff.text(standard) + "."
        }
        return ".TP\n\(head)\n\(help.isEmpty ? "\\&" : help)\n"
    }

    private var exampleSection: String {
        section(
            "EXAMPLES",
            examples.map { example in
                ".PP\n" + Roff.text(example.summary) + ":\n"
                    + Roff.example("\(Root.programName) \(example.line)")
            }.joined())
    }

    private var exitStatus: String {
        let rows =
            ExitStatus.table.map { (String($0.status.code), $0.meaning) }
            + [("128+n", "ended by signal n, after everything was undone")]
        return rows.map { ".TP\n" + Roff.bold($0.0) + "\n" + Roff.text($0.1) + "\n" }.joined()
    }

    private static let environment = table([
        ("KUBECONFIG", "Kubeconfig files, separated by colons; read, never written."),
        ("XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME", "Where the files below lie."),
        ("NO_COLOR, CLICOLOR_FORCE", "No colour; colour even where there is no terminal."),
        (
            "PETSTORE_PAGER, PAGER",
            "What shows results that are longer than the screen; empty or cat: nothing. Else less, with LESS=FRX where LESS is not set."
        ),
        ("COLUMNS", "The width to lay out for where there is no terminal."),
        (
            "PETSTORE_COMPLETION_TIMEOUT",
            "How long a Tab on a command line of bash, zsh or fish may take, such as 2s; else 250ms."
        ),
    ])

    private static let files = table([
        ("$XDG_CONFIG_HOME/petstore-cli/config.yaml", "What init found, and your own defaults."),
        (
            "$XDG_STATE_HOME/petstore-cli/sessions/",
            "Journals of temporary changes: what a crash left is undone from here."
        ),
        ("$XDG_STATE_HOME/petstore-cli/history", "Lines typed in the shell."),
    ])

    private static func table(_ rows: [(String, String)]) -> String {
        rows.map { ".TP\n" + Roff.bold($0.0) + "\n" + Roff.text($0.1) + "\n" }.joined()
    }

    private var seeAlso: String {
        let names =
            (words.isEmpty ? [] : [Root.programName])
            + related.map { "\(Root.programName)-\($0)" } + ["kubectl"]
        return names.map { Roff.bold($0) + "(1)" }.joined(separator: ",\n") + "\n"
    }
}

extension [String] {
    /// Each once, in their order.
    fileprivate var distinct: [String] {
        reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
