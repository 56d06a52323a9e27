package import HTTP
package import KubernetesCore
import Synchronization

// KubernetesClient: calls of the API over any transport. Retries, paging, watching, discovery,
// kubeconfig and credentials live here; what is asked and what an answer means is decided in
// KubernetesCore. It must never print, and never know a verb, a session or a generated kind.

/// Talks to one API server.
///
/// Reads are repeated where that may help. Writes are repeated only when it is certain that the
/// server did not execute them; otherwise the caller gets `.outcomeUnknown`.
package final class KubernetesClient: Sendable {
    package let connection: ClusterConnection
    let transport: any Transport
    let trace: (@Sendable (CallTrace) -> Void)?
    let detail: CallDetail?
    let warn: (@Sendable (String) -> Void)?
    let policy: CallPolicy
    let userAgent: String
    let cache: DiscoveryCache?
    let memory = Mutex(ClientMemory())

    /// - Parameters:
    ///   - connection: the server and who we are there.
    ///   - transport: carries the requests.
    ///   - trace: told of each attempt, for `-v 6`.
    ///   - detail: told of headers and bodies, for `-v 7` and up.
    ///   - warn: told of each `Warning` of the server, of the same text once.
    ///   - policy: limits, pauses and clocks; tests bring their own.
    ///   - version: of petstore-cli, for the user agent.
    ///   - cache: what the server said about itself before; nil: it is asked every time.
    package init(
        connection: ClusterConnection, transport: any Transport,
        trace: (@Sendable (CallTrace) -> Void)? = nil, detail: CallDetail? = nil,
        warn: (@Sendable (String) -> Void)? = nil,
        policy: CallPolicy = CallPolicy(), version: String = "dev",
        cache: DiscoveryCache? = nil
    ) {
        self.connection = connection
        self.transport = transport
        self.trace = trace
        self.detail = detail
        self.warn = warn
        self.policy = policy
        self.cache = cache
        userAgent = "petstore-cli/\(version) (\(Self.platform))"
    }

    /// The server's clock at its last answer, from the `Date` header.
    package var serverTime: Timestamp? { memory.withLock { $0.serverTime } }

    /// What the server's clock must show now: its last `Date` and the time since.
    package var estimatedServerTime: Timestamp? {
        memory.withLock { memory in
            guard let time = memory.serverTime, let instant = memory.serverTimeReadAt else {
                return nil
            }
            return time + instant.duration(to: policy.now())
        }
    }

    /// Whether we wrote so lately that the server's memory may not hold it yet.
    var hasJustWritten: Bool {
        guard let last = memory.withLock(\.lastWrite) else { return false }
        return last.duration(to: policy.now()) < policy.memoryLag
    }

    /// `host:port`, for messages.
    var serverPlace: String {
        let parts = connection.server.split(separator: "/", omittingEmptySubsequences: true)
        guard parts.count > 1 else { return connection.server }
        return String(parts[1])
    }

    private static var platform: String {
        #if os(Linux)
            let system = "linux"
        #elseif os(macOS)
            let system = "darwin"
        #else
            let system = "other"
        #endif
        #if arch(x86_64)
            return system + "/amd64"
        #elseif arch(arm64)
            return system + "/arm64"
        #else
            return system + "/other"
        #endif
    }
}

/// What a client remembers between calls.
struct ClientMemory: Sendable {
    var serverTime: Timestamp?
    var serverTimeReadAt: ContinuousClock.Instant?
    var warnings: Set<String> = []
    /// What aggregated discovery told beyond the groups.
    var resources: [GroupVersion: (types: [ResourceType], freshness: Freshness)] = [:]
    /// Whether the server said of a kind that it does not serve it.
    var metUnservedKind = false
    /// When the last answer to a write came, or the last hope for one went.
    var lastWrite: ContinuousClock.Instant?
}

/// One attempt of a call, for `-v`.
package struct CallTrace: Sendable {
    package var method: HTTPMethod
    /// Without anything secret.
    package var url: String
    /// Nil where no answer came.
    package var status: Int?
    package var duration: Duration
    package var error: TransportError?
    /// From 1 on.
    package var attempt: Int
}
