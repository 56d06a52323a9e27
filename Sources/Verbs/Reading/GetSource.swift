import KubernetesClient
import KubernetesCore

/// The objects that a `get` is about: lists page by page, named ones one by one.
struct GetSource: Sendable {
    let plan: GetPlan
    let options: ListOptions
    let context: VerbContext

    /// Some objects of one kind.
    struct Portion {
        /// Which of the plan's parts they are of.
        var part: Int
        var objects: [KubernetesObject]
        /// The part's list began anew: what came of it before does not count.
        var isRestart = false
    }

    /// Hands over everything in the plan's order.
    ///
    /// What cannot be had of one kind or name is collected while the rest goes on.
    func read(
        whenExpired rule: ExpiredListRule, _ take: (Portion) throws -> Void
    ) async throws -> FailureCollector {
        let client = try await context.client()
        var failures = FailureCollector()
        for (index, part) in plan.parts.enumerated() {
            do {
                guard part.names.isEmpty else {
                    try await readNamed(index, client, &failures, take)
                    continue
                }
                let pages = client.pages(
                    part.type, namespace: plan.namespace, options: options, whenExpired: rule)
                for try await page in pages {
                    if page.isInconsistent { try context.note(GetTables.inconsistent) }
                    try take(
                        Portion(
                            part: index, objects: Array(page.objects), isRestart: page.isRestart))
                }
            } catch {
                try failures.add(error, world: context.world)
            }
        }
        return failures
    }

    private func readNamed(
        _ index: Int, _ client: KubernetesClient, _ failures: inout FailureCollector,
        _ take: (Portion) throws -> Void
    ) async throws {
        let part = plan.parts[index]
        for name in part.names {
            let object: KubernetesObject
            do {
                object = try await client.get(part.type, namespace: plan.namespace, name: name)
            } catch {
                try failures.add(error, world: context.world)
                continue
            }
            try take(Portion(part: index, objects: [object]))
        }
    }
}
