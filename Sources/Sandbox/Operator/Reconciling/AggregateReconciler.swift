import Documents
import KubernetesCore

/// The pass over an aggregate: looks at its neighbours and sums up how they are.
struct AggregateReconciler: Reconciler {
    let context: KindContext
    private let expressions: DerivedExpressions

    init(context: KindContext) {
        self.context = context
        expressions = DerivedExpressions(now: context.configuration.clock.now)
    }

    /// How often the time of aggregation moves when nothing else does.
    private static let restamp = Duration.seconds(30)

    /// One object that counts.
    private struct Part {
        var kind: String
        var name: String
        var namespace: String
        var object: KubernetesObject?

        var state: String {
            guard let object else { return "NotFound" }
            return object.status.text("state") ?? object.status.text("aggregatedHealth")
                ?? "Pending"
        }

        /// Which counter of the summary it belongs to.
        var counter: String {
            guard object != nil else { return "failed" }
            switch state {
            case "Synced", "Observed", "Queried", "Completed": return "synced"
            case "Failed": return "failed"
            default: return "pending"
            }
        }
    }

    func reconcile(_ object: KubernetesObject) async throws(KubernetesError) -> Verdict {
        guard object.deletionTimestamp == nil else { return .settled }
        var status = object.status
        let now = context.now
        status["observedGeneration"] = object.generation.map(JSONValue.integer)
        if object.spec.isTrue("paused") {
            set(&status, state: "Paused", message: "Aggregation is paused", at: now)
        } else {
            await sumUp(object, &status)
        }
        let last = status.time("lastAggregationTime")
        if status != object.status || last.map({ now - $0 >= Self.restamp }) ?? true {
            status["lastAggregationTime"] = .string(now.rfc3339)
        }
        do throws(KubernetesError) {
            _ = try await context.replaceStatus(of: object, status)
        } catch {
            context.configuration.log("status of \(object.name) refused: \(error.message)")
            return error.isNotFound || error.isConflict ? .settled : .retry
        }
        return .settled
    }

    private func sumUp(_ object: KubernetesObject, _ status: inout JSONValue) async {
        let spec = object.spec
        let selectors = spec["resourceSelectors"]?.arrayValue ?? []
        let references = spec["resources"]?.arrayValue ?? []
        guard !selectors.isEmpty || !references.isEmpty else {
            // The enum of the state forbids this value, so the server refuses the whole status:
            // an aggregate of nothing never gets one.
            status["state"] = "Failed"
            status["message"] = "No resources or resourceSelectors specified"
            return
        }
        let namespace = object.namespace ?? ""
        var parts: [Part] = []
        for reference in references {
            if let part = await self.part(of: reference, namespace) { parts.append(part) }
        }
        for selector in selectors { parts += select(selector, namespace) }
        var counts: [String: Int64] = ["synced": 0, "failed": 0, "pending": 0]
        for part in parts { counts[part.counter, default: 0] += 1 }
        status["summary"] = [
            "total": .integer(Int64(parts.count)),
            "synced": .integer(counts["synced", default: 0]),
            "failed": .integer(counts["failed", default: 0]),
            "pending": .integer(counts["pending", default: 0]),
        ]
        status["resources"] = .array(parts.map(entry))
        status["computedValues"] = expressions.computed(
            spec, variables(parts, status["summary"] ?? .null))
        let failed = counts["failed", default: 0]
        let state = Self.state(
            spec.text("aggregationStrategy") ?? "AllHealthy", total: Int64(parts.count),
            synced: counts["synced", default: 0], failed: failed)
        set(
            &status, state: state,
            message: Self.message(
                total: Int64(parts.count), synced: counts["synced", default: 0], failed: failed),
            stalled: failed > 0 ? "ResourcesFailed" : nil, at: context.now)
        let allSynced = !parts.isEmpty && counts["synced"] == Int64(parts.count)
        status.setConditions(
            [
                .init(
                    "AllHealthy", allSynced, reason: allSynced ? "AllSynced" : "NotAllSynced",
                    message: status.text("message") ?? "")
            ], at: context.now)
    }

    private func set(
        _ status: inout JSONValue, state: String, message: String, stalled: String? = nil,
        at now: Timestamp
    ) {
        status.setState(state, message, at: now, stalled: stalled)
        status.setConditions(
            [.init("Reconciling", state == "Pending", reason: state, message: message)], at: now)
        guard context.dialect == .flat else { return }
        status["aggregatedHealth"] = .string(state == "Pending" ? "Progressing" : state)
        status["state"] = nil
    }

    /// The verdict of a strategy over the counters.
    static func state(_ strategy: String, total: Int64, synced: Int64, failed: Int64) -> String {
        guard total > 0 else { return "Pending" }
        switch strategy {
        case "AnyHealthy": return synced >= 1 ? "Healthy" : "Degraded"
        case "Quorum": return synced >= total / 2 + 1 ? "Healthy" : "Degraded"
        default:
            if failed > 0 { return "Degraded" }
            return synced == total ? "Healthy" : "Pending"
        }
    }

    private static func message(total: Int64, synced: Int64, failed: Int64) -> String {
        func resources(_ count: Int64) -> String { "\(count) resource\(count == 1 ? "" : "s")" }
        if failed > 0 { return "\(resources(failed)) failed" }
        return synced == total
            ? "All \(resources(total)) synced" : "\(resources(total - synced)) pending"
    }

    // MARK: the parts

    private func part(of reference: JSONValue, _ namespace: String) async -> Part? {
        guard let kind = reference.text("kind"), let name = reference.text("name"),
            context.registry[kind] != nil
        else { return nil }
        let place = reference.text("namespace") ?? namespace
        return Part(
            kind: kind, name: name, namespace: place,
            object: context.registry[kind]?[ObjectKey(place, name)])
    }

    private func select(_ selector: JSONValue, _ namespace: String) -> [Part] {
        guard let kind = selector.text("kind"), let cache = context.registry[kind] else {
            return []
        }
        let wanted = selector["matchLabels"]?.objectValue ?? JSONObject()
        let pattern = selector.text("namePattern").map { try? Regex($0) }
        if case .some(.none) = pattern { return [] }
        return cache.all(in: namespace).filter { object in
            let labels = object.labels
            guard wanted.allSatisfy({ labels[$0.name] == $0.value.stringValue }) else {
                return false
            }
            guard let regex = pattern ?? nil else { return true }
            return object.name.firstMatch(of: regex) != nil
        }.map { Part(kind: kind, name: $0.name, namespace: namespace, object: $0) }
    }

    private func entry(_ part: Part) -> JSONValue {
        var value: JSONValue = [
            "kind": .string(part.kind), "name": .string(part.name),
            "namespace": .string(part.namespace), "state": .string(part.state),
        ]
        let status = part.object?.status ?? .null
        if let id = status.text("externalID") { value["externalID"] = .string(id) }
        if let text = status.text("message") { value["message"] = .string(text) }
        if part.object == nil { value["message"] = "resource not found" }
        let time =
            status.text("lastSyncTime") ?? status.text("lastQueryTime")
            ?? status.text("lastExecutionTime")
        if let time { value["lastSyncTime"] = .string(time) }
        if context.dialect == .flat {
            let health =
                part.counter == "synced"
                ? "Healthy" : part.counter == "failed" ? "Degraded" : "Progressing"
            value["health"] = ["status": .string(health)]
        }
        return value
    }

    // MARK: derived values

    private func variables(_ parts: [Part], _ summary: JSONValue) -> DerivedVariables {
        var variables = DerivedVariables(kinds: context.registry.types, summary: summary)
        for part in parts {
            variables.add(
                context.registry.type(of: part.kind), name: part.name,
                namespace: part.namespace, part.object, status: part.object?.status ?? [:])
        }
        return variables
    }
}
