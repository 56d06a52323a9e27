import Catalog
import KubernetesCore
import Session
import StateFiles

/// Objects of a cluster as state files have them: temporary changes ended, bookkeeping gone.
struct StateView: Sendable {
    let kind: CatalogKind
    let isAsIs: Bool
    let includesDiagnostics: Bool
    private let form: StateForm

    /// - Parameters:
    ///   - kind: with its schema, where secrets are to be known by more than their names.
    ///   - isAsIs: temporary changes count as they are.
    ///   - includesDiagnostics: also what was made to look into something.
    ///   - includesStatus: also what the operator reported.
    ///   - showsSecrets: secrets stay in.
    init(
        _ kind: CatalogKind, isAsIs: Bool = false, includesDiagnostics: Bool = false,
        includesStatus: Bool = false, showsSecrets: Bool = false
    ) {
        self.kind = kind
        self.isAsIs = isAsIs
        self.includesDiagnostics = includesDiagnostics
        form = StateForm(
            schema: kind.schema, bookkeeping: Self.bookkeeping(of: kind.type.group),
            includesStatus: includesStatus, showsSecrets: showsSecrets)
    }

    private static func bookkeeping(of group: String) -> Bookkeeping {
        Bookkeeping(
            annotationPrefixes: [Marks.prefix(group: group) + "/"],
            annotations: Set(Marks.operatorKeys(group: group)),
            labels: [Marks.session, Marks.temporaryChange])
    }

    /// Why an object is no part of the state.
    enum Omission: Hashable, Comparable {
        case diagnostic, owned, terminating

        func text(_ count: Int) -> String {
            let objects = count == 1 ? "1 object" : "\(count) objects"
            switch self {
            case .diagnostic:
                return "left out \(objects) for diagnostics (--include-diagnostics takes them in)"
            case .owned: return "left out \(objects) that another one owns and makes"
            case .terminating:
                return "left out \(objects), being deleted"
            }
        }
    }

    enum Sight {
        case state(StateForm.Document)
        case omitted(Omission)
    }

    /// An object of the cluster.
    func sight(of object: KubernetesObject) -> Sight {
        if object.deletionTimestamp != nil { return .omitted(.terminating) }
        if object.ownerReferences.contains(where: \.isController) { return .omitted(.owned) }
        let settled = settled(object)
        // Kept as it is, what was made for a while is there to stay.
        let isDiagnostic = settled.isTemporary ? !isAsIs : Self.isDiagnostic(object)
        if isDiagnostic, !includesDiagnostics { return .omitted(.diagnostic) }
        return .state(form.document(of: settled.object))
    }

    /// An object of the cluster that somebody asks for by name; nil where it will be gone.
    func document(ofLive object: KubernetesObject) -> StateForm.Document? {
        let settled = settled(object)
        if settled.isTemporary, !isAsIs { return nil }
        return form.document(of: settled.object)
    }

    private func settled(_ object: KubernetesObject) -> SettledObject {
        SettledObject(
            object, group: kind.type.group, toleratesOperator: kind.category == .resource,
            goal: isAsIs ? .keep : .undo)
    }

    /// An object of a file, which may be one that a server gave: the same parts count.
    func document(of object: KubernetesObject) -> StateForm.Document { form.document(of: object) }

    /// Whether its labels say that it was made to look into something (the labeling convention of
    /// the specification).
    static func isDiagnostic(_ object: KubernetesObject) -> Bool {
        let labels = object.labels
        return labels[Marks.temporary] == "true"
            || labels[Marks.purpose].flatMap(Purpose.init(rawValue:)) != nil
    }
}

/// How many objects were left out, and why.
struct OmissionCount: Sendable {
    private var counts: [StateView.Omission: Int] = [:]

    mutating func add(_ omission: StateView.Omission) { counts[omission, default: 0] += 1 }

    var notices: [String] {
        counts.sorted { $0.key < $1.key }.map { "note: " + $0.key.text($0.value) }
    }
}
