import Documents
import KubernetesClient
import KubernetesCore

/// The objects that a `get` is about: lists page by page, named ones one by one; only those that
/// the filter wants, and in order where one was asked for.
struct GetSource: Sendable {
    let plan: GetPlan
    let options: ListOptions
    /// Names alone where nobody looks at more.
    var form = CollectionForm.objects
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
    ///
    /// - Parameters:
    ///   - rule: what is written cannot be taken back, so such lists go on where they were.
    ///   - take: gets a page; where the objects are to be sorted, all of a kind at once.
    /// - Returns: what could not be had.
    /// - Throws: what `take` throws, and `CancellationError`.
    func read(
        whenExpired rule: ExpiredListRule, _ take: (Portion) throws -> Void
    ) async throws -> FailureCollector {
        let client = try await context.client()
        var failures = FailureCollector()
        for index in plan.parts.indices {
            do {
                try await read(index, whenExpired: rule, client, &failures, take)
            } catch {
                try failures.add(error, plan, world: context.world)
            }
        }
        return failures
    }

    private func read(
        _ index: Int, whenExpired rule: ExpiredListRule, _ client: KubernetesClient,
        _ failures: inout FailureCollector, _ take: (Portion) throws -> Void
    ) async throws {
        let part = plan.parts[index]
        var tally = FilterTally(plan.filter)
        var whole: [KubernetesObject] = []
        func pass(_ objects: some Sequence<KubernetesObject>, isRestart: Bool = false) throws {
            if isRestart {
                tally = FilterTally(plan.filter)
                whole = []
            }
            let wanted =
                plan.filter.isOpen
                ? Array(objects) : objects.filter { tally.wants($0, of: part.kind) }
            guard plan.order == nil else {
                whole += wanted
                return
            }
            try take(Portion(part: index, objects: wanted, isRestart: isRestart))
        }
        if part.names.isEmpty {
            let pages = client.pages(
                part.type, namespace: part.namespace, options: options, form: form,
                whenExpired: plan.order == nil ? rule : .startAnew)
            for try await page in pages {
                if page.isInconsistent { try context.note(GetTables.inconsistent) }
                try pass(page.objects, isRestart: page.isRestart)
            }
        }
        let named = part.names.map { name in
            Task { try await client.get(part.type, namespace: part.namespace, name: name) }
        }
        defer { named.forEach { $0.cancel() } }
        for task in named {
            let object: KubernetesObject
            do {
                object = try await task.joined
            } catch {
                try failures.add(error, plan, world: context.world)
                continue
            }
            try pass(CollectionOfOne(object))
        }
        if let order = plan.order {
            var keyed: [(key: JSONValue?, object: KubernetesObject)] = []
            for object in whole {
                let key = try order.key(of: object.json)
                keyed.append((key, object))
            }
            let sorted = try order.sorted(keyed, by: \.key).map(\.object)
            try take(Portion(part: index, objects: sorted))
        }
        if let notice = tally.notice { try context.note(notice) }
    }
}
