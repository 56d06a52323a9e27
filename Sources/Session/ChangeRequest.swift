package import Catalog
package import Documents
package import KubernetesCore

/// One thing that a user wants to be otherwise: a value at a path, or its absence.
package struct Edit: Sendable, Hashable {
    package var path: JSONPointer
    package var value: FieldValue

    package init(_ path: JSONPointer, _ value: FieldValue) {
        self.path = path
        self.value = value
    }

    package init(set path: JSONPointer, to value: JSONValue) {
        self.init(path, .present(value))
    }

    package init(remove path: JSONPointer) { self.init(path, .absent) }

    /// The edits that a merge patch means (RFC 7386): objects are walked, null removes.
    package static func merging(_ patch: JSONValue, at path: JSONPointer) -> [Edit] {
        guard let object = patch.objectValue, !object.isEmpty else {
            return [patch.isNull ? Edit(remove: path) : Edit(set: path, to: patch)]
        }
        return object.flatMap { merging($0.value, at: path.appending($0.name)) }
    }
}

/// A change of one object that the session is asked to make, and to undo.
package struct ChangeRequest: Sendable {
    package var target: ChangeTarget
    package var namespace: String?
    package var name: String
    package var edits: [Edit]
    package var reason: String?
    package var ticket: String?
    /// How long it may stay at most, counted by the server's clock.
    package var lifetime: Duration?
    /// False: a permanent change, which is in the ledger so that `undo` can take it back while
    /// the session lives; `close` leaves it.
    package var isTemporary: Bool
    /// A lower guarantee is an error then.
    package var requiredLevel: GuaranteeLevel?
    /// Whether what cannot be undone may be made permanent (`--yes`).
    package var acceptsPermanent: Bool

    package init(
        target: ChangeTarget, namespace: String?, name: String, edits: [Edit],
        reason: String? = nil, ticket: String? = nil, lifetime: Duration? = nil,
        isTemporary: Bool = true, requiredLevel: GuaranteeLevel? = nil,
        acceptsPermanent: Bool = false
    ) {
        self.target = target
        self.namespace = namespace
        self.name = name
        self.edits = edits
        self.reason = reason
        self.ticket = ticket
        self.lifetime = lifetime
        self.isTemporary = isTemporary
        self.requiredLevel = requiredLevel
        self.acceptsPermanent = acceptsPermanent
    }
}

/// What a session has to know about a kind.
package struct ChangeTarget: Sendable {
    package var type: ResourceType
    package var category: Category
    package var rules: FieldRules

    package init(type: ResourceType, category: Category, rules: FieldRules = FieldRules()) {
        self.type = type
        self.category = category
        self.rules = rules
    }

    package init(_ kind: CatalogKind) {
        self.init(
            type: kind.type, category: kind.category,
            rules: kind.schema.map(FieldRules.init) ?? FieldRules())
    }
}

/// What a schema says about fields, as far as undoing them is concerned.
package struct FieldRules: Sendable {
    /// The key members of a list of `x-kubernetes-list-type: map`; nil for every other list.
    package var listKeys: @Sendable (JSONPointer) -> [String]?
    /// Whether values there must never be shown or written to the journal.
    package var isSecret: @Sendable (JSONPointer) -> Bool
    /// The transition rules (those that mention `oldSelf`) on the way to a path.
    package var transitionRules: @Sendable (JSONPointer) -> [String]
    /// Known names below a path, for "did you mean"; nil where the schema says nothing.
    package var names: @Sendable (JSONPointer) -> [String]?
    /// Judges transition rules themselves, where the schema is known; else a path with such a rule
    /// counts as one that may not go back.
    package var transitions: TransitionJudge?

    package init(
        listKeys: @escaping @Sendable (JSONPointer) -> [String]? = { _ in nil },
        isSecret: @escaping @Sendable (JSONPointer) -> Bool = { _ in false },
        transitionRules: @escaping @Sendable (JSONPointer) -> [String] = { _ in [] },
        names: @escaping @Sendable (JSONPointer) -> [String]? = { _ in nil }
    ) {
        self.listKeys = listKeys
        self.isSecret = isSecret
        self.transitionRules = transitionRules
        self.names = names
    }

    package init(_ schema: KindSchema) {
        self.init(
            listKeys: { schema.listKeys(at: $0) }, isSecret: { schema.isSecret(at: $0) },
            transitionRules: { schema.transitionRules(at: $0) },
            names: { schema.names(at: $0) })
        transitions = TransitionJudge(schema)
    }

    /// Whether the value there, or anything in it, must not be shown.
    func holdsSecret(_ pointer: JSONPointer, _ value: JSONValue?) -> Bool {
        if isSecret(pointer) { return true }
        switch value {
        case .object(let members)?:
            return members.contains { holdsSecret(pointer.appending($0.name), $0.value) }
        case .array(let items)?:
            return items.enumerated().contains { holdsSecret(pointer.appending($0), $1) }
        default: return false
        }
    }

    /// The secret texts in a value, so that they can be masked where somebody quotes them.
    func collectSecrets(
        _ pointer: JSONPointer, _ value: JSONValue?, into texts: inout [String]
    ) {
        switch value {
        case .object(let members)?:
            for member in members {
                collectSecrets(pointer.appending(member.name), member.value, into: &texts)
            }
        case .array(let items)?:
            for (index, item) in items.enumerated() {
                collectSecrets(pointer.appending(index), item, into: &texts)
            }
        case .string(let text)? where isSecret(pointer) && !text.isEmpty: texts.append(text)
        default: break
        }
    }
}
