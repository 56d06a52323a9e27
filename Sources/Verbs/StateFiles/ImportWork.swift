import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Session
import StateFiles

/// Carries out the plan of an import.
struct ImportWork: Sendable {
    let context: VerbContext
    let verb: ImportVerb
    let course: ChangeCourse

    /// Does what can be done; what fails does not stop the rest, unless everything is to be taken
    /// back then.
    func run(_ plan: ImportSteps) async throws -> ImportSteps {
        var done = plan
        var numbers: [Int] = []
        var progress = ProgressLine(context, resultOnScreen: false)
        for index in done.steps.indices {
            switch done.steps[index].outcome {
            case .create, .update:
                if verb.isRecorded {
                    if let number = try await record(&done.steps[index]) { numbers.append(number) }
                } else {
                    try await apply(&done.steps[index])
                }
            case .prune: try await prune(&done.steps[index], after: done)
            default: continue
            }
            if verb.atomic, done.steps[index].outcome.isFailure {
                try progress.end()
                try await takeBack(numbers, &done)
                return done
            }
            try progress.tell("importing", index + 1, of: done.steps.count)
        }
        try progress.end()
        return done
    }

    private func apply(_ step: inout ImportSteps.Step) async throws {
        let planner = ImportPlanner(
            context: context, verb: verb, client: try await context.client(),
            map: try NamespaceMap([]))
        do throws(KubernetesError) {
            _ = try await planner.apply(step, dryRun: false)
            step.outcome = step.outcome == .create ? .created : .updated
        } catch {
            try planner.judge(error, &step)
        }
    }

    /// Writes by way of the ledger.
    ///
    /// - Returns: the number of the entry; nil where nothing was written.
    private func record(_ step: inout ImportSteps.Step) async throws -> Int? {
        guard let item = step.item else { return nil }
        do {
            if step.outcome == .create {
                let entry = try await course.create(
                    .init(
                        manifest: KubernetesObject(step.wanted), kind: item.kind,
                        namespace: item.key.namespace ?? ""), for: .diagnostics)
                step.outcome = .created
                return entry.number
            }
            let edits = ImportPlan.edits(for: step.fields, wanted: step.wanted).map {
                Edit($0.place, FieldValue($0.value))
            }
            let entry = try await course.change(
                item.kind, item.key.namespace ?? "", item.key.name, edits)
            step.outcome = .updated
            return entry.number
        } catch let error as SessionError {
            step.outcome = .failed
            step.failure = Failure(error, world: context.world)
            return nil
        }
    }

    private func takeBack(_ numbers: [Int], _ done: inout ImportSteps) async throws {
        guard !numbers.isEmpty else { return }
        let session = try await context.session()
        let report = await session.undo(
            .numbers(numbers), options: verb.undoOptions)
        try UndoVoice.tell(report, in: context)
        for index in done.steps.indices
        where [.created, .updated].contains(done.steps[index].outcome) {
            done.steps[index].outcome = .skipped
            done.steps[index].remarks.append("taken back, because another one failed")
        }
        guard report.isComplete else { throw Failure(.undoIncomplete, "") }
    }

    private func prune(_ step: inout ImportSteps.Step, after done: ImportSteps) async throws {
        guard !done.steps.contains(where: \.outcome.isFailure) else {
            step.outcome = .skipped
            step.remarks = ["not pruned, because something else failed"]
            return
        }
        let kind = try await context.kind(step.type.fullName, schemas: true)
        do {
            let session = try await context.session()
            _ = try await session.delete(
                DeleteRequest(
                    target: ChangeTarget(kind), namespace: step.namespace, name: step.name,
                    acceptsEffects: true))
            step.outcome = .pruned
        } catch let error as SessionError {
            step.outcome = .failed
            step.failure = Failure(error, world: context.world)
        }
    }
}
