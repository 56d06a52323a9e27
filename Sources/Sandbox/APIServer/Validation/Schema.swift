import Documents

/// A structural schema of a CRD (OpenAPI v3 with Kubernetes' extensions), made ready for use.
final class Schema: Sendable {
    enum Additional: Sendable {
        /// Members that are not named are pruned.
        case none
        case anything
        case schema(Schema)
    }

    struct Rule: Sendable, Hashable {
        var expression: String
        var message: String?
        var messageExpression: String?
        var reason: String?
        var fieldPath: String?
        var optionalOldSelf: Bool
    }

    let type: String?
    let nullable: Bool
    let isIntOrString: Bool
    let preservesUnknown: Bool
    let isEmbedded: Bool
    let properties: [String: Schema]
    /// Names as the schema lists them, so that complaints come in a steady order.
    let propertyNames: [String]
    let additional: Additional
    let items: Schema?
    let required: [String]
    let defaultValue: JSONValue?
    let allowed: [JSONValue]?
    let format: String?
    let pattern: String?
    let minimum: Double?
    let maximum: Double?
    let exclusiveMinimum: Bool
    let exclusiveMaximum: Bool
    let multipleOf: Double?
    let minLength: Int?
    let maxLength: Int?
    let minItems: Int?
    let maxItems: Int?
    let uniqueItems: Bool
    let minProperties: Int?
    let maxProperties: Int?
    let allOf: [Schema]
    let anyOf: [Schema]
    let oneOf: [Schema]
    let not: Schema?
    let listType: String?
    let listMapKeys: [String]
    let mapType: String?
    /// The validation rules of this very schema; nil: it has none.
    let ruleSet: RuleSet?

    /// Makes the schema from a part of `openAPIV3Schema`.
    convenience init(_ json: JSONValue) { self.init(json, isResource: false) }

    /// Makes the schema from `openAPIV3Schema` or a part of it.
    init(_ json: JSONValue, isResource: Bool) {
        type = json["type"]?.stringValue
        nullable = json["nullable"]?.boolValue ?? false
        isIntOrString = json["x-kubernetes-int-or-string"]?.boolValue ?? false
        preservesUnknown = json["x-kubernetes-preserve-unknown-fields"]?.boolValue ?? false
        isEmbedded = json["x-kubernetes-embedded-resource"]?.boolValue ?? false
        var properties: [String: Schema] = [:]
        let members = json["properties"]?.objectValue ?? JSONObject()
        for member in members { properties[member.name] = Schema(member.value) }
        self.properties = properties
        propertyNames = members.names
        switch json["additionalProperties"] {
        case .bool(true)?: additional = .anything
        case .object(let object)?: additional = .schema(Schema(.object(object)))
        default: additional = .none
        }
        items = json["items"].map(Schema.init)
        required = Self.strings(json["required"])
        defaultValue = json["default"]
        allowed = json["enum"]?.arrayValue
        format = json["format"]?.stringValue
        pattern = json["pattern"]?.stringValue
        minimum = json["minimum"]?.doubleValue
        maximum = json["maximum"]?.doubleValue
        exclusiveMinimum = json["exclusiveMinimum"]?.boolValue ?? false
        exclusiveMaximum = json["exclusiveMaximum"]?.boolValue ?? false
        multipleOf = json["multipleOf"]?.doubleValue
        minLength = Self.count(json["minLength"])
        maxLength = Self.count(json["maxLength"])
        minItems = Self.count(json["minItems"])
        maxItems = Self.count(json["maxItems"])
        uniqueItems = json["uniqueItems"]?.boolValue ?? false
        minProperties = Self.count(json["minProperties"])
        maxProperties = Self.count(json["maxProperties"])
        allOf = (json["allOf"]?.arrayValue ?? []).map(Schema.init)
        anyOf = (json["anyOf"]?.arrayValue ?? []).map(Schema.init)
        oneOf = (json["oneOf"]?.arrayValue ?? []).map(Schema.init)
        not = json["not"].map(Schema.init)
        listType = json["x-kubernetes-list-type"]?.stringValue
        listMapKeys = Self.strings(json["x-kubernetes-list-map-keys"])
        mapType = json["x-kubernetes-map-type"]?.stringValue
        let rules = (json["x-kubernetes-validations"]?.arrayValue ?? []).map(Self.rule)
        ruleSet = RuleSet(json, rules, isResource: isResource)
    }

    /// The schema of a member; nil where the member is unknown or may be anything.
    func member(_ name: String) -> Schema? {
        if let property = properties[name] { return property }
        if case .schema(let schema) = additional { return schema }
        return nil
    }

    /// Whether a member of that name is kept.
    func keeps(_ name: String) -> Bool {
        if properties[name] != nil || preservesUnknown { return true }
        if case .none = additional { return false }
        return true
    }

    private static func strings(_ value: JSONValue?) -> [String] {
        (value?.arrayValue ?? []).compactMap(\.stringValue)
    }

    private static func count(_ value: JSONValue?) -> Int? {
        value?.integerValue.flatMap { Int(exactly: $0) }
    }

    static func rule(_ json: JSONValue) -> Rule {
        Rule(
            expression: json["rule"]?.stringValue ?? "",
            message: json["message"]?.stringValue,
            messageExpression: json["messageExpression"]?.stringValue,
            reason: json["reason"]?.stringValue,
            fieldPath: json["fieldPath"]?.stringValue,
            optionalOldSelf: json["optionalOldSelf"]?.boolValue ?? false)
    }
}
