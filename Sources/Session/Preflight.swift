import Catalog
import Documents
import KubernetesCore

/// What is decided about a change before anything is sent: refusals, level, and what to tell.
struct Preflight: Sendable {
    var level: GuaranteeLevel
    var executor: String?
    var armsOperator = false
    var notices: [String] = []
    /// Why it could not be undone; nil when it can.
    var obstacle: SessionError?

    /// Judges a request on the object that it would change.
    init(_ request: ChangeRequest, on object: KubernetesObject, deadlineText: String?) {
        level = .g2
        let name = "\(request.target.type.kind.lowercased())/\(request.name)"
        obstacle = Self.obstacle(request, on: object, name: name)
        if obstacle != nil { level = .g0 }
        notices += Self.ownershipNotices(object, name: name)
        notices += Self.operatorNotices(request, on: object)
        guard obstacle == nil, let deadlineText else { return }
        armOperator(request, on: object, until: deadlineText)
    }

    // MARK: What cannot be done, or not be undone

    /// What is refused whatever the user accepts.
    static func refusal(
        _ request: ChangeRequest, on object: KubernetesObject
    ) -> SessionError? {
        let name = "\(request.target.type.kind.lowercased())/\(request.name)"
        if let since = object.deletionTimestamp {
            return SessionError(
                .refused, "\(name) is being deleted since \(since.rfc3339)",
                hints: ["look at its finalizers: \(object.finalizers.joined(separator: ", "))"])
        }
        for edit in request.edits where request.target.rules.isSecret(edit.path) {
            if edit.value.value?.stringValue == ValueText.mask {
                return SessionError(
                    .invalid, "\(ValueText.mask) is the mask of a secret, not a value",
                    hints: ["give \(edit.path.tokens.joined(separator: ".")) a real value"])
            }
        }
        return nil
    }

    private static func obstacle(
        _ request: ChangeRequest, on object: KubernetesObject, name: String
    ) -> SessionError? {
        if request.target.category == .action, request.edits.contains(where: touchesSpec) {
            return SessionError(
                .refused,
                "\(name) is an action: a change of its spec runs it again, and undoing it"
                    + " would run it once more",
                hints: ["create a new action instead, or accept it with --yes"])
        }
        if let owner = object.ownerReferences.first(where: \.isController) {
            let owned = "\(owner.kind.lowercased())/\(owner.name)"
            return SessionError(
                .refused,
                "\(name) is owned by \(owned), which would overwrite the change at once",
                hints: ["pause the owner first: petstore-cli pause \(owned)"])
        }
        for edit in request.edits {
            if let rule = request.target.rules.transitionRules(edit.path).first {
                return SessionError(
                    .refused,
                    "the way back of \(edit.path.tokens.joined(separator: ".")) may be refused:"
                        + " its schema has the transition rule \(rule)",
                    hints: ["make the change permanent with --yes"])
            }
        }
        return nil
    }

    private static func touchesSpec(_ edit: Edit) -> Bool { edit.path.tokens.first == "spec" }

    // MARK: What the user has to know

    private static func ownershipNotices(
        _ object: KubernetesObject, name: String
    ) -> [String] {
        var notices: [String] = []
        let annotations = object.annotations
        let labels = object.labels
        if annotations["argocd.argoproj.io/tracking-id"] != nil
            || labels["argocd.argoproj.io/instance"] != nil
        {
            notices.append("\(name) is managed by Argo CD, which may put its own values back")
        }
        let flux = "kustomize.toolkit.fluxcd.io/name"
        if let owner = labels[flux] ?? annotations[flux] {
            notices.append(
                "\(name) is managed by Flux (kustomization \(owner)), which may put its own"
                    + " values back")
        }
        let isHelm = labels["app.kubernetes.io/managed-by"] == "Helm"
        if let release = annotations["meta.helm.sh/release-name"] ?? (isHelm ? "?" : nil) {
            let which = release == "?" ? "" : " (release \(release))"
            notices.append(
                "\(name) is managed by Helm\(which): an upgrade may put its own values back")
        }
        return notices
    }

    private static func operatorNotices(
        _ request: ChangeRequest, on object: KubernetesObject
    ) -> [String] {
        var notices: [String] = []
        let spec = object.spec
        let edits = request.edits.filter { touchesSpec($0) && $0.path.tokens.count > 1 }
        switch request.target.category {
        case .resource where !edits.isEmpty:
            if spec["paused"]?.boolValue == true {
                notices.append("it is paused: the operator does not carry the change to the API")
            }
            let added = edits.filter {
                object.json.value(at: $0.path) == nil && !$0.value.isAbsent
                    && !CatalogKind.steeringFields.contains($0.path.tokens[1])
            }
            if spec["mergeOnUpdate"]?.boolValue != false, !added.isEmpty {
                let names = added.map { $0.path.tokens.joined(separator: ".") }
                notices.append(
                    "\(names.joined(separator: ", ")): absent before, so undo removes it from"
                        + " the spec, but the operator's merge leaves it in the API")
            }
        case .query where !edits.isEmpty:
            notices.append("the query runs again with the change, and once more when undone")
        default: break
        }
        return notices
    }

    // MARK: The operator's own rollback

    private mutating func armOperator(
        _ request: ChangeRequest, on object: KubernetesObject, until deadline: String
    ) {
        let group = request.target.type.group
        let interval = object.spec["executionInterval"]?.stringValue
        let isPeriodic = interval.map { text in
            // An interval that cannot be read never elapses.
            (try? GoDuration.parse(text)).map { $0 > .zero } ?? false
        }
        let paths = request.edits.map(\.path)
        guard request.isTemporary, request.target.category == .resource, isPeriodic ?? true,
            object.status["state"]?.stringValue != nil,
            Marks.records(in: object, group: group).isEmpty,
            object.annotations[Marks.operatorKey("patch-expires", group: group)] == nil,
            paths.allSatisfy({ $0.tokens.count == 2 && $0.tokens[0] == "spec" }),
            !paths.contains(where: { $0.tokens[1] == "executionInterval" }),
            paths.allSatisfy({ object.json.value(at: $0).map { !$0.isNull } ?? false })
        else { return }
        level = .g3
        executor = "operator"
        armsOperator = true
        let names = paths.map { $0.tokens.joined(separator: ".") }.joined(separator: ", ")
        notices.append("at \(deadline) the operator will overwrite later edits of \(names)")
    }
}
