import Documents
import KubernetesCore

/// Which objects of a resource a list or watch is about.
struct Selection: Sendable {
    /// Empty: all namespaces.
    var namespace: String
    /// Set where the path names one object.
    var name: String?
    var labels: LabelSelector?
    var fields: FieldSelector?
    private let resource: ServedResource

    /// Reads the selectors of a call.
    ///
    /// - Throws: 400 for one that cannot be read, or that asks for an unsupported field.
    init(_ call: Call, _ route: Route, _ resource: ServedResource) throws(APIFailure) {
        namespace = route.namespace
        name = route.name
        self.resource = resource
        do throws(SelectorError) {
            if let text = call["labelSelector"], !text.isEmpty {
                labels = try LabelSelector.parse(text)
            }
            if let text = call["fieldSelector"], !text.isEmpty {
                fields = try FieldSelector.parse(text)
            }
        } catch {
            throw APIFailure.badRequest(error.message)
        }
        for requirement in fields?.requirements ?? [] {
            guard Self.supported(resource).contains(requirement.field) else {
                throw APIFailure.badRequest(Self.complaint(requirement.field, resource))
            }
        }
    }

    var isEverything: Bool { labels == nil && fields == nil && name == nil }

    func contains(_ key: ObjectKey) -> Bool {
        (namespace.isEmpty || key.namespace == namespace) && (name == nil || key.name == name)
    }

    func matches(_ object: JSONValue) -> Bool {
        if let labels {
            var found: [String: String] = [:]
            for label in object["metadata", "labels"]?.objectValue ?? JSONObject() {
                found[label.name] = label.value.stringValue
            }
            guard labels.matches(found) else { return false }
        }
        if let fields {
            var found: [String: String] = [:]
            for requirement in fields.requirements {
                found[requirement.field] = Self.value(of: requirement.field, in: object, resource)
            }
            guard fields.matches(found) else { return false }
        }
        return true
    }

    /// What a watcher of this selection sees of a change; nil: nothing.
    func view(_ change: Change) -> (kind: Change.Kind, object: JSONValue)? {
        guard contains(change.key) else { return nil }
        let was = change.previous.map(matches) ?? false
        switch change.kind {
        case .deleted: return was ? (.deleted, change.object) : nil
        case .added, .modified:
            switch (was, matches(change.object)) {
            case (true, true): return (.modified, change.object)
            case (false, true): return (.added, change.object)
            case (true, false):
                // The watcher gets what it knew last, under the revision of the change.
                var last = change.previous ?? change.object
                last["metadata"]?["resourceVersion"] = .string(String(change.revision))
                return (.deleted, last)
            case (false, false): return nil
            }
        }
    }

    private static func supported(_ resource: ServedResource) -> Set<String> {
        var names: Set<String> = ["metadata.name"]
        if resource.isNamespaced { names.insert("metadata.namespace") }
        switch (resource.group, resource.plural) {
        case ("", "pods"):
            names.formUnion([
                "spec.nodeName", "spec.restartPolicy", "spec.schedulerName",
                "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP",
                "status.nominatedNodeName",
            ])
        case ("", "events"):
            names.formUnion([
                "involvedObject.kind", "involvedObject.namespace", "involvedObject.name",
                "involvedObject.uid", "involvedObject.apiVersion",
                "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
                "reportingComponent", "source", "type",
            ])
        case ("", "namespaces"): names.insert("status.phase")
        case ("", "secrets"): names.insert("type")
        default: names.formUnion(resource.selectableFields.map { String($0.dropFirst()) })
        }
        return names
    }

    private static func complaint(_ field: String, _ resource: ServedResource) -> String {
        if resource.isCustom || resource.plural == "pods" {
            return "field label not supported: \(field)"
        }
        let known = supported(resource).sorted().map(\.goQuoted).joined(separator: ", ")
        return "\(field.goQuoted) is not a known field selector: only \(known)"
    }

    private static func value(
        of field: String, in object: JSONValue, _ resource: ServedResource
    ) -> String {
        if resource.plural == "events", field == "source" {
            return object["source", "component"]?.stringValue
                ?? object["reportingComponent"]?.stringValue ?? ""
        }
        let value = object.value(field.split(separator: ".").map(String.init))
        return switch value {
        case nil, .null: ""
        case .string(let text): text
        case let other?: other.text(.compact)
        }
    }
}
