import CEL
import Catalog
import Diagnostics
import Documents
import KubernetesCore

/// Which of the objects that a server gave are wanted: by state, by drift, by an expression.
///
/// A server can select by none of these, so the choice is made here.
struct ObjectFilter: Sendable {
    private let states: Set<String>
    private let onlyDrifting: Bool
    private let condition: CELProgram?

    /// What an expression may speak of: the object, and its parts by name.
    private static let variables = ["apiVersion", "kind", "metadata", "spec", "status", "object"]

    /// - Parameters:
    ///   - states: the states that are wanted, in any case; none: all.
    ///   - onlyDrifting: whether the API must have other values than the spec.
    ///   - condition: an expression that must hold.
    /// - Throws: `Failure` for an expression that is none, or that yields no yes or no.
    init(states: [String], onlyDrifting: Bool, condition: String?) throws(Failure) {
        self.states = Set(states.map { $0.lowercased() })
        self.onlyDrifting = onlyDrifting
        self.condition = try condition.map(Self.compile)
    }

    private static func compile(_ text: String) throws(Failure) -> CELProgram {
        let types = Dictionary(uniqueKeysWithValues: variables.map { ($0, CELType.dyn) })
        let program: CELProgram
        do throws(CELError) {
            program = try CELProgram(
                compiling: text, in: CELEnvironment(types, allowsMixedLiterals: true))
        } catch {
            let place = error.place(in: text).map { " (at character \($0.column))" } ?? ""
            throw Failure(
                .usage(""), "--where: \(error.message)\(place)",
                hints: ["for example: --where 'status.state == \"Failed\" && spec.quantity > 3'"])
        }
        guard program.type == .bool || program.type == .dyn else {
            throw Failure(
                .usage(""), "--where must say yes or no, but \"\(text)\" yields \(program.type)",
                hints: ["compare it with something: \(text) == …"])
        }
        return program
    }

    /// Whether every object passes.
    var isOpen: Bool { states.isEmpty && !onlyDrifting && condition == nil }

    enum Verdict: Sendable {
        case wanted
        case unwanted
        /// The expression has no value for the object.
        case undecided(CELError)
    }

    func verdict(on object: KubernetesObject, of kind: CatalogKind) -> Verdict {
        if !states.isEmpty {
            let state = kind.state(of: object).state ?? ""
            guard states.contains(state.lowercased()) else { return .unwanted }
        }
        if onlyDrifting, !DriftFinding(object, kind: kind).isPresent { return .unwanted }
        guard let condition else { return .wanted }
        do throws(CELError) {
            return try condition.holds(Self.values(of: object)) ? .wanted : .unwanted
        } catch {
            return .undecided(error)
        }
    }

    /// A part that an object lacks reads as an empty one, so that `has(status.state)` can be asked.
    private static func values(of object: KubernetesObject) -> [String: CELValue] {
        var values: [String: CELValue] = ["object": CELValue(object.json)]
        for name in variables.dropLast() {
            values[name] = CELValue(object.json[name] ?? .object(JSONObject()))
        }
        return values
    }
}

/// Applies a filter to many objects, and remembers for which it had no answer.
struct FilterTally {
    let filter: ObjectFilter
    private var undecided = 0
    private var decided = 0
    private var reason = ""

    init(_ filter: ObjectFilter) { self.filter = filter }

    mutating func wants(_ object: KubernetesObject, of kind: CatalogKind) -> Bool {
        switch filter.verdict(on: object, of: kind) {
        case .wanted:
            decided += 1
            return true
        case .unwanted:
            decided += 1
            return false
        case .undecided(let error):
            if reason.isEmpty { reason = error.message }
            undecided += 1
            return false
        }
    }

    /// What is said of objects for which the expression has no value.
    var notice: String? {
        guard undecided > 0 else { return nil }
        let whole = undecided + decided
        let objects = whole == 1 ? "object" : "objects"
        return "note: --where has no answer for \(undecided) of \(whole) \(objects), which are left"
            + " out: \(reason) (has(…) asks whether a field is there)"
    }
}
