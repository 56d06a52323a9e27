package import Documents

/// The type that a structural schema (OpenAPI v3 with Kubernetes' extensions) gives a value, and
/// how documents of it are read.
///
/// As in validation rules of CRDs: what a schema leaves open is not accessible at all, except for
/// `x-kubernetes-int-or-string`, which is dynamic.
package struct CELSchema: Sendable {
    package let type: CELType
    package let shape: CELShape

    private init(_ type: CELType, _ shape: CELShape) {
        self.type = type
        self.shape = shape
    }

    /// Reads a schema; nil for one of values that rules cannot read.
    ///
    /// - Parameters:
    ///   - json: the schema.
    ///   - isResource: whether its values are whole resources, whose `apiVersion`, `kind` and
    ///     `metadata` with its `name` and `generateName` can be read.
    ///   - name: what error messages call an object of it.
    package init?(_ json: JSONValue, isResource: Bool = false, name: String = "object") {
        if json["x-kubernetes-int-or-string"]?.boolValue == true {
            self.init(.dyn, .any)
            return
        }
        switch json["type"]?.stringValue {
        case "boolean": self.init(.bool, .any)
        case "integer": self.init(.int, .any)
        case "number": self.init(.double, CELShape(.double))
        case "string":
            let text = Self.text(format: json["format"]?.stringValue)
            self.init(text.type, text.shape)
        case "array":
            guard let items = json["items"].flatMap({ CELSchema($0, name: name + ".@idx") })
            else { return nil }
            self.init(
                .list(items.type),
                CELShape(.list, of: items.shape, listType: Self.listType(json)))
        case "object":
            let isResource =
                isResource || json["x-kubernetes-embedded-resource"]?.boolValue == true
            guard let object = Self.object(json, isResource: isResource, name) else { return nil }
            self.init(object.type, object.shape)
        default: return nil
        }
    }

    private static func text(format: String?) -> (type: CELType, shape: CELShape) {
        switch format {
        case "byte": (.bytes, CELShape(.bytes))
        case "date": (.timestamp, CELShape(.date))
        case "date-time": (.timestamp, CELShape(.timestamp))
        case "duration": (.duration, CELShape(.duration))
        default: (.string, .any)
        }
    }

    private static func listType(_ json: JSONValue) -> CELShape.ListType {
        switch json["x-kubernetes-list-type"]?.stringValue {
        case "set": .set
        case "map":
            .map(
                keys: (json["x-kubernetes-list-map-keys"]?.arrayValue ?? []).compactMap(
                    \.stringValue))
        default: .atomic
        }
    }

    private static func object(
        _ json: JSONValue, isResource: Bool, _ name: String
    ) -> CELSchema? {
        if let values = json["additionalProperties"], case .object = values, !isResource {
            guard let inner = CELSchema(values, name: name + ".@elem") else { return nil }
            return CELSchema(.map(.string, inner.type), CELShape(.map, of: inner.shape))
        }
        var named: [String: CELFields.Field] = [:]
        func add(_ property: String, _ schema: CELSchema) {
            guard let escaped = CELFieldName.escape(property) else { return }
            named[escaped] = .init(
                jsonName: property, shape: schema.shape, type: schema.type)
        }
        for member in json["properties"]?.objectValue ?? JSONObject() {
            guard let schema = CELSchema(member.value, name: "\(name).\(member.name)") else {
                continue
            }
            add(member.name, schema)
        }
        if isResource {
            let text = CELSchema(.string, .any)
            add("apiVersion", text)
            add("kind", text)
            add("metadata", made(["name": text, "generateName": text], name + ".metadata"))
        }
        return made(named, name)
    }

    private static func made(_ members: [String: CELSchema], _ name: String) -> CELSchema {
        made(
            members.reduce(into: [:]) { named, member in
                named[member.key] = .init(
                    jsonName: member.key, shape: member.value.shape, type: member.value.type)
            }, name)
    }

    private static func made(_ named: [String: CELFields.Field], _ name: String) -> CELSchema {
        let fields = CELFields(typeName: name, named: named)
        return CELSchema(.object(CELObjectType(fields)), CELShape(.object(fields)))
    }
}
