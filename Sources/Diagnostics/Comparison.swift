import Documents

/// What several instances answered about the same thing, held against one another.
///
/// Pure. Missing, failed, unreachable and different are four different verdicts, and the absence of
/// an answer is never taken for agreement.
package struct Comparison: Sendable, Hashable {
    /// What is looked at.
    package struct Scope: Sendable, Hashable {
        /// Only these fields; empty: all.
        package var fields: [FieldChoice]
        package var ignored: [FieldChoice]
        package var ignoresOrder: Bool

        package init(
            fields: [FieldChoice] = [], ignored: [FieldChoice] = [], ignoresOrder: Bool = false
        ) {
            self.fields = fields
            self.ignored = ignored
            self.ignoresOrder = ignoresOrder
        }
    }

    /// What is said of one instance.
    package enum Verdict: String, Sendable, Hashable {
        case same, different, missing, failed, unreachable
        /// It answered, and nobody else did.
        case alone
    }

    package let observations: [Observation]
    package let verdicts: [Verdict]
    /// The fields that are looked at, in order.
    package let fields: [ComparedField]
    /// The paths of everything that was answered.
    package let known: [AnswerPath]
    /// Whether the states of the observations are looked at, too.
    package let showsState: Bool
    /// Choices that met no field of any answer.
    package let unmet: [FieldChoice]
    /// Why the answers need not be those of the instances that were asked; nil: they are.
    package let doubt: String?
    /// Indices of the observations that hold data.
    private let answered: [Int]

    package init(_ observations: [Observation], scope: Scope = Scope(), doubt: String? = nil) {
        self.observations = observations
        self.doubt = doubt
        answered = observations.indices.filter { observations[$0].data != nil }
        let all = Alignment(ignoresOrder: scope.ignoresOrder)
            .fields(of: observations.map(\.data))
        known = all.map(\.path)
        let names = Set(observations.flatMap { $0.data?.objectValue?.names ?? [] })
        let chosen = scope.fields.filter { !$0.meansState }
        showsState =
            (scope.fields.isEmpty || chosen.count < scope.fields.count)
            && !scope.ignored.contains(where: \.meansState)
        let statesAlone = !scope.fields.isEmpty && chosen.isEmpty
        fields = all.filter { field in
            let isWanted =
                !statesAlone && chosen.isEmpty
                || chosen.contains { $0.covers(field.path, among: names) }
            return isWanted && !scope.ignored.contains { $0.covers(field.path, among: names) }
        }
        let hasAnswers = !answered.isEmpty
        unmet = chosen.filter { choice in
            hasAnswers && !all.contains { choice.covers($0.path, among: names) }
        }
        verdicts = Self.verdicts(observations, fields, answered)
    }

    /// The fields that not all have alike that answered.
    package var differences: [ComparedField] {
        fields.filter { $0.isDifferent(among: answered) }
    }

    package func isDifferent(_ field: ComparedField) -> Bool {
        field.isDifferent(among: answered)
    }

    /// Whether every instance answered, and all the same.
    package var isConsistent: Bool {
        doubt == nil && !verdicts.isEmpty && verdicts.allSatisfy { $0 == .same }
    }

    /// Those that are not like most of the others differ; without a majority all do.
    private static func verdicts(
        _ observations: [Observation], _ fields: [ComparedField], _ answered: [Int]
    ) -> [Verdict] {
        var groups: [[Int]] = []
        for index in answered {
            let place = groups.firstIndex { group in
                fields.allSatisfy { ComparedField.same($0.values[group[0]], $0.values[index]) }
            }
            if let place { groups[place].append(index) } else { groups.append([index]) }
        }
        let largest = groups.map(\.count).max() ?? 0
        let leaders = groups.filter { $0.count == largest }
        let majority = leaders.count == 1 ? leaders[0] : []
        return observations.enumerated().map { index, observation in
            switch observation.answer {
            case .missing: .missing
            case .failed: .failed
            case .unreachable: .unreachable
            case .present where answered.count == 1 && observations.count > 1: .alone
            case .present: majority.contains(index) ? .same : .different
            }
        }
    }

    // MARK: In words

    /// `All pods consistent`, or what is not.
    package var result: String {
        if let doubt { return "Not comparable: \(doubt)" }
        if isConsistent { return "All pods consistent" }
        if verdicts.allSatisfy({ $0 == .missing }) { return "Missing on all pods" }
        if verdicts.allSatisfy({ $0 == .failed }) { return "Failed on all pods" }
        if verdicts.allSatisfy({ $0 == .unreachable }) { return "No pod could be reached" }
        var parts: [String] = []
        let count = differences.count
        if count > 0 {
            let names = differences.prefix(3).map(\.path.description).joined(separator: ", ")
            parts.append(
                "\(count) \(count == 1 ? "field differs" : "fields differ") (\(names)"
                    + (count > 3 ? ", …)" : ")"))
        }
        for (verdict, words) in [
            (Verdict.missing, "missing on"), (.failed, "failed on"), (.unreachable, "unreachable:"),
        ] {
            let titles = zip(observations, verdicts).filter { $0.1 == verdict }.map(\.0.title)
            if !titles.isEmpty { parts.append("\(words) \(titles.joined(separator: ", "))") }
        }
        if count == 0, answered.count > 1 { parts.append("the others are alike") }
        if verdicts.contains(.alone) { parts.append("nothing to compare with") }
        let text = parts.joined(separator: "; ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
