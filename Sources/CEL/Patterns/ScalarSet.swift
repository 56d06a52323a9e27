/// A set of code points: ranges and general categories, all of it perhaps turned round.
struct ScalarSet: Sendable {
    private(set) var ranges: [ClosedRange<UInt32>] = []
    private var categories: [(codes: Set<Unicode.GeneralCategory>, isNegated: Bool)] = []
    private var isNegated = false
    private var isMerged = false

    init(_ ranges: [ClosedRange<UInt32>] = []) { self.ranges = ranges }

    init(_ scalar: Unicode.Scalar) { ranges = [scalar.value...scalar.value] }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        var isIn = isInRange(scalar.value)
        if !isIn, !categories.isEmpty {
            let category = scalar.properties.generalCategory
            isIn = categories.contains { $0.codes.contains(category) != $0.isNegated }
        }
        return isIn != isNegated
    }

    /// Whether a range holds the value; few ranges are looked through, many are halved.
    private func isInRange(_ value: UInt32) -> Bool {
        var (low, high) = (0, ranges.count)
        guard isMerged, high > 8 else { return ranges.contains { $0.contains(value) } }
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(value)
    }

    /// The same set, its ranges in order and apart.
    var merged: ScalarSet {
        var set = self
        set.ranges = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = set.ranges.last, range.lowerBound <= last.upperBound {
                set.ranges[set.ranges.count - 1] =
                    last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                set.ranges.append(range)
            }
        }
        set.isMerged = true
        return set
    }

    mutating func insert(_ range: ClosedRange<UInt32>) {
        ranges.append(range)
        isMerged = false
    }

    mutating func insert(_ set: ScalarSet) {
        isMerged = false
        if set.isNegated { ranges += set.complement } else { ranges += set.ranges }
        categories += set.categories.map { ($0.codes, $0.isNegated != set.isNegated) }
    }

    mutating func insert(_ codes: Set<Unicode.GeneralCategory>, isNegated: Bool) {
        categories.append((codes, isNegated))
    }

    var negated: ScalarSet {
        var set = self
        set.isNegated.toggle()
        return set
    }

    /// Everything outside the ranges.
    private var complement: [ClosedRange<UInt32>] {
        guard categories.isEmpty else { return [] }
        var result: [ClosedRange<UInt32>] = []
        var start: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > start { result.append(start...(range.lowerBound - 1)) }
            start = max(start, range.upperBound + 1)
        }
        if start <= 0x10FFFF { result.append(start...0x10FFFF) }
        return result
    }

    /// How many code points of one range are looked at for their other case.
    private static let foldLimit: UInt32 = 3000

    /// How many code points are looked at to leave case out of regard.
    var foldWork: Int {
        ranges.reduce(0) { $0 + Int(min($1.upperBound - $1.lowerBound, Self.foldLimit)) + 1 }
    }

    /// The same set without regard to case.
    var caseless: ScalarSet {
        var set = self
        set.isMerged = false
        for range in ranges {
            let upper = min(range.upperBound, range.lowerBound + Self.foldLimit)
            for value in range.lowerBound...upper {
                guard let scalar = Unicode.Scalar(value) else { continue }
                for text in [
                    scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping,
                ] {
                    let scalars = text.unicodeScalars
                    guard let other = scalars.first, scalars.count == 1, other != scalar else {
                        continue
                    }
                    set.ranges.append(other.value...other.value)
                }
            }
        }
        return set
    }

    static let digit = ScalarSet([0x30...0x39])
    static let word = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let blank = ScalarSet([0x09...0x0A, 0x0C...0x0D, 0x20...0x20])
    static let all = ScalarSet([0...0x10FFFF])
    static let allButLineEnd = ScalarSet([0...0x09, 0x0B...0x10FFFF])

    /// `[:alpha:]` and its like.
    static let named: [String: ScalarSet] = [
        "alnum": ScalarSet([0x30...0x39, 0x41...0x5A, 0x61...0x7A]),
        "alpha": ScalarSet([0x41...0x5A, 0x61...0x7A]), "ascii": ScalarSet([0...0x7F]),
        "blank": ScalarSet([0x09...0x09, 0x20...0x20]),
        "cntrl": ScalarSet([0...0x1F, 0x7F...0x7F]),
        "digit": digit, "graph": ScalarSet([0x21...0x7E]), "lower": ScalarSet([0x61...0x7A]),
        "print": ScalarSet([0x20...0x7E]),
        "punct": ScalarSet([0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]),
        "space": ScalarSet([0x09...0x0D, 0x20...0x20]), "upper": ScalarSet([0x41...0x5A]),
        "word": word, "xdigit": ScalarSet([0x30...0x39, 0x41...0x46, 0x61...0x66]),
    ]

    /// `\pL`, `\p{Lu}`: Unicode's general categories by their short names.
    static func categories(_ name: String) -> Set<Unicode.GeneralCategory>? {
        let all: [String: Unicode.GeneralCategory] = [
            "Lu": .uppercaseLetter, "Ll": .lowercaseLetter, "Lt": .titlecaseLetter,
            "Lm": .modifierLetter, "Lo": .otherLetter, "Mn": .nonspacingMark,
            "Mc": .spacingMark, "Me": .enclosingMark, "Nd": .decimalNumber,
            "Nl": .letterNumber, "No": .otherNumber, "Pc": .connectorPunctuation,
            "Pd": .dashPunctuation, "Ps": .openPunctuation, "Pe": .closePunctuation,
            "Pi": .initialPunctuation, "Pf": .finalPunctuation, "Po": .otherPunctuation,
            "Sm": .mathSymbol, "Sc": .currencySymbol, "Sk": .modifierSymbol,
            "So": .otherSymbol, "Zs": .spaceSeparator, "Zl": .lineSeparator,
            "Zp": .paragraphSeparator, "Cc": .control, "Cf": .format, "Cs": .surrogate,
            "Co": .privateUse,
        ]
        let found = all.filter { name.count == 1 ? $0.key.hasPrefix(name) : $0.key == name }
        return found.isEmpty ? nil : Set(found.values)
    }
}
