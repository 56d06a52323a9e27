import Documents
import KubernetesClient
import KubernetesCore

/// The pass over a bundle: makes its children one after the other, keeps their specs as the
/// bundle has them, and sums up how they are.
struct BundleReconciler: Reconciler {
    let context: KindContext
    private let expressions: DerivedExpressions

    init(context: KindContext) {
        self.context = context
        expressions = DerivedExpressions(now: context.configuration.clock.now)
    }

    /// How often a bundle is looked at that is not complete.
    private static let incompletePause = Duration.seconds(5)
    /// How often the time of aggregation moves when nothing else does.
    private static let restamp = Duration.seconds(30)
    /// The members of the bundle's target that reach the children; the others are lost.
    private static let handedOn: Set<String> = [
        "baseURL", "pod", "podOrdinal", "statefulSet", "deployment", "helmRelease", "namespace",
    ]

    private var finalizer: String { "\(context.type.group)/bundle-finalizer" }

    func reconcile(_ object: KubernetesObject) async throws(KubernetesError) -> Verdict {
        if object.deletionTimestamp != nil {
            // The children go with their owner; that is the cluster's business.
            try await context.update(object) { $0.finalizers.removeAll { $0 == finalizer } }
            return .settled
        }
        guard object.finalizers.contains(finalizer) else {
            try await context.update(object) { $0.finalizers.append(finalizer) }
            return .settled  // that change brings the next pass
        }
        var status = object.status
        if object.spec.isTrue("paused") {
            set(&status, state: "Paused", message: "Bundle is paused")
            return await write(status, of: object, isComplete: true)
        }
        let plan: BundlePlan
        do throws(BundleFlaw) {
            plan = try BundlePlan(object.spec)
        } catch {
            set(&status, state: "Failed", message: error.message)
            status["operationState"] = operation("Failed", error.message, after: status)
            return await write(status, of: object, isComplete: false)
        }
        var children: [BundleChild] = []
        for part in plan.parts {
            children.append(await child(of: object, part, after: children))
        }
        let summary = BundleSummary(children)
        tell(children, summary, of: object, in: &status)
        return await write(status, of: object, isComplete: summary.state == "Synced")
    }

    // MARK: one child

    private func child(
        of bundle: KubernetesObject, _ part: BundlePart, after others: [BundleChild]
    ) async -> BundleChild {
        var child = BundleChild(
            id: part.id, kind: part.kind, name: "\(bundle.name)-\(part.id)", state: "Pending")
        do throws(EvaluationFailure) {
            for condition in part.skipWhen {
                guard try holds(condition, others) else { continue }
                child.state = "Skipped"
                child.message = "skipped: \(condition)"
                return child
            }
            let waiting = part.dependsOn.filter { id in
                !others.contains { $0.id == id && $0.isOutOfTheWay }
            }
            guard waiting.isEmpty else {
                child.message = "waiting for \(waiting.joined(separator: ", "))"
                return child
            }
            let object = try await make(child.name, part, of: bundle, others)
            child.state = BundleChild.state(of: object.status)
            child.message = object.status.text("message")
            child.externalID = object.status.text("externalID")
            child.lastSyncTime =
                object.status.text("lastSyncTime") ?? object.status.text("lastExecutionTime")
            child.isReady = child.state == "Synced"
            for condition in part.readyWhen {
                guard child.isReady else { break }
                child.isReady = try holds(condition, others + [child])
            }
        } catch {
            child.state = "Failed"
            child.message = error.message
        }
        return child
    }

    private func holds(
        _ condition: String, _ children: [BundleChild]
    ) throws(EvaluationFailure) -> Bool {
        try expressions.holds(condition, variables: ["resources": Self.visible(children)])
    }

    private static func visible(_ children: [BundleChild]) -> JSONValue {
        .object(
            JSONObject(children.map { .init($0.id, ["status": $0.visible]) }))
    }

    /// The child as it is in the cluster after it was made, or given its spec back.
    private func make(
        _ name: String, _ part: BundlePart, of bundle: KubernetesObject, _ others: [BundleChild]
    ) async throws(EvaluationFailure) -> KubernetesObject {
        guard let type = context.registry.type(of: part.kind),
            let cache = context.registry[part.kind]
        else { throw EvaluationFailure("no matches for kind \"\(part.kind)\"") }
        let known = cache[ObjectKey(bundle.namespace ?? "", name)]
        if let known, !known.ownerReferences.contains(where: { $0.uid == bundle.uid }) {
            throw EvaluationFailure("\(name) exists and does not belong to this bundle")
        }
        let spec = try spec(of: part, known, bundle, others)
        let isLeaving = known?.deletionTimestamp != nil
        if let known, isLeaving || !SpecComparison.overwrites(spec, known.spec) { return known }
        var object = known ?? newChild(type, name, of: bundle)
        object.spec = spec
        do throws(KubernetesError) {
            let written =
                known == nil
                ? try await context.client.create(
                    object, type, namespace: bundle.namespace, options: context.options)
                : try await context.client.replace(
                    object, type, namespace: bundle.namespace, name: name,
                    options: context.options)
            cache.refresh(written)
            return written
        } catch {
            // Somebody was faster: the watch brings what there is now, and the next pass.
            guard !error.isConflict, !error.isAlreadyExists else { return object }
            throw EvaluationFailure(error.message)
        }
    }

    private func newChild(
        _ type: ResourceType, _ name: String, of bundle: KubernetesObject
    ) -> KubernetesObject {
        var object = KubernetesObject(type, namespace: bundle.namespace, name: name)
        object.ownerReferences = [
            OwnerReference(
                apiVersion: context.type.apiVersion, kind: context.type.kind, name: bundle.name,
                uid: bundle.uid, isController: true, blocksOwnerDeletion: true)
        ]
        return object
    }

    private func spec(
        of part: BundlePart, _ known: KubernetesObject?, _ bundle: KubernetesObject,
        _ others: [BundleChild]
    ) throws(EvaluationFailure) -> JSONValue {
        let variables = ["resources": Self.visible(others)]
        var spec = try BundleTemplate.resolve(part.spec, existing: known?.spec) {
            expression throws(EvaluationFailure) in
            // The common form needs no index syntax for ids with hyphens.
            if let path = expression.wholeMatch(
                of: /\s*resources\.([a-z][a-z0-9-]*)\.status\.(state|externalID|message|ready)\s*/)
            {
                let value = variables["resources"]?[String(path.1)]?["status", String(path.2)]
                return value?.boolValue.map(String.init) ?? value?.stringValue ?? ""
            }
            return try expressions.evaluate(expression, variables: variables)
        }
        for member in bundle.spec["target"]?.objectValue ?? JSONObject()
        where Self.handedOn.contains(member.name) && spec["target", member.name] == nil {
            var target = spec["target"] ?? [:]
            target[member.name] = member.value
            spec["target"] = target
        }
        return spec
    }

    // MARK: the bundle's status

    private func set(_ status: inout JSONValue, state: String, message: String) {
        status.setState(state, message, at: context.now)
        status.setConditions(
            [.init("Reconciling", state == "Syncing", reason: state, message: message)],
            at: context.now)
    }

    private func operation(
        _ phase: String, _ message: String, after status: JSONValue
    ) -> JSONValue {
        let last = status["operationState"]
        var value: JSONValue = ["phase": .string(phase), "message": .string(message)]
        if phase != "Running" {
            value["finishedAt"] =
                last?.text("phase") == phase
                ? last?["finishedAt"] : .string(context.now.rfc3339)
        }
        return value
    }

    private func tell(
        _ children: [BundleChild], _ summary: BundleSummary, of object: KubernetesObject,
        in status: inout JSONValue
    ) {
        let namespace = object.namespace ?? ""
        set(&status, state: summary.state, message: summary.message)
        status["summary"] = summary.json(countsSkipped: true)
        status["resources"] = .array(children.map(\.entry))
        let phases = ["Synced": "Succeeded", "Failed": "Failed"]
        status["operationState"] = operation(
            phases[summary.state] ?? "Running", summary.message, after: status)
        var variables = DerivedVariables(
            kinds: context.registry.types, summary: summary.json(countsSkipped: true))
        for child in children {
            variables.add(
                context.registry.type(of: child.kind), name: child.name, namespace: namespace,
                context.registry[child.kind]?[ObjectKey(namespace, child.name)],
                status: child.visible)
        }
        var health: JSONValue = [
            "state": .string(
                summary.health(object.spec.text("aggregationStrategy") ?? "AllHealthy")),
            "summary": summary.json(countsSkipped: false),
            "resources": .array(children.map { $0.healthEntry(namespace: namespace) }),
        ]
        health["computedValues"] = expressions.computed(object.spec, variables)
        let last = status["aggregatedHealth"]?.time("lastAggregationTime")
        let isFresh = last.map { context.now - $0 < Self.restamp } ?? false
        health["lastAggregationTime"] = status["aggregatedHealth", "lastAggregationTime"]
        if health != status["aggregatedHealth"] || !isFresh {
            health["lastAggregationTime"] = .string(context.now.rfc3339)
        }
        status["aggregatedHealth"] = health
    }

    private func write(
        _ status: JSONValue, of object: KubernetesObject, isComplete: Bool
    ) async -> Verdict {
        do throws(KubernetesError) {
            try await context.overwriteStatus(of: object, status)
        } catch {
            // A state that bundles have no word for: the status grows stale.
            context.configuration.log("status of \(object.name) refused: \(error.message)")
            return .again(after: Self.incompletePause)
        }
        return isComplete ? .settled : .again(after: Self.incompletePause)
    }
}
