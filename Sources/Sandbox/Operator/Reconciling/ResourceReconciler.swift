import Documents
import HTTP
import KubernetesCore

/// The pass over a resource: makes the REST API hold what the spec says, or only looks.
struct ResourceReconciler: Reconciler {
    let context: KindContext
    let binding: ResourceBinding

    private var now: Timestamp { context.now }

    func reconcile(_ object: KubernetesObject) async throws(KubernetesError) -> Verdict {
        if object.deletionTimestamp != nil { return try await finalize(object) }
        if let restored = PatchExpiry(object, group: context.type.group)?.restoring(
            object, fields: binding.fields, at: context.configuration.clock.now())
        {
            try await context.update(object) { current in
                current.spec = restored.spec
                current.annotations = restored.annotations
            }
            return .settled
        }
        let rest: Verdict
        switch context.interval(of: object.spec) {
        case .success(let interval):
            let span = interval ?? context.configuration.defaultInterval
            rest = span > .zero ? .again(after: span) : .settled
        case .failure(let malformed):
            // The generated operators fall over as a whole here; this one says what is wrong.
            return try await fail(object, malformed.message, then: .settled)
        }
        let endpoints: Endpoints
        do throws(NoEndpoint) {
            endpoints = try await context.endpoints(for: object)
        } catch {
            return try await fail(object, error.message, then: rest)
        }
        if object.spec.isTrue("paused") {
            return try await lookWhilePaused(object, endpoints, rest)
        }
        if object.spec.isTrue("readOnly") { return try await observe(object, endpoints, rest) }
        return try await sync(object, endpoints, rest)
    }

    private func fail(
        _ object: KubernetesObject, _ message: String, then verdict: Verdict
    ) async throws(KubernetesError) -> Verdict {
        var status = object.status
        status.setState("Failed", message, at: now)
        try await context.overwriteStatus(of: object, status)
        return verdict
    }

    /// What stands in the path for an object: the spec's key, else the id that the API gave.
    private func key(_ object: KubernetesObject) -> String? {
        switch object.spec[binding.keyField] {
        case .integer(let number)?: String(number)
        case .string(let text)? where !text.isEmpty: text
        default: object.status.text("externalID")
        }
    }

    // MARK: looking

    private func lookWhilePaused(
        _ object: KubernetesObject, _ endpoints: Endpoints, _ rest: Verdict
    ) async throws(KubernetesError) -> Verdict {
        var drifts = false
        for endpoint in endpoints.urls {
            let answer = await context.caller.call(binding.read, at: endpoint, key: key(object))
            guard answer.isSuccess, let data = answer.json else { continue }
            if SpecComparison.differs(object.spec, from: data) { drifts = true }
        }
        var status = object.status
        let drifted = status.isTrue("driftDetected")
        guard drifts != drifted || status.text("state") != "Paused" else { return rest }
        if drifts, !drifted { status.increase("driftDetectedCount") }
        status["driftDetected"] = .bool(drifts)
        status.setState("Paused", "Reconciliation is paused", at: now)
        try await context.overwriteStatus(of: object, status)
        return rest
    }

    private func observe(
        _ object: KubernetesObject, _ endpoints: Endpoints, _ rest: Verdict
    ) async throws(KubernetesError) -> Verdict {
        var status = object.status
        var answers: [(url: String, answer: RESTAnswer)] = []
        for endpoint in endpoints.urls {
            let answer = await context.caller.call(binding.read, at: endpoint, key: key(object))
            answers.append((endpoint, answer))
        }
        status["driftDetected"] = false
        let good = answers.first { $0.answer.isSuccess }
        if let good {
            status["lastGetTime"] = .string(now.rfc3339)
            status["response"] = response(good.answer)
        }
        if endpoints.fansOut {
            status["responses"] = .object(
                JSONObject(answers.map { .init($0.url, response($0.answer)) }))
        }
        let count = answers.filter(\.answer.isSuccess).count
        let id = status.text("externalID") ?? ""
        let worst = answers.first { !$0.answer.isSuccess }?.answer
        switch (good, worst) {
        case (.some, _) where endpoints.fansOut:
            status.setState("Observed", "Observed on \(count)/\(answers.count) endpoints", at: now)
        case (.some, _): status.setState("Observed", "Observed", at: now)
        case (nil, let failed?) where !endpoints.fansOut && !failed.isNotFound:
            status.setState("Failed", failed.failureMessage, at: now)
            if context.dialect == .flat { status["response"] = response(failed) }
        default:
            // Many endpoints and none that answers: that too is called NotFound.
            let text = "\(context.type.kind) with ID \(id) not found"
            status.setState("NotFound", text, at: now)
        }
        try await context.overwriteStatus(of: object, status)
        if let worst, good == nil, !worst.mayPass, !worst.isNotFound { return .settled }
        return rest
    }

    private func response(
        _ answer: RESTAnswer, withCode: Bool = true, error: String? = nil
    ) -> JSONValue {
        let json = answer.isSuccess ? answer.json : nil
        return .endpointResponse(
            answer, data: json?.objectValue == nil ? nil : json, at: now,
            timeField: "lastUpdated", withCode: withCode, error: error)
    }

    // MARK: syncing

    private func sync(
        _ object: KubernetesObject, _ endpoints: Endpoints, _ rest: Verdict
    ) async throws(KubernetesError) -> Verdict {
        var status = object.status
        var outcomes: [(url: String, outcome: SyncOutcome)] = []
        for endpoint in endpoints.urls {
            let outcome = await EndpointSync(
                context: context, binding: binding, spec: object.spec, key: key(object),
                endpoint: endpoint
            ).run(&status)
            outcomes.append((endpoint, outcome))
        }
        let good = outcomes.filter { $0.outcome.failure == nil }
        if endpoints.fansOut {
            status["responses"] = .object(
                JSONObject(
                    outcomes.map { url, outcome in
                        .init(
                            url,
                            response(
                                outcome.answer, withCode: outcome.failure == nil,
                                error: outcome.failure))
                    }))
        }
        guard let first = good.first else {
            let failed = outcomes.first?.outcome
            status.setState(
                "Failed",
                endpoints.fansOut
                    ? "Sync failed on all \(outcomes.count) endpoints: \(failed?.failure ?? "")"
                    : failed?.failure ?? "", at: now)
            if context.dialect == .flat, let failed { status["response"] = response(failed.answer) }
            try await context.overwriteStatus(of: object, status)
            return failed?.answer.mayPass ?? true ? rest : .settled
        }
        status["response"] = response(first.outcome.answer)
        status.setState(
            "Synced",
            endpoints.fansOut
                ? "Synced to \(good.count)/\(outcomes.count) endpoints"
                : "Synced with the REST API", at: now)
        try await adoptFinalizer(object)
        try await context.overwriteStatus(of: object, status)
        return rest
    }

    /// Adds the finalizer after the first success.
    ///
    /// That write goes through a typed structure, which is why it also rewrites the spec's form.
    private func adoptFinalizer(_ object: KubernetesObject) async throws(KubernetesError) {
        guard !object.finalizers.contains(context.finalizer) else { return }
        try await context.update(object) { current in
            guard current.deletionTimestamp == nil,
                !current.finalizers.contains(context.finalizer)
            else { return }
            current.finalizers.append(context.finalizer)
            current.spec = TypedSpec.roundTrip(current.spec, fields: binding.fields)
        }
    }

    // MARK: the end

    private func finalize(_ object: KubernetesObject) async throws(KubernetesError) -> Verdict {
        guard object.finalizers.contains(context.finalizer) else { return .settled }
        if !object.spec.isTrue("readOnly"),
            let endpoints = try? await context.endpoints(for: object)
        {
            await leave(object, endpoints)
        }
        try await context.update(object) { current in
            current.finalizers.removeAll { $0 == context.finalizer }
        }
        return .settled
    }

    /// Deletes, leaves or restores the external object; what fails is only logged.
    private func leave(_ object: KubernetesObject, _ endpoints: Endpoints) async {
        let isOurs = object.status.isTrue("createdByController")
        let policy = object.spec.text("onDelete") ?? (isOurs ? "Delete" : "Orphan")
        switch policy {
        case "Delete":
            guard let key = key(object) else { return }
            for endpoint in endpoints.urls {
                let answer = await context.caller.call(binding.delete, at: endpoint, key: key)
                if !answer.isSuccess, !answer.isNotFound {
                    context.configuration.log(answer.failureMessage)
                }
            }
        case "Restore":
            guard binding.remembersOriginal, let original = object.status["originalState"],
                let endpoint = endpoints.urls.first
            else { return }
            let answer = await context.caller.call(
                binding.update, at: endpoint, key: key(object), body: original.bytes())
            if !answer.isSuccess { context.configuration.log(answer.failureMessage) }
        default: break
        }
    }
}

/// How the sync with one endpoint ended.
struct SyncOutcome: Sendable, Hashable {
    var answer: RESTAnswer
    /// What went wrong, nil when all went well.
    var failure: String?

    init(_ answer: RESTAnswer) {
        self.answer = answer
        failure = answer.isSuccess ? nil : answer.failureMessage
    }
}

/// The sync of one object with one endpoint.
struct EndpointSync: Sendable {
    let context: KindContext
    let binding: ResourceBinding
    let spec: JSONValue
    let key: String?
    let endpoint: String

    /// Reads, compares, and writes where the API holds something else.
    func run(_ status: inout JSONValue) async -> SyncOutcome {
        guard let key else { return await create(&status) }
        let read = await context.caller.call(binding.read, at: endpoint, key: key)
        if read.isNotFound { return await create(&status) }
        guard read.isSuccess else { return SyncOutcome(read) }
        guard let actual = read.json, actual.objectValue != nil else {
            var outcome = SyncOutcome(read)
            outcome.failure = "the answer of \(read.method.rawValue) \(read.url) is no JSON object"
            return outcome
        }
        let time = JSONValue.string(context.now.rfc3339)
        status["lastGetTime"] = time
        status["externalID"] = .string(key)
        if binding.remembersOriginal, !status.isTrue("createdByController"),
            status["originalState"] == nil
        {
            status["originalState"] = actual
            status["adoptedAt"] = time
        }
        guard SpecComparison.differs(spec, from: actual) else {
            status["driftDetected"] = false
            if status["driftDetectedCount"] == nil { status["driftDetectedCount"] = 0 }
            return SyncOutcome(read)
        }
        status.increase("driftDetectedCount")
        let body = SpecComparison.body(
            spec, over: actual, merging: spec["mergeOnUpdate"]?.boolValue ?? true)
        let written = await context.caller.call(
            binding.update, at: endpoint, key: key, body: body.bytes())
        status["driftDetected"] = .bool(!written.isSuccess)
        if written.isSuccess { status["lastSyncTime"] = time }
        return SyncOutcome(written)
    }

    private func create(_ status: inout JSONValue) async -> SyncOutcome {
        var body = SpecComparison.business(spec)
        if binding.createOmitsKey { body[binding.keyField] = nil }
        let answer = await context.caller.call(
            binding.create, at: endpoint, body: JSONValue.object(body).bytes())
        guard answer.isSuccess else { return SyncOutcome(answer) }
        let time = JSONValue.string(context.now.rfc3339)
        status["createdByController"] = true
        status["lastSyncTime"] = time
        status["lastGetTime"] = time
        status["driftDetected"] = false
        if status["driftDetectedCount"] == nil { status["driftDetectedCount"] = 0 }
        switch answer.json?["id"] {
        case .integer(let id)?: status["externalID"] = .string(key ?? String(id))
        case .string(let id)?: status["externalID"] = .string(key ?? id)
        default: status["externalID"] = .string(key ?? "")
        }
        return SyncOutcome(answer)
    }
}
