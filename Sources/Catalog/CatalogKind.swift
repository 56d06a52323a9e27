package import Documents
package import KubernetesCore

/// A kind and all that is known of it.
package struct CatalogKind: Sendable {
    package let type: ResourceType
    package let category: Category
    /// Nil where the server shows no schema: then only names are known.
    package let schema: KindSchema?
    package let targeting: TargetingStyle
    /// The members of the spec that are the API's own, without those that steer the operator.
    package let parameters: [Parameter]
    /// What people call it: `pet`, `find-by-status`.
    package internal(set) var friendlyName: String
    /// What other kinds of the cluster leave to it of its names.
    package internal(set) var names = KindWords()
    /// The member of the spec that says how often the operator comes back, where there is one.
    package let intervalField: String?

    /// Plural, singular and kind, in small letters.
    let exactNames: [String]
    /// The short names, in small letters.
    let shortNames: [String]
    /// Every normalised text that may mean the kind.
    let friendlyForms: Set<String>
    /// Parts of the name, without the word for the category.
    let words: [String]

    package init(type: ResourceType, schema: KindSchema?) {
        self.type = type
        self.schema = schema
        category = CategoryRule.category(of: type.kind, schema: schema)
        let spec = schema?.node(at: ["spec"])
        targeting = TargetingStyle(spec: spec)
        intervalField = Self.intervalNames.first { spec?.property($0) != nil }
        parameters = Self.parameters(of: spec, targeting: targeting)
        exactNames = [type.plural, type.singular, type.kind].map { $0.lowercased() }
        shortNames = type.shortNames.map { $0.lowercased() }
        words = FriendlyNames.words(of: type.kind, category: category)
        friendlyForms = FriendlyNames.forms(of: type, words: words)
        friendlyName = type.singular
    }

    /// Both names that generators have had for it, the newer one first.
    package static let intervalNames = ["executionInterval", "reExecuteInterval"]

    /// Members of a spec that steer the operator and never reach the API.
    package static let steeringFields: Set<String> = [
        "target", "paused", "readOnly", "mergeOnUpdate", "onDelete", "executionInterval",
        "reExecuteInterval", "externalIDRef",
    ]

    /// Whether a member of the spec steers the operator and never reaches the API.
    package func steers(_ name: String) -> Bool {
        Self.steeringFields.contains(name)
            || targeting == .flat && TargetMember.flatNames.contains(name)
    }

    /// Names of the spec's members that the schema marks as secret.
    package var secretFields: Set<String> {
        let members = schema?.node(at: ["spec"])?.properties ?? []
        return Set(members.filter { $0.node.isSecret(name: $0.name) }.map(\.name))
    }

    private static func parameters(
        of spec: SchemaNode?, targeting: TargetingStyle
    ) -> [Parameter] {
        guard let spec else { return [] }
        let required = spec.required
        return spec.properties.compactMap { name, node in
            guard !steeringFields.contains(name),
                !(targeting == .flat && TargetMember.flatNames.contains(name))
            else { return nil }
            return Parameter(name: name, node: node, isRequired: required.contains(name))
        }
    }

    /// The parameter that a flag means: `--pet-id` is `petId`, however it is spelt.
    package func parameter(named text: String) -> Parameter? {
        let wanted = FriendlyNames.normalized(text)
        return parameters.first { $0.name == text }
            ?? parameters.first { FriendlyNames.normalized($0.name) == wanted }
    }

    /// Whether `pets.petstore.example.com` or `pets.v1alpha1.petstore.example.com` means it.
    func isMeant(byQualified word: String) -> Bool {
        let tails = [".\(type.group)", ".\(type.version).\(type.group)"].map { $0.lowercased() }
        return tails.contains { tail in
            guard type.group.isEmpty == false, word.hasSuffix(tail) else { return false }
            let name = String(word.dropLast(tail.count))
            return exactNames.contains(name) || shortNames.contains(name)
        }
    }
}

/// A member of a spec that the API itself takes.
package struct Parameter: Sendable {
    package let name: String
    /// The name as a flag has it, without the dashes: `pet-id`.
    package let flagName: String
    /// In words: `int64`, `string`, `list of string`, `object`.
    package let type: String
    package let isRequired: Bool
    package let allowedValues: [String]
    package let description: String
    package let isSecret: Bool
    package let node: SchemaNode

    init(name: String, node: SchemaNode, isRequired: Bool) {
        self.name = name
        self.node = node
        self.isRequired = isRequired
        flagName = Spelling.kebab(name)
        type = node.typeName
        allowedValues = node.enumValues.map(\.plainText)
        description = node.description
        isSecret = node.isSecret(name: name)
    }
}

extension JSONValue {
    /// A scalar as people type it; anything else as JSON.
    package var plainText: String { stringValue ?? text() }
}
