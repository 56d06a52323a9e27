import Documents

extension Schema {
    /// The value with the schema's defaults filled in.
    ///
    /// A null where null is not allowed counts as absent: it takes the default, or goes.
    func withDefaults(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(var object):
            for name in propertyNames {
                guard let property = properties[name] else { continue }
                let current = object[name]
                if current == nil || (current == .null && !property.nullable) {
                    // Setting nil takes the member away.
                    if current != nil || property.defaultValue != nil {
                        object[name] = property.defaultValue
                    }
                }
            }
            for member in object.members {
                guard let inner = self.member(member.name) else { continue }
                let filled = inner.withDefaults(member.value)
                if filled == .null, !inner.nullable {
                    // No default: the member goes.
                    object[member.name] = inner.defaultValue
                } else if filled != member.value {
                    object[member.name] = filled
                }
            }
            return .object(object)
        case .array(let list):
            guard let items else { return value }
            return .array(
                list.map { item in
                    item == .null && !items.nullable && items.defaultValue != nil
                        ? items.defaultValue ?? item : items.withDefaults(item)
                })
        default: return value
        }
    }
}
