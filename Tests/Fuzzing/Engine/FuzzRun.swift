import TestSupport

/// Gives one target inputs that follow from a seed.
///
/// A run is made of rounds. Each begins with the corpus alone and with a seed of its own, so that
/// one round can be repeated without those before it.
package struct FuzzRun {
    /// Inputs of one round.
    package static let roundLength = 5000
    /// The most inputs that a round keeps beside the corpus to mutate on.
    private static let poolLimit = 256

    package struct Tally: Sendable, Equatable {
        package var inputs = 0
        package var taken = 0
        package var bytes = 0

        package init() {}
    }

    let target: FuzzTarget
    let corpus: [[UInt8]]
    let seed: UInt64
    /// Told of each input before it is tried.
    let announce: (_ input: [UInt8]) -> Void

    package init(
        _ target: FuzzTarget, corpus: [[UInt8]], seed: UInt64,
        announce: @escaping (_ input: [UInt8]) -> Void = { _ in }
    ) {
        self.target = target
        self.corpus = corpus.isEmpty ? [[]] : corpus
        self.seed = seed
        self.announce = announce
    }

    /// Tries that many inputs.
    ///
    /// - Parameters:
    ///   - count: how many; the last round may be shorter.
    ///   - firstRound: where to begin.
    /// - Returns: how many there were, and how many were taken.
    /// - Throws: `FuzzFailure` with round and input.
    package func run(_ count: Int, firstRound: Int = 0) throws(FuzzFailure) -> Tally {
        var tally = Tally()
        var round = firstRound
        while tally.inputs < count {
            try self.round(round, min(Self.roundLength, count - tally.inputs), &tally)
            round += 1
        }
        return tally
    }

    private func round(
        _ round: Int, _ count: Int, _ tally: inout Tally
    ) throws(FuzzFailure) {
        var mutator = Mutator(
            seed: seed &* 0x9E37_79B9 &+ UInt64(truncatingIfNeeded: round), words: target.words)
        var pool = corpus
        for _ in 0..<count {
            let input = mutator.mutate(
                mutator.random.pick(pool), with: mutator.random.pick(pool))
            announce(input)
            tally.inputs += 1
            tally.bytes += input.count
            guard try attempt(input, round: round) else { continue }
            tally.taken += 1
            // What was taken leads deeper than what was refused at the first byte.
            if pool.count < corpus.count + Self.poolLimit {
                pool.append(input)
            } else {
                pool[corpus.count + mutator.random.below(Self.poolLimit)] = input
            }
        }
    }

    private func attempt(_ input: [UInt8], round: Int) throws(FuzzFailure) -> Bool {
        do {
            return try target.attempt(input)
        } catch {
            throw FuzzFailure(
                target: target.name, seed: seed, round: round, input: input, finding: error)
        }
    }
}

/// An input that showed a reader to be wrong, and how to meet it again.
package struct FuzzFailure: Error, CustomStringConvertible {
    package var target: String
    package var seed: UInt64
    package var round: Int
    package var input: [UInt8]
    package var finding: FuzzFinding

    package var description: String {
        "\(target): \(finding)\n  seed \(seed), round \(round), input: \(Self.show(input))"
    }

    /// The bytes as text that a terminal can show.
    package static func show(_ bytes: [UInt8]) -> String {
        "\""
            + bytes.map { byte in
                switch byte {
                case 0x22, 0x5C: "\\" + String(UnicodeScalar(byte))
                case 0x20..<0x7F: String(UnicodeScalar(byte))
                default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
                }
            }.joined() + "\""
    }
}
