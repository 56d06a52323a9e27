package import Documents
package import KubernetesCore
import Synchronization

/// What the controller did and how it is, for metrics and health endpoints.
package final class ControllerStatus: Sendable {
    /// What one pass came to.
    package struct Pass: Sendable, Hashable {
        package var restored = 0
        package var deleted = 0
        package var failed = 0
        /// What was left alone.
        package var kept = 0
        package var policies = 0

        package init() {}
    }

    private struct Facts {
        var isLeader = false
        var passes = 0
        var total = Pass()
        var errors = 0
        var lastPass: Timestamp?
        var isConnected = false
    }

    private let facts = Mutex(Facts())

    package init() {}

    package func lead(_ isLeader: Bool) { facts.withLock { $0.isLeader = isLeader } }

    /// Notes whether the server answered.
    package func note(connected: Bool) {
        facts.withLock {
            $0.isConnected = connected
            if !connected { $0.errors += 1 }
        }
    }

    package func note(_ pass: Pass, at time: Timestamp) {
        facts.withLock {
            $0.passes += 1
            $0.total.restored += pass.restored
            $0.total.deleted += pass.deleted
            $0.total.failed += pass.failed
            $0.total.kept = pass.kept
            $0.total.policies = pass.policies
            $0.lastPass = time
        }
    }

    /// Whether the server answers.
    ///
    /// A replica that waits for the Lease is ready, too.
    package var isReady: Bool { facts.withLock { $0.isConnected } }

    /// In the text format of Prometheus (exposition format 0.0.4).
    package var metrics: String {
        let facts = facts.withLock { $0 }
        let rows: [(name: String, help: String, type: String, value: Int64)] = [
            ("leader", "Whether this replica does the work.", "gauge", facts.isLeader ? 1 : 0),
            ("passes_total", "Looks at all that is marked.", "counter", Int64(facts.passes)),
            (
                "restored_total", "Temporary changes undone.", "counter",
                Int64(facts.total.restored)
            ),
            (
                "deleted_total", "Temporary objects deleted.", "counter",
                Int64(facts.total.deleted)
            ),
            (
                "failed_total", "Undos and deletions that failed.", "counter",
                Int64(facts.total.failed)
            ),
            (
                "kept", "Marked objects left alone in the last pass.", "gauge",
                Int64(facts.total.kept)
            ),
            ("policies", "Cleanup policies in sight.", "gauge", Int64(facts.total.policies)),
            (
                "lease_errors_total", "Requests for the Lease that failed.", "counter",
                Int64(facts.errors)
            ),
            (
                "last_pass_timestamp_seconds", "When the last pass ended.", "gauge",
                facts.lastPass?.seconds ?? 0
            ),
        ]
        return rows.map { row in
            let name = "petstore_cli_cleanup_" + row.name
            return "# HELP \(name) \(row.help)\n# TYPE \(name) \(row.type)\n\(name) \(row.value)\n"
        }.joined()
    }
}

/// One line of the log: an object of JSON with stable names.
package struct LogLine: Sendable, Hashable {
    package enum Level: String, Sendable, Hashable {
        case info, warning, error
    }

    package var text: String

    package init(
        _ level: Level, _ message: String, _ members: JSONObject = JSONObject(), at time: Timestamp
    ) {
        var json: JSONValue = [
            "time": .string(time.rfc3339), "level": .string(level.rawValue),
            "message": .string(message),
        ]
        for member in members { json[member.name] = member.value }
        text = json.text(.compact)
    }
}
