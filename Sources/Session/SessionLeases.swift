import Documents
import KubernetesClient
import KubernetesCore

/// What is known of the session's Lease in one namespace.
enum LeaseStanding: Sendable, Hashable {
    case held
    /// The server does not let us have one, with its reason.
    case refused(String)
    /// A life before this one may have left one.
    case former
    /// It had run out when the leftovers of its session were searched for, and stood at that
    /// version; that session may live again.
    case ranOut(version: String)

    var isRefused: Bool {
        if case .refused = self { return true }
        return false
    }
}

// The signs of life that other machines judge us by (undo.md, step 5). They are taken before the
// first change in a namespace, announced in the journal before, and given back at the end; what a
// crash leaves of them expires by itself.
extension Session {
    /// The longest that giving the Leases back may take: they expire anyway.
    static let farewell: Duration = .seconds(5)
    /// How long a detached session holds what has no deadline.
    private static let detachedHold: Duration = .seconds(24 * 3600)

    private func lease(in namespace: String) -> SessionLease {
        SessionLease(
            name: SessionLease.name(of: id), namespace: namespace, holder: environment.holder,
            renewed: access.now, duration: environment.leaseDuration)
    }

    private func leaseKey(in namespace: String) -> ObjectKey {
        ObjectKey(
            SessionLease.type, namespace: namespace, name: SessionLease.name(of: id), uid: "")
    }

    /// Sees to it that a Lease tells of the session where an object lives.
    ///
    /// - Returns: whether there is one; nothing depends on it but what others may know of us.
    /// - Throws: `SessionError` of kind `.alive` or `.journal`, as `takeLease`.
    func ensureLease(in namespace: String) async throws(SessionError) -> Bool {
        switch leases[namespace] {
        case .held: return true
        case .refused: return false
        case .former, .ranOut, nil: break
        }
        try await takeLease(in: namespace)
        return leases[namespace] == .held
    }

    /// Takes the Lease, also from a holder that shows no sign of life any more.
    ///
    /// - Throws: `SessionError` of kind `.alive` when somebody else holds it; any other trouble is
    ///   only noted.
    func takeLease(in namespace: String) async throws(SessionError) {
        let key = leaseKey(in: namespace)
        // Written down first, so that whoever recovers us knows what to clear away.
        try log("lease", ["namespace": .string(namespace)])
        var wanted = lease(in: namespace)
        var trouble = "others kept changing the Lease"
        var isRefused = false
        for _ in 1...3 {
            do throws(KubernetesError) {
                if wanted.resourceVersion.isEmpty {
                    _ = try await access.create(wanted.object, key)
                } else {
                    _ = try await access.client.replace(
                        wanted.object, key.type, namespace: namespace, name: key.name)
                }
                return hold(namespace)
            } catch {
                trouble = error.message
                let isGone = error.isNotFound && !wanted.resourceVersion.isEmpty
                isRefused =
                    error.isForbidden || error.isMethodNotAllowed || error.isNotFound && !isGone
                let mayBeThere = error.isAlreadyExists || error.isConflict || error.isOutcomeUnknown
                guard mayBeThere || isGone else { break }
            }
            switch await findLease(key) {
            case .found(let present):
                if present.holder == wanted.holder { return hold(namespace) }
                guard !present.isFresh(at: access.now) || isDetachedHolder(present.holder) else {
                    throw SessionError(
                        .alive, "session \(id) is held by \(present.holder)",
                        hints: ["it is free when that one leaves or dies"])
                }
                wanted = lease(in: namespace)
                wanted.resourceVersion = present.resourceVersion
            case .absent: wanted = lease(in: namespace)
            case .unreadable: break
            }
        }
        // What went wrong by chance may go right with the next change.
        leases[namespace] = isRefused ? .refused(trouble) : .former
    }

    private func hold(_ namespace: String) {
        leases[namespace] = .held
        lastAlive = environment.clock.now()
    }

    private func isDetachedHolder(_ holder: String) -> Bool {
        holder.hasSuffix(Self.detachedSuffix)
    }

    private static let detachedSuffix = " (detached)"

    func findLease(_ key: ObjectKey) async -> LeaseFinding {
        do throws(KubernetesError) {
            let object = try await access.read(key)
            return SessionLease(object).map(LeaseFinding.found) ?? .unreadable
        } catch {
            return error.isNotFound ? .absent : .unreadable
        }
    }

    enum Renewal: Sendable, Hashable {
        case held
        /// It is gone, or somebody else's.
        case lost
        /// Nobody could say.
        case open(String)
    }

    func renewLease(in namespace: String) async -> Renewal {
        do throws(KubernetesError) {
            _ = try await access.patch(
                lease(in: namespace).renewal, leaseKey(in: namespace))
            hold(namespace)
            return .held
        } catch {
            if error.isNotFound || error.isGuardFailure { return .lost }
            return .open(error.message)
        }
    }

    var heldNamespaces: [String] {
        leases.filter { $0.value == .held }.keys.sorted()
    }

    /// Before a detach: the Leases last until the deadlines, held by nobody who runs.
    func prolongLeases() async {
        for namespace in heldNamespaces {
            let ends = items.filter { $0.isUnfinished && $0.object.leaseNamespace == namespace }
                .map { $0.deadline ?? access.now + Self.detachedHold }
            guard let last = ends.max() else { continue }
            var wanted = lease(in: namespace)
            let old = wanted
            wanted.holder += Self.detachedSuffix
            wanted.duration = max(last - access.now, .seconds(1))
            var patch = wanted.renewal
            patch.operations[0] = old.renewal.operations[0]
            let holder = JSONPointer(tokens: ["spec", "holderIdentity"])
            patch.operations.append(.replace(holder, .string(wanted.holder)))
            // Without it others may recover the session once the old one has run out; told in
            // the documentation, nothing is lost.
            _ = try? await access.patch(patch, leaseKey(in: namespace))
        }
    }

    /// Gives back what tells others that we live, within a limit: it expires anyway.
    func endLeases() async {
        let standings = leases.filter { !$0.value.isRefused }.sorted { $0.key < $1.key }
        leases = [:]
        guard !standings.isEmpty else { return }
        let work = Task {
            for (namespace, standing) in standings {
                var version: String?
                if case .ranOut(let seen) = standing { version = seen }
                // Gone already, renewed, forbidden, unreachable: it runs out.
                _ = try? await access.delete(leaseKey(in: namespace), resourceVersion: version)
            }
        }
        let clock = environment.clock
        let alarm = Task {
            try await clock.sleep(Self.farewell)
            work.cancel()
        }
        await work.value
        alarm.cancel()
    }

    /// Whether a clean-up controller announces that it lives (undo.md, step 6).
    func controllerLives() async -> Bool {
        let key = ObjectKey(
            SessionLease.type, namespace: SessionLease.controllerNamespace,
            name: SessionLease.controllerName, uid: "")
        guard case .found(let lease) = await findLease(key) else { return false }
        return lease.isFresh(at: access.now)
    }
}
