import Documents

/// Makes what a client sent into what is stored: unknown members go, defaults come.
enum Intake {
    /// How a body's unknown members are answered when they are not allowed.
    enum Source { case body, patch }

    /// Prunes, fills in and puts metadata into its stored form.
    ///
    /// - Throws: 400 (a body) or 422 (a patch) under strict validation, 400 for metadata of the
    ///   wrong types.
    static func take(
        _ given: JSONValue, _ resource: ServedResource, _ call: WriteCall, from source: Source
    ) throws(APIFailure) -> (object: JSONValue, warnings: [String]) {
        var object = given
        if let metadata = object["metadata"], let problem = MetadataRules.typeProblem(metadata) {
            throw unreadable(given, resource, source, problem)
        }
        if source == .patch, let version = object["apiVersion"]?.stringValue,
            version != resource.groupVersion
        {
            // The refusal speaks in the name of the group that the patch names.
            let group = version.split(separator: "/").dropLast().first.map(String.init) ?? ""
            throw APIFailure.invalid(
                kind: object["kind"]?.stringValue ?? "", group: group,
                name: object["metadata", "name"]?.stringValue ?? "",
                [.invalid("apiVersion", .string(version), "must be \(resource.groupVersion)")])
        }
        var warnings = call.duplicates
        if let schema = resource.schema {
            let (pruned, unknown) = Pruner.prune(object, schema)
            warnings += unknown.sorted().map { "unknown field \($0.goQuoted)" }
            object = schema.withDefaults(pruned)
        }
        if !warnings.isEmpty, call.validation == .strict {
            throw unreadable(
                given, resource, source,
                "strict decoding error: " + warnings.joined(separator: ", "))
        }
        if call.validation != .warn { warnings = [] }
        object["apiVersion"] = .string(resource.storageGroupVersion)
        if object["kind"] == nil { object["kind"] = .string(resource.kind) }
        object["metadata"] = tidy(object["metadata"] ?? [:])
        if resource.plural == "secrets" { object = BuiltInDefaults.encodeSecret(object) }
        if resource.key == .definitions { object = CustomTypes.withDefaults(object) }
        return (object, warnings)
    }

    private static func unreadable(
        _ object: JSONValue, _ resource: ServedResource, _ source: Source, _ why: String
    ) -> APIFailure {
        switch source {
        case .body:
            .badRequest(
                "\(resource.kind) in version \(resource.version.goQuoted) cannot be handled as a "
                    + "\(resource.kind): \(why)")
        case .patch:
            .invalid(
                kind: "", group: "", name: "",
                [.invalid("patch", .string(JSONOrder.sorted(object).text(.compact)), why)])
        }
    }

    /// Metadata as it goes through the server's own type: nothing empty is kept.
    static func tidy(_ metadata: JSONValue) -> JSONValue {
        guard let object = metadata.objectValue else { return [:] }
        var kept = JSONObject()
        for member in object {
            switch member.value {
            case .null: continue
            case .string(let text) where text.isEmpty: continue
            case .object(let inner) where inner.isEmpty: continue
            case .array(let items) where items.isEmpty: continue
            case .integer(0) where member.name == "generation": continue
            case .object(let inner) where member.name == "labels" || member.name == "annotations":
                var texts = JSONObject()
                for entry in inner {
                    texts[entry.name] = entry.value.isNull ? "" : entry.value
                }
                kept[member.name] = .object(texts)
            default: kept[member.name] = member.value
            }
        }
        return .object(kept)
    }

    /// Everything that is wrong with an object that is about to be stored.
    static func problems(
        _ object: JSONValue, old: JSONValue?, _ resource: ServedResource
    ) -> [FieldError] {
        var errors = MetadataRules.problems(object["metadata"] ?? [:], of: resource)
        if let old {
            let changes = MetadataRules.changeProblems(
                from: old["metadata"] ?? [:], to: object["metadata"] ?? [:])
            errors = changes + errors + (resource.isCustom ? changes : [])
        }
        if resource.isCustom, object["kind"]?.stringValue != resource.kind {
            errors.append(
                .invalid("kind", object["kind"] ?? "", "must be \(resource.kind)"))
        }
        if let schema = resource.schema {
            // The root's own type is known, and metadata has its own rules.
            var body = object
            body["metadata"] = schema.properties["metadata"] == nil ? nil : [:]
            let found = SchemaValidator.check(body, against: schema)
            errors += found
            if found.isEmpty {
                var walker = RuleWalker()
                walker.check(object, old: old, schema)
                errors += walker.errors
            }
        }
        if resource.key == .definitions { errors += CustomTypes.problems(object) }
        return errors
    }
}
