/// One evaluation: the variables' values and what it has cost so far.
package final class CELMachine {
    private var slots: [CELValue?]
    package private(set) var cost = 0
    private let limit: Int

    init(slots: [CELValue?], width: Int = 0, limit: Int) {
        self.slots = slots
        self.limit = limit
        for _ in 0..<max(0, width - slots.count) { self.slots.append(nil) }
    }

    /// Pays for work.
    ///
    /// - Throws: when the limit is passed.
    package func spend(_ amount: Int = 1) throws(CELError) {
        let (sum, overflow) = cost.addingReportingOverflow(amount)
        cost = overflow ? Int.max : sum
        guard cost <= limit else {
            throw CELError(.limit, "operation cancelled: actual cost limit exceeded")
        }
    }

    /// Pays for moving or looking at so many bytes or elements.
    package func spend(moving count: Int) throws(CELError) {
        try spend(count / CELLimits.bytesPerCost + 1)
    }

    /// Pays for a look-up: objects of documents are walked through, and texts are hashed.
    func spend(lookingUp key: CELValue, in map: CELMap? = nil) throws(CELError) {
        if case .string(let text) = key { try spend(moving: text.utf8.count) }
        try spend(map?.lookUpCost ?? 0)
    }

    /// Pays for looking for a text in another one.
    func spend(searching text: Int, for part: Int) throws(CELError) {
        let unit = CELLimits.bytesPerCost
        try spend((text / unit + 1) * (part / unit + 1))
    }

    func value(of step: CELStep) throws(CELError) -> CELValue {
        switch step {
        case .constant(let value): return value
        case .slot(let slot): return try variable(slot)
        case .select(let operand, let field, let isOptional):
            return try select(operand, field, isOptional)
        case .presence(let operand, let field): return try presence(operand, field)
        case .index(let operand, let index, let isOptional):
            return try element(operand, index, isOptional)
        case .conjunction(let terms): return try combine(terms, until: false)
        case .disjunction(let terms): return try combine(terms, until: true)
        case .conditional(let test, let first, let second):
            return try value(of: try isTrue(test) ? first : second)
        case .binary(let operation, let left, let right):
            return try binary(operation, left, right)
        case .call(let function, let arguments): return try call(function, arguments)
        case .list(let elements): return try list(elements)
        case .map(let entries): return try map(entries)
        case .fold(let fold): return try self.fold(fold)
        case .optionalMap(let target, let slot, let body, let isFlat):
            return try optionalMap(target, slot, body, isFlat)
        }
    }

    private func variable(_ slot: Int) throws(CELError) -> CELValue {
        try spend()
        guard let value = slots[slot] else { throw .evaluation("no such attribute") }
        return value
    }

    private func isTrue(_ step: CELStep) throws(CELError) -> Bool {
        guard case .bool(let value) = try value(of: step) else { throw .noOverload }
        return value
    }

    private func binary(
        _ operation: CELOperator, _ left: CELStep, _ right: CELStep
    ) throws(CELError) -> CELValue {
        let left = try value(of: left)
        let right = try value(of: right)
        try spend()
        return try apply(operation, left, right)
    }

    private func call(
        _ function: CELFunction, _ arguments: [CELStep]
    ) throws(CELError) -> CELValue {
        var values: [CELValue] = []
        values.reserveCapacity(arguments.count)
        for argument in arguments { values.append(try value(of: argument)) }
        try spend()
        return try function(self, values)
    }

    /// `&&` (until false) and `||` (until true): one deciding term outweighs errors in others.
    private func combine(_ terms: [CELStep], until decisive: Bool) throws(CELError) -> CELValue {
        var failure: CELError?
        for term in terms {
            do throws(CELError) {
                if try isTrue(term) == decisive { return .bool(decisive) }
            } catch {
                guard error.kind != .limit else { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return .bool(!decisive)
    }

    // MARK: - Fields and elements

    private func select(
        _ operand: CELStep, _ field: String, _ isOptional: Bool
    ) throws(CELError) -> CELValue {
        let operand = try value(of: operand)
        try spend()
        if case .optional(let inner) = operand {
            guard let inner else { return .optional(nil) }
            return .optional(try member(inner, field))
        }
        let found = try member(operand, field)
        if isOptional { return .optional(found) }
        guard let found else { throw .evaluation("no such key: \(field)") }
        return found
    }

    private func member(_ value: CELValue, _ field: String) throws(CELError) -> CELValue? {
        guard case .map(let map) = value else { throw .noOverload }
        try spend(map.lookUpCost)
        return map[field: field]
    }

    private func presence(_ operand: CELStep, _ field: String) throws(CELError) -> CELValue {
        let operand = try value(of: operand)
        try spend()
        if case .optional(let inner) = operand {
            guard let inner else { return .bool(false) }
            return .bool(try member(inner, field) != nil)
        }
        return .bool(try member(operand, field) != nil)
    }

    private func element(
        _ operand: CELStep, _ index: CELStep, _ isOptional: Bool
    ) throws(CELError) -> CELValue {
        let operand = try value(of: operand)
        let index = try value(of: index)
        try spend()
        if case .optional(let inner) = operand {
            guard let inner else { return .optional(nil) }
            return .optional(try element(of: inner, index))
        }
        let found = try element(of: operand, index)
        if isOptional { return .optional(found) }
        if let found { return found }
        if case .list = operand {
            throw .evaluation("index out of bounds: \(index.shortText)")
        }
        throw .evaluation("no such key: \(index.shortText)")
    }

    private func element(
        of container: CELValue, _ index: CELValue
    ) throws(CELError) -> CELValue? {
        switch container {
        case .map(let map):
            try spend(lookingUp: index, in: map)
            return map[index]
        case .list(let list):
            guard case .int(let place)? = CELKey(index) else {
                throw .evaluation("unsupported index type '\(index.typeName)' in list")
            }
            return Int(exactly: place).flatMap { list[$0] }
        default: throw .noOverload
        }
    }

    // MARK: - Literals

    private func list(_ elements: [CELStep.Element]) throws(CELError) -> CELValue {
        try spend(moving: elements.count * CELLimits.bytesPerCost)
        var values: [CELValue] = []
        for element in elements {
            let value = try value(of: element.value)
            if element.isOptional {
                guard case .optional(let inner) = value else { throw .noOverload }
                if let inner { values.append(inner) }
            } else {
                values.append(value)
            }
        }
        return .list(values)
    }

    private func map(_ entries: [CELStep.Entry]) throws(CELError) -> CELValue {
        try spend(moving: entries.count * CELLimits.bytesPerCost)
        var made = CELEntries()
        for entry in entries {
            let key = try value(of: entry.key)
            try spend(lookingUp: key)
            let value = try value(of: entry.value)
            if entry.isOptional {
                guard case .optional(let inner) = value else { throw .noOverload }
                if let inner { try made.add(key, inner) }
            } else {
                try made.add(key, value)
            }
        }
        return .map(.made(made))
    }

    // MARK: - Names of their own

    private func optionalMap(
        _ target: CELStep, _ slot: Int, _ body: CELStep, _ isFlat: Bool
    ) throws(CELError) -> CELValue {
        guard case .optional(let inner) = try value(of: target) else { throw .noOverload }
        try spend()
        guard let inner else { return .optional(nil) }
        let result = try value(of: body, with: inner, in: slot)
        if !isFlat { return .optional(result) }
        guard case .optional = result else { throw .noOverload }
        return result
    }

    func value(
        of step: CELStep, with value: CELValue, in slot: Int
    ) throws(CELError) -> CELValue {
        slots[slot] = value
        return try self.value(of: step)
    }

    func set(_ slot: Int, _ value: CELValue) { slots[slot] = value }
}
