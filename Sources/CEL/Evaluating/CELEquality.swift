import Documents

extension CELMachine {
    /// Whether two values are the same: numbers by what they count, texts by their bytes; values
    /// of different types are not.
    func areEqual(_ left: CELValue, _ right: CELValue) throws(CELError) -> Bool {
        try spend()
        switch (left, right) {
        case (.null, .null): return true
        case (.bool(let one), .bool(let other)): return one == other
        case (.string(let one), .string(let other)):
            try spend(moving: min(one.utf8.count, other.utf8.count))
            return one.hasBytes(of: other)
        case (.bytes(let one), .bytes(let other)):
            try spend(moving: min(one.count, other.count))
            return one == other
        case (.list(let one), .list(let other)): return try areEqual(one, other)
        case (.map(let one), .map(let other)): return try areEqual(one, other)
        case (.timestamp(let one), .timestamp(let other)): return one == other
        case (.duration(let one), .duration(let other)): return one == other
        case (.type(let one), .type(let other)): return one == other
        case (.quantity(let one), .quantity(let other)): return one == other
        case (.url(let one), .url(let other)): return one == other
        case (.optional(let one), .optional(let other)):
            guard let one, let other else { return one == nil && other == nil }
            return try areEqual(one, other)
        default: return NumberOrder.compare(left, right) == .same
        }
    }

    private func areEqual(_ left: CELList, _ right: CELList) throws(CELError) -> Bool {
        guard left.count == right.count else { return false }
        switch (left.listType, right.listType) {
        case (.set, _), (_, .set):
            for element in left where try !contains(right, element) { return false }
            for element in right where try !contains(left, element) { return false }
            return true
        case (.map(let keys), _), (_, .map(let keys)):
            for element in left {
                guard let partner = try counterpart(of: element, in: right, by: keys),
                    try areEqual(element, partner)
                else { return false }
            }
            return true
        default:
            for (one, other) in zip(left, right) where try !areEqual(one, other) { return false }
            return true
        }
    }

    private func areEqual(_ left: CELMap, _ right: CELMap) throws(CELError) -> Bool {
        let keys = left.keys
        try spend(moving: keys.count)
        guard keys.count == right.count else { return false }
        for key in keys {
            try spend(lookingUp: key, in: right)
            guard let one = left[key], let other = right[key], try areEqual(one, other) else {
                return false
            }
        }
        return true
    }

    func contains(_ list: CELList, _ wanted: CELValue) throws(CELError) -> Bool {
        for element in list where try areEqual(element, wanted) { return true }
        return false
    }

    /// The element of a list that has the same keys.
    private func counterpart(
        of element: CELValue, in list: CELList, by keys: [String]
    ) throws(CELError) -> CELValue? {
        for candidate in list where try haveSame(keys, element, candidate) { return candidate }
        return nil
    }

    private func haveSame(
        _ keys: [String], _ left: CELValue, _ right: CELValue
    ) throws(CELError) -> Bool {
        try spend()
        guard case .map(let one) = left, case .map(let other) = right else { return false }
        for key in keys {
            let name = CELFieldName.escape(key) ?? key
            let (first, second) = (one[field: name], other[field: name])
            guard let first, let second else {
                if first == nil, second == nil { continue }
                return false
            }
            if try !areEqual(first, second) { return false }
        }
        return true
    }

    /// Two lists as one: sets keep what they have once, keyed lists replace in place.
    func joined(_ left: CELList, _ right: CELList) throws(CELError) -> CELValue {
        try spend(moving: left.count + right.count)
        var elements = Array(left)
        switch left.listType {
        case .atomic: elements += Array(right)
        case .set:
            for element in right where try !contains(left, element) { elements.append(element) }
        case .map(let keys):
            for element in right {
                var place: Int?
                for index in elements.indices where place == nil {
                    if try haveSame(keys, elements[index], element) { place = index }
                }
                if let place { elements[place] = element } else { elements.append(element) }
            }
        }
        return .list(elements)
    }
}

/// Which of two numbers, of whatever types, is the greater.
enum NumberOrder {
    case less, same, greater

    /// Nil where one is no number, or is `NaN`.
    static func compare(_ left: CELValue, _ right: CELValue) -> NumberOrder? {
        switch (left, right) {
        case (.int(let one), .int(let other)): order(one, other)
        case (.uint(let one), .uint(let other)): order(one, other)
        case (.double(let one), .double(let other)):
            one.isNaN || other.isNaN ? nil : order(one, other)
        case (.int(let one), .uint(let other)): one < 0 ? .less : order(UInt64(one), other)
        case (.uint(let one), .int(let other)): other < 0 ? .greater : order(one, UInt64(other))
        case (.int(let one), .double(let other)): against(other, one, Double(one))
        case (.uint(let one), .double(let other)): against(other, one, Double(one))
        case (.double(let one), .int(let other)): against(one, other, Double(other))?.reversed
        case (.double(let one), .uint(let other)): against(one, other, Double(other))?.reversed
        default: nil
        }
    }

    private var reversed: NumberOrder {
        switch self {
        case .less: .greater
        case .same: .same
        case .greater: .less
        }
    }

    private static func order<Number: Comparable>(_ left: Number, _ right: Number) -> NumberOrder {
        left < right ? .less : left == right ? .same : .greater
    }

    /// A whole number against a floating one, exact also where doubles are coarse.
    private static func against<Whole: FixedWidthInteger>(
        _ floating: Double, _ whole: Whole, _ rounded: Double
    ) -> NumberOrder? {
        guard !floating.isNaN else { return nil }
        guard rounded == floating else { return order(rounded, floating) }
        return Whole(exactly: floating).map { order(whole, $0) } ?? .less
    }
}
