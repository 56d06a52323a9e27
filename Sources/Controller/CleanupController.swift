package import Catalog
import Documents
package import KubernetesClient
import KubernetesCore
package import Session
import Synchronization

/// Looks after what sessions left, for as long as it runs: guarded, and to the effect that the
/// sessions themselves would have had.
package final class CleanupController: Sendable {
    package struct Settings: Sendable {
        /// Whether to wait for the Lease; else a Lease of somebody else is an error.
        package var waitsForLease: Bool
        /// How long the Lease counts without being renewed.
        package var leaseDuration: Duration
        /// How often everything is looked at, whether anything happened or not.
        package var interval: Duration = .seconds(30)
        /// For how long a burst of events is waited out before it is looked at.
        package var settling: Duration = .milliseconds(200)

        package init(waitsForLease: Bool, leaseDuration: Duration = .seconds(30)) {
            self.waitsForLease = waitsForLease
            self.leaseDuration = leaseDuration
        }
    }

    /// Somebody else holds the Lease.
    package struct Taken: Error, Sendable, Hashable {
        package var holder: String
    }

    /// How many different things are said only once.
    private static let mostRemembered = 1_000

    let client: KubernetesClient
    let kinds: @Sendable () async throws -> [CatalogKind]
    let environment: SessionEnvironment
    let settings: Settings
    let lease: LeaderLease
    let status: ControllerStatus
    private let log: @Sendable (LogLine) -> Void
    private let told = Mutex<Set<String>>([])

    /// - Parameters:
    ///   - client: for the cluster.
    ///   - kinds: what the cluster offers now, schemas included.
    ///   - environment: whose clock, names and limits count; its holder names this replica.
    ///   - settings: of this run.
    ///   - status: is told what happens.
    ///   - log: takes the lines of the log.
    package init(
        client: KubernetesClient, kinds: @escaping @Sendable () async throws -> [CatalogKind],
        environment: SessionEnvironment, settings: Settings, status: ControllerStatus,
        log: @escaping @Sendable (LogLine) -> Void
    ) {
        self.client = client
        self.kinds = kinds
        self.environment = environment
        self.settings = settings
        self.status = status
        self.log = log
        lease = LeaderLease(
            client: client, clock: environment.clock, identity: environment.holder,
            duration: settings.leaseDuration)
    }

    /// Works until the task is cancelled; then the Lease is given back.
    ///
    /// - Throws: `Taken`, or what the server said where it does not let us have the Lease at all.
    package func run() async throws {
        while !Task.isCancelled {
            guard try await becomeLeader() else { return }
            status.lead(true)
            say(.info, "leading", ["identity": .string(lease.identity)])
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.keepLease() }
                group.addTask { await self.work() }
                // Whichever ends first: without the Lease nothing is done any more.
                await group.next()
                group.cancelAll()
            }
            status.lead(false)
            // Also after a signal there is time for this.
            await Task { [lease] in await lease.release() }.value
            say(.info, "no longer leading")
        }
    }

    // MARK: The Lease

    /// - Returns: false when the task was cancelled before.
    private func becomeLeader() async throws -> Bool {
        var lastHolder: String?
        while !Task.isCancelled {
            var standing: LeaderLease.Standing?
            do throws(KubernetesError) {
                standing = try await lease.take()
                status.note(connected: true)
            } catch {
                status.note(connected: false)
                if error.isForbidden || error.isNotFound { throw error }
                say(.warning, "the Lease cannot be had", ["error": .string(error.message)])
            }
            if standing == .held { return true }
            if case .other(let holder) = standing {
                guard settings.waitsForLease else { throw Taken(holder: holder) }
                if holder != lastHolder {
                    say(.info, "waiting for the Lease", ["holder": .string(holder)])
                }
                lastHolder = holder
            }
            guard await pause(settings.leaseDuration / 6) else { return false }
        }
        return false
    }

    /// Renews the Lease until it is lost.
    private func keepLease() async {
        var renewed = environment.clock.now()
        while await pause(settings.leaseDuration / 3) {
            do throws(KubernetesError) {
                let standing = try await lease.take()
                status.note(connected: true)
                guard standing == .held else { return say(.warning, "the Lease was lost") }
                renewed = environment.clock.now()
            } catch {
                status.note(connected: false)
                say(.warning, "the Lease cannot be renewed", ["error": .string(error.message)])
                // Somebody else may have it soon.
                if environment.clock.now() - renewed >= settings.leaseDuration * 2 / 3 { return }
            }
        }
    }

    // MARK: Speaking and waiting

    func say(_ level: LogLine.Level, _ text: String, _ members: JSONObject = JSONObject()) {
        log(LogLine(level, text, members, at: environment.clock.now()))
    }

    /// Says something once, however often it is found.
    func sayOnce(_ level: LogLine.Level, _ text: String, _ members: JSONObject) {
        let line = text + JSONValue.object(members).text(.compact)
        let isNew = told.withLock { told in
            if told.count >= Self.mostRemembered { told.removeAll() }
            return told.insert(line).inserted
        }
        guard isNew else { return }
        say(level, text, members)
    }

    /// - Returns: false when the task was cancelled.
    func pause(_ span: Duration) async -> Bool {
        // Cancelled: there is nothing to wait for any more.
        (try? await environment.clock.sleep(span)) != nil
    }
}
