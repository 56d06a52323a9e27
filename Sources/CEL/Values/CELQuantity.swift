/// An amount as Kubernetes writes it: `1500m`, `2Gi`, `1e3`.
///
/// Kept exactly, in billionths; what is finer is rounded away from zero, and the whole must fit
/// 64 bits, as in Kubernetes.
package struct CELQuantity: Sendable, Hashable, Comparable {
    package let billionths: Int128

    private static let unit: Int128 = 1_000_000_000
    private static let limit = Int128(Int64.max) * unit

    init(billionths: Int128) {
        self.billionths = max(-Self.limit, min(Self.limit, billionths))
    }

    init(_ whole: Int64) { self.init(billionths: Int128(whole) * Self.unit) }

    package static func < (left: CELQuantity, right: CELQuantity) -> Bool {
        left.billionths < right.billionths
    }

    private static let decimals: [String: Int] = [
        "n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
    ]
    private static let binaries: [String: Int] = [
        "Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60,
    ]

    /// Nil for what is no quantity.
    package init?(_ text: String) {
        var rest = Substring(text)
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        let whole = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(whole.count)
        var fraction: Substring = ""
        if rest.first == "." {
            rest = rest.dropFirst()
            fraction = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(fraction.count)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        let suffix = String(rest)
        let (power, shift): (Int, Int)
        if let power10 = Self.decimals[suffix] {
            (power, shift) = (power10, 0)
        } else if let power2 = Self.binaries[suffix] {
            (power, shift) = (0, power2)
        } else if let first = rest.first, first == "e" || first == "E",
            let exponent = Int(rest.dropFirst()), abs(exponent) < 1000
        {
            (power, shift) = (exponent, 0)
        } else {
            return nil
        }
        let magnitude = Self.billionths(
            digits: String(whole + fraction), scale: power - fraction.count + 9, shift: shift)
        self.init(billionths: isNegative ? -magnitude : magnitude)
    }

    /// digits × 10^scale × 2^shift, rounded up, at most the limit.
    private static func billionths(digits: String, scale: Int, shift: Int) -> Int128 {
        var digits = digits.drop { $0 == "0" }
        guard !digits.isEmpty else { return 0 }
        var scale = scale
        while digits.last == "0" {
            digits = digits.dropLast()
            scale += 1
        }
        guard digits.count + scale + shift * 301 / 1000 < 36 else { return limit }
        guard digits.count + scale + shift >= -1 else { return 1 }
        // More digits than fit can only matter for the last billionth, which is rounded up.
        var isCut = false
        while digits.count > 19 {
            digits = digits.dropLast()
            scale += 1
            isCut = true
        }
        guard var value = Int128(digits) else { return limit }
        for _ in 0..<shift {
            if scale < 0, value > Int128.max / 4 {
                isCut = isCut || value % 10 != 0
                value /= 10
                scale += 1
            }
            value *= 2
        }
        while scale > 0 {
            value *= 10
            scale -= 1
        }
        while scale < 0 {
            isCut = isCut || value % 10 != 0
            value /= 10
            scale += 1
        }
        return min(limit, value + (isCut ? 1 : 0))
    }

    var sign: Int64 { billionths == 0 ? 0 : billionths < 0 ? -1 : 1 }

    /// The number when it is whole.
    var integer: Int64? {
        billionths % Self.unit == 0 ? Int64(exactly: billionths / Self.unit) : nil
    }

    var approximate: Double {
        Double(billionths / Self.unit) + Double(billionths % Self.unit) / 1e9
    }

    /// In plain digits with the fraction that there is.
    var text: String {
        let whole = billionths.magnitude / UInt128(Self.unit)
        let rest = Int(billionths.magnitude % UInt128(Self.unit))
        var text = (billionths < 0 ? "-" : "") + String(whole)
        if rest > 0 {
            var digits = CELTimestamp.padded(rest, 9)[...]
            while digits.last == "0" { digits.removeLast() }
            text += "." + digits
        }
        return text
    }
}
