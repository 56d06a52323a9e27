import Catalog
import Diagnostics
import Documents
import KubernetesCore

/// What `wait --for` waits for.
enum WaitCondition: Sendable, Hashable {
    case deletion
    case creation
    /// One of those states, in small letters.
    case state([String])
    /// A condition of that type with that status.
    case condition(String, status: String)
    /// A path that leads to a value; to that one, where one is given.
    case path(JSONPath, value: String?)

    /// How an object is, measured against the condition.
    enum Verdict: Sendable, Hashable {
        case met
        /// Not yet, with the reason.
        case notYet(String)
    }

    static let hint =
        "for example: --for=state=Synced, --for=condition=Ready, --for=delete,"
        + " --for=jsonpath='{.status.state}'=Synced"

    /// How the forms begin; the first two are whole.
    static let beginnings = ["delete", "create", "state=", "condition=", "jsonpath="]

    /// Reads what stands behind `--for`.
    ///
    /// - Throws: `Failure` for a text that is none of the forms.
    init(parsing text: String) throws(Failure) {
        let (word, rest) = text.splitting(at: "=") ?? (text, "")
        switch word {
        case "delete" where rest.isEmpty: self = .deletion
        case "create" where rest.isEmpty: self = .creation
        case "state" where !rest.isEmpty:
            self = .state(rest.split(separator: ",").map { $0.lowercased() })
        case "condition" where !rest.isEmpty:
            let (type, status) = rest.splitting(at: "=") ?? (rest, "True")
            self = .condition(type, status: status)
        case "jsonpath" where !rest.isEmpty: self = try Self.path(rest)
        default:
            throw Failure(
                .usage(""), "--for: \"\(text)\" is nothing to wait for", hints: [Self.hint])
        }
    }

    /// `{.status.state}=Synced`, `{.status.externalID}`; quotes around either part are dropped.
    private static func path(_ text: String) throws(Failure) -> WaitCondition {
        let bare = text.replacing("'", with: "").replacing("\"", with: "")
        var template = text
        var value: String?
        if let end = bare.lastIndex(of: "}") {
            let rest = bare[bare.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix("=") && rest.count > 1 else {
                throw Failure(
                    .usage(""), "--for: \"\(rest)\" behind the path is not of the form =VALUE",
                    hints: [hint])
            }
            value = rest.isEmpty ? nil : String(rest.dropFirst())
            // Quotes inside of the braces belong to the path.
            template = String(
                text[...(text.lastIndex(of: "}") ?? text.index(before: text.endIndex))])
            if template.hasPrefix("'") || template.hasPrefix("\"") { template.removeFirst() }
        } else if let (path, wanted) = bare.splitting(at: "=") {
            (template, value) = (path, wanted)
        }
        do throws(JSONPathError) {
            return .path(try JSONPath(expression: template), value: value)
        } catch {
            throw Failure(
                .usage(""), "--for: \(error.description) in \"\(template)\"", hints: [hint])
        }
    }

    /// How an object that is there stands to the condition.
    ///
    /// A state counts when the operator has seen this generation of the object, and, for one that
    /// is kept in sync, when the API's own answer holds what the spec asks for: with a slow API
    /// the operator publishes `Synced` for a spec that it has not written yet.
    func verdict(on object: KubernetesObject, of kind: CatalogKind) -> Verdict {
        switch self {
        case .creation: return .met
        case .deletion:
            let finalizers = object.finalizers.joined(separator: ", ")
            guard object.deletionTimestamp != nil else { return .notYet("it is there") }
            return .notYet(
                finalizers.isEmpty ? "it is being deleted" : "it waits for \(finalizers)")
        case .state(let wanted): return Self.verdict(on: object, kind, wanted)
        case .condition(let type, let status): return Self.verdict(on: object, type, status)
        case .path(let path, let value): return Self.verdict(on: object, path, value)
        }
    }

    private static func verdict(
        on object: KubernetesObject, _ kind: CatalogKind, _ wanted: [String]
    ) -> Verdict {
        let state = kind.state(of: object)
        let word = state.state ?? ""
        guard wanted.contains(word.lowercased()) else {
            if word.isEmpty { return .notYet("its operator has reported nothing yet") }
            let message = state.message.isEmpty ? "" : ": \(state.message)"
            return .notYet("its state is \(word)\(message)")
        }
        if let lag = lag(of: object) { return .notYet("its state is \(word), but \(lag)") }
        let drift = DriftFinding(object, kind: kind)
        if word == "Synced", drift.isPresent {
            let values = drift.differences.isEmpty ? "" : " (\(drift.differencesText))"
            return .notYet("its state is Synced, but the API has other values\(values)")
        }
        return .met
    }

    /// What the operator has not seen yet; nil where it has seen all, or does not tell.
    private static func lag(of object: KubernetesObject) -> String? {
        guard let generation = object.generation,
            let observed = object.status["observedGeneration"]?.integerValue,
            observed < generation
        else { return nil }
        return "its operator has seen generation \(observed) of \(generation)"
    }

    private static func verdict(
        on object: KubernetesObject, _ type: String, _ status: String
    ) -> Verdict {
        let conditions = object.status["conditions"]?.arrayValue ?? []
        guard
            let found = conditions.first(where: {
                $0["type"]?.stringValue?.lowercased() == type.lowercased()
            })
        else { return .notYet("it has no condition \(type)") }
        let actual = found["status"]?.stringValue ?? ""
        guard actual.lowercased() == status.lowercased() else {
            let message = found["message"]?.stringValue ?? ""
            return .notYet(
                "its condition \(type) is \(actual)\(message.isEmpty ? "" : ": \(message)")")
        }
        if let lag = lag(of: object) { return .notYet("its condition fits, but \(lag)") }
        return .met
    }

    private static func verdict(
        on object: KubernetesObject, _ path: JSONPath, _ wanted: String?
    ) -> Verdict {
        do throws(JSONPathError) {
            let values = try path.values(in: object.json)
            guard let first = values.first else { return .notYet("it has no \(path.source)") }
            guard let wanted else { return .met }
            guard values.count == 1 else {
                return .notYet("\(path.source) leads to \(values.count) values")
            }
            let actual = JSONPath.printed(first)
            return actual == wanted ? .met : .notYet("\(path.source) is \(actual)")
        } catch {
            // What the path asks for may come with the status.
            return .notYet(error.description)
        }
    }
}
