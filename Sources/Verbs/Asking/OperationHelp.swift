import ArgumentParser
import Catalog
import Documents
import Render

/// Help on one query or action, from its schema: `query find-by-status --help`.
enum OperationHelp {
    private static let mark = "--explain"

    /// The words with the request for help in a form that lets the verb run.
    ///
    /// The parser would answer it with the verb's own help, which knows no parameters.
    static func marked(in words: [String]) -> [String] {
        guard let verb = Roster.verb(named: words), verb is any OperationVerb.Type,
            let index = words.firstIndex(where: { $0 == "--help" || $0 == "-h" }),
            words[..<index].filter({ !$0.hasPrefix("-") }).count > 1
        else { return words }
        var marked = words
        marked[index] = mark
        return marked
    }

    /// The verb's own help where that was asked for; a forgotten name is a mistake.
    static func general(
        _ verb: any OperationVerb.Type, words: OperationWords, isWanted: Bool,
        in context: VerbContext
    ) throws {
        if let stray = words.firstFlag {
            throw Failure(.usage(""), "unknown option '\(stray)'")
        }
        guard isWanted else {
            throw Failure(
                .usage(""), "which \(verb.noun)?",
                steps: [NextStep([verb.name, "list"], "shows what there is")])
        }
        try context.write(Array((Root.helpMessage(for: verb) + "\n").utf8))
    }

    static func show(
        _ name: String, _ verb: any OperationVerb.Type, in context: VerbContext
    ) async throws {
        let kind = try await OperationSearch.kind(name, of: verb, in: context)
        try context.report(report(on: kind, verb, program: context.world.programName))
    }

    static func report(
        on kind: CatalogKind, _ verb: any OperationVerb.Type, program: String
    ) -> Report {
        let line = "\(program) \(verb.name) \(kind.friendlyName)"
        let required = kind.parameters.filter(\.isRequired).map(OperationList.usage)
        let hasOthers = kind.parameters.contains { !$0.isRequired }
        let usage = ([line] + required + (hasOthers ? ["[parameters]"] : []) + ["[options]"])
            .joined(separator: " ")
        var sections: [Section] = []
        let overview = OperationList.description(of: kind)
        if !overview.isEmpty {
            sections.append(Section(nil, .paragraphs([Paragraph("OVERVIEW: ", overview)])))
        }
        sections.append(Section(nil, .paragraphs([Paragraph("USAGE: ", usage)])))
        let parameters = parameters(of: kind)
        if !parameters.isEmpty {
            let widest = parameters.map(\.usage.displayWidth).max() ?? 0
            let lines = parameters.map { usage, text in
                let gap = String(repeating: " ", count: widest - usage.displayWidth + 2)
                return Paragraph("  \(usage)\(text.isEmpty ? "" : gap)", text)
            }
            sections.append(Section("PARAMETERS:", .paragraphs(lines)))
        }
        let example = ([line] + exampleWords(kind)).joined(separator: " ")
        sections.append(Section("EXAMPLE:", .lines(["  \(example)"])))
        sections.append(
            Section(nil, .lines(["\(program) \(verb.name) --help explains the options."])))
        return Report(
            kind: "Operation", sections: sections, payload: .null, names: [kind.friendlyName])
    }

    /// As they are written, and what they are; with the flag that fills one from a file.
    private static func parameters(of kind: CatalogKind) -> [(usage: String, text: String)] {
        let own = OperationList.ordered(kind.parameters).map { parameter in
            (usage: OperationList.usage(parameter), text: text(of: parameter))
        }
        guard Upload.takesFile(kind) else { return own }
        return own + [(usage: "--file=<path>", text: "A file to upload, in place of --data.")]
    }

    static func text(of parameter: Parameter) -> String {
        var parts = [parameter.description].filter { !$0.isEmpty }
        let members = (parameter.node.items ?? parameter.node).properties.map(\.name)
        if !members.isEmpty { parts.append("JSON with \(members.joined(separator: ", "))") }
        if parameter.isRequired { parts.append("(required)") }
        if parameter.isSecret { parts.append("(secret)") }
        return parts.joined(separator: " ")
    }

    /// The required parameters with values that the schema allows, where that can be said.
    private static func exampleWords(_ kind: CatalogKind) -> [String] {
        let words = kind.parameters.filter(\.isRequired).map { parameter in
            let value =
                parameter.allowedValues.first ?? parameter.node.items?.enumValues.first?.plainText
                ?? (parameter.node.type == "integer" ? "1" : parameter.name.uppercased())
            return "--\(parameter.flagName)=\(value)"
        }
        return words + (Upload.takesFile(kind) ? ["--file=FILE"] : [])
    }
}
