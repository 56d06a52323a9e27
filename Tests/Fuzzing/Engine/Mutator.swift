import TestSupport

/// Makes new inputs of old ones.
struct Mutator {
    /// The most bytes that an input grows to by mutation.
    static let largest = 4096

    private static let numbers = [
        "0", "-0", "1e309", "-1", "9223372036854775807", "9223372036854775808",
        "-9223372036854775809", "1.0", "1e3", "0x7f", "017", "4294967296", "18446744073709551616",
        "0.1e-400", "NaN", ".inf",
    ]
    private static let hostile: [[UInt8]] = [
        [0], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFF], [0xEF, 0xBB, 0xBF], [0xE2, 0x80, 0xA8],
        [0xF0, 0x9F, 0x98, 0x80], [0x65, 0xCC, 0x81], [13, 10], [0x1B, 0x5B, 0x32, 0x4A], [9],
    ]

    var random: SeededRandom
    let words: [[UInt8]]

    init(seed: UInt64, words: [String]) {
        random = SeededRandom(seed)
        self.words = (words + Self.numbers).map { Array($0.utf8) } + Self.hostile
    }

    /// One to eight changes to an input; `other` lends a part of itself.
    mutating func mutate(_ input: [UInt8], with other: [UInt8]) -> [UInt8] {
        var result = input
        for _ in 0...random.below(random.once(in: 4) ? 8 : 3) { change(&result, other) }
        if result.count > Self.largest { result.removeLast(result.count - Self.largest) }
        return result
    }

    private mutating func change(_ bytes: inout [UInt8], _ other: [UInt8]) {
        let at = random.below(bytes.count + 1)
        switch random.below(10) {
        case 0 where at < bytes.count: bytes[at] ^= 1 << UInt8(random.below(8))
        case 1 where at < bytes.count: bytes[at] = UInt8(truncatingIfNeeded: random.next())
        case 2, 3: bytes.insert(contentsOf: random.pick(words), at: at)
        case 4: bytes.removeSubrange(range(in: bytes, from: at))
        case 5: bytes.insert(contentsOf: Array(bytes[range(in: bytes, from: at)]), at: at)
        case 6:
            bytes.insert(
                contentsOf: other[range(in: other, from: random.below(other.count + 1))], at: at)
        case 7:
            let part = Array(bytes[range(in: bytes, from: at, most: 8)])
            for _ in 0..<random.below(64) { bytes.insert(contentsOf: part, at: at) }
        case 8: bytes.removeLast(bytes.count - at)
        default:
            let word = random.pick(words)
            bytes.replaceSubrange(
                at..<min(bytes.count, at + random.below(word.count + 2)), with: word)
        }
    }

    private mutating func range(
        in bytes: [UInt8], from start: Int, most: Int = 64
    ) -> Range<Int> {
        start..<min(bytes.count, start + random.below(most))
    }
}
