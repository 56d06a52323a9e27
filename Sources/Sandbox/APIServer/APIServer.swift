package import HTTP
package import KubernetesCore
import Synchronization

// SandboxAPIServer: a Kubernetes API server in memory, whole behind `handle`: a request comes in as
// a value, an answer goes out as one, watches stream. It follows kube-apiserver 1.32 in what
// clients can see. It must never open a socket (only HummingbirdFront does), write a file, or know
// one of the generated kinds: those come as CustomResourceDefinitions.

/// The sandbox's API server.
package final class APIServer: Sendable {
    /// What a server is made with; everything that would differ between two runs is here.
    package struct Settings: Sendable {
        package var clock: @Sendable () -> Timestamp
        /// Makes uids and generated names the same in every run; nil: random ones.
        package var seed: UInt64?
        /// The revision before the first change.
        package var firstRevision: Int64 = 1
        /// How many changes of each resource watches and pages can resume from.
        package var changeWindow = 2000
        /// Who may do what, when the server starts.
        package var policy = AccessPolicy.open
        /// Whom a request comes from; nil refuses it with 401.
        package var authenticate: @Sendable (HTTPHeaders) -> Requester?
        /// How often a quiet watch that wants bookmarks gets one.
        package var bookmarkInterval = Duration.seconds(60)
        /// The longest watch when the client names no `timeoutSeconds`.
        package var watchLimit = Duration.seconds(1800)
        /// Answers further paths below `/sandbox`; nil, or an answer of nil: the server's own.
        package var control: (@Sendable (HTTPRequest) async -> HTTPResponse?)?
        /// Carries what is asked of pods through their `proxy`; nil: no pod can be reached.
        package var pods: (any Transport)?
        /// The largest body of a request, as kube-apiserver has it.
        package var bodyLimit = 3 * 1024 * 1024

        package init(
            clock: @escaping @Sendable () -> Timestamp = Timestamp.systemNow, seed: UInt64? = nil
        ) {
            self.clock = clock
            self.seed = seed
            authenticate = Self.impersonated
        }

        /// Everybody is the sandbox's user, or whom the request says it speaks for.
        private static func impersonated(_ headers: HTTPHeaders) -> Requester? {
            if let name = headers["Impersonate-User"] {
                let groups = headers.values(named: "Impersonate-Group")
                return Requester(name: name, groups: groups + ["system:authenticated"])
            }
            return Requester(
                name: "sandbox-user", groups: ["system:masters", "system:authenticated"])
        }
    }

    let settings: Settings
    let state: Mutex<ClusterState>
    private let currentPolicy: Mutex<AccessPolicy>

    /// Makes a server with the namespaces that every cluster has and nothing else.
    package init(_ settings: Settings = Settings()) {
        self.settings = settings
        var first = ClusterState(settings)
        first.makeNamespaces(["default", "kube-node-lease", "kube-public", "kube-system"])
        state = Mutex(first)
        currentPolicy = Mutex(settings.policy)
    }

    /// Who may do what; may be changed while the server runs.
    package var policy: AccessPolicy {
        get { currentPolicy.withLock { $0 } }
        set { currentPolicy.withLock { $0 = newValue } }
    }

    /// The revision of the latest change.
    package var revision: Int64 { state.withLock { $0.revision } }

    /// How many watches are open.
    package var openWatches: Int { state.withLock { $0.allWatchers.count } }

    /// Ends every open watch, as a server that goes down does.
    package func cutWatches() {
        for watcher in state.withLock({ $0.allWatchers }) { watcher.cut() }
    }

    /// Gives every watch that wants bookmarks one now.
    package func sendBookmarks() {
        state.withLock { state in
            for watcher in state.allWatchers where watcher.wantsBookmarks {
                watcher.push(.bookmark(state.revision, initialEventsEnd: false))
            }
        }
    }

    /// Forgets all past changes, so that older watches and continue tokens get 410.
    package func compact() {
        state.withLock { state in
            for key in state.shelves.keys {
                state.shelves[key]?.forgetAll(upTo: state.revision)
            }
            state.compacted = state.revision
        }
    }
}

extension Timestamp {
    /// The machine's clock.
    @Sendable package static func systemNow() -> Timestamp {
        WallClock.now()
    }
}
