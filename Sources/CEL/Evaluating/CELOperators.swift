import Documents

extension CELMachine {
    func apply(
        _ operation: CELOperator, _ left: CELValue, _ right: CELValue
    ) throws(CELError) -> CELValue {
        switch operation {
        case .equal: return .bool(try areEqual(left, right))
        case .notEqual: return .bool(try !areEqual(left, right))
        case .less: return .bool(try order(left, right) == .less)
        case .lessOrEqual: return .bool(try order(left, right) != .greater)
        case .greater: return .bool(try order(left, right) == .greater)
        case .greaterOrEqual: return .bool(try order(left, right) != .less)
        case .plus: return try sum(left, right)
        case .minus: return try difference(left, right)
        case .times, .divide, .modulo: return try product(operation, left, right)
        case .within:
            switch right {
            case .list(let list): return .bool(try contains(list, left))
            case .map(let map):
                try spend(lookingUp: left, in: map)
                return .bool(map[left] != nil)
            default: throw .noOverload
            }
        }
    }

    /// Which of two values is the greater.
    func order(_ left: CELValue, _ right: CELValue) throws(CELError) -> NumberOrder {
        switch (left, right) {
        case (.bool(let one), .bool(let other)): return Self.order(one ? 1 : 0, other ? 1 : 0)
        case (.string(let one), .string(let other)):
            try spend(moving: min(one.utf8.count, other.utf8.count))
            if one.hasBytes(of: other) { return .same }
            return one.precedesByBytes(other) ? .less : .greater
        case (.bytes(let one), .bytes(let other)):
            try spend(moving: min(one.count, other.count))
            return one == other ? .same : one.lexicographicallyPrecedes(other) ? .less : .greater
        case (.timestamp(let one), .timestamp(let other)): return Self.order(one, other)
        case (.duration(let one), .duration(let other)): return Self.order(one, other)
        default:
            if let order = NumberOrder.compare(left, right) { return order }
            for case .double(let value) in [left, right] where value.isNaN {
                throw .evaluation("NaN values cannot be ordered")
            }
            throw .noOverload
        }
    }

    private static func order<Value: Comparable>(_ left: Value, _ right: Value) -> NumberOrder {
        left < right ? .less : left == right ? .same : .greater
    }

    // MARK: - Arithmetic

    private func checked<Number>(
        _ outcome: (partialValue: Number, overflow: Bool), _ what: String
    ) throws(CELError) -> Number {
        guard !outcome.overflow else { throw .evaluation("\(what) overflow") }
        return outcome.partialValue
    }

    private func sum(_ left: CELValue, _ right: CELValue) throws(CELError) -> CELValue {
        switch (left, right) {
        case (.int(let one), .int(let other)):
            return .int(try checked(one.addingReportingOverflow(other), "integer"))
        case (.uint(let one), .uint(let other)):
            return .uint(try checked(one.addingReportingOverflow(other), "unsigned integer"))
        case (.double(let one), .double(let other)): return .double(one + other)
        case (.string(let one), .string(let other)):
            try spend(moving: one.utf8.count + other.utf8.count)
            return .string(one + other)
        case (.bytes(let one), .bytes(let other)):
            try spend(moving: one.count + other.count)
            return .bytes(one + other)
        case (.list(let one), .list(let other)): return try joined(one, other)
        case (.timestamp(let moment), .duration(let length)),
            (.duration(let length), .timestamp(let moment)):
            return try later(moment, length)
        case (.duration(let one), .duration(let other)):
            let sum = one.nanoseconds.addingReportingOverflow(other.nanoseconds)
            return .duration(CELDuration(nanoseconds: try checked(sum, "duration")))
        default: throw .noOverload
        }
    }

    private func later(
        _ moment: CELTimestamp, _ length: CELDuration
    ) throws(CELError) -> CELValue {
        guard let sum = moment.adding(length) else { throw .evaluation("timestamp overflow") }
        return .timestamp(sum)
    }

    private func difference(_ left: CELValue, _ right: CELValue) throws(CELError) -> CELValue {
        switch (left, right) {
        case (.int(let one), .int(let other)):
            return .int(try checked(one.subtractingReportingOverflow(other), "integer"))
        case (.uint(let one), .uint(let other)):
            return .uint(
                try checked(one.subtractingReportingOverflow(other), "unsigned integer"))
        case (.double(let one), .double(let other)): return .double(one - other)
        case (.timestamp(let one), .timestamp(let other)):
            guard let length = one.since(other) else {
                throw .evaluation("duration overflow")
            }
            return .duration(length)
        case (.timestamp(let moment), .duration(let length)):
            let negated = try checked(
                Int64(0).subtractingReportingOverflow(length.nanoseconds), "duration")
            return try later(moment, CELDuration(nanoseconds: negated))
        case (.duration(let one), .duration(let other)):
            let rest = one.nanoseconds.subtractingReportingOverflow(other.nanoseconds)
            return .duration(CELDuration(nanoseconds: try checked(rest, "duration")))
        default: throw .noOverload
        }
    }

    private func product(
        _ operation: CELOperator, _ left: CELValue, _ right: CELValue
    ) throws(CELError) -> CELValue {
        switch (left, right, operation) {
        case (.double(let one), .double(let other), .times): return .double(one * other)
        case (.double(let one), .double(let other), .divide): return .double(one / other)
        case (.int(let one), .int(let other), _):
            return .int(try whole(operation, one, other, "integer"))
        case (.uint(let one), .uint(let other), _):
            return .uint(try whole(operation, one, other, "unsigned integer"))
        default: throw .noOverload
        }
    }

    private func whole<Number: FixedWidthInteger>(
        _ operation: CELOperator, _ left: Number, _ right: Number, _ what: String
    ) throws(CELError) -> Number {
        switch operation {
        case .times: return try checked(left.multipliedReportingOverflow(by: right), what)
        case .divide:
            guard right != 0 else { throw .evaluation("division by zero") }
            return try checked(left.dividedReportingOverflow(by: right), what)
        default:
            guard right != 0 else { throw .evaluation("modulus by zero") }
            // The least integer modulo -1 is 0; only its quotient does not fit.
            return left.remainderReportingOverflow(dividingBy: right).partialValue
        }
    }
}
