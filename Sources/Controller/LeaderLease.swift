package import KubernetesClient
package import KubernetesCore
package import Session

/// The Lease of the clean-up controller: of several replicas one works, and sessions read from it
/// that somebody does.
package struct LeaderLease: Sendable {
    /// How it stands with the Lease.
    package enum Standing: Sendable, Hashable {
        case held
        /// Somebody else has it, by that name.
        case other(String)
    }

    package let identity: String
    private let client: KubernetesClient
    private let clock: SessionClock
    private let duration: Duration

    /// - Parameters:
    ///   - client: for the cluster.
    ///   - clock: where the server's own is not known yet.
    ///   - identity: of this replica; another one never has the same.
    ///   - duration: how long it counts without being renewed.
    package init(
        client: KubernetesClient, clock: SessionClock, identity: String, duration: Duration
    ) {
        self.client = client
        self.clock = clock
        self.identity = identity
        self.duration = duration
    }

    /// Who keeps us from having the Lease; nil where it is free, or ours.
    ///
    /// Pure.
    package static func holder(
        of lease: SessionLease?, besides identity: String, at now: Timestamp
    ) -> String? {
        guard let lease, lease.holder != identity, !lease.holder.isEmpty, lease.isFresh(at: now)
        else { return nil }
        return lease.holder
    }

    private var now: Timestamp { client.estimatedServerTime ?? clock.now() }

    /// Takes the Lease where it is free, or prolongs it where it is ours.
    package func take() async throws(KubernetesError) -> Standing {
        let (type, place) = (SessionLease.type, SessionLease.controllerNamespace)
        let found = try await find()
        if let holder = Self.holder(
            of: found.flatMap { SessionLease($0) }, besides: identity, at: now)
        {
            return .other(holder)
        }
        let wanted = SessionLease(
            name: SessionLease.controllerName, namespace: place, holder: identity, renewed: now,
            duration: duration, resourceVersion: found?.resourceVersion ?? "")
        do throws(KubernetesError) {
            // The version is a precondition: of two that take it at once one fails.
            if found == nil {
                _ = try await client.create(wanted.object, type, namespace: place)
            } else {
                _ = try await client.replace(
                    wanted.object, type, namespace: place, name: wanted.name)
            }
            return .held
        } catch {
            guard error.isConflict || error.isAlreadyExists else { throw error }
            return .other("somebody who was faster")
        }
    }

    /// Gives it back, so that the next one need not wait and sessions promise no more than is true.
    package func release() async {
        do throws(KubernetesError) {
            guard let found = try await find(), SessionLease(found)?.holder == identity else {
                return
            }
            _ = try await client.delete(
                SessionLease.type, namespace: SessionLease.controllerNamespace, name: found.name,
                options: DeleteOptions(resourceVersion: found.resourceVersion))
        } catch {
            // It runs out by itself.
        }
    }

    private func find() async throws(KubernetesError) -> KubernetesObject? {
        do throws(KubernetesError) {
            return try await client.get(
                SessionLease.type, namespace: SessionLease.controllerNamespace,
                name: SessionLease.controllerName)
        } catch {
            guard error.isNotFound else { throw error }
            return nil
        }
    }
}
