/// Spans of time in the notation of Go (`1h30m`, `300ms`), which `executionInterval` uses.
///
/// A value that Go cannot read is admitted by the server and then stops the whole operator, so
/// the grammar here is exactly Go's: signed decimals with units, `0` alone, and Int64 nanoseconds.
package enum GoDuration {
    package struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
        /// One line in the words of Go's own error.
        package var message: String
        package var description: String { message }

        package init(message: String) { self.message = message }
    }

    /// Reads a span.
    ///
    /// - Parameter text: such as `1.5h`, `-2m3s`, `100µs`, `0`.
    /// - Returns: the span; fractions are cut to whole nanoseconds.
    /// - Throws: `Malformed`, with Go's words.
    package static func parse(_ text: String) throws(Malformed) -> Duration {
        var rest = Array(text.utf8)[...]
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        if rest.elementsEqual([UInt8(ascii: "0")]) { return .zero }
        guard !rest.isEmpty else { throw invalid(text) }
        var total: UInt64 = 0
        let limit = UInt64(1) << 63
        while !rest.isEmpty {
            let part = try nanoseconds(from: &rest, of: text)
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !overflow, sum <= limit else { throw invalid(text) }
            total = sum
        }
        guard isNegative || total < limit else { throw invalid(text) }
        guard isNegative else { return .nanoseconds(Int64(total)) }
        return total == limit ? .nanoseconds(Int64.min) : .nanoseconds(-Int64(total))
    }

    private static func nanoseconds(
        from rest: inout ArraySlice<UInt8>, of text: String
    ) throws(Malformed) -> UInt64 {
        let limit = UInt64(1) << 63
        var whole: UInt64 = 0
        var digits = 0
        while let digit = takeDigit(&rest) {
            guard whole <= limit / 10 else { throw invalid(text) }
            whole = whole * 10 + digit
            guard whole <= limit else { throw invalid(text) }
            digits += 1
        }
        var fraction: UInt64 = 0
        var scale = 1.0
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            var isFull = false
            while let digit = takeDigit(&rest) {
                digits += 1
                // Digits beyond what an Int64 holds change nothing.
                if isFull || fraction > (limit - 1) / 10 || fraction * 10 + digit > limit {
                    isFull = true
                    continue
                }
                fraction = fraction * 10 + digit
                scale *= 10
            }
        }
        guard digits > 0 else { throw invalid(text) }
        let unit = try takeUnit(&rest, of: text)
        guard whole <= limit / unit else { throw invalid(text) }
        let part = UInt64(Double(fraction) * (Double(unit) / scale))
        let (sum, overflow) = (whole * unit).addingReportingOverflow(part)
        guard !overflow, sum <= limit else { throw invalid(text) }
        return sum
    }

    private static func takeDigit(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        guard let byte = rest.first, byte >= 48, byte <= 57 else { return nil }
        rest = rest.dropFirst()
        return UInt64(byte - 48)
    }

    private static func takeUnit(
        _ rest: inout ArraySlice<UInt8>, of text: String
    ) throws(Malformed) -> UInt64 {
        let name = rest.prefix { $0 != UInt8(ascii: ".") && ($0 < 48 || $0 > 57) }
        guard !name.isEmpty else {
            throw Malformed(message: "time: missing unit in duration \"\(text)\"")
        }
        rest = rest.dropFirst(name.count)
        switch String(decoding: name, as: UTF8.self) {
        case "ns": return 1
        case "us", "\u{B5}s", "\u{3BC}s": return 1000
        case "ms": return 1_000_000
        case "s": return 1_000_000_000
        case "m": return 60_000_000_000
        case "h": return 3_600_000_000_000
        case let other:
            throw Malformed(message: "time: unknown unit \"\(other)\" in duration \"\(text)\"")
        }
    }

    private static func invalid(_ text: String) -> Malformed {
        Malformed(message: "time: invalid duration \"\(text)\"")
    }

    /// The text that Go itself gives a span: `1h30m0s`, `1.5s`, `300ms`, `0s`.
    package static func format(_ span: Duration) -> String {
        let parts = span.components
        let isNegative = parts.seconds < 0 || parts.attoseconds < 0
        let seconds = parts.seconds.magnitude
        let nanoseconds = parts.attoseconds.magnitude / 1_000_000_000
        let sign = isNegative ? "-" : ""
        if seconds == 0 {
            switch nanoseconds {
            case 0: return "0s"
            case ..<1000: return "\(sign)\(nanoseconds)ns"
            case ..<1_000_000: return sign + decimal(nanoseconds, 3) + "\u{B5}s"
            default: return sign + decimal(nanoseconds, 6) + "ms"
            }
        }
        let hours = seconds / 3600
        let minutes = seconds / 60 % 60
        var text = sign
        if hours > 0 { text += "\(hours)h" }
        if hours > 0 || minutes > 0 { text += "\(minutes)m" }
        return text + decimal(seconds % 60 * 1_000_000_000 + nanoseconds, 9) + "s"
    }

    /// A number with its point moved that many places, without trailing zeros.
    private static func decimal(_ number: UInt64, _ places: Int) -> String {
        var digits = padded(Int(number), places + 1)
        let point = digits.index(digits.endIndex, offsetBy: -places)
        var fraction = digits[point...]
        while fraction.last == "0" { fraction.removeLast() }
        let tail = fraction.isEmpty ? "" : "." + fraction
        digits = String(digits[..<point]) + tail
        return digits
    }
}
