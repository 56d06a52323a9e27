/// Floating numbers written as Go writes them.
package enum GoNumber {
    /// From this power of ten on, the shortest text has an exponent.
    private static let exponentFrom = 6

    /// The shortest text that reads back as the same number: `1.5`, `1e+06`, `NaN`.
    package static func text(_ value: Double) -> String {
        guard let parts = Digits(value) else { return special(value) }
        let exponent = parts.point - 1
        guard exponent < -4 || exponent >= exponentFrom else { return plain(parts) }
        return scientific(parts)
    }

    /// The shortest text without an exponent.
    package static func plain(_ value: Double) -> String {
        Digits(value).map(plain) ?? special(value)
    }

    /// With just so many digits after the point, rounded to even as Go rounds.
    static func fixed(_ value: Double, _ places: Int) -> String {
        guard let parts = Digits(value) else { return special(value) }
        let all = parts.rounded(to: parts.point + places)
        let text = plain(all)
        guard places > 0 else { return text }
        let have = text.split(separator: ".").dropFirst().first?.count ?? 0
        return text + (have == 0 ? "." : "") + String(repeating: "0", count: places - have)
    }

    /// One digit before the point, so many after it, and an exponent: `1.50e+02`.
    static func exponential(_ value: Double, _ places: Int) -> String {
        guard let parts = Digits(value) else { return special(value) }
        let all = parts.rounded(to: 1 + places)
        return scientific(all, places: places)
    }

    private static func special(_ value: Double) -> String {
        value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf"
    }

    private static func plain(_ parts: Digits) -> String {
        let sign = parts.isNegative ? "-" : ""
        if parts.digits.isEmpty { return sign + "0" }
        if parts.point <= 0 {
            return sign + "0." + String(repeating: "0", count: -parts.point) + parts.digits
        }
        if parts.point >= parts.digits.count {
            return sign + parts.digits
                + String(repeating: "0", count: parts.point - parts.digits.count)
        }
        return sign + parts.digits.prefix(parts.point) + "." + parts.digits.dropFirst(parts.point)
    }

    private static func scientific(_ parts: Digits, places: Int? = nil) -> String {
        let first = parts.digits.prefix(1)
        var rest = String(parts.digits.dropFirst())
        if let places { rest += String(repeating: "0", count: places - rest.count) }
        let exponent = parts.digits.isEmpty ? 0 : parts.point - 1
        return (parts.isNegative ? "-" : "") + (first.isEmpty ? "0" : first)
            + (rest.isEmpty ? "" : "." + rest) + "e" + (exponent < 0 ? "-" : "+")
            + CELTimestamp.padded(abs(exponent), 2)
    }

    /// A number's shortest digits and where its point stands: 0.ddd × 10^point.
    private struct Digits {
        var isNegative: Bool
        var digits: String
        var point: Int

        /// Nil for infinities and what is no number.
        init?(_ value: Double) {
            guard value.isFinite else { return nil }
            isNegative = value.sign == .minus
            let parts = "\(value.magnitude)".split(separator: "e")
            let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
            let whole = halves[0].drop { $0 == "0" }
            var all = whole + (halves.dropFirst().first ?? "")
            point = whole.count + (parts.dropFirst().first.flatMap { Int($0) } ?? 0)
            while all.first == "0" {
                all = all.dropFirst()
                point -= 1
            }
            while all.last == "0" { all = all.dropLast() }
            digits = String(all)
            if digits.isEmpty { point = 0 }
        }

        /// Cut to so many digits, half to even.
        func rounded(to count: Int) -> Digits {
            guard digits.count > max(count, 0) || count < 0 else { return self }
            var result = self
            var kept = Array(digits.utf8.prefix(max(count, 0)))
            let rest = Array(digits.utf8.dropFirst(max(count, 0)))
            let half = UInt8(ascii: "5")
            let isTie = count >= 0 && rest.first == half && rest.count == 1
            let isUp =
                count >= 0
                && (isTie ? (kept.last ?? 0x30) % 2 == 1 : (rest.first ?? 0) >= half)
            if isUp {
                var place = kept.count - 1
                while place >= 0, kept[place] == UInt8(ascii: "9") {
                    kept.removeLast()
                    place -= 1
                }
                if place >= 0 {
                    kept[place] += 1
                } else {
                    kept = [UInt8(ascii: "1")]
                    result.point += 1
                }
            }
            while kept.last == 0x30 { kept.removeLast() }
            result.digits = String(decoding: kept, as: UTF8.self)
            if kept.isEmpty { result.point = 0 }
            return result
        }
    }
}
