import Catalog
package import Documents

/// Hides values that nobody should read over a shoulder.
package enum Mask {
    package static let text = SecretName.mask

    /// Whether a member's name says that its value is secret.
    package static func isSecret(name: String) -> Bool { SecretName.isSecret(name) }

    /// The value with secret strings and numbers replaced; names are kept, so that one sees what
    /// is there.
    ///
    /// - Parameters:
    ///   - value: what is to be shown.
    ///   - secret: names of members that a schema marks as secret, on top of the telling names.
    /// - Returns: the same value with masks.
    package static func hide(in value: JSONValue, secret: Set<String> = []) -> JSONValue {
        switch value {
        case .object(let object):
            return .object(
                JSONObject(
                    distinct: object.map { member in
                        let hidden = secret.contains(member.name) || isSecret(name: member.name)
                        return .init(
                            member.name,
                            hidden && isLeaf(member.value)
                                ? .string(text) : hide(in: member.value, secret: secret))
                    }))
        case .array(let items):
            return .array(items.map { hide(in: $0, secret: secret) })
        default:
            return value
        }
    }

    private static func isLeaf(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): !text.isEmpty
        case .integer, .double, .number: true
        default: false
        }
    }
}
