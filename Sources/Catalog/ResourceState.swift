package import Documents
package import KubernetesCore

/// How an object is, as its own status tells.
package struct ResourceState: Sendable, Hashable {
    package enum Class: String, Sendable, Hashable {
        /// As it should be: Synced, Observed, Queried, Completed, Healthy.
        case good
        case failed
        /// Not finished, or nothing reported yet.
        case pending
        case paused
        /// The API has no such object, or no endpoint answered an observer.
        case notFound
        /// A state that we do not know.
        case other
    }

    /// The controller's word; nil where nothing was reported yet.
    package var state: String?
    package var message: String
    package var `class`: Class

    package init(state: String?, message: String, class: Class) {
        self.state = state
        self.message = message
        self.class = `class`
    }

    /// What a controller's word means.
    package static func `class`(of state: String) -> Class {
        switch state.lowercased() {
        case "synced", "observed", "queried", "completed", "healthy", "ready", "succeeded",
            "active":
            .good
        case "failed", "degraded", "error", "unhealthy": .failed
        case "", "pending", "syncing", "querying", "executing", "progressing", "creating",
            "running", "aggregating":
            .pending
        case "paused": .paused
        case "notfound", "missing": .notFound
        default: .other
        }
    }
}

/// Counts of the objects that an aggregate or a bundle looks at.
package struct HealthCounts: Sendable, Hashable {
    package var total: Int64
    package var synced: Int64
    package var failed: Int64
    package var pending: Int64
    package var skipped: Int64

    package init(total: Int64, synced: Int64, failed: Int64, pending: Int64, skipped: Int64) {
        self.total = total
        self.synced = synced
        self.failed = failed
        self.pending = pending
        self.skipped = skipped
    }
}

extension CatalogKind {
    /// The state of an object of this kind, in the old shape or the new.
    ///
    /// An aggregate's own word is its health: `status.aggregatedHealth` (a text, or an object with
    /// a `state`) where it has that, else `status.state`. A bundle's state is that of its sync.
    package func state(of object: KubernetesObject) -> ResourceState {
        let status = object.status
        var state = status["state"]?.stringValue
        if category == .aggregate || state == nil { state = Self.health(status) ?? state }
        if state == nil { state = Self.readiness(status) }
        let message = status["message"]?.stringValue ?? Self.readyMessage(status) ?? ""
        return ResourceState(
            state: state, message: message, class: ResourceState.class(of: state ?? ""))
    }

    /// What a query brought: the whole answer where the status has one, a bare list in old shapes.
    package func results(of object: KubernetesObject) -> JSONValue? {
        guard let results = object.status["results"] ?? object.status["result"] else { return nil }
        let isAnswer = results["success"] != nil
        return results["data"] ?? (isAnswer ? Optional.none : results)
    }

    /// How many runs a query or an action has behind it.
    package func runs(of object: KubernetesObject) -> Int64? {
        (object.status["executionCount"] ?? object.status["queryCount"])?.integerValue
    }

    /// The counts of an aggregate or a bundle; nil where it has not counted yet.
    package func counts(of object: KubernetesObject) -> HealthCounts? {
        let status = object.status
        let health = status["aggregatedHealth"]
        guard
            let summary = [status["summary"], health?["summary"], health]
                .compactMap({ $0 }).first(where: { $0["total"]?.integerValue != nil })
        else { return nil }
        func count(_ names: String...) -> Int64 {
            names.lazy.compactMap { summary[$0]?.integerValue }.first ?? 0
        }
        return HealthCounts(
            total: count("total"), synced: count("synced", "healthy"),
            failed: count("failed", "unhealthy", "degraded"),
            pending: count("pending", "progressing"), skipped: count("skipped"))
    }

    private static func health(_ status: JSONValue) -> String? {
        let health = status["aggregatedHealth"]
        return health?.stringValue ?? health?["state"]?.stringValue
            ?? health?["status"]?.stringValue ?? status["health"]?["status"]?.stringValue
    }

    private static func ready(_ status: JSONValue) -> JSONValue? {
        status["conditions"]?.arrayValue?.first { $0["type"]?.stringValue == "Ready" }
    }

    private static func readiness(_ status: JSONValue) -> String? {
        guard let condition = ready(status) else { return nil }
        let isReady = condition["status"]?.stringValue == "True"
        return isReady ? "Ready" : condition["reason"]?.stringValue ?? "Pending"
    }

    private static func readyMessage(_ status: JSONValue) -> String? {
        ready(status)?["message"]?.stringValue
    }
}
