package import Catalog
import Documents
package import KubernetesClient
package import KubernetesCore

/// Something that a session left in an object, as a search of the cluster found it.
package struct FoundRecord: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case change(ChangeRecord)
        case creation(CreationRecord)
        /// An object labelled `temporary: "true"` that bears no record of ours, with its time.
        case labelled(deadline: Timestamp?)
        /// A record that speaks of another object: copied, or out of a backup.
        case copied
        /// A text that no version of ours can have written, or a newer one did.
        case unreadable
    }

    package var object: ObjectKey
    package var category: Category
    /// The annotation that holds it; empty for `.labelled`.
    package var key: String
    package var session: String
    package var kind: Kind
    package var liveness: Liveness
    /// Who made the change, as its annotation says.
    package var user: String?
    package var effect: DeletionEffect
    package var labels: [String: String] = [:]
    /// When the object was made, by the server's clock.
    package var created: Timestamp?
    /// The paths whose values must not be shown, nor written to a journal.
    var secrets: Set<String> = []

    /// Whether whoever made it accepted what its deletion does outside.
    var acceptsEffects: Bool {
        guard case .creation(let record) = kind else { return false }
        return record.acceptsEffects
    }

    package var deadline: Timestamp? {
        switch kind {
        case .change(let record): record.deadline
        case .creation(let record): record.deadline
        case .labelled(let deadline): deadline
        case .copied, .unreadable: nil
        }
    }
}

/// What sessions left in a cluster, and what is known of their lives.
package struct SearchResult: Sendable {
    package var records: [FoundRecord] = []
    /// Leases of sessions; nil where nobody let us look.
    package var leases: [SessionLease]?
    /// Kinds that could not be listed, with what the server said.
    package var failures: [(type: ResourceType, error: KubernetesError)] = []
    /// By the server's clock.
    package var now: Timestamp

    /// Leases that ran out and of whose sessions nothing is left: only in the way of the eye.
    package var staleLeases: [SessionLease] {
        let sessions = Set(records.map(\.session))
        return (leases ?? []).filter { lease in
            guard let session = lease.session else { return false }
            return !lease.isFresh(at: now) && !sessions.contains(session)
        }
    }

    /// The ids of the sessions that left something, in order.
    package var sessions: [String] { Set(records.map(\.session)).sorted() }
}

/// Finds what sessions left, on whatever machine they ran.
///
/// One list per kind, and one of Leases (undo.md, P26). The records in the objects are the
/// authority.
package struct SessionSearch: Sendable {
    /// Finds every object that a session changed or made.
    package static let ours = Marks.session
    /// Finds, besides, what others labelled as temporary.
    package static let labelled = Marks.temporary + "=true"

    let client: KubernetesClient
    let clock: SessionClock

    package init(client: KubernetesClient, clock: SessionClock) {
        self.client = client
        self.clock = clock
    }

    /// Searches.
    ///
    /// - Parameters:
    ///   - kinds: to list, one request each (more only where a list has many pages).
    ///   - namespace: nil for all.
    ///   - selectors: `ours`, and for clean-ups of everything temporary `labelled` as well, which
    ///     costs a second list per kind.
    /// - Returns: what was found; what could not be listed is told in it, never thrown.
    package func run(
        kinds: [ChangeTarget], namespace: String?, selectors: [String] = [Self.ours]
    ) async -> SearchResult {
        var found: [(ChangeTarget, KubernetesObject)] = []
        var result = SearchResult(now: clock.now())
        var seen: Set<String> = []
        for kind in kinds {
            let place = kind.type.isNamespaced ? namespace : nil
            for selector in selectors {
                do throws(KubernetesError) {
                    let list = try await client.list(
                        kind.type, namespace: place,
                        options: ListOptions(labelSelector: selector))
                    for object in list.items where seen.insert(object.uid).inserted {
                        found.append((kind, object))
                    }
                } catch {
                    result.failures.append((kind.type, error))
                }
            }
        }
        do throws(KubernetesError) {
            let label = SessionLease.label + "=" + SessionLease.labelValue
            result.leases = try await client.list(
                SessionLease.type, namespace: namespace,
                options: ListOptions(labelSelector: label)
            ).items.compactMap { SessionLease($0) }
        } catch {
            // Who may not read Leases goes by deadlines alone.
            result.leases = nil
        }
        let now = client.serverTime ?? clock.now()
        return Self.result(of: found, leases: result.leases, failures: result.failures, now: now)
    }

    /// What is in objects that were found already; pure.
    ///
    /// - Parameters:
    ///   - objects: each once, with its kind.
    ///   - leases: of all sessions; nil where nobody let us look.
    ///   - failures: kinds that could not be looked at.
    ///   - now: by the server's clock.
    /// - Returns: the records, in the order of the objects.
    package static func result(
        of objects: [(ChangeTarget, KubernetesObject)], leases: [SessionLease]?,
        failures: [(type: ResourceType, error: KubernetesError)] = [], now: Timestamp
    ) -> SearchResult {
        var result = SearchResult(leases: leases, failures: failures, now: now)
        for (kind, object) in objects {
            result.records += records(in: object, of: kind, leases: leases, now: now)
        }
        return result
    }

    /// The records of one object; pure.
    static func records(
        in object: KubernetesObject, of kind: ChangeTarget, leases: [SessionLease]?,
        now: Timestamp
    ) -> [FoundRecord] {
        let group = kind.type.group
        let key = ObjectKey(
            kind.type, namespace: object.namespace, name: object.name, uid: object.uid)
        let label = object.labels[Marks.session] ?? ""
        let user = object.annotations[Marks.key("created-by", group: group)]
        func found(
            _ annotation: String, _ session: String, _ content: FoundRecord.Kind,
            hadLease: Bool = false
        ) -> FoundRecord {
            var record = FoundRecord(
                object: key, category: kind.category, key: annotation, session: session,
                kind: content, liveness: .unknowable, user: user,
                effect: DeletionEffect.of(object, category: kind.category),
                labels: object.labels, created: object.creationTimestamp)
            record.liveness = Liveness.judge(
                lease(of: session, in: key.leaseNamespace, leases), hadLease: hadLease,
                deadline: record.deadline, now: now)
            return record
        }
        var records: [FoundRecord] = []
        for (annotation, _, record) in Marks.records(in: object, group: group) {
            guard let record else {
                records.append(found(annotation, label, .unreadable))
                continue
            }
            let isMeant = record.uid == object.uid
            var change = found(
                annotation, record.session, isMeant ? .change(record) : .copied,
                hadLease: record.hasLease)
            change.secrets = secrets(of: record, in: object, kind.rules, group)
            records.append(change)
        }
        for (annotation, _, record) in Marks.creations(in: object, group: group) {
            guard let record else {
                records.append(found(annotation, label, .unreadable))
                continue
            }
            let isMeant = record.speaks(of: object)
            records.append(
                found(
                    annotation, record.session, isMeant ? .creation(record) : .copied,
                    hadLease: record.hasLease))
        }
        // While somebody's change is on it, its time is that of the change: then it is restored,
        // and whether it is temporary itself shows afterwards.
        let isChanged = object.labels[Marks.temporaryChange] == "true"
        if object.labels[Marks.temporary] == "true", records.isEmpty, !isChanged {
            records.append(found("", label, .labelled(deadline: deadline(of: object, group))))
        }
        return records
    }

    private static func secrets(
        of record: ChangeRecord, in object: KubernetesObject, _ rules: FieldRules,
        _ group: String
    ) -> Set<String> {
        let fields = record.fields.filter { field in
            let pointer = field.path.place(in: object.json).pointer
            return !field.isMark
                && [field.before, field.ours].contains { rules.holdsSecret(pointer, $0.value) }
        }
        guard !fields.isEmpty else { return [] }
        let copy = FieldPath.annotation(Marks.operatorKey("patch-original-state", group: group))
        return Set((fields.map(\.path) + [copy]).map { $0.json.text() })
    }

    private static func lease(
        of session: String, in namespace: String, _ leases: [SessionLease]?
    ) -> LeaseFinding {
        guard let leases else { return .unreadable }
        let name = SessionLease.name(of: session)
        return leases.first { $0.name == name && $0.namespace == namespace }
            .map(LeaseFinding.found) ?? .absent
    }

    /// The annotation `ttl`, or the label `ttl: 1h` of the specification's example, which counts
    /// from the creation on.
    static func deadline(of object: KubernetesObject, _ group: String) -> Timestamp? {
        if let text = object.annotations[Marks.key("ttl", group: group)] {
            return Timestamp(rfc3339: text)
        }
        guard let text = object.labels["ttl"], let span = try? GoDuration.parse(text) else {
            return nil
        }
        return object.creationTimestamp.map { $0 + span }
    }
}
