/// Calls that are no calls: their arguments are looked at before they are evaluated.
enum CELMacro {
    /// What the call stands for; nil where no macro has that name and that many arguments.
    static func expand(
        _ name: String, receiver: CELNode?, _ arguments: [CELNode], at offset: Int
    ) throws(CELError) -> CELNode.Kind? {
        guard let receiver else {
            guard name == "has", arguments.count == 1 else { return nil }
            guard case .select(let operand, let field, false) = arguments[0].kind else {
                throw CELError(.syntax, "invalid argument to has() macro", at: offset)
            }
            return .presence(operand, field)
        }
        switch (name, arguments.count) {
        case ("optMap", 2), ("optFlatMap", 2):
            let variable = try simpleName(arguments[0], name)
            return .optionalMap(receiver, variable, arguments[1], isFlat: name == "optFlatMap")
        default: break
        }
        guard let (work, names) = work(name, arguments) else { return nil }
        let variable = try simpleName(arguments[0], name)
        let second: String? = names == 2 ? try simpleName(arguments[1], name) : nil
        if second == variable {
            throw CELError(
                .syntax, "duplicate variable name: \(variable)", at: arguments[1].offset)
        }
        return .fold(.init(work: work, range: receiver, variable: variable, second: second))
    }

    /// What is done with each element, and how many variables there are.
    private static func work(
        _ name: String, _ arguments: [CELNode]
    ) -> (CELNode.Fold.Work, names: Int)? {
        let names = arguments.count - 1
        guard names > 0, let body = arguments.last else { return nil }
        switch (name, arguments.count) {
        case ("all", 2), ("all", 3): return (.all(body), names)
        case ("exists", 2), ("exists", 3): return (.exists(body), names)
        case ("exists_one", 2), ("existsOne", 2), ("exists_one", 3), ("existsOne", 3):
            return (.existsOne(body), names)
        case ("filter", 2): return (.filter(body), 1)
        case ("map", 2): return (.map(where: nil, body), 1)
        case ("map", 3): return (.map(where: arguments[1], body), 1)
        case ("transformList", 3): return (.map(where: nil, body), 2)
        case ("transformList", 4): return (.map(where: arguments[2], body), 2)
        case ("transformMap", 3): return (.transformMap(where: nil, body), 2)
        case ("transformMap", 4): return (.transformMap(where: arguments[2], body), 2)
        default: return nil
        }
    }

    private static func simpleName(
        _ node: CELNode, _ macro: String
    ) throws(CELError) -> String {
        guard case .name(let name) = node.kind else {
            throw CELError(
                .syntax, "argument to \(macro)() macro must be a simple name", at: node.offset)
        }
        return name
    }
}
