extension CELLibrary {
    /// What Kubernetes adds for lists.
    package static let lists = CELLibrary(
        ["int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes"].map {
            """
            list<\($0)>.isSorted() -> bool
            list<\($0)>.min|max() -> \($0)

            """
        }.joined()
            + """
            list<int>.sum() -> int
            list<uint>.sum() -> uint
            list<double>.sum() -> double
            list<duration>.sum() -> duration
            list<A>.indexOf|lastIndexOf(A) -> int
            """, ListFunctions.all)

    /// Lists as sets.
    package static let sets = CELLibrary(
        "sets.contains|sets.equivalent|sets.intersects(list<A>, list<A>) -> bool",
        [
            "sets.contains": { machine, given throws(CELError) in
                let (left, right) = try ListFunctions.pair(given)
                return .bool(try ListFunctions.hasAll(of: right, left, machine))
            },
            "sets.equivalent": { machine, given throws(CELError) in
                let (left, right) = try ListFunctions.pair(given)
                guard try ListFunctions.hasAll(of: right, left, machine) else {
                    return .bool(false)
                }
                return .bool(try ListFunctions.hasAll(of: left, right, machine))
            },
            "sets.intersects": { machine, given throws(CELError) in
                let (left, right) = try ListFunctions.pair(given)
                for element in left where try machine.contains(right, element) {
                    return .bool(true)
                }
                return .bool(false)
            },
        ])
}

/// Functions of lists.
enum ListFunctions {
    static let all: [String: CELFunction] = [
        ".isSorted": { machine, given throws(CELError) in
            var last: CELValue?
            for element in try list(given) {
                try machine.spend()
                if let last, try machine.order(last, element) == .greater { return .bool(false) }
                last = element
            }
            return .bool(true)
        },
        ".min": extreme(.less, "min"), ".max": extreme(.greater, "max"),
        ".sum": { machine, given throws(CELError) in
            var sum: CELValue?
            for element in try list(given) {
                try machine.spend()
                guard let former = sum else {
                    sum = element
                    continue
                }
                sum = try machine.apply(.plus, former, element)
            }
            // The sum of nothing; the types of an empty list are not known any more.
            return sum ?? .int(0)
        },
        ".indexOf": { machine, given throws(CELError) in
            guard case .list(let list) = given[0] else {
                return try TextFunctions.firstIndex(machine, given)
            }
            for (index, element) in list.enumerated()
            where try machine.areEqual(element, given[1]) {
                return .int(Int64(index))
            }
            return .int(-1)
        },
        ".lastIndexOf": { machine, given throws(CELError) in
            guard case .list(let list) = given[0] else {
                return try TextFunctions.lastIndex(machine, given)
            }
            var found: Int64 = -1
            for (index, element) in list.enumerated()
            where try machine.areEqual(element, given[1]) {
                found = Int64(index)
            }
            return .int(found)
        },
    ]

    static func list(_ given: [CELValue]) throws(CELError) -> CELList {
        guard case .list(let list) = given[0] else { throw .noOverload }
        return list
    }

    static func pair(_ given: [CELValue]) throws(CELError) -> (CELList, CELList) {
        guard case .list(let one) = given[0], case .list(let other) = given[1] else {
            throw .noOverload
        }
        return (one, other)
    }

    static func hasAll(
        of wanted: CELList, _ list: CELList, _ machine: CELMachine
    ) throws(CELError) -> Bool {
        for element in wanted where try !machine.contains(list, element) { return false }
        return true
    }

    private static func extreme(_ wanted: NumberOrder, _ name: String) -> CELFunction {
        { machine, given throws(CELError) in
            var best: CELValue?
            for element in try list(given) {
                try machine.spend()
                guard let former = best else {
                    best = element
                    continue
                }
                if try machine.order(element, former) == wanted { best = element }
            }
            guard let best else { throw .evaluation("\(name) called on empty list") }
            return best
        }
    }
}
