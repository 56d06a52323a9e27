import Documents
import KubernetesCore

/// How one embedded resource of a bundle is.
struct BundleChild: Sendable, Hashable {
    var id: String
    var kind: String
    var name: String
    var state: String
    var message: String?
    var externalID: String?
    var lastSyncTime: String?
    var isReady = false

    var isSkipped: Bool { state == "Skipped" }
    /// Whether what depends on it may go on.
    var isOutOfTheWay: Bool { isReady || isSkipped }

    /// A state of the child's own kind in the words of bundles.
    ///
    /// The states that bundles have no word for pass through, so that the server refuses the
    /// whole status: a bundle with a paused child does not tell how it is any more.
    static func state(of child: JSONValue) -> String {
        switch child.text("state") {
        case nil: "Pending"
        case "Queried", "Completed": "Synced"
        case "Executing": "Creating"
        case let state?: state
        }
    }

    /// Its entry in the bundle's status.
    var entry: JSONValue {
        var value: JSONValue = [
            "id": .string(id), "kind": .string(kind), "name": .string(name),
            "ready": .bool(isReady), "state": .string(state),
        ]
        if isSkipped { value["skipped"] = true }
        addDetails(to: &value)
        return value
    }

    /// Its entry in the health that is told in the form of aggregates.
    func healthEntry(namespace: String) -> JSONValue {
        var value: JSONValue = [
            "kind": .string(kind), "name": .string(name), "namespace": .string(namespace),
            "state": .string(state),
        ]
        addDetails(to: &value)
        return value
    }

    private func addDetails(to value: inout JSONValue) {
        value["externalID"] = externalID.map(JSONValue.string)
        value["message"] = message.map(JSONValue.string)
        value["lastSyncTime"] = lastSyncTime.map(JSONValue.string)
    }

    /// What expressions see of its status.
    var visible: JSONValue {
        [
            "state": .string(state), "externalID": .string(externalID ?? ""),
            "message": .string(message ?? ""), "ready": .bool(isReady),
            "skipped": .bool(isSkipped),
        ]
    }
}

/// What the children of a bundle add up to: pure.
struct BundleSummary: Sendable, Hashable {
    var total = 0
    var synced = 0
    var failed = 0
    var skipped = 0

    var pending: Int { total - synced - failed - skipped }

    init(_ children: [BundleChild]) {
        for child in children {
            total += 1
            switch child.state {
            case "Synced": synced += 1
            case "Failed": failed += 1
            case "Skipped": skipped += 1
            default: break
            }
        }
    }

    /// The bundle's own state.
    var state: String {
        if failed > 0 { return "Failed" }
        return pending == 0 ? "Synced" : "Syncing"
    }

    var message: String {
        if failed > 0 { return "\(failed) of \(total) resources failed" }
        return pending == 0
            ? "All \(total) resources synced" : "\(pending) of \(total) resources pending"
    }

    /// The bundle's health by a strategy of aggregates; what is skipped does not count.
    func health(_ strategy: String) -> String {
        let counted = total - skipped
        guard counted > 0 else { return "Unknown" }
        switch strategy {
        case "AnyHealthy":
            if synced > 0 { return "Healthy" }
            return failed == counted ? "Degraded" : "Pending"
        case "Quorum":
            let quorum = counted / 2 + 1
            if synced >= quorum { return "Healthy" }
            return synced + pending < quorum ? "Degraded" : "Pending"
        default:
            if failed > 0 { return "Degraded" }
            return pending > 0 ? "Pending" : "Healthy"
        }
    }

    /// The counters; aggregates have four, bundles count what is skipped as well.
    func json(countsSkipped: Bool) -> JSONValue {
        var value: JSONValue = [
            "total": .integer(Int64(total)), "synced": .integer(Int64(synced)),
            "failed": .integer(Int64(failed)), "pending": .integer(Int64(pending)),
        ]
        if countsSkipped { value["skipped"] = .integer(Int64(skipped)) }
        return value
    }
}
