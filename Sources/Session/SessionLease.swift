import Documents
package import KubernetesCore

/// The sign of life of a session, or of the clean-up controller, in one namespace.
///
/// A Lease expires by itself, by the server's clock: nothing of ours blocks others for ever.
package struct SessionLease: Sendable, Hashable {
    package static let type = ResourceType(
        group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease")
    /// What finds all Leases of sessions with one list.
    package static let label = "app.kubernetes.io/managed-by"
    package static let labelValue = "petstore-cli"
    /// Where and under which name the clean-up controller announces itself (undo.md, step 6).
    package static let controllerName = "petstore-cli-cleanup"
    package static let controllerNamespace = "petstore-system"
    private static let stem = "petstore-cli-"

    package var name: String
    package var namespace: String
    package var holder: String
    package var renewed: Timestamp
    package var duration: Duration
    package var resourceVersion: String

    package static func name(of session: String) -> String { stem + session }

    /// The session that a Lease is of; nil for every other Lease.
    package var session: String? {
        guard name.hasPrefix(Self.stem), name != Self.controllerName else { return nil }
        return String(name.dropFirst(Self.stem.count))
    }

    package init(
        name: String, namespace: String, holder: String, renewed: Timestamp,
        duration: Duration, resourceVersion: String = ""
    ) {
        self.name = name
        self.namespace = namespace
        self.holder = holder
        self.renewed = renewed
        self.duration = duration
        self.resourceVersion = resourceVersion
    }

    /// Reads a Lease; nil when it does not say since when and for how long it is held.
    package init?(_ object: KubernetesObject) {
        let spec = object.spec
        guard let holder = spec["holderIdentity"]?.stringValue,
            let seconds = spec["leaseDurationSeconds"]?.integerValue,
            let renewed = (spec["renewTime"] ?? spec["acquireTime"])?.stringValue
                .flatMap({ Timestamp(rfc3339: $0) })
        else { return nil }
        self.init(
            name: object.name, namespace: object.namespace ?? "", holder: holder,
            renewed: renewed, duration: .seconds(seconds),
            resourceVersion: object.resourceVersion)
    }

    package var expires: Timestamp { renewed + duration }

    /// Whether its holder counts as alive, by the server's clock.
    package func isFresh(at now: Timestamp) -> Bool { now <= expires }

    package var object: KubernetesObject {
        var object = KubernetesObject(Self.type, namespace: namespace, name: name, spec: spec)
        object.labels = [Self.label: Self.labelValue]
        object.resourceVersion = resourceVersion
        return object
    }

    private var spec: JSONValue {
        [
            "holderIdentity": .string(holder), "leaseDurationSeconds": .integer(seconds),
            "acquireTime": .string(renewed.rfc3339Micro),
            "renewTime": .string(renewed.rfc3339Micro),
        ]
    }

    private var seconds: Int64 { max(1, duration.components.seconds) }

    /// Prolongs it, if it still is its holder's.
    var renewal: JSONPatch {
        let spec = JSONPointer(tokens: ["spec"])
        return JSONPatch([
            .test(spec.appending("holderIdentity"), .string(holder)),
            .replace(spec.appending("renewTime"), .string(renewed.rfc3339Micro)),
            .replace(spec.appending("leaseDurationSeconds"), .integer(seconds)),
        ])
    }
}

/// What is known of the Lease of a session in the namespace of an object.
package enum LeaseFinding: Sendable, Hashable {
    case found(SessionLease)
    case absent
    /// Nobody let us look.
    case unreadable
}

/// Whether a session lives, as far as somebody on another machine can know (undo.md, step 5).
package enum Liveness: Sendable, Hashable {
    /// The record's deadline has passed: whoever finds it may undo it.
    case expired(Timestamp)
    /// Its Lease has run out, or was given back.
    case dead(String)
    /// Its Lease is fresh.
    case alive(holder: String, until: Timestamp)
    /// There was no Lease; the deadline frees it.
    case untilDeadline(Timestamp)
    /// There was no Lease and there is no deadline: only a person can know.
    case unknowable

    /// Whether somebody else may undo it without being told to.
    package var isOver: Bool {
        switch self {
        case .expired, .dead: true
        case .alive, .untilDeadline, .unknowable: false
        }
    }

    /// Whether there is a fresh sign of life.
    package var isAlive: Bool {
        if case .alive = self { return true }
        return false
    }

    package var text: String {
        switch self {
        case .expired(let deadline): "its time was over at \(deadline.rfc3339)"
        case .dead(let why): why
        case .alive(let holder, let until):
            "its session lives (\(holder), Lease until \(until.rfc3339))"
        case .untilDeadline(let deadline):
            "whether its session lives is not known; its time is over at \(deadline.rfc3339)"
        case .unknowable: "whether its session lives is not known, and it has no deadline"
        }
    }

    /// Judges; pure.
    ///
    /// - Parameters:
    ///   - lease: of the session, in the object's namespace.
    ///   - hadLease: what the record says of the time when it was made.
    ///   - deadline: of the record.
    ///   - now: by the server's clock.
    /// - Returns: the judgement, with what to tell people.
    package static func judge(
        _ lease: LeaseFinding, hadLease: Bool, deadline: Timestamp?, now: Timestamp
    ) -> Liveness {
        if let deadline, deadline <= now { return .expired(deadline) }
        switch lease {
        case .found(let lease) where lease.isFresh(at: now):
            return .alive(holder: lease.holder, until: lease.expires)
        case .found(let lease):
            return .dead("its session is dead: no sign of life since \(lease.renewed.rfc3339)")
        case .absent where hadLease: return .dead("its session has ended")
        case .absent, .unreadable:
            return deadline.map { .untilDeadline($0) } ?? .unknowable
        }
    }
}
