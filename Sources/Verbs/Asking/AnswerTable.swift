import Documents
import Catalog
import Render

/// What an API answered, for people: a table where it is a list of objects, else YAML's form.
///
/// Pure.
enum AnswerTable {
    /// - Parameters:
    ///   - data: the answer.
    ///   - title: above it, where several answers are shown.
    ///   - showSecrets: whether passwords and the like are shown.
    /// - Returns: one section.
    static func section(_ data: JSONValue, title: String? = nil, showSecrets: Bool) -> Section {
        let shown = showSecrets ? data : Mask.hide(in: data)
        if let items = shown.arrayValue {
            if items.isEmpty { return Section(title, .lines(["No results."])) }
            if items.allSatisfy({ $0.objectValue != nil }) {
                return Section(title, .table(table(of: items)))
            }
        }
        return Section(title, .data(shown))
    }

    /// Identity first, then what fits on a line; lists and other parts in the wide form.
    static func table(of items: [JSONValue]) -> TextTable {
        let names = columns(of: items)
        let narrow = names.filter { name in
            items.allSatisfy { $0[name].map(isShort) ?? true }
        }
        let shown = narrow.isEmpty ? names : narrow
        let ordered = shown + names.filter { !shown.contains($0) }
        return TextTable(
            columns: ordered.map { name in
                .init(
                    Spelling.kebab(name).uppercased(), isWide: !shown.contains(name))
            },
            rows: items.map { item in ordered.map { .init(cell(item[$0])) } })
    }

    private static func columns(of items: [JSONValue]) -> [String] {
        var names: [String] = []
        var known: Set<String> = []
        for item in items {
            for name in item.objectValue?.names ?? [] where known.insert(name).inserted {
                names.append(name)
            }
        }
        let first = ["id", "name"].filter(known.contains)
        return first + names.filter { !first.contains($0) }
    }

    /// A scalar, or something that has a name.
    private static func isShort(_ value: JSONValue) -> Bool {
        value.arrayValue == nil && (value.objectValue == nil || ownName(value) != nil)
    }

    private static func ownName(_ value: JSONValue) -> String? {
        value.objectValue == nil ? nil : value["name"]?.stringValue
    }

    private static func cell(_ value: JSONValue?) -> String {
        guard let value, !value.isNull else { return "" }
        if let name = ownName(value) { return name }
        if let items = value.arrayValue {
            return items.map { ownName($0) ?? $0.plainText }.joined(separator: ",")
        }
        return value.objectValue == nil ? value.plainText : DataText.flow(value)
    }
}
