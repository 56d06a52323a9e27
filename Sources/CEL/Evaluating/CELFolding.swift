extension CELMachine {
    /// Goes through a list or the keys of a map, as the macros do.
    func fold(_ fold: CELStep.Fold) throws(CELError) -> CELValue {
        let range = try value(of: fold.range)
        if case .map(let map) = range { try spend(moving: map.count) }
        var walk = try Walk(range, hasTwo: fold.second != nil)
        switch fold.work {
        case .all: return try decide(fold, &walk, until: false)
        case .exists: return try decide(fold, &walk, until: true)
        case .existsOne:
            var count = 0
            while try step(fold, &walk) != nil {
                if try test(fold.body) { count += 1 }
            }
            return .bool(count == 1)
        case .filter:
            var kept: [CELValue] = []
            while let element = try step(fold, &walk) {
                if try test(fold.body) { kept.append(element) }
            }
            return .list(kept)
        case .map:
            var made: [CELValue] = []
            while try step(fold, &walk) != nil {
                if let filter = fold.filter, try !test(filter) { continue }
                made.append(try value(of: fold.body))
            }
            return .list(made)
        case .transformMap:
            var made = CELEntries()
            while let key = try step(fold, &walk) {
                if let filter = fold.filter, try !test(filter) { continue }
                try spend(lookingUp: key)
                try made.add(key, try value(of: fold.body))
            }
            return .map(.made(made))
        }
    }

    /// `all` (until false) and `exists` (until true): one deciding element outweighs errors.
    private func decide(
        _ fold: CELStep.Fold, _ walk: inout Walk, until decisive: Bool
    ) throws(CELError) -> CELValue {
        var failure: CELError?
        while try step(fold, &walk) != nil {
            do throws(CELError) {
                if try test(fold.body) == decisive { return .bool(decisive) }
            } catch {
                guard error.kind != .limit else { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return .bool(!decisive)
    }

    private func test(_ step: CELStep) throws(CELError) -> Bool {
        guard case .bool(let value) = try value(of: step) else { throw .noOverload }
        return value
    }

    /// Takes the next element into its slot; the first variable's value, nil at the end.
    private func step(
        _ fold: CELStep.Fold, _ walk: inout Walk
    ) throws(CELError) -> CELValue? {
        guard let (first, second) = walk.next() else { return nil }
        try spend()
        set(fold.slot, first)
        if let slot = fold.second, let second { set(slot, second) }
        return first
    }

    /// The elements of a range, one after the other.
    private struct Walk {
        private var elements: CELList.Iterator
        private var map: CELMap?
        private var index: Int64 = 0
        private let hasTwo: Bool

        init(_ range: CELValue, hasTwo: Bool) throws(CELError) {
            self.hasTwo = hasTwo
            switch range {
            case .list(let list): elements = list.makeIterator()
            case .map(let map):
                elements = CELList.made(map.keys).makeIterator()
                self.map = map
            default: throw .noOverload
            }
        }

        mutating func next() -> (first: CELValue, second: CELValue?)? {
            guard let element = elements.next() else { return nil }
            guard hasTwo else { return (element, nil) }
            if let map { return (element, map[element] ?? .null) }
            defer { index += 1 }
            return (.int(index), element)
        }
    }
}
