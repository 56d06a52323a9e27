import Catalog
import Documents
import KubernetesCore

/// What is decided about a change before anything is sent: refusals, level, and what to tell.
struct Preflight: Sendable {
    var level: GuaranteeLevel
    var executor: String?
    var armsOperator = false
    var notices: [String] = []
    /// Why the level is not higher; empty at G3.
    var why = ""
    /// Why it could not be undone; nil when it can.
    var obstacle: SessionError?

    /// Judges a request on the object that it would change.
    ///
    /// - Parameters:
    ///   - request: what is wanted.
    ///   - object: as just read.
    ///   - deadline: when it is to be undone, by the server's clock; nil without a time to live.
    ///   - hasController: whether a clean-up controller announces that it lives.
    init(
        _ request: ChangeRequest, on object: KubernetesObject, until deadline: Timestamp?,
        hasController: Bool
    ) {
        level = .g2
        let name = "\(request.target.type.kind.lowercased())/\(request.name)"
        obstacle = Self.obstacle(request, on: object, name: name)
        notices += Self.ownershipNotices(object, name: name)
        notices += Self.operatorNotices(request, on: object)
        if let obstacle {
            level = .g0
            why = obstacle.message
            return
        }
        guard request.isTemporary else { return }
        guard let deadline else {
            why = "without a deadline nothing in the cluster undoes it"
            return
        }
        // Never both: they could undo it to different effect.
        if hasController {
            level = .g3
            executor = "controller"
        } else if let hindrance = Self.operatorHindrance(request, on: object) {
            why = "no clean-up controller runs in the cluster, and " + hindrance
        } else {
            armOperator(request, until: deadline.rfc3339)
        }
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
        guard let why = wayBackRefusal(request, on: object) else { return nil }
        return SessionError(
            .refused, "\(name): the way back would be refused: \(why)",
            hints: ["make the change permanent with --yes"])
    }

    /// Why the schema would refuse the undo, as far as rules between two states go.
    private static func wayBackRefusal(
        _ request: ChangeRequest, on object: KubernetesObject
    ) -> String? {
        let rules = request.target.rules
        guard let judge = rules.transitions else {
            for edit in request.edits {
                guard let rule = rules.transitionRules(edit.path).first else { continue }
                let path = edit.path.tokens.joined(separator: ".")
                return "\(path) has the transition rule \(rule)"
            }
            return nil
        }
        let planner = ChangePlanner(
            group: request.target.type.group, rules: rules, inObject: false)
        let stamp = ChangeStamp(session: "", sequence: 0, now: Timestamp(seconds: 0))
        // Edits that make no sense are told when they are planned for good.
        guard let plan = try? planner.plan(request.edits, on: object, stamp: stamp) else {
            return nil
        }
        return judge.refusal(from: plan.expected, to: object.json)
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
        let flux = [
            ("kustomization", "kustomize.toolkit.fluxcd.io/name"),
            ("Helm release", "helm.toolkit.fluxcd.io/name"),
        ]
        for (what, key) in flux {
            guard let owner = labels[key] ?? annotations[key] else { continue }
            notices.append(
                "\(name) is managed by Flux (\(what) \(owner)), which may put its own"
                    + " values back")
        }
        if notices.isEmpty, let manager = Self.deliverer(of: object) {
            notices.append(
                "\(name) is applied by \(manager), which may put its own values back")
        }
        let isHelm = labels["app.kubernetes.io/managed-by"] == "Helm"
        if let release = annotations["meta.helm.sh/release-name"] ?? (isHelm ? "?" : nil) {
            let which = release == "?" ? "" : " (release \(release))"
            notices.append(
                "\(name) is managed by Helm\(which): an upgrade may put its own values back")
        }
        return notices
    }

    /// A field manager that belongs to a tool which applies again and again.
    private static func deliverer(of object: KubernetesObject) -> String? {
        let known = ["argocd", "kustomize-controller", "helm-controller", "flux", "fleet", "kapp"]
        return object.managedFields.compactMap { $0["manager"]?.stringValue }
            .first { manager in known.contains { manager.hasPrefix($0) } }
    }

    private static func operatorNotices(
        _ request: ChangeRequest, on object: KubernetesObject
    ) -> [String] {
        var notices: [String] = []
        let spec = object.spec
        let edits = request.edits.filter { touchesSpec($0) && $0.path.tokens.count > 1 }
        switch request.target.category {
        case .resource where !edits.isEmpty:
            let goesOn = edits.contains {
                $0.path.tokens == ["spec", "paused"] && $0.value.value?.boolValue != true
            }
            if spec["paused"]?.boolValue == true, !goesOn {
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

    /// Why the operator would not undo it soundly at its deadline (operator-contract.md, 3.5);
    /// nil when it would.
    private static func operatorHindrance(
        _ request: ChangeRequest, on object: KubernetesObject
    ) -> String? {
        let group = request.target.type.group
        guard request.target.category == .resource else {
            return "the operator undoes changes of resources only"
        }
        guard object.status["state"]?.stringValue != nil else {
            return "no operator has looked at this object"
        }
        if let interval = object.spec["executionInterval"]?.stringValue {
            let isPeriodic = (try? GoDuration.parse(interval)).map { $0 > .zero } ?? false
            guard isPeriodic else {
                return "the operator never comes back to it (executionInterval \(interval))"
            }
        }
        guard Marks.records(in: object, group: group).isEmpty,
            object.annotations[Marks.operatorKey("patch-expires", group: group)] == nil
        else { return "the operator can undo one temporary change of an object only" }
        for path in request.edits.map(\.path) {
            let name = path.tokens.joined(separator: ".")
            guard path.tokens.count == 2, path.tokens[0] == "spec" else {
                return "the operator restores whole top-level fields of spec only, and not \(name)"
            }
            if path.tokens[1] == "executionInterval" {
                return "the operator would come back by the new \(name)"
            }
            guard let value = object.json.value(at: path), !value.isNull else {
                return "the operator cannot take away \(name), which was absent before"
            }
        }
        return nil
    }

    private mutating func armOperator(_ request: ChangeRequest, until deadline: String) {
        level = .g3
        executor = "operator"
        armsOperator = true
        let names = request.edits.map { $0.path.tokens.joined(separator: ".") }
            .joined(separator: ", ")
        notices.append("at \(deadline) the operator will overwrite later edits of \(names)")
    }
}
