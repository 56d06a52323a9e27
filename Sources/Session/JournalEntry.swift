package import Catalog
import Documents
package import KubernetesCore

/// The first line of a journal: whose it is.
package struct JournalHeader: Sendable, Hashable {
    package var id: String
    package var cluster: ClusterIdentity
    package var created: Timestamp
    package var user: String?
    /// The host name of the machine that the session runs on.
    ///
    /// Where a home is shared, locks need not be: of another machine's journal a free lock proves
    /// nothing.
    package var machine: String?
    /// The process in which an embedded cluster lives; nil for every other cluster.
    package var process: Int32?

    package init(
        id: String, cluster: ClusterIdentity, created: Timestamp, user: String?,
        machine: String? = nil, process: Int32? = nil
    ) {
        self.id = id
        self.cluster = cluster
        self.created = created
        self.user = user
        self.machine = machine
        self.process = process
    }

    var json: JSONValue {
        var value: JSONValue = [
            "kind": "session", "version": 1, "id": .string(id),
            "server": .string(cluster.server), "authorities": .string(cluster.authorities),
            "created": .string(created.rfc3339),
        ]
        if let uid = cluster.uid { value["clusterUID"] = .string(uid) }
        if let user { value["user"] = .string(user) }
        if let machine { value["machine"] = .string(machine) }
        if let process { value["process"] = .integer(Int64(process)) }
        return value
    }

    init?(json: JSONValue) {
        guard json["kind"]?.stringValue == "session", let id = json["id"]?.stringValue,
            let server = json["server"]?.stringValue,
            let created = json["created"]?.stringValue.flatMap({ Timestamp(rfc3339: $0) })
        else { return nil }
        self.init(
            id: id,
            cluster: ClusterIdentity(
                uid: json["clusterUID"]?.stringValue, server: server,
                authorities: json["authorities"]?.stringValue ?? ""),
            created: created, user: json["user"]?.stringValue,
            machine: json["machine"]?.stringValue,
            process: json["process"]?.integerValue.flatMap { Int32(exactly: $0) })
    }
}

/// One change as the journal has it: a pointer to the record in the object, and the state.
package struct JournalEntry: Sendable, Hashable {
    package var number: Int
    package var object: ObjectKey
    package var category: Category
    package var recordKey: String
    /// Whether the record travels in the object; else this one is all there is.
    package var inObject: Bool
    package var isTemporary: Bool
    package var level: GuaranteeLevel
    package var executor: String?
    /// Values of secret fields are not in the journal's text: only their digests.
    package var record: ChangeRecord
    package var secrets: Set<String>
    package var state: EntryState
    package var remark: String?
    /// Until when, by the server's clock, a write of unknown outcome can still be committed.
    package var until: Timestamp?
    package var notices: [String]
    package var kept: [KeptField]
    package var action = EntryAction.change
    /// Why the guarantee is not higher.
    package var why = ""
    /// What the object says of its creation, for an object that we made.
    package var creation: CreationRecord?
    package var reason: String?
    package var ticket: String?
    /// Made and deleted by the same command: nothing to tell of once it is gone.
    var isPassing = false

    /// Whether a value is secret, or a part of one.
    func isSecret(_ path: FieldPath) -> Bool {
        guard !secrets.isEmpty else { return false }
        return (0...path.steps.count).contains { count in
            secrets.contains(FieldPath(Array(path.steps.prefix(count))).json.text())
        }
    }

    /// What the user asked to change, marks left out.
    var userFields: [ChangeRecord.Field] { record.fields.filter { !$0.isMark } }

    /// Whether the end of its session has to do something about it.
    var isUnfinished: Bool { isTemporary && state.isPending }

    /// When it has to be undone, by the server's clock.
    var deadline: Timestamp? { creation?.deadline ?? record.deadline }

    package var ledgerEntry: LedgerEntry {
        LedgerEntry(
            number: number, action: action, object: object, fields: ledgerFields,
            state: state, level: level, isTemporary: isTemporary, deadline: deadline,
            made: creation?.created ?? Timestamp(rfc3339: record.created), executor: executor,
            remark: remark, notices: notices, why: why)
    }

    private var ledgerFields: [LedgerEntry.Field] {
        let there = FieldValue.present("exists")
        switch action {
        case .change:
            return userFields.map { field in
                LedgerEntry.Field(
                    path: field.path, before: field.before, now: field.ours,
                    isSecret: isSecret(field.path),
                    kept: kept.first { field.path.isPrefix(of: $0.path) })
            }
        case .create:
            return [.init(path: FieldPath([]), before: .absent, now: there, isSecret: false)]
        case .delete:
            return [.init(path: FieldPath([]), before: there, now: .absent, isSecret: false)]
        }
    }
}

extension JournalEntry {
    /// The line that announces a change, before anything is sent.
    var json: JSONValue {
        var object: JSONValue = [
            "group": .string(self.object.group), "version": .string(self.object.version),
            "plural": .string(self.object.plural), "kind": .string(self.object.kind),
            "name": .string(self.object.name), "uid": .string(self.object.uid),
        ]
        if let namespace = self.object.namespace { object["namespace"] = .string(namespace) }
        var value: JSONValue = [
            "kind": "entry", "n": .integer(Int64(number)), "state": .string(state.rawValue),
            "object": object, "category": .string(category.rawValue),
            "key": .string(recordKey), "inObject": .bool(inObject),
            "temporary": .bool(isTemporary), "level": .integer(Int64(level.rawValue)),
            "record": redactedRecord,
        ]
        if action != .change { value["action"] = .string(action.rawValue) }
        if let creation { value["creation"] = creation.json }
        if !why.isEmpty { value["why"] = .string(why) }
        if let reason { value["reason"] = .string(reason) }
        if let ticket { value["ticket"] = .string(ticket) }
        if let executor { value["executor"] = .string(executor) }
        if let until { value["until"] = .string(until.rfc3339) }
        if !notices.isEmpty { value["notices"] = .array(notices.map(JSONValue.string)) }
        return value
    }

    /// A later line: the state that the entry is in now.
    var stateJSON: JSONValue {
        var value: JSONValue = [
            "kind": "state", "n": .integer(Int64(number)), "state": .string(state.rawValue),
        ]
        // A server's words may quote a secret.
        if let remark, secrets.isEmpty { value["remark"] = .string(remark) }
        if let until { value["until"] = .string(until.rfc3339) }
        return value
    }

    private var redactedRecord: JSONValue {
        var json = record.json
        let fields = record.fields.map { field -> JSONValue in
            guard isSecret(field.path) else { return field.json }
            var item: JSONValue = ["path": field.path.json, "secret": true]
            if let before = field.before.value { item["before"] = digest(before) }
            if let ours = field.ours.value { item["ours"] = digest(ours) }
            return item
        }
        json["fields"] = .array(fields)
        return json
    }

    private func digest(_ value: JSONValue) -> JSONValue {
        let salt = Array((record.session + "/" + recordKey + "/").utf8)
        return .string("sha256:" + SHA256.hex(of: salt + value.bytes(.goText)))
    }

    init?(json: JSONValue) {
        guard json["kind"]?.stringValue == "entry", let number = json["n"]?.integerValue,
            let object = json["object"].flatMap(ObjectKey.init(json:)),
            let key = json["key"]?.stringValue,
            let state = json["state"]?.stringValue.flatMap(EntryState.init(rawValue:)),
            let recordJSON = json["record"], let record = ChangeRecord(json: recordJSON)
        else { return nil }
        let secrets = recordJSON["fields"]?.arrayValue?.filter { $0["secret"] == true } ?? []
        self.init(
            number: Int(number), object: object,
            category: json["category"]?.stringValue.flatMap(Category.init(rawValue:)) ?? .unknown,
            recordKey: key, inObject: json["inObject"]?.boolValue ?? true,
            isTemporary: json["temporary"]?.boolValue ?? true,
            level: json["level"]?.integerValue.flatMap { GuaranteeLevel(rawValue: Int($0)) } ?? .g2,
            executor: json["executor"]?.stringValue, record: record,
            secrets: Set(secrets.compactMap { $0["path"]?.text() }), state: state, remark: nil,
            until: json["until"]?.stringValue.flatMap { Timestamp(rfc3339: $0) },
            notices: json["notices"]?.arrayValue?.compactMap(\.stringValue) ?? [], kept: [],
            action: json["action"]?.stringValue.flatMap(EntryAction.init(rawValue:)) ?? .change,
            why: json["why"]?.stringValue ?? "",
            creation: json["creation"].flatMap(CreationRecord.init(json:)),
            reason: json["reason"]?.stringValue, ticket: json["ticket"]?.stringValue)
    }

    mutating func apply(state json: JSONValue) {
        guard let state = json["state"]?.stringValue.flatMap(EntryState.init(rawValue:)) else {
            return
        }
        self.state = state
        remark = json["remark"]?.stringValue
        if let until = json["until"]?.stringValue.flatMap({ Timestamp(rfc3339: $0) }) {
            self.until = until
        }
    }
}

extension JSONValue {
    /// The line with the time at which it was written, by the server's clock.
    func stamped(_ time: Timestamp) -> JSONValue {
        var line = self
        line["at"] = .string(time.rfc3339)
        return line
    }
}

extension ObjectKey {
    /// Where the Lease of a session stands that holds this object.
    var leaseNamespace: String { namespace ?? "default" }

    fileprivate init?(json: JSONValue) {
        guard let group = json["group"]?.stringValue, let version = json["version"]?.stringValue,
            let plural = json["plural"]?.stringValue, let kind = json["kind"]?.stringValue,
            let name = json["name"]?.stringValue, let uid = json["uid"]?.stringValue
        else { return nil }
        self.init(
            group: group, version: version, plural: plural, kind: kind,
            namespace: json["namespace"]?.stringValue, name: name, uid: uid)
    }
}

/// What a journal says, from its first line to its last whole one.
package struct JournalContent: Sendable, Hashable {
    package var header: JournalHeader
    /// In the order of their numbers; only what may still be in the cluster or was kept to tell.
    package var entries: [JournalEntry]
    package var damagedLines: Int
    /// Left on purpose, with its changes in place, until its deadlines or until `attach`.
    package var isDetached = false
    /// The namespaces in which a Lease may tell of this session.
    package var leases: [String] = []
    var wholeLength: Int

    /// Temporary changes of which something may still be in the cluster.
    package var pending: [JournalEntry] {
        entries.filter { $0.isTemporary && $0.state.isPending }
    }

    /// Reads a journal's bytes; nil when not even its first line is there.
    package init?(_ bytes: [UInt8]) {
        let reading = JournalLine.read(bytes)
        guard let header = reading.bodies.first.flatMap(JournalHeader.init(json:)) else {
            return nil
        }
        self.header = header
        damagedLines = reading.damaged
        wholeLength = reading.wholeLength
        entries = []
        for body in reading.bodies.dropFirst() {
            if let entry = JournalEntry(json: body) {
                entries.removeAll { $0.number == entry.number }
                entries.append(entry)
            } else if body["kind"]?.stringValue == "state", let number = body["n"]?.integerValue,
                let index = entries.firstIndex(where: { $0.number == Int(number) })
            {
                entries[index].apply(state: body)
            } else {
                take(event: body)
            }
        }
        entries.sort { $0.number < $1.number }
    }

    private mutating func take(event body: JSONValue) {
        switch body["kind"]?.stringValue {
        case "lease":
            guard let namespace = body["namespace"]?.stringValue else { return }
            if !leases.contains(namespace) { leases.append(namespace) }
        case "detached": isDetached = true
        case "attached": isDetached = false
        default: break
        }
    }

    /// The earliest deadline of what is pending.
    package var nextDeadline: Timestamp? { pending.compactMap(\.deadline).min() }
}
