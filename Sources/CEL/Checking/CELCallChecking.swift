extension CELChecker {
    // MARK: - Calls

    mutating func call(
        _ name: String, _ receiver: CELNode?, _ arguments: [CELNode], at offset: Int
    ) throws(CELError) -> Checked {
        var key = name
        var nodes = arguments
        if let receiver {
            if let path = path(receiver),
                environment.vocabulary.signatures("\(path).\(name)") != nil
            {
                key = "\(path).\(name)"
            } else {
                key = ".\(name)"
                nodes = [receiver] + arguments
            }
        }
        guard let signatures = environment.vocabulary.signatures(key) else {
            // What is wrong with the arguments comes first, as it stands first.
            for node in nodes { _ = try check(node) }
            throw undeclared(name, at: offset)
        }
        var checked: [Checked] = []
        for node in nodes { checked.append(try check(node)) }
        let isMember = key.hasPrefix(".")
        guard let type = result(of: signatures, checked.map(\.type)) else {
            throw mismatch(
                isMember ? name : key, checked.map(\.type), isMember: isMember, at: offset)
        }
        let steps = checked.map(\.step)
        if let operation = CELOperator(rawValue: key) {
            return Checked(step: .binary(operation, steps[0], steps[1]), type: type)
        }
        guard let function = environment.vocabulary.function(key) else {
            throw undeclared(name, at: offset)
        }
        let step = try prepared(key, function, steps, nodes)
        return Checked(step: step, type: type)
    }

    /// The type of a call; nil where no signature takes these arguments.
    private mutating func result(
        of signatures: [CELSignature], _ arguments: [CELType]
    ) -> CELType? {
        var found: CELType?
        for signature in signatures {
            var parameters: [String: CELType] = [:]
            let expected = signature.arguments.map { unifier.open($0, &parameters) }
            guard unifier.accept(expected, arguments) else { continue }
            let result = unifier.open(signature.result, &parameters)
            let type = unifier.resolve(result)
            guard let known = found else {
                found = type
                continue
            }
            if known != type { found = .dyn }
        }
        return found
    }

    func mismatch(
        _ name: String, _ arguments: [CELType], isMember: Bool, at offset: Int
    ) -> CELError {
        let texts = arguments.map { unifier.settle($0).description }
        let list =
            isMember
            ? "\(texts[0]).(\(texts.dropFirst().joined(separator: ", ")))"
            : "(\(texts.joined(separator: ", ")))"
        return CELError(
            .check, "found no matching overload for '\(name)' applied to '\(list)'", at: offset)
    }

    /// Does at once what depends on constants only: patterns are compiled, times are read.
    private func prepared(
        _ key: String, _ function: @escaping CELFunction, _ steps: [CELStep], _ nodes: [CELNode]
    ) throws(CELError) -> CELStep {
        if let make = CELPatternFunctions.prepared[key], steps.count > 1,
            case .constant(.string(let pattern)) = steps[1]
        {
            let compiled: CELPattern
            do throws(CELError) {
                compiled = try CELPattern(pattern)
            } catch {
                let name = key.drop { $0 == "." }
                throw CELError(
                    .check, "invalid \(name) argument: \(error.message)", at: nodes[1].offset)
            }
            return .call(make(compiled), [steps[0]] + steps.dropFirst(2))
        }
        if key == "duration" || key == "timestamp", case .constant(let constant) = steps[0] {
            let machine = CELMachine(slots: [], limit: CELLimits.cost)
            do throws(CELError) {
                let value = try function(machine, [constant])
                return .constant(value)
            } catch {
                throw CELError(.check, "invalid \(key) argument", at: nodes[0].offset)
            }
        }
        return .call(function, steps)
    }

    // MARK: - Literals

    mutating func list(_ elements: [CELNode.Element]) throws(CELError) -> Checked {
        var steps: [CELStep.Element] = []
        var type: CELType?
        for element in elements {
            let checked = try check(element.value)
            let own = try element.isOptional ? unwrapped(checked, element.value) : checked.type
            type = try joined(type, own, at: element.value.offset)
            steps.append(.init(value: checked.step, isOptional: element.isOptional))
        }
        return Checked(step: .list(steps), type: .list(type ?? unifier.fresh()))
    }

    mutating func map(_ entries: [CELNode.Entry]) throws(CELError) -> Checked {
        var steps: [CELStep.Entry] = []
        var (keyType, valueType): (CELType?, CELType?) = (nil, nil)
        for entry in entries {
            let key = try check(entry.key)
            keyType = try joined(keyType, key.type, at: entry.key.offset)
            let value = try check(entry.value)
            let own = try entry.isOptional ? unwrapped(value, entry.value) : value.type
            valueType = try joined(valueType, own, at: entry.value.offset)
            steps.append(
                .init(key: key.step, value: value.step, isOptional: entry.isOptional))
        }
        return Checked(
            step: .map(steps),
            type: .map(simple(keyType) ?? unifier.fresh(), valueType ?? unifier.fresh()))
    }

    /// The type of a key; lists and maps cannot be keys, and types that hold themselves twice
    /// would grow without measure.
    private func simple(_ key: CELType?) -> CELType? {
        switch key.map(unifier.resolve) {
        case .list, .map, .optional: .dyn
        case let type: type
        }
    }

    private mutating func unwrapped(
        _ checked: Checked, _ node: CELNode
    ) throws(CELError) -> CELType {
        let inner = unifier.fresh()
        guard unifier.accept(.optional(inner), checked.type) else {
            throw unexpected(checked.type, .optional(inner), at: node.offset)
        }
        return unifier.resolve(inner)
    }

    private mutating func joined(
        _ former: CELType?, _ type: CELType, at offset: Int
    ) throws(CELError) -> CELType {
        guard let former else { return type }
        if let joined = unifier.join(former, type) { return joined }
        guard environment.allowsMixedLiterals else { throw unexpected(type, former, at: offset) }
        return .dyn
    }

    // MARK: - Macros

    mutating func fold(_ fold: CELNode.Fold, at offset: Int) throws(CELError) -> Checked {
        let range = try check(fold.range)
        let types: (CELType, CELType)
        switch unifier.resolve(range.type) {
        case .dyn, .variable: types = (.dyn, .dyn)
        case .list(let element): types = fold.second == nil ? (element, .dyn) : (.int, element)
        case .map(let key, let value): types = (key, value)
        case let other:
            throw CELError(
                .check,
                "expression of type '\(unifier.settle(other))' cannot be range of a "
                    + "comprehension (must be list, map, or dynamic)", at: fold.range.offset)
        }
        var variables = [Variable(name: fold.variable, type: types.0)]
        if let second = fold.second { variables.append(Variable(name: second, type: types.1)) }
        let first = scope.count
        func made(
            _ work: CELStep.Fold.Work, _ body: CELStep, filter: CELStep? = nil, _ type: CELType
        ) -> Checked {
            let step = CELStep.Fold(
                work: work, range: range.step, slot: first,
                second: fold.second == nil ? nil : first + 1, filter: filter, body: body)
            return Checked(step: .fold(step), type: type)
        }
        switch fold.work {
        case .all(let body): return made(.all, try test(body, variables), .bool)
        case .exists(let body): return made(.exists, try test(body, variables), .bool)
        case .existsOne(let body): return made(.existsOne, try test(body, variables), .bool)
        case .filter(let body):
            return made(.filter, try test(body, variables), .list(types.0))
        case .map(let filter, let body):
            let filter = try filter.map { (node) throws(CELError) in try test(node, variables) }
            let body = try with(variables, body)
            return made(.map, body.step, filter: filter, .list(body.type))
        case .transformMap(let filter, let body):
            let filter = try filter.map { (node) throws(CELError) in try test(node, variables) }
            let body = try with(variables, body)
            return made(.transformMap, body.step, filter: filter, .map(types.0, body.type))
        }
    }

    private mutating func test(
        _ node: CELNode, _ variables: [Variable]
    ) throws(CELError) -> CELStep {
        let checked = try with(variables, node)
        guard unifier.accept(.bool, checked.type) else {
            throw unexpected(checked.type, .bool, at: node.offset)
        }
        return checked.step
    }

    mutating func optionalMap(
        _ target: CELNode, _ name: String, _ body: CELNode, _ isFlat: Bool
    ) throws(CELError) -> Checked {
        let operand = try check(target)
        let inner = try unwrapped(operand, target)
        let slot = scope.count
        let body = try with([Variable(name: name, type: inner)], body)
        var type = CELType.optional(body.type)
        if isFlat {
            type = body.type
            guard unifier.accept(.optional(unifier.fresh()), type) else {
                throw unexpected(type, .optional(.dyn), at: target.offset)
            }
        }
        return Checked(
            step: .optionalMap(operand.step, slot, body.step, isFlat: isFlat), type: type)
    }
}
