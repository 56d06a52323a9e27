/// Finds names and types in an expression and makes it ready for evaluation.
struct CELChecker {
    struct Checked {
        var step: CELStep
        var type: CELType
    }

    struct Variable {
        var name: String
        var type: CELType
    }

    let environment: CELEnvironment
    /// Everything that is in sight, each in its slot.
    private(set) var scope: [Variable]
    var unifier = CELUnifier()
    /// The variables of the environment that the expression names.
    private(set) var used: Set<String> = []
    /// How many variables are in sight at most.
    private(set) var width = 0

    init(_ environment: CELEnvironment) {
        self.environment = environment
        scope = environment.variables.sorted { $0.key < $1.key }.map {
            Variable(name: $0.key, type: $0.value)
        }
        width = scope.count
    }

    mutating func check(_ node: CELNode) throws(CELError) -> Checked {
        switch node.kind {
        case .literal(let value):
            return Checked(step: .constant(value), type: Self.type(of: value))
        case .name(let name): return try self.name(name, at: node.offset)
        case .select(let operand, let field, let isOptional):
            return try select(operand, field, isOptional, at: node.offset)
        case .presence(let operand, let field):
            let operand = try check(operand)
            _ = try fieldType(operand.type, field, at: node.offset)
            return Checked(step: .presence(operand.step, field), type: .bool)
        case .index(let operand, let index, let isOptional):
            return try self.index(operand, index, isOptional, at: node.offset)
        case .call(let name, let receiver, let arguments):
            return try call(name, receiver, arguments, at: node.offset)
        case .conjunction(let terms):
            return Checked(step: .conjunction(try tests(terms)), type: .bool)
        case .disjunction(let terms):
            return Checked(step: .disjunction(try tests(terms)), type: .bool)
        case .conditional(let test, let first, let second):
            return try conditional(test, first, second, at: node.offset)
        case .list(let elements): return try list(elements)
        case .map(let entries): return try map(entries)
        case .fold(let fold): return try self.fold(fold, at: node.offset)
        case .optionalMap(let target, let name, let body, let isFlat):
            return try optionalMap(target, name, body, isFlat)
        }
    }

    // MARK: - Names

    private static func type(of literal: CELValue) -> CELType {
        switch literal {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        default: .dyn
        }
    }

    static let typeNames: Set<String> = [
        "bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type",
        "optional_type", "google.protobuf.Timestamp", "google.protobuf.Duration",
        "kubernetes.Quantity", "kubernetes.URL",
    ]

    private mutating func name(_ name: String, at offset: Int) throws(CELError) -> Checked {
        if let slot = scope.lastIndex(where: { $0.name == name }) {
            if slot < environment.variables.count { used.insert(name) }
            return Checked(step: .slot(slot), type: scope[slot].type)
        }
        if Self.typeNames.contains(name) {
            return Checked(step: .constant(.type(name)), type: .type)
        }
        throw undeclared(name, at: offset)
    }

    func undeclared(_ name: String, at offset: Int) -> CELError {
        CELError(.check, "undeclared reference to '\(name)' (in container '')", at: offset)
    }

    /// `a.b.c` as one name, when it is one and `a` is no variable.
    func path(_ node: CELNode) -> String? {
        switch node.kind {
        case .name(let name): scope.contains { $0.name == name } ? nil : name
        case .select(let operand, let field, false): path(operand).map { "\($0).\(field)" }
        default: nil
        }
    }

    /// Runs a check with one more name in sight.
    mutating func with(
        _ variables: [Variable], _ body: CELNode
    ) throws(CELError) -> Checked {
        scope += variables
        width = max(width, scope.count)
        defer { scope.removeLast(variables.count) }
        return try check(body)
    }

    // MARK: - Fields and elements

    private mutating func select(
        _ operand: CELNode, _ field: String, _ isOptional: Bool, at offset: Int
    ) throws(CELError) -> Checked {
        if !isOptional, let path = path(operand), Self.typeNames.contains("\(path).\(field)") {
            return Checked(step: .constant(.type("\(path).\(field)")), type: .type)
        }
        let operand = try check(operand)
        let type = try fieldType(operand.type, field, at: offset)
        let step = CELStep.select(operand.step, field, isOptional: isOptional)
        if case .optional = type { return Checked(step: step, type: type) }
        return Checked(step: step, type: isOptional ? .optional(type) : type)
    }

    private mutating func fieldType(
        _ type: CELType, _ field: String, at offset: Int
    ) throws(CELError) -> CELType {
        switch unifier.resolve(type) {
        case .dyn, .variable: return .dyn
        case .map(_, let value): return value
        case .optional(let inner):
            let type = try fieldType(inner, field, at: offset)
            if case .optional = type { return type }
            return .optional(type)
        case .object(let object):
            guard let found = object.fields.named[field] else {
                throw CELError(.check, "undefined field '\(field)'", at: offset)
            }
            return found.type
        case let other:
            throw CELError(
                .check, "type '\(unifier.settle(other))' does not support field selection",
                at: offset)
        }
    }

    private mutating func index(
        _ operand: CELNode, _ index: CELNode, _ isOptional: Bool, at offset: Int
    ) throws(CELError) -> Checked {
        let operand = try check(operand)
        let index = try check(index)
        var (container, isInside) = (unifier.resolve(operand.type), false)
        if case .optional(let inner) = container {
            (container, isInside) = (unifier.resolve(inner), true)
        }
        let found: CELType?
        switch container {
        case .dyn, .variable: found = .dyn
        case .list(let element): found = unifier.accept(.int, index.type) ? element : nil
        case .map(let key, let value): found = unifier.accept(key, index.type) ? value : nil
        default: found = nil
        }
        guard let found else {
            let name = isOptional ? "_[?_]" : "_[_]"
            throw mismatch(name, [operand.type, index.type], isMember: false, at: offset)
        }
        let step = CELStep.index(operand.step, index.step, isOptional: isOptional)
        return Checked(step: step, type: isOptional || isInside ? .optional(found) : found)
    }

    // MARK: - Conditions

    mutating func expect(
        _ type: CELType, _ node: CELNode
    ) throws(CELError) -> CELStep {
        let checked = try check(node)
        guard unifier.accept(type, checked.type) else {
            throw unexpected(checked.type, type, at: node.offset)
        }
        return checked.step
    }

    func unexpected(_ found: CELType, _ expected: CELType, at offset: Int) -> CELError {
        CELError(
            .check,
            "expected type '\(unifier.settle(expected))' but found '\(unifier.settle(found))'",
            at: offset)
    }

    private mutating func tests(_ terms: [CELNode]) throws(CELError) -> [CELStep] {
        var steps: [CELStep] = []
        for term in terms { steps.append(try expect(.bool, term)) }
        return steps
    }

    private mutating func conditional(
        _ test: CELNode, _ first: CELNode, _ second: CELNode, at offset: Int
    ) throws(CELError) -> Checked {
        let test = try check(test)
        let first = try check(first)
        let second = try check(second)
        let type = unifier.fresh()
        guard unifier.accept([.bool, type, type], [test.type, first.type, second.type]) else {
            throw mismatch(
                "_?_:_", [test.type, first.type, second.type], isMember: false, at: offset)
        }
        return Checked(
            step: .conditional(test.step, first.step, second.step),
            type: unifier.join(first.type, second.type) ?? .dyn)
    }
}

extension CELUnifier {
    /// The type of something that may be either; nil where they do not fit together.
    mutating func join(_ left: CELType, _ right: CELType) -> CELType? {
        guard accept(left, right) else { return nil }
        let (left, right) = (resolve(left), resolve(right))
        return Self.isLooser(right, left) ? right : left
    }

    private static func isLooser(_ left: CELType, _ right: CELType) -> Bool {
        switch (left, right) {
        case (.dyn, _): true
        case (.list(let one), .list(let other)): isLooser(one, other)
        case (.map(_, let one), .map(_, let other)): isLooser(one, other)
        case (.optional(let one), .optional(let other)): isLooser(one, other)
        case (_, .null): true
        default: false
        }
    }
}
