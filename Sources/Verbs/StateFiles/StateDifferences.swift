import Documents
import KubernetesCore
import Render
import StateFiles

/// How a file and a cluster differ, as a value.
struct StateDifferences: Sendable {
    struct Subject: Sendable, Hashable {
        var type: ResourceType
        var namespace: String?
        var name: String

        init(_ type: ResourceType, _ object: KubernetesObject) {
            self.type = type
            namespace = object.namespace
            name = object.name
        }

        var shown: String { type.shortName(of: name) }

        var payload: JSONValue {
            var value: JSONValue = [
                "object": .string(shown), "apiVersion": .string(type.apiVersion),
                "kind": .string(type.kind),
            ]
            if let namespace { value["namespace"] = .string(namespace) }
            value["name"] = .string(name)
            return value
        }
    }

    enum Sort: String, Sendable {
        case changed, added, removed
    }

    struct Difference: Sendable {
        var subject: Subject
        var sort: Sort
        var fields: [FieldDifference] = []
        var live: StateForm.Document?
        var wanted: StateForm.Document?
        /// The place in the file; behind all of it for what is not there.
        var number = Int.max
    }

    private(set) var differences: [Difference] = []
    private var secrets: [String] = []
    var notices: [String] = []
    /// How many objects of the file were compared.
    var count = 0

    var isEmpty: Bool { differences.isEmpty }

    mutating func add(onlyLive document: StateForm.Document, _ type: ResourceType) {
        differences.append(
            Difference(
                subject: Subject(type, document.object), sort: .removed, live: document))
    }

    mutating func add(
        onlyWanted document: StateForm.Document, _ item: WantedState.Item, _ number: Int
    ) {
        differences.append(
            Difference(
                subject: Subject(item.type, document.object), sort: .added, wanted: document,
                number: number))
    }

    mutating func add(
        _ fields: [FieldDifference], live: StateForm.Document, wanted: StateForm.Document,
        _ item: WantedState.Item, _ number: Int
    ) {
        differences.append(
            Difference(
                subject: Subject(item.type, wanted.object), sort: .changed, fields: fields,
                live: live, wanted: wanted, number: number))
    }

    mutating func addSecrets(_ paths: [StatePath], of item: WantedState.Item) {
        for path in Set(paths) { secrets.append("\(item.shown) \(path)") }
    }

    /// The file's order, then what only the cluster has.
    mutating func sort() {
        differences.sort { left, right in
            if left.number != right.number { return left.number < right.number }
            let (first, second) = (left.subject, right.subject)
            return [first.type.qualifiedName, first.namespace ?? "", first.name]
                .lexicographicallyPrecedes(
                    [second.type.qualifiedName, second.namespace ?? "", second.name])
        }
        secrets = Set(secrets).sorted()
        if !secrets.isEmpty {
            let more = secrets.count - Self.mostSecrets
            let list = secrets.prefix(Self.mostSecrets).joined(separator: ", ")
            notices.append(
                "note: secrets are not compared: \(list)" + (more > 0 ? " and \(more) more" : ""))
        }
    }

    private static let mostSecrets = 5

    // MARK: The report

    func report(file: String) -> Report {
        let lines = isEmpty ? [] : lines(file: file)
        return Report(
            kind: "Differences", sections: isEmpty ? [] : [Section(nil, .tinted(lines))],
            payload: payload(file: file),
            names: differences.map { $0.subject.type.qualifiedName(of: $0.subject.name) })
    }

    private func lines(file: String) -> [TintedLine] {
        let places = Set(differences.map(\.subject.namespace))
        var lines = [TintedLine("--- cluster", .strong), TintedLine("+++ \(file)", .strong)]
        for difference in differences {
            let subject = difference.subject
            var title = subject.shown
            if places.count > 1, let namespace = subject.namespace { title += " (\(namespace))" }
            switch difference.sort {
            case .added: lines.append(TintedLine("+ \(title): only in the file", .good))
            case .removed: lines.append(TintedLine("- \(title): only in the cluster", .bad))
            case .changed:
                lines.append(TintedLine("  \(title)", .strong))
                for field in difference.fields {
                    lines.append(Self.line("-", field.path, field.live, .bad))
                    lines.append(Self.line("+", field.path, field.wanted, .good))
                }
            }
        }
        return lines
    }

    private static func line(
        _ mark: String, _ path: StatePath, _ value: JSONValue?, _ tint: Tint
    ) -> TintedLine {
        TintedLine("\(mark)   \(path): \(value.map(DataText.flow) ?? "(absent)")", tint)
    }

    private func payload(file: String) -> JSONValue {
        func all(_ sort: Sort) -> JSONValue {
            .array(
                differences.filter { $0.sort == sort }.map { difference in
                    var value = difference.subject.payload
                    guard sort == .changed else { return value }
                    value["fields"] = .array(difference.fields.map(Self.payload))
                    return value
                })
        }
        return [
            "kind": "Differences", "file": .string(file), "compared": .integer(Int64(count)),
            "changed": all(.changed), "added": all(.added), "removed": all(.removed),
            "secretsNotCompared": .array(secrets.map { .string($0) }),
        ]
    }

    private static func payload(_ field: FieldDifference) -> JSONValue {
        var value: JSONValue = ["path": .string(field.path.description)]
        if let live = field.live { value["cluster"] = live }
        if let wanted = field.wanted { value["file"] = wanted }
        return value
    }
}
