package import Documents

/// An object of the API, kept whole as JSON, with typed views on what all objects have.
///
/// Missing and mistyped members read as empty: the server has validated them, and a reader must
/// not fail on what it does not need. Setters make the parents that they need.
package struct KubernetesObject: Sendable, Hashable {
    package var json: JSONValue

    package init(_ json: JSONValue) { self.json = json }

    /// A new object of a type.
    package init(
        _ type: ResourceType, namespace: String?, name: String, spec: JSONValue? = nil
    ) {
        var metadata = JSONObject()
        metadata["name"] = .string(name)
        if type.isNamespaced, let namespace { metadata["namespace"] = .string(namespace) }
        var object = JSONObject()
        object["apiVersion"] = .string(type.apiVersion)
        object["kind"] = .string(type.kind)
        object["metadata"] = .object(metadata)
        if let spec { object["spec"] = spec }
        json = .object(object)
    }

    package var apiVersion: String {
        get { json["apiVersion"]?.stringValue ?? "" }
        set { json["apiVersion"] = .string(newValue) }
    }
    package var kind: String {
        get { json["kind"]?.stringValue ?? "" }
        set { json["kind"] = .string(newValue) }
    }
    package var groupVersion: GroupVersion? { GroupVersion(apiVersion) }

    package var metadata: JSONValue {
        get { json["metadata"] ?? .null }
        set { json["metadata"] = newValue.isNull ? Optional.none : newValue }
    }
    package var name: String {
        get { text("name") ?? "" }
        set { metadata["name"] = .string(newValue) }
    }
    package var namespace: String? {
        get { text("namespace") }
        set { metadata["namespace"] = newValue.map(JSONValue.string) }
    }
    package var uid: String { text("uid") ?? "" }
    package var resourceVersion: String {
        get { text("resourceVersion") ?? "" }
        set { metadata["resourceVersion"] = newValue.isEmpty ? Optional.none : .string(newValue) }
    }
    package var generation: Int64? { metadata["generation"]?.integerValue }
    package var creationTimestamp: Timestamp? { time("creationTimestamp") }
    package var deletionTimestamp: Timestamp? { time("deletionTimestamp") }

    package var labels: [String: String] {
        get { texts("labels") }
        set { setTexts("labels", newValue) }
    }
    package var annotations: [String: String] {
        get { texts("annotations") }
        set { setTexts("annotations", newValue) }
    }
    package var finalizers: [String] {
        get { metadata["finalizers"]?.arrayValue?.compactMap(\.stringValue) ?? [] }
        set {
            metadata["finalizers"] =
                newValue.isEmpty ? Optional.none : .array(newValue.map(JSONValue.string))
        }
    }
    package var ownerReferences: [OwnerReference] {
        get { metadata["ownerReferences"]?.arrayValue?.map(OwnerReference.init) ?? [] }
        set {
            metadata["ownerReferences"] =
                newValue.isEmpty ? Optional.none : .array(newValue.map(\.json))
        }
    }
    package var managedFields: [JSONValue] { metadata["managedFields"]?.arrayValue ?? [] }

    package var spec: JSONValue {
        get { json["spec"] ?? .null }
        set { json["spec"] = newValue.isNull ? Optional.none : newValue }
    }
    package var status: JSONValue {
        get { json["status"] ?? .null }
        set { json["status"] = newValue.isNull ? Optional.none : newValue }
    }

    /// The object without the bookkeeping of server-side apply.
    package var withoutManagedFields: KubernetesObject {
        guard !managedFields.isEmpty else { return self }
        var copy = self
        copy.metadata["managedFields"] = nil
        return copy
    }

    private func text(_ member: String) -> String? { metadata[member]?.stringValue }

    private func time(_ member: String) -> Timestamp? {
        text(member).flatMap { Timestamp(rfc3339: $0) }
    }

    private func texts(_ member: String) -> [String: String] {
        guard let object = metadata[member]?.objectValue else { return [:] }
        var result: [String: String] = [:]
        for entry in object {
            if let value = entry.value.stringValue { result[entry.name] = value }
        }
        return result
    }

    private mutating func setTexts(_ member: String, _ values: [String: String]) {
        guard !values.isEmpty else {
            if metadata[member] != nil { metadata[member] = nil }
            return
        }
        var object = metadata[member]?.objectValue ?? JSONObject()
        for name in object.names where values[name] == nil { object[name] = nil }
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            object[name] = .string(value)
        }
        metadata[member] = .object(object)
    }
}

/// Who an object belongs to; the garbage collector deletes it after its owner.
package struct OwnerReference: Sendable, Hashable {
    package var apiVersion: String
    package var kind: String
    package var name: String
    package var uid: String
    package var isController: Bool
    package var blocksOwnerDeletion: Bool

    package init(
        apiVersion: String, kind: String, name: String, uid: String, isController: Bool = false,
        blocksOwnerDeletion: Bool = false
    ) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        self.uid = uid
        self.isController = isController
        self.blocksOwnerDeletion = blocksOwnerDeletion
    }

    package init(_ json: JSONValue) {
        self.init(
            apiVersion: json["apiVersion"]?.stringValue ?? "",
            kind: json["kind"]?.stringValue ?? "",
            name: json["name"]?.stringValue ?? "",
            uid: json["uid"]?.stringValue ?? "",
            isController: json["controller"]?.boolValue ?? false,
            blocksOwnerDeletion: json["blockOwnerDeletion"]?.boolValue ?? false)
    }

    package var json: JSONValue {
        var value: JSONValue = [
            "apiVersion": .string(apiVersion), "kind": .string(kind), "name": .string(name),
            "uid": .string(uid),
        ]
        if isController { value["controller"] = true }
        if blocksOwnerDeletion { value["blockOwnerDeletion"] = true }
        return value
    }
}

/// The objects of a collection at one resource version.
package struct ObjectList: Sendable, Hashable {
    package var items: [KubernetesObject]
    package var resourceVersion: String
    /// Whether these are all; a reader may have had enough before.
    package var isComplete: Bool

    package init(
        items: [KubernetesObject], resourceVersion: String, isComplete: Bool = true
    ) {
        self.items = items
        self.resourceVersion = resourceVersion
        self.isComplete = isComplete
    }
}
