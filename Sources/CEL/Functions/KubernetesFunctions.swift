extension CELLibrary {
    /// URLs and their parts.
    package static let urls = CELLibrary(
        """
        url(string) -> url
        isURL(string) -> bool
        url.getScheme|getHost|getHostname|getPort|getEscapedPath() -> string
        url.getQuery() -> map<string, list<string>>
        """,
        [
            "url": { machine, given throws(CELError) in
                let text = try text(machine, given)
                guard let url = CELURL(text) else {
                    throw .evaluation("URL parse error during conversion from string: \(text)")
                }
                return .url(url)
            },
            "isURL": { machine, given throws(CELError) in
                .bool(CELURL(try text(machine, given)) != nil)
            },
            ".getScheme": part(\.scheme), ".getHost": part(\.host),
            ".getHostname": part(\.hostname), ".getPort": part(\.port),
            ".getEscapedPath": part(\.path),
            ".getQuery": { machine, given throws(CELError) in
                guard case .url(let url) = given[0] else { throw .noOverload }
                try machine.spend(moving: url.text.utf8.count)
                var entries = CELEntries()
                for (name, values) in url.query {
                    try entries.add(.string(name), .list(values.map(CELValue.string)))
                }
                return .map(.made(entries))
            },
        ])

    private static func text(
        _ machine: CELMachine, _ given: [CELValue]
    ) throws(CELError) -> String {
        guard case .string(let text) = given[0] else { throw .noOverload }
        try machine.spend(moving: text.utf8.count)
        return text
    }

    private static func part(
        _ path: @escaping @Sendable (CELURL) -> String
    ) -> CELFunction {
        { _, given throws(CELError) in
            guard case .url(let url) = given[0] else { throw .noOverload }
            return .string(path(url))
        }
    }

    /// Amounts with units.
    package static let quantities = CELLibrary(
        """
        quantity(string) -> quantity
        isQuantity(string) -> bool
        quantity.sign|asInteger() -> int
        quantity.isInteger() -> bool
        quantity.asApproximateFloat() -> double
        quantity.add|sub(quantity) -> quantity
        quantity.add|sub(int) -> quantity
        quantity.compareTo(quantity) -> int
        quantity.isLessThan|isGreaterThan(quantity) -> bool
        """,
        [
            "quantity": { machine, given throws(CELError) in
                let text = try text(machine, given)
                guard let quantity = CELQuantity(text) else {
                    throw .evaluation(
                        "quantities must match the regular expression "
                            + "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
                }
                return .quantity(quantity)
            },
            "isQuantity": { machine, given throws(CELError) in
                .bool(CELQuantity(try text(machine, given)) != nil)
            },
            ".sign": { _, given throws(CELError) in .int(try amount(given[0]).sign) },
            ".asInteger": { _, given throws(CELError) in
                guard let whole = try amount(given[0]).integer else {
                    throw .evaluation("cannot convert value to integer")
                }
                return .int(whole)
            },
            ".isInteger": { _, given throws(CELError) in
                .bool(try amount(given[0]).integer != nil)
            },
            ".asApproximateFloat": { _, given throws(CELError) in
                .double(try amount(given[0]).approximate)
            },
            ".add": sum(1), ".sub": sum(-1),
            ".compareTo": { _, given throws(CELError) in
                let left = try amount(given[0])
                let right = try amount(given[1])
                return .int(left < right ? -1 : left == right ? 0 : 1)
            },
            ".isLessThan": { _, given throws(CELError) in
                let left = try amount(given[0])
                return .bool(left < (try amount(given[1])))
            },
            ".isGreaterThan": { _, given throws(CELError) in
                let left = try amount(given[0])
                return .bool(left > (try amount(given[1])))
            },
        ])

    private static func amount(_ value: CELValue) throws(CELError) -> CELQuantity {
        guard case .quantity(let quantity) = value else { throw .noOverload }
        return quantity
    }

    private static func sum(_ sign: Int128) -> CELFunction {
        { _, given throws(CELError) in
            let left = try amount(given[0])
            let right: CELQuantity
            if case .int(let whole) = given[1] {
                right = CELQuantity(whole)
            } else {
                right = try amount(given[1])
            }
            return .quantity(CELQuantity(billionths: left.billionths + sign * right.billionths))
        }
    }

    /// Values that may be absent.
    package static let optionals = CELLibrary(
        """
        optional.of|optional.ofNonZeroValue(A) -> optional<A>
        optional.none() -> optional<A>
        optional<A>.hasValue() -> bool
        optional<A>.value() -> A
        optional<A>.or(optional<A>) -> optional<A>
        optional<A>.orValue(A) -> A
        """,
        [
            "optional.of": { _, given throws(CELError) in .optional(given[0]) },
            "optional.ofNonZeroValue": { _, given throws(CELError) in
                .optional(given[0].isZero ? nil : given[0])
            },
            "optional.none": { _, _ throws(CELError) in .optional(nil) },
            ".hasValue": { _, given throws(CELError) in .bool(try inner(given[0]) != nil) },
            ".value": { _, given throws(CELError) in
                guard let value = try inner(given[0]) else {
                    throw .evaluation("optional.none() dereference")
                }
                return value
            },
            ".or": { _, given throws(CELError) in
                try inner(given[0]) != nil ? given[0] : given[1]
            },
            ".orValue": { _, given throws(CELError) in try inner(given[0]) ?? given[1] },
        ])

    private static func inner(_ value: CELValue) throws(CELError) -> CELValue? {
        guard case .optional(let inner) = value else { throw .noOverload }
        return inner
    }
}
