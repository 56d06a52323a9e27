extension JSONPath {
    /// What the template makes of a document, as kubectl prints it.
    ///
    /// Several values of one action stand side by side with a space between; strings as they are,
    /// lists and maps as JSON.
    ///
    /// - Throws: `JSONPathError` for an index outside a list, a filter on what is no list, and a
    ///   document too large to go through.
    package func text(
        in document: JSONValue, visitLimit: Int = JSONPath.visitLimit
    ) throws(JSONPathError) -> String {
        var evaluation = Evaluation(root: document, limit: visitLimit)
        var output = ""
        try evaluation.write(nodes, at: document, to: &output)
        return output
    }

    /// The values that an expression leads to; none where something on the way is missing.
    ///
    /// - Throws: as `text(in:)`.
    package func values(
        in document: JSONValue, visitLimit: Int = JSONPath.visitLimit
    ) throws(JSONPathError) -> [JSONValue] {
        var evaluation = Evaluation(root: document, limit: visitLimit)
        var found: [JSONValue] = []
        for case .path(let steps) in nodes {
            found += try evaluation.values(of: steps, from: [document])
        }
        return found
    }

    /// A value as kubectl prints it.
    package static func printed(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .null: ""
        default: value.text(.goText)
        }
    }

    private struct Evaluation {
        let root: JSONValue
        let limit: Int
        private var visits = 0

        init(root: JSONValue, limit: Int) {
            self.root = root
            self.limit = limit
        }

        mutating func write(
            _ nodes: [Node], at current: JSONValue, to output: inout String
        ) throws(JSONPathError) {
            for node in nodes {
                switch node {
                case .text(let text): output += text
                case .path(let steps):
                    let values = try values(of: steps, from: [current])
                    output += values.map(JSONPath.printed).joined(separator: " ")
                case .range(let steps, let body):
                    for item in try values(of: steps, from: [current]) {
                        try write(body, at: item, to: &output)
                    }
                }
            }
        }

        mutating func values(
            of steps: [Step], from start: [JSONValue]
        ) throws(JSONPathError) -> [JSONValue] {
            var values = start
            for step in steps {
                values = try take(step, from: values, start: start)
                visits += values.count + 1
                guard visits <= limit else {
                    throw JSONPathError(message: "the document is too large for this path")
                }
            }
            return values
        }

        private mutating func take(
            _ step: Step, from values: [JSONValue], start: [JSONValue]
        ) throws(JSONPathError) -> [JSONValue] {
            switch step {
            case .root: return [root]
            case .current: return values
            case .literal(let value): return [value]
            case .member(let name): return values.compactMap { $0[name] }
            case .wildcard: return values.flatMap(\.children)
            case .descent:
                var found: [JSONValue] = []
                for value in values { try descend(into: value, &found) }
                return found
            case .index(let index): return try slice(values, index, nil, nil, isIndex: true)
            case .slice(let from, let to, let by):
                return try slice(values, from ?? 0, to, by, isIndex: false)
            case .union(let parts):
                var found: [JSONValue] = []
                for part in parts { found += try self.values(of: part, from: values) }
                return found
            case .filter(let filter): return try select(filter, from: values)
            }
        }

        /// The value and every container below it, those that hold nothing left out.
        private mutating func descend(
            into value: JSONValue, _ found: inout [JSONValue]
        ) throws(JSONPathError) {
            let children = value.children
            guard !children.isEmpty else { return }
            visits += children.count
            guard visits <= limit else {
                throw JSONPathError(message: "the document is too large for this path")
            }
            found.append(value)
            for child in children { try descend(into: child, &found) }
        }

        private func slice(
            _ values: [JSONValue], _ from: Int, _ to: Int?, _ by: Int?, isIndex: Bool
        ) throws(JSONPathError) -> [JSONValue] {
            var found: [JSONValue] = []
            for value in values where !value.isNull {
                guard let items = value.arrayValue else {
                    throw JSONPathError(message: "\(Self.brief(value)) is no list")
                }
                let start = from < 0 ? from + items.count : from
                if isIndex {
                    guard items.indices.contains(start) else {
                        throw outside(from, items.count)
                    }
                    found.append(items[start])
                    continue
                }
                let end = to.map { $0 < 0 ? $0 + items.count : $0 } ?? items.count
                guard start != end else { continue }
                guard items.indices.contains(start) else { throw outside(from, items.count) }
                guard (0...items.count).contains(end) else {
                    throw outside(to ?? items.count, items.count)
                }
                guard start < end else {
                    throw JSONPathError(
                        message: "the slice begins at \(start), behind its end \(end)")
                }
                found += stride(from: start, to: end, by: by ?? 1).map { items[$0] }
            }
            return found
        }

        private func outside(_ index: Int, _ count: Int) -> JSONPathError {
            JSONPathError(message: "index \(index) is outside a list of \(count)")
        }

        private mutating func select(
            _ filter: Filter, from values: [JSONValue]
        ) throws(JSONPathError) -> [JSONValue] {
            var found: [JSONValue] = []
            for value in values where !value.isNull {
                guard let items = value.arrayValue else {
                    throw JSONPathError(
                        message: "\(Self.brief(value)) is no list, a filter cannot choose from it")
                }
                for item in items where try passes(item, filter) { found.append(item) }
            }
            return found
        }

        private mutating func passes(
            _ item: JSONValue, _ filter: Filter
        ) throws(JSONPathError) -> Bool {
            let left = try values(of: filter.left, from: [item])
            guard let comparison = filter.comparison else { return !left.isEmpty }
            let right = try values(of: filter.right, from: [item])
            guard left.count <= 1, right.count <= 1 else {
                throw JSONPathError(message: "a filter compares one value at a time")
            }
            guard let left = left.first, let right = right.first else { return false }
            switch comparison {
            case .equal: return left.compares(to: right) { $0 == $1 }
            case .unequal: return !left.compares(to: right) { $0 == $1 }
            case .less: return left.compares(to: right, <)
            case .atMost: return left.compares(to: right, <=)
            case .greater: return left.compares(to: right, >)
            case .atLeast: return left.compares(to: right, >=)
            }
        }

        private static func brief(_ value: JSONValue) -> String {
            let text = value.text()
            return text.utf8.count <= 40 ? text : "\(text.prefix(40))…"
        }
    }
}

extension JSONValue {
    /// The elements of a list, the values of a map.
    fileprivate var children: [JSONValue] {
        switch self {
        case .array(let items): items
        case .object(let object): object.members.map(\.value)
        default: []
        }
    }

    /// Numbers compare by worth, texts by bytes; what is of two kinds never compares.
    fileprivate func compares(
        to other: JSONValue, _ relation: (Int, Int) -> Bool
    ) -> Bool {
        if let left = stringValue, let right = other.stringValue {
            let order =
                left.hasBytes(of: right) ? 0 : left.precedesByBytes(right) ? -1 : 1
            return relation(order, 0)
        }
        if case .integer(let left) = self, case .integer(let right) = other {
            return relation(left < right ? -1 : left > right ? 1 : 0, 0)
        }
        if let left = doubleValue, let right = other.doubleValue {
            return relation(left < right ? -1 : left > right ? 1 : 0, 0)
        }
        return self == other && relation(0, 0)
    }
}
