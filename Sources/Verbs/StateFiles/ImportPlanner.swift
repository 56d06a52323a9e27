import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Session
import StateFiles

/// Finds out what an import would do: reads what is there, and has the server try what differs.
struct ImportPlanner: Sendable {
    let context: VerbContext
    let verb: ImportVerb
    let client: KubernetesClient
    let map: NamespaceMap

    /// Who applies; the field manager of all our writes.
    static let manager = "petstore-cli"
    private static let namespaces = ResourceType(
        group: "", version: "v1", plural: "namespaces", kind: "Namespace", isNamespaced: false)

    func plan(_ wanted: WantedState) async throws -> ImportSteps {
        var steps: [Int: ImportSteps.Step] = [:]
        var numbers: [[String]: Int] = [:]
        for (number, item) in wanted.items.enumerated() { numbers[Self.identity(item)] = number }
        var lives: [Int: KubernetesObject] = [:]
        try await LiveState(client: client).find(wanted.items) { item, live in
            let number = numbers[Self.identity(item)] ?? 0
            lives[number] = live
        }
        var progress = ProgressLine(context, resultOnScreen: false)
        for (number, item) in wanted.items.enumerated() {
            var step = self.step(item, live: lives.removeValue(forKey: number))
            if step.outcome == .create || step.outcome == .update, verb.mode != .client {
                try await rehearse(&step, item)
            }
            steps[number] = step
            try progress.tell("looking at objects", number + 1, of: wanted.items.count)
        }
        try progress.end()
        var result = ImportSteps(steps: wanted.items.indices.compactMap { steps[$0] })
        if verb.mode == .client { try await foresee(&result) }
        if verb.prune { result.steps += try await doomed(wanted) }
        return result
    }

    /// Fails, without the server's trying it, what cannot be made because its namespace is not there:
    /// a state file holds custom resources alone, so it makes no namespace either.
    private func foresee(_ plan: inout ImportSteps) async throws {
        var refusals: [String: KubernetesError] = [:]
        let made = plan.steps.filter { $0.outcome == .create }.compactMap(\.namespace)
        for namespace in Set(made) {
            do throws(KubernetesError) {
                _ = try await client.get(Self.namespaces, namespace: nil, name: namespace)
            } catch {
                // Who may not look at it learns it from the server, as without --dry-run.
                guard error.isNotFound else { continue }
                refusals[namespace] = error
            }
        }
        for index in plan.steps.indices where plan.steps[index].outcome == .create {
            guard let error = plan.steps[index].namespace.flatMap({ refusals[$0] }) else {
                continue
            }
            try judge(error, &plan.steps[index])
        }
        if plan.changesAnything {
            plan.notices.append(
                "note: only --dry-run=server finds conflicts with other field managers, and what rules"
                    + " and admission of the server refuse")
        }
    }

    private static func identity(_ item: WantedState.Item) -> [String] {
        [item.type.qualifiedName, item.key.namespace ?? "", item.key.name]
    }

    // MARK: One object

    private func step(_ item: WantedState.Item, live: KubernetesObject?) -> ImportSteps.Step {
        let plan = ImportPlan(item.kind, rule: verb.existing)
        let view = StateView(item.kind, includesDiagnostics: true, showsSecrets: true)
        let wanted = view.document(of: item.object).json
        // What a session made for a while is there all the same.
        let settled = live.map { object in
            (view.document(ofLive: object) ?? view.document(of: object)).json
        }
        let applied = live.map { AppliedFields($0, manager: Self.manager) }
        let isOurs: @Sendable (JSONPointer) -> Bool = { applied?.contain($0) ?? false }
        var step = ImportSteps.Step(item, .unchanged)
        step.wanted = plan.applied(wanted, live: settled, isOurs: isOurs)
        switch plan.verdict(of: item.object, wanted: wanted, live: settled, isOurs: isOurs) {
        case .create:
            step.outcome = .create
            describeCreation(&step, item, plan)
        case .update(let fields):
            step.outcome = .update
            step.fields = fields
            if let live { checkPending(&step, fields, live) }
        case .unchanged: step.outcome = .unchanged
        case .skipped: step.outcome = .skipped
        case .conflict(let issues):
            step.outcome = .conflict
            step.issues = issues
        case .invalid(let issues):
            step.outcome = .invalid
            step.issues = issues
        }
        return step
    }

    private func describeCreation(
        _ step: inout ImportSteps.Step, _ item: WantedState.Item, _ plan: ImportPlan
    ) {
        if item.kind.category == .action { step.remarks.append("runs when it is created") }
        let missing = plan.missingSecrets(in: item.object)
        if !missing.isEmpty {
            step.remarks.append("without \(missing.joined(separator: ", ")): a secret")
        }
        guard verb.isRecorded, !verb.change.yes,
            let effect = DeletionEffect.of(item.object, category: item.kind.category).text
        else { return }
        step.outcome = .refused
        step.failure = Failure(
            .mistake, "it could not simply be taken back: \(effect)",
            hints: ["accept that with --yes, or set readOnly: true or onDelete: Orphan"])
    }

    /// A temporary change is not overwritten behind its session's back.
    private func checkPending(
        _ step: inout ImportSteps.Step, _ fields: [FieldDifference], _ live: KubernetesObject
    ) {
        for (_, _, record) in Marks.records(in: live, group: step.type.group) {
            guard let record, record.uid == live.uid else { continue }
            for field in fields
            where record.fields.contains(where: {
                $0.path.place(in: live.json).pointer.overlaps(field.path.pointer)
            }) {
                step.outcome = .conflict
                step.issues.append(
                    ImportIssue(
                        field: field.path.pointer,
                        message: "\(field.path) is temporarily changed by session"
                            + " \(record.session); undo that first"))
            }
        }
    }

    /// The server validates, defaults and admits, but stores nothing.
    private func rehearse(_ step: inout ImportSteps.Step, _ item: WantedState.Item) async throws {
        do throws(KubernetesError) {
            let answer: KubernetesObject
            do throws(KubernetesError) {
                answer = try await apply(step, dryRun: true)
            } catch {
                guard Self.isOwnConflict(error) else { throw error }
                step.takesOver = true
                answer = try await apply(step, dryRun: true)
            }
            let plan = ImportPlan(item.kind, rule: verb.existing)
            let dropped = plan.dropped(step.wanted, from: answer.json)
            if !dropped.isEmpty {
                step.outcome = .invalid
                step.issues = dropped
            }
        } catch {
            try judge(error, &step)
        }
    }

    /// Whether all that is in the way are changes that we made by patch, as the same manager.
    private static func isOwnConflict(_ error: KubernetesError) -> Bool {
        guard error.isConflict, let causes = error.status?.details?.causes, !causes.isEmpty else {
            return false
        }
        return causes.allSatisfy { $0.message.contains("\"\(manager)\"") }
    }

    /// Turns what a server said about a write into the step's end.
    ///
    /// - Throws: the error, where it is not about this object.
    func judge(_ error: KubernetesError, _ step: inout ImportSteps.Step) throws {
        if error.isUnreachable || error.isCancelled || error.isUnauthorized { throw error }
        step.failure = Failure(error, world: context.world)
        if error.isConflict {
            step.outcome = .conflict
            step.issues = ImportIssue.issues(of: error)
            step.failure = nil
        } else if error.isInvalid || error.isBadRequest {
            step.outcome = .invalid
            step.issues = ImportIssue.issues(of: error)
            step.failure = nil
        } else {
            step.outcome = .failed
        }
    }

    func apply(
        _ step: ImportSteps.Step, dryRun: Bool
    ) async throws(KubernetesError) -> KubernetesObject {
        // What is recorded is given back, to other managers as well; it is written as a patch.
        let takesOver = verb.forceConflicts || step.takesOver || dryRun && verb.isRecorded
        return try await client.patch(
            .apply(
                step.wanted, fieldManager: Self.manager,
                force: takesOver), step.type,
            namespace: step.namespace, name: step.name,
            options: WriteOptions(dryRun: dryRun, fieldValidation: .strict))
    }

    // MARK: Pruning

    /// What the files cover and do not have.
    private func doomed(_ wanted: WantedState) async throws -> [ImportSteps.Step] {
        let known = Set(wanted.items.map(Self.identity))
        var steps: [ImportSteps.Step] = []
        for (kind, namespace) in try await covered(by: wanted) {
            let view = StateView(kind)
            let pages = client.pages(
                kind.type, namespace: kind.type.isNamespaced ? namespace : nil,
                options: ListOptions(labelSelector: verb.selector), whenExpired: .goOn)
            for try await page in pages {
                for object in page.objects {
                    let identity = [kind.type.qualifiedName, object.namespace ?? "", object.name]
                    guard !known.contains(identity), case .state = view.sight(of: object) else {
                        continue
                    }
                    var step = ImportSteps.Step(pruning: object, kind.type)
                    if let effect = DeletionEffect.of(object, category: kind.category).text {
                        step.remarks.append(effect)
                    }
                    steps.append(step)
                }
            }
        }
        return steps
    }

    /// The kinds and namespaces that the files say they cover, else those of their objects.
    private func covered(
        by wanted: WantedState
    ) async throws -> [(kind: CatalogKind, namespace: String?)] {
        var covered: [(kind: CatalogKind, namespace: String?)] = []
        for file in wanted.files {
            guard let scope = file.scope else { continue }
            guard file.isWhole else {
                throw Failure(
                    .mistake,
                    "\(file.name) lacks its last line, so what it does not have may only"
                        + " have been cut off; nothing is pruned by it",
                    hints: ["export it again, or leave --prune away"])
            }
            for word in scope.kinds {
                let kind = try await context.kind(word, schemas: true)
                covered.append((kind, scope.namespace.map(map.place(of:))))
            }
        }
        guard covered.isEmpty else { return covered }
        for item in wanted.items
        where !covered.contains(where: {
            $0.kind.type == item.type && $0.namespace == item.key.namespace
        }) {
            covered.append((item.kind, item.key.namespace))
        }
        return covered
    }
}
