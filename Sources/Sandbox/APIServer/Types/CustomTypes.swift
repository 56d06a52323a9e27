import Documents
import KubernetesCore

/// Turns CustomResourceDefinitions into served resources, and completes the definitions.
enum CustomTypes {
    /// The storage key of the resource that a definition defines.
    static func key(of definition: JSONValue) -> ResourceKey {
        ResourceKey(
            definition["spec", "group"]?.stringValue ?? "",
            definition["spec", "names", "plural"]?.stringValue ?? "")
    }

    /// One served resource for each served version.
    static func resources(of definition: JSONValue) -> [ServedResource] {
        guard let spec = definition["spec"], let names = spec["names"] else { return [] }
        let versions = spec["versions"]?.arrayValue ?? []
        let storage =
            versions.first { $0["storage"] == true }?["name"]?.stringValue ?? "v1"
        let kind = names["kind"]?.stringValue ?? ""
        let key = key(of: definition)
        return versions.filter { $0["served"] == true }.map { version in
            let schemaJSON = version["schema", "openAPIV3Schema"]
            let name = version["name"]?.stringValue ?? ""
            var resource = ServedResource(
                group: key.group, version: name, plural: key.plural,
                singular: names["singular"]?.stringValue ?? kind.lowercased(), kind: kind,
                listKind: names["listKind"]?.stringValue ?? kind + "List",
                shortNames: strings(names["shortNames"]),
                categories: strings(names["categories"]),
                isNamespaced: spec["scope"]?.stringValue == "Namespaced",
                verbs: ServedResource.customVerbs,
                hasStatus: version["subresources", "status"] != nil, tracksGeneration: true,
                origin: .custom, columns: columns(of: version),
                schema: schemaJSON.map { Schema($0, isResource: true) }, openAPISchema: schemaJSON,
                storageVersion: storage)
            resource.selectableFields = (version["selectableFields"]?.arrayValue ?? [])
                .compactMap { $0["jsonPath"]?.stringValue }
            if version["deprecated"] == true {
                resource.deprecationWarning =
                    version["deprecationWarning"]?.stringValue
                    ?? "\(resource.groupVersion) \(kind) is deprecated"
            }
            return resource
        }
    }

    private static func columns(of version: JSONValue) -> [TableColumn] {
        let given = version["additionalPrinterColumns"]?.arrayValue ?? []
        guard !given.isEmpty else {
            var age = TableColumn.age
            age.type = "date"
            age.source = .path(JSONPathExpression(".metadata.creationTimestamp"))
            return [.name, age]
        }
        return [.name]
            + given.map { column in
                TableColumn(
                    name: column["name"]?.stringValue ?? "",
                    type: column["type"]?.stringValue ?? "string",
                    format: column["format"]?.stringValue ?? "",
                    description: column["description"]?.stringValue
                        ?? "Custom resource definition column (in JSONPath format): "
                        + (column["jsonPath"]?.stringValue ?? ""),
                    priority: Int(column["priority"]?.integerValue ?? 0),
                    source: .path(JSONPathExpression(column["jsonPath"]?.stringValue ?? "")))
            }
    }

    private static func strings(_ value: JSONValue?) -> [String] {
        (value?.arrayValue ?? []).compactMap(\.stringValue)
    }

    // MARK: - Completing a definition

    /// Fills in names and the conversion strategy.
    static func withDefaults(_ definition: JSONValue) -> JSONValue {
        var definition = definition
        guard let kind = definition["spec", "names", "kind"]?.stringValue else {
            return definition
        }
        if definition["spec", "names", "singular"] == nil {
            definition["spec"]?["names"]?["singular"] = .string(kind.lowercased())
        }
        if definition["spec", "names", "listKind"] == nil {
            definition["spec"]?["names"]?["listKind"] = .string(kind + "List")
        }
        if definition["spec", "conversion"] == nil {
            definition["spec"]?["conversion"] = ["strategy": "None"]
        }
        return definition
    }

    /// The status of a definition that is served: its names are accepted at once.
    static func withStatus(_ definition: JSONValue, now: Timestamp) -> JSONValue {
        var definition = definition
        let time = JSONValue.string(now.rfc3339)
        let former = definition["status", "conditions"]?.arrayValue ?? []
        func condition(_ type: String, _ reason: String, _ message: String) -> JSONValue {
            former.first { $0["type"]?.stringValue == type }
                ?? [
                    "lastTransitionTime": time, "message": .string(message),
                    "reason": .string(reason), "status": "True", "type": .string(type),
                ]
        }
        let storage = (definition["spec", "versions"]?.arrayValue ?? [])
            .first { $0["storage"] == true }?["name"]
        var stored = definition["status", "storedVersions"]?.arrayValue ?? []
        if let storage, !stored.contains(storage) { stored.append(storage) }
        definition["status"] = [
            "acceptedNames": definition["spec", "names"] ?? [:],
            "conditions": [
                condition("NamesAccepted", "NoConflicts", "no conflicts found"),
                condition(
                    "Established", "InitialNamesAccepted",
                    "the initial names have been accepted"),
            ],
            "storedVersions": .array(stored),
        ]
        return definition
    }

    /// What makes a definition unusable.
    static func problems(_ definition: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        let spec = definition["spec"] ?? [:]
        let group = spec["group"]?.stringValue ?? ""
        let plural = spec["names", "plural"]?.stringValue ?? ""
        if group.isEmpty {
            errors.append(.required("spec.group"))
        } else if !group.contains(".") {
            errors.append(
                .invalid(
                    "spec.group", .string(group),
                    "should be a domain with at least one dot"))
        }
        for name in ["plural", "kind"] where spec["names"]?[name]?.stringValue == nil {
            errors.append(.required("spec.names.\(name)"))
        }
        let name = definition["metadata", "name"]?.stringValue ?? ""
        if name != "\(plural).\(group)" {
            errors.append(
                .invalid(
                    "metadata.name", .string(name), "must be spec.names.plural+\".\"+spec.group"))
        }
        let scope = spec["scope"] ?? ""
        if scope != "Namespaced", scope != "Cluster" {
            errors.append(.notSupported("spec.scope", scope, ["Cluster", "Namespaced"]))
        }
        let versions = spec["versions"]?.arrayValue ?? []
        if versions.filter({ $0["storage"] == true }).count != 1 {
            errors.append(
                .invalid(
                    "spec.versions", .array(versions),
                    "must have exactly one version marked as storage version"))
        }
        for (index, version) in versions.enumerated() {
            errors += problems(inVersion: version, "spec.versions[\(index)]")
        }
        return errors
    }

    private static func problems(inVersion version: JSONValue, _ path: String) -> [FieldError] {
        let place = "\(path).schema.openAPIV3Schema"
        guard let schema = version["schema", "openAPIV3Schema"] else {
            return [.required(place, "schemas are required")]
        }
        guard let type = schema["type"]?.stringValue else {
            return [.required("\(place).type", "must not be empty at the root")]
        }
        return type == "object"
            ? RuleProblems.find(in: schema, at: place)
            : [.invalid("\(place).type", .string(type), "must be object at the root")]
    }
}

extension ClusterState {
    /// Serves a definition as it stands now.
    mutating func definitionChanged(_ definition: JSONValue) {
        registry.set(CustomTypes.resources(of: definition), for: CustomTypes.key(of: definition))
    }

    /// Stops serving it and ends its watches.
    mutating func definitionRemoved(_ definition: JSONValue) {
        let key = CustomTypes.key(of: definition)
        registry.set([], for: key)
        for watcher in shelf(key).watchers.values { watcher.close() }
        shelves[key]?.forgetAll(upTo: revision)
    }
}
