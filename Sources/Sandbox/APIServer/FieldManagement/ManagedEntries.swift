import Documents
import KubernetesCore

/// One entry of `metadata.managedFields`: what one writer set through one operation.
struct ManagedEntry: Hashable {
    enum Operation: String {
        case apply = "Apply"
        case update = "Update"
    }

    /// What tells entries apart; an applier has one entry whatever version it writes.
    struct Identity: Hashable {
        var manager: String
        var operation: Operation
        var subresource: String
        var apiVersion: String
    }

    var manager: String
    var operation: Operation
    var apiVersion: String
    /// RFC 3339, whole seconds.
    var time: String?
    var subresource: String?
    var fields: FieldSet

    var identity: Identity {
        Identity(
            manager: manager, operation: operation, subresource: subresource ?? "",
            apiVersion: operation == .apply ? "" : apiVersion)
    }

    init(
        manager: String, operation: Operation, apiVersion: String, subresource: String?,
        fields: FieldSet = FieldSet(), time: String? = nil
    ) {
        self.manager = manager.isEmpty ? "unknown" : manager
        self.operation = operation
        self.apiVersion = apiVersion
        self.subresource = (subresource ?? "").isEmpty ? nil : subresource
        self.fields = fields
        self.time = time
    }

    /// Reads an entry; nil for one that an API server would not take.
    init?(json: JSONValue) {
        guard let operation = json["operation"]?.stringValue.flatMap(Operation.init(rawValue:)),
            let apiVersion = json["apiVersion"]?.stringValue,
            json["fieldsType"]?.stringValue ?? "FieldsV1" == "FieldsV1",
            let fields = FieldSet(fieldsV1: json["fieldsV1"] ?? [:])
        else { return nil }
        self.init(
            manager: json["manager"]?.stringValue ?? "", operation: operation,
            apiVersion: apiVersion, subresource: json["subresource"]?.stringValue,
            fields: fields, time: json["time"]?.stringValue)
    }

    var json: JSONValue {
        var object: JSONObject = [
            "apiVersion": .string(apiVersion), "fieldsType": "FieldsV1",
            "fieldsV1": fields.fieldsV1,
            "manager": .string(manager), "operation": .string(operation.rawValue),
        ]
        if let subresource { object["subresource"] = .string(subresource) }
        if let time { object["time"] = .string(time) }
        return .object(object)
    }
}

/// All entries of one object, each writer once.
struct ManagedEntries {
    /// More writers by Update than these are folded into `foldedName`, the oldest first.
    static let maximumUpdateEntries = 10
    static let foldedName = "ancient-changes"

    var entries: [ManagedEntry] = []

    var isEmpty: Bool { entries.isEmpty }

    init() {}

    /// Reads the entries of an object; nil where one of them cannot be read.
    init?(of object: JSONValue?) {
        for json in object?["metadata"]?["managedFields"]?.arrayValue ?? [] {
            guard let entry = ManagedEntry(json: json) else { return nil }
            if let index = index(of: entry.identity) {
                entries[index].fields = entries[index].fields.union(entry.fields)
            } else {
                entries.append(entry)
            }
        }
    }

    subscript(identity: ManagedEntry.Identity) -> ManagedEntry? {
        get { index(of: identity).map { entries[$0] } }
        set {
            switch (index(of: identity), newValue) {
            case (let index?, let entry?): entries[index] = entry
            case (let index?, nil): entries.remove(at: index)
            case (nil, let entry?): entries.append(entry)
            case (nil, nil): break
            }
        }
    }

    private func index(of identity: ManagedEntry.Identity) -> Int? {
        entries.firstIndex { $0.identity == identity }
    }

    /// Takes fields from all entries but one.
    mutating func take(_ fields: FieldSet, exceptFrom kept: ManagedEntry.Identity) {
        for index in entries.indices where entries[index].identity != kept {
            entries[index].fields = entries[index].fields.subtracting(fields)
        }
        entries.removeAll { $0.fields.isEmpty && $0.identity != kept }
    }

    /// Folds the oldest entries by Update into one per version while there are too many.
    mutating func fold() {
        var updates = sorted.filter { $0.operation == .update }
        var first: [String: ManagedEntry.Identity] = [:]
        var count = updates.count
        while count > Self.maximumUpdateEntries, !updates.isEmpty {
            let entry = updates.removeFirst()
            guard let earlier = first[entry.apiVersion] else {
                first[entry.apiVersion] = entry.identity
                continue
            }
            var bucket = ManagedEntry(
                manager: Self.foldedName, operation: .update, apiVersion: entry.apiVersion,
                subresource: nil)
            let identity = bucket.identity
            if let present = self[identity] {
                bucket = present
            } else if let older = self[earlier] {
                bucket.fields = older.fields
                self[earlier] = nil
            }
            bucket.fields = bucket.fields.union(entry.fields)
            bucket.time = entry.time
            self[entry.identity] = nil
            self[identity] = bucket
            count -= 1
        }
    }

    /// As an API server lists them: appliers first, then the older ones.
    var sorted: [ManagedEntry] {
        entries.sorted { left, right in
            if left.operation != right.operation { return left.operation == .apply }
            let times = (left.instant, right.instant)
            if times.0 != times.1 { return times.0 < times.1 }
            if !left.manager.hasBytes(of: right.manager) {
                return left.manager.precedesByBytes(right.manager)
            }
            if !left.apiVersion.hasBytes(of: right.apiVersion) {
                return left.apiVersion.precedesByBytes(right.apiVersion)
            }
            return (left.subresource ?? "").precedesByBytes(right.subresource ?? "")
        }
    }

    /// The object with these entries instead of its own.
    func written(to object: JSONValue) -> JSONValue {
        var object = object
        var metadata = object["metadata"] ?? [:]
        let list = sorted.filter { !$0.fields.isEmpty }.map(\.json)
        metadata["managedFields"] = list.isEmpty ? JSONValue?.none : .array(list)
        object["metadata"] = metadata
        return object
    }
}

extension ManagedEntry {
    fileprivate var instant: Int64 {
        time.flatMap { Timestamp(rfc3339: $0) }?.seconds ?? 0
    }
}
