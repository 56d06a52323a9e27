import Documents
import KubernetesCore

/// What an object's `metadata` must be like, at its creation and when it changes.
enum MetadataRules {
    static let knownMembers: Set<String> = [
        "annotations", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp",
        "finalizers", "generateName", "generation", "labels", "managedFields", "name",
        "namespace", "ownerReferences", "resourceVersion", "selfLink", "uid",
    ]

    /// All annotations of an object together, names and values.
    static let annotationBytesLimit = 262_144

    /// The first member whose JSON type is wrong: that makes the whole body unreadable.
    static func typeProblem(_ metadata: JSONValue) -> String? {
        guard let object = metadata.objectValue else {
            return metadata.isNull
                ? nil
                : "json: cannot unmarshal \(metadata.typeName) into Go "
                    + "struct field .metadata of type v1.ObjectMeta"
        }
        for member in object where !member.value.isNull {
            let value = member.value
            let expected: String? =
                switch member.name {
                case "name", "generateName", "namespace", "uid", "resourceVersion", "selfLink",
                    "creationTimestamp", "deletionTimestamp":
                    value.stringValue == nil ? "string" : nil
                case "labels", "annotations":
                    stringMapProblem(value)
                case "finalizers":
                    value.arrayValue?.allSatisfy { $0.stringValue != nil } == true
                        ? nil : "[]string"
                case "ownerReferences", "managedFields":
                    value.arrayValue?.allSatisfy { $0.objectValue != nil } == true
                        ? nil : "[]v1.\(member.name)"
                case "generation", "deletionGracePeriodSeconds":
                    value.integerValue == nil ? "int64" : nil
                default: nil
                }
            if let expected {
                return "json: cannot unmarshal \(value.typeName) into Go struct field "
                    + "ObjectMeta.metadata.\(member.name) of type \(expected)"
            }
        }
        return nil
    }

    private static func stringMapProblem(_ value: JSONValue) -> String? {
        guard let object = value.objectValue else { return "map[string]string" }
        return object.allSatisfy { $0.value.stringValue != nil || $0.value.isNull }
            ? nil : "string"
    }

    /// Complaints about metadata as such.
    static func problems(_ metadata: JSONValue, of resource: ServedResource) -> [FieldError] {
        var errors: [FieldError] = []
        if let prefix = metadata["generateName"]?.stringValue, !prefix.isEmpty,
            let problem = nameProblem(prefix + "x", resource)
        {
            errors.append(.invalid("metadata.generateName", .string(prefix), problem))
        }
        if let name = metadata["name"]?.stringValue, !name.isEmpty {
            if let problem = nameProblem(name, resource) {
                errors.append(.invalid("metadata.name", .string(name), problem))
            }
        } else {
            errors.append(.required("metadata.name", "name or generateName is required"))
        }
        errors += attachmentProblems(metadata)
        for finalizer in metadata["finalizers"]?.arrayValue ?? [] {
            let name = finalizer.stringValue ?? ""
            for problem in NameRules.keyProblems(name) {
                errors.append(.invalid("metadata.finalizers", .string(name), problem))
            }
        }
        return errors
    }

    /// Complaints about labels, annotations and owners.
    private static func attachmentProblems(_ metadata: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        for label in metadata["labels"]?.objectValue ?? JSONObject() {
            for problem in NameRules.keyProblems(label.name) {
                errors.append(.invalid("metadata.labels", .string(label.name), problem))
            }
            let value = label.value.stringValue ?? ""
            for problem in NameRules.labelValueProblems(value) {
                errors.append(.invalid("metadata.labels", .string(value), problem))
            }
        }
        errors += annotationProblems(metadata["annotations"]?.objectValue ?? JSONObject())
        return errors + ownerProblems(metadata["ownerReferences"]?.arrayValue ?? [])
    }

    private static func annotationProblems(_ annotations: JSONObject) -> [FieldError] {
        var errors: [FieldError] = []
        var size = 0
        for annotation in annotations {
            size += annotation.name.utf8.count + (annotation.value.stringValue?.utf8.count ?? 0)
            for problem in NameRules.keyProblems(annotation.name.lowercased()) {
                errors.append(.invalid("metadata.annotations", .string(annotation.name), problem))
            }
        }
        if size > annotationBytesLimit {
            errors.append(.tooLong("metadata.annotations", limit: annotationBytesLimit))
        }
        return errors
    }

    private static func ownerProblems(_ owners: [JSONValue]) -> [FieldError] {
        var errors: [FieldError] = []
        for owner in owners {
            for name in ["apiVersion", "kind", "name", "uid"]
            where owner[name]?.stringValue?.isEmpty != false {
                let what = name == "apiVersion" ? "version" : name
                errors.append(
                    .invalid("metadata.ownerReferences.\(name)", "", "\(what) must not be empty"))
            }
        }
        if owners.filter({ $0["controller"] == true }).count > 1 {
            errors.append(
                .invalid(
                    "metadata.ownerReferences", .array(owners),
                    "Only one reference can have Controller set to true"))
        }
        return errors
    }

    static func nameProblem(_ name: String, _ resource: ServedResource) -> String? {
        switch (resource.group, resource.plural) {
        case ("", "namespaces"), ("", "services"): NameRules.labelProblem(name)
        case ("rbac.authorization.k8s.io", _): NameRules.segmentProblem(name)
        default: NameRules.subdomainProblem(name)
        }
    }

    /// A time as Go prints it.
    private static func goTime(_ value: JSONValue) -> String {
        let text = value.stringValue ?? ""
        guard text.hasSuffix("Z"), Timestamp(rfc3339: text) != nil else { return value.goText }
        return text.dropLast().replacing("T", with: " ") + " +0000 UTC"
    }

    /// Complaints about a change of metadata; what hangs on the object is looked at again.
    static func changeProblems(from old: JSONValue, to new: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        for name in ["name", "namespace", "uid", "deletionTimestamp"] {
            let before = old[name] ?? ""
            let after = new[name] ?? ""
            if before != after {
                let shown = name == "deletionTimestamp" ? goTime(after) : after.goText
                errors.append(
                    FieldError(
                        type: .invalid, field: "metadata.\(name)",
                        body: "Invalid value: \(shown): field is immutable"))
            }
        }
        if old["deletionTimestamp"] != nil {
            let before = Set((old["finalizers"]?.arrayValue ?? []).compactMap(\.stringValue))
            let added = (new["finalizers"]?.arrayValue ?? []).compactMap(\.stringValue)
                .filter { !before.contains($0) }
            if !added.isEmpty {
                let list = added.map(\.goQuoted).joined(separator: ", ")
                errors.append(
                    .forbidden(
                        "metadata.finalizers",
                        "no new finalizers can be added if the object is being deleted, found "
                            + "new finalizers []string{\(list)}"))
            }
        }
        return errors + attachmentProblems(new)
    }
}
