package import Catalog
package import Documents
package import KubernetesCore

/// What happens to objects that are there already.
package enum ExistingRule: String, Sendable, Hashable, CaseIterable {
    case skip, update, fail
}

/// What an import makes of one object of a file.
package enum ImportVerdict: Sendable, Hashable {
    case create
    case update([FieldDifference])
    case unchanged
    /// It is there, and is left as it is.
    case skipped
    /// Somebody else set what it would change.
    case conflict([ImportIssue])
    case invalid([ImportIssue])
}

/// Decides, before anything is sent, what an import would do; pure.
package struct ImportPlan: Sendable {
    package var kind: CatalogKind
    package var rule: ExistingRule

    package init(_ kind: CatalogKind, rule: ExistingRule) {
        self.kind = kind
        self.rule = rule
    }

    /// Decides by what is known without asking the server to try it.
    ///
    /// - Parameters:
    ///   - object: of the file, in the cluster's form.
    ///   - wanted: the same as state.
    ///   - live: what is there as state, secrets included; nil: nothing.
    ///   - isOurs: whether an earlier import put a member there, which is to go when the file does
    ///     not have it any more; what others set stays.
    /// - Returns: the verdict.
    package func verdict(
        of object: KubernetesObject, wanted: JSONValue, live: JSONValue?,
        isOurs: @escaping @Sendable (JSONPointer) -> Bool
    ) -> ImportVerdict {
        let issues = ImportIssue.issues(in: object, of: kind)
        guard issues.isEmpty else { return .invalid(issues) }
        guard let live else { return .create }
        switch rule {
        case .skip: return .skipped
        case .fail: return .conflict([ImportIssue(message: "it exists already")])
        case .update: break
        }
        // A secret that the file leaves out is not one to be taken away.
        let secrets = Set(SecretFields(kind.schema).places(in: live).map(\.description))
        let comparison = StateComparison(kind) { place in
            isOurs(place) && !secrets.contains(place.description)
        }
        let fields = comparison.differences(live: live, wanted: wanted)
        return fields.isEmpty ? .unchanged : .update(fields)
    }

    /// What is sent to server-side apply: the file's object, and with it those secrets that an
    /// earlier import set and the file leaves out, because what is not sent again is taken away.
    package func applied(
        _ wanted: JSONValue, live: JSONValue?, isOurs: (JSONPointer) -> Bool
    ) -> JSONValue {
        guard let live else { return wanted }
        var applied = wanted
        for place in SecretFields(kind.schema).places(in: live)
        where wanted.value(at: place) == nil && isOurs(place) {
            // A secret inside a list belongs to an item, which the file has or has not.
            guard let value = live.value(at: place), let parent = place.parent,
                wanted.value(at: parent)?.objectValue != nil
            else { continue }
            applied = applied.setting(place.tokens[...], to: value)
        }
        return applied
    }

    /// Members that a server that does not refuse unknown fields would drop.
    package func dropped(_ wanted: JSONValue, from answer: JSONValue) -> [ImportIssue] {
        StateComparison(kind).differences(live: answer, wanted: wanted)
            .filter { $0.live == nil && $0.wanted?.isNull == false }
            .map {
                ImportIssue(
                    field: $0.path.pointer,
                    message: "\($0.path): the server drops it, as a field that it does not know")
            }
    }

    /// The secrets that the schema knows and the file leaves out.
    package func missingSecrets(in object: KubernetesObject) -> [String] {
        guard let spec = kind.schema?.node(at: ["spec"]) else { return [] }
        return spec.properties.filter { name, node in
            node.isSecret(name: name) && object.spec[name] == nil
        }.map { "spec." + $0.name }
    }
}

extension JSONValue {
    /// The same with a member set; objects on the way are there.
    fileprivate func setting(_ tokens: ArraySlice<String>, to value: JSONValue) -> JSONValue {
        guard let token = tokens.first else { return value }
        switch self {
        case .array(var items):
            guard let index = Int(token), items.indices.contains(index) else { return self }
            items[index] = items[index].setting(tokens.dropFirst(), to: value)
            return .array(items)
        case .object(var members):
            members[token] =
                tokens.count == 1
                ? value
                : (members[token] ?? .object(JSONObject())).setting(tokens.dropFirst(), to: value)
            return .object(members)
        default: return self
        }
    }
}

extension ImportPlan {
    /// The edits that turn what is there into what is wanted: a list is replaced as a whole.
    package static func edits(
        for fields: [FieldDifference], wanted: JSONValue
    ) -> [(place: JSONPointer, value: JSONValue?)] {
        var edits: [(place: JSONPointer, value: JSONValue?)] = []
        for field in fields {
            let tokens = field.path.pointer.tokens
            let list = (0..<tokens.count).first { count in
                let place = JSONPointer(tokens: Array(tokens.prefix(count)))
                return wanted.value(at: place)?.arrayValue != nil
            }
            let place =
                list.map { JSONPointer(tokens: Array(tokens.prefix($0))) }
                ?? field.path.pointer
            guard !edits.contains(where: { $0.place == place }) else { continue }
            edits.append((place, wanted.value(at: place)))
        }
        return edits
    }
}
