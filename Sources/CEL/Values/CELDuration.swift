/// A length of time, to the nanosecond, up to about 292 years either way.
package struct CELDuration: Sendable, Hashable, Comparable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static func < (left: CELDuration, right: CELDuration) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    private static let units: [String: Int64] = [
        "ns": 1, "us": 1000, "µs": 1000, "μs": 1000, "ms": 1_000_000, "s": 1_000_000_000,
        "m": 60_000_000_000, "h": 3_600_000_000_000,
    ]

    /// Reads a duration as Go writes it: `1h30m`, `-1.5s`, `0`.
    package init?(_ text: String) {
        var rest = Substring(text)
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        if rest == "0" {
            self.init(nanoseconds: 0)
            return
        }
        guard !rest.isEmpty else { return nil }
        // The magnitude of the least duration is one more than that of the greatest.
        var total: UInt64 = 0
        while !rest.isEmpty {
            let whole = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(whole.count)
            var fraction: Substring = ""
            if rest.first == "." {
                rest = rest.dropFirst()
                fraction = rest.prefix { $0.isASCII && $0.isNumber }
                rest = rest.dropFirst(fraction.count)
            }
            let name = rest.prefix { $0 != "." && !($0.isASCII && $0.isNumber) }
            rest = rest.dropFirst(name.count)
            guard !whole.isEmpty || !fraction.isEmpty, let unit = Self.units[String(name)],
                let count = UInt64(whole.isEmpty ? "0" : whole)
            else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: UInt64(unit))
            var part = Double(unit)
            var below: Double = 0
            for digit in fraction {
                part /= 10
                below += part * Double(digit.wholeNumberValue ?? 0)
            }
            let (sum, again) = total.addingReportingOverflow(product)
            let (all, third) = sum.addingReportingOverflow(UInt64(below.rounded()))
            guard !overflow, !again, !third, all <= UInt64(Int64.max) + (isNegative ? 1 : 0)
            else { return nil }
            total = all
        }
        self.init(
            nanoseconds: isNegative
                ? Int64(truncatingIfNeeded: 0 &- total) : Int64(truncatingIfNeeded: total))
    }

    /// Seconds with their fraction, as expressions and JSON write durations: `5400s`, `0.5s`.
    package var text: String {
        let magnitude = nanoseconds.magnitude
        var text = (nanoseconds < 0 ? "-" : "") + String(magnitude / 1_000_000_000)
        let rest = magnitude % 1_000_000_000
        if rest > 0 {
            var digits = CELTimestamp.padded(Int(rest), 9)[...]
            while digits.last == "0" { digits.removeLast() }
            text += "." + digits
        }
        return text + "s"
    }
}
