import Catalog
import Documents

/// Queries, actions and their parameters as words to complete.
///
/// Pure.
enum OperationCandidates {
    typealias Candidate = CandidateSearch.Candidate

    /// By name, with their parameters beside them; and the word that lists them.
    static func names(_ category: Category, in catalog: Catalog) -> [Candidate] {
        let kinds = catalog.kinds.filter { $0.category == category }
        let all = kinds.map { kind in
            Candidate(
                kind.friendlyName,
                note: kind.parameters.isEmpty ? nil : OperationList.summary(of: kind))
        }
        return (all + [Candidate("list", note: "Show what there is.")])
            .sorted { $0.text < $1.text }
    }

    /// `--status=`, and `--fast` of a switch; what is required first.
    static func flags(of kind: CatalogKind?) -> [Candidate] {
        OperationList.ordered(kind?.parameters ?? []).map { parameter in
            let text = OperationHelp.text(of: parameter)
            let isSwitch = parameter.node.type == "boolean"
            return Candidate(
                "--\(parameter.flagName)" + (isSwitch ? "" : "="),
                note: text.isEmpty ? parameter.type : text)
        }
    }

    /// The values that the schema allows, also of the items of a list.
    static func values(of name: String, of kind: CatalogKind?) -> [Candidate] {
        guard let parameter = kind?.parameter(named: name) else { return [] }
        if parameter.node.type == "boolean" { return [Candidate("true"), Candidate("false")] }
        let items = parameter.node.items?.enumValues.map(\.plainText) ?? []
        return (parameter.allowedValues + items).map { Candidate($0) }
    }
}
