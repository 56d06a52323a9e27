import Catalog
import Documents
import KubernetesCore
import Render

/// `query list` and `action list`: what a cluster offers, with its parameters.
struct OperationList: Sendable {
    let verb: any OperationVerb.Type

    func show(as format: OutputFormat, in context: VerbContext) async throws {
        let catalog = try await context.access.catalog()
        let kinds = catalog.kinds.filter { $0.category == verb.category }
        guard !kinds.isEmpty else {
            return try context.note("The cluster offers nothing that \(verb.name) could use.")
        }
        try context.report(Self.report(on: kinds, verb: verb), as: format)
    }

    /// By API, and by name within it; which API it is, is said where there are several.
    static func report(on kinds: [CatalogKind], verb: any OperationVerb.Type) -> Report {
        let kinds = kinds.sorted {
            ($0.type.group, $0.friendlyName, $0.type.kind)
                < ($1.type.group, $1.friendlyName, $1.type.kind)
        }
        let isOfOne = Set(kinds.map(\.type.group)).count == 1
        let table = TextTable(
            columns: [
                .init("NAME"), .init("API", isWide: isOfOne, fit: .keeps),
                .init("PARAMETERS", fit: .wraps),
                .init("ALL PARAMETERS", isWide: true, fit: .wraps),
                .init("KIND", isWide: true), .init("DESCRIPTION", isWide: true),
            ],
            rows: kinds.map { kind in
                [
                    .init(kind.friendlyName), .init(kind.type.group), .init(summary(of: kind)),
                    .init(parameters(of: kind)),
                    .init("\(kind.type.kind).\(kind.type.group)"), .init(description(of: kind)),
                ]
            })
        return Report(
            kind: "Operations", sections: [Section(nil, .table(table))],
            payload: [
                "kind": "Operations",
                "operations": .array(kinds.map(payload)),
            ], names: kinds.map(\.friendlyName))
    }

    /// Up to so many characters all parameters are shown.
    private static let longest = 52

    /// All parameters where they fit on a line, else those that are required.
    static func summary(of kind: CatalogKind) -> String {
        let all = parameters(of: kind)
        guard all.count > longest else { return all }
        let required = kind.parameters.filter(\.isRequired).map(usage)
        let others = kind.parameters.count - required.count
        return (required + ["[\(others) optional]"]).joined(separator: " ")
    }

    /// `--pet-id=<int64> [--content-type=<string>]`.
    static func parameters(of kind: CatalogKind) -> String {
        let all = ordered(kind.parameters).map { $0.isRequired ? usage($0) : "[\(usage($0))]" }
        return all.isEmpty ? "-" : all.joined(separator: " ")
    }

    /// What must be given first.
    static func ordered(_ parameters: [Parameter]) -> [Parameter] {
        parameters.filter(\.isRequired) + parameters.filter { !$0.isRequired }
    }

    static func usage(_ parameter: Parameter) -> String {
        let values = parameter.allowedValues
        return "--\(parameter.flagName)="
            + (values.isEmpty ? "<\(parameter.type)>" : values.joined(separator: "|"))
    }

    static func description(of kind: CatalogKind) -> String {
        kind.schema?.root.description ?? ""
    }

    private static func payload(_ kind: CatalogKind) -> JSONValue {
        [
            "name": .string(kind.friendlyName), "kind": .string(kind.type.kind),
            "group": .string(kind.type.group), "description": .string(description(of: kind)),
            "parameters": .array(
                kind.parameters.map { parameter in
                    [
                        "name": .string(parameter.name),
                        "flag": .string("--\(parameter.flagName)"),
                        "type": .string(parameter.type),
                        "required": .bool(parameter.isRequired),
                        "values": .array(parameter.allowedValues.map(JSONValue.string)),
                        "description": .string(parameter.description),
                    ]
                }),
        ]
    }
}
