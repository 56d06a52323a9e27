import Documents
import KubernetesCore
import Render
import StateFiles

/// What an import does, or did, object by object.
struct ImportSteps: Sendable {
    enum Outcome: String, Sendable, Hashable, CaseIterable {
        // Planned.
        case create, update, prune
        // Either.
        case unchanged, skipped, conflict, invalid, refused
        // Done.
        case created, updated, pruned, failed

        var isFailure: Bool {
            switch self {
            case .conflict, .invalid, .refused, .failed: true
            default: false
            }
        }

        fileprivate var tint: Tint? {
            switch self {
            case .create, .created: .good
            case .update, .updated: .waiting
            case .prune, .pruned, .conflict, .invalid, .refused, .failed: .bad
            case .unchanged, .skipped: .faint
            }
        }
    }

    struct Step: Sendable {
        /// Nil for what the file does not have.
        var item: WantedState.Item?
        var type: ResourceType
        var namespace: String?
        var name: String
        var outcome: Outcome
        var fields: [FieldDifference] = []
        var issues: [ImportIssue] = []
        /// Why it did not work, with the exit status that it means.
        var failure: Failure?
        /// What to know about it.
        var remarks: [String] = []
        /// Whether fields are taken over: from other managers, or from our own changes by patch.
        var takesOver = false
        /// What is sent.
        var wanted: JSONValue = .null

        init(_ item: WantedState.Item, _ outcome: Outcome) {
            self.item = item
            type = item.type
            namespace = item.key.namespace
            name = item.key.name
            self.outcome = outcome
        }

        init(pruning object: KubernetesObject, _ type: ResourceType) {
            self.type = type
            namespace = object.namespace
            name = object.name
            outcome = .prune
        }

        var shown: String { type.shortName(of: name) }
    }

    var steps: [Step] = []
    /// What to know about the plan as a whole.
    var notices: [String] = []

    func count(_ outcome: Outcome) -> Int { steps.count { $0.outcome == outcome } }

    var changesAnything: Bool {
        steps.contains { [.create, .update, .prune].contains($0.outcome) }
    }

    // MARK: Telling

    /// Shows the plan beside the result.
    func tell(in context: VerbContext) throws {
        let renderer = context.renderer(.table)
        // What cannot be done is told at the end, with its place in the file.
        let shown = steps.filter { [.create, .update, .prune].contains($0.outcome) }
        try context.note("plan: \(summary)")
        guard !shown.isEmpty else { return }
        let table = ImportSteps(steps: shown).report(isDone: false)
        var section = table
        section.notices = []
        let text = String(decoding: try renderer.render(section), as: UTF8.self)
        try context.note(String(text.dropLast()))
    }

    /// `create 3, update 1, unchanged 8`.
    private var summary: String {
        let parts = Outcome.allCases.map { ($0, count($0)) }.filter { $0.1 > 0 }
            .map { "\($0.0.rawValue) \($0.1)" }
        return parts.isEmpty ? "nothing to do" : parts.joined(separator: ", ")
    }

    func report(isDone: Bool) -> Report {
        let hasPlaces = Set(steps.map(\.namespace)).count > 1
        let rows = steps.flatMap { step -> [[TextTable.Cell]] in
            let name = hasPlaces ? "\(step.shown) (\(step.namespace ?? ""))" : step.shown
            let details = Self.details(of: step)
            let first: [TextTable.Cell] = [
                .init(step.outcome.rawValue, tint: step.outcome.tint), .init(name),
                .init(details.first ?? ""),
            ]
            return [first]
                + details.dropFirst().map { [.init(""), .init(""), .init($0)] }
        }
        let heading = isDone ? "RESULT" : "ACTION"
        return Report(
            kind: isDone ? "Import" : "ImportPlan",
            sections: [
                Section(nil, .table(TextTable([heading, "OBJECT", "DETAIL"], rows: rows)))
            ],
            payload: payload(isDone: isDone),
            names: steps.map { $0.type.qualifiedName(of: $0.name) },
            notices: isDone ? [] : ["dry run: nothing was changed"] + notices)
    }

    private static func details(of step: Step) -> [String] {
        let fields = step.fields.map { field in
            "\(field.path): \(shown(field.live, field)) → \(shown(field.wanted, field))"
        }
        return fields + step.issues.map(\.message)
            + (step.issues.isEmpty ? step.failure.map { [$0.message] } ?? [] : []) + step.remarks
    }

    private static func shown(_ value: JSONValue?, _ field: FieldDifference) -> String {
        guard let value else { return "(absent)" }
        let isSecret = field.path.pointer.tokens.last.map(Mask.isSecret(name:)) ?? false
        return isSecret ? Mask.text : DataText.flow(Mask.hide(in: value))
    }

    private func payload(isDone: Bool) -> JSONValue {
        [
            "kind": isDone ? "Import" : "ImportPlan",
            "objects": .array(steps.map(Self.payload)),
        ]
    }

    private static func payload(of step: Step) -> JSONValue {
        var value: JSONValue = [
            "object": .string(step.shown), "apiVersion": .string(step.type.apiVersion),
            "kind": .string(step.type.kind),
        ]
        if let namespace = step.namespace { value["namespace"] = .string(namespace) }
        value["name"] = .string(step.name)
        value["outcome"] = .string(step.outcome.rawValue)
        if !step.fields.isEmpty {
            value["fields"] = .array(
                step.fields.map { field in
                    [
                        "path": .string(field.path.description),
                        "before": .string(shown(field.live, field)),
                        "after": .string(shown(field.wanted, field)),
                    ]
                })
        }
        let problems = step.issues.map(\.message) + (step.failure.map { [$0.message] } ?? [])
        if !problems.isEmpty { value["problems"] = .array(problems.map { .string($0) }) }
        return value
    }

    // MARK: Failing

    /// Says where in the files those stand that did not work.
    ///
    /// - Parameters:
    ///   - wanted: the files.
    ///   - end: what that means for the rest.
    /// - Throws: `Failure` with the kind of the first, when there are any.
    func throwFailure(_ wanted: WantedState, because end: String? = nil) throws(Failure) {
        let failed = steps.filter(\.outcome.isFailure)
        guard let first = failed.first else { return }
        var lines: [String] = []
        var hints: [String] = []
        for (number, file) in wanted.files.enumerated() {
            let problems = failed.filter { $0.item?.file == number }.flatMap(Self.problems)
            lines += StateFile.lines(of: problems, in: file)
        }
        for step in failed {
            if step.item == nil { lines.append("\(step.shown): \(step.failure?.message ?? "")") }
            hints += (step.failure?.hints ?? []).filter { !hints.contains($0) }
        }
        if failed.contains(where: { $0.outcome == .conflict && !$0.issues.isEmpty }) {
            hints.append("--force-conflicts takes fields over from other managers")
        }
        if let end { lines.append(end) }
        let kind: Failure.Kind =
            switch first.outcome {
            case .conflict: .conflict
            case .invalid: .mistake
            default: first.failure?.kind ?? .ours
            }
        throw Failure(kind, lines.joined(separator: "\n"), hints: hints)
    }

    private static func problems(of step: Step) -> [StateFile.Problem] {
        guard let place = step.item?.entry.place else { return [] }
        guard step.issues.isEmpty else {
            return step.issues.map {
                StateFile.Problem(
                    place: place, field: $0.field, message: "\(step.shown): \($0.message)")
            }
        }
        let said = step.failure?.message ?? step.outcome.rawValue
        return [StateFile.Problem(place: place, message: "\(step.shown): \(said)")]
    }
}
