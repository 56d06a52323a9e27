/// Finds out which types fit together, and what open ones must be.
struct CELUnifier {
    /// What each open type was found to be, by its number.
    private var bindings: [CELType?] = []
    /// The open types in the order in which they were found out, to take that back.
    private var trail: [Int] = []

    mutating func fresh() -> CELType {
        bindings.append(nil)
        return .variable(bindings.count - 1)
    }

    /// The type as far as it is known.
    func resolve(_ type: CELType) -> CELType {
        var type = type
        while case .variable(let id) = type, let known = bindings[id] { type = known }
        return switch type {
        case .list(let element): .list(resolve(element))
        case .map(let key, let value): .map(resolve(key), resolve(value))
        case .optional(let value): .optional(resolve(value))
        default: type
        }
    }

    /// The type with everything that is still open made dynamic.
    func settle(_ type: CELType) -> CELType {
        switch resolve(type) {
        case .variable: .dyn
        case .list(let element): .list(settle(element))
        case .map(let key, let value): .map(settle(key), settle(value))
        case .optional(let value): .optional(settle(value))
        case let type: type
        }
    }

    /// Whether all values fit; where they do, open types are bound, else nothing changes.
    mutating func accept(_ expected: [CELType], _ actual: [CELType]) -> Bool {
        guard expected.count == actual.count else { return false }
        let mark = trail.count
        for (expected, actual) in zip(expected, actual) where !fit(expected, actual) {
            while trail.count > mark { bindings[trail.removeLast()] = nil }
            return false
        }
        return true
    }

    mutating func accept(_ expected: CELType, _ actual: CELType) -> Bool {
        accept([expected], [actual])
    }

    private mutating func fit(_ left: CELType, _ right: CELType) -> Bool {
        let (left, right) = (resolve(left), resolve(right))
        switch (left, right) {
        case (.variable(let one), .variable(let other)) where one == other: return true
        case (.variable(let id), _): return bind(id, right)
        case (_, .variable(let id)): return bind(id, left)
        case (.dyn, _), (_, .dyn): return true
        case (.list(let one), .list(let other)): return fit(one, other)
        case (.map(let key, let value), .map(let otherKey, let otherValue)):
            return fit(key, otherKey) && fit(value, otherValue)
        case (.optional(let one), .optional(let other)): return fit(one, other)
        case (.null, let other), (let other, .null): return Self.takesNull(other)
        default: return left == right
        }
    }

    private static func takesNull(_ type: CELType) -> Bool {
        switch type {
        case .null, .object, .timestamp, .duration, .opaque: true
        default: false
        }
    }

    private mutating func bind(_ id: Int, _ type: CELType) -> Bool {
        guard !mentions(type, id) else { return false }
        bindings[id] = type
        trail.append(id)
        return true
    }

    private func mentions(_ type: CELType, _ id: Int) -> Bool {
        switch resolve(type) {
        case .variable(let other): id == other
        case .list(let element): mentions(element, id)
        case .map(let key, let value): mentions(key, id) || mentions(value, id)
        case .optional(let value): mentions(value, id)
        default: false
        }
    }

    /// A declared type with its parameters made open types, the same for the same name.
    mutating func open(_ type: CELType, _ parameters: inout [String: CELType]) -> CELType {
        switch type {
        case .parameter(let name):
            if let known = parameters[name] { return known }
            let type = fresh()
            parameters[name] = type
            return type
        case .list(let element): return .list(open(element, &parameters))
        case .map(let key, let value):
            let key = open(key, &parameters)
            return .map(key, open(value, &parameters))
        case .optional(let value): return .optional(open(value, &parameters))
        default: return type
        }
    }
}
