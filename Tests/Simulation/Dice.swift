/// Chance that comes out the same again from the same seed (SplitMix64).
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    /// Dice of their own for one purpose, so that more throws there change nothing here.
    init(_ seed: UInt64, _ purpose: String, _ number: Int = 0) {
        var hash = Fingerprint()
        hash.add(purpose)
        hash.add(UInt64(bitPattern: Int64(number)))
        hash.add(seed)
        state = hash.value
        _ = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// True in that many of a hundred cases.
    mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }

    mutating func pick<Item>(_ items: [Item]) -> Item { items[number(0...(items.count - 1))] }
}

/// A running hash (FNV-1a over words) of everything that happened.
struct Fingerprint: Hashable, Sendable {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ word: UInt64) {
        value = (value ^ word) &* 0x0000_0100_0000_01B3
        value ^= value >> 29
    }

    mutating func add(_ bytes: some Sequence<UInt8>) {
        var word: UInt64 = 0
        var count = 0
        for byte in bytes {
            word = word << 8 | UInt64(byte)
            count += 1
            if count & 7 == 0 {
                add(word)
                word = 0
            }
        }
        add(word)
        add(UInt64(count))
    }

    mutating func add(_ text: String) { add(text.utf8) }
}
