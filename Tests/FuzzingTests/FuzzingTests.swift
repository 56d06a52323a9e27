import Fuzzing
import Testing

/// The corpus, and some thousands of inputs of each target; `swift run -c release fuzz` tries more.
@Suite("Hostile bytes")
struct FuzzingTests {
    /// Inputs for each target: debug builds are slow.
    private static let inputs = 2000

    @Test(arguments: FuzzTarget.all.map(\.name))
    func theCorpusIsReadWithoutContradiction(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let corpus = try target.corpus()
        #expect(corpus.count >= 3)
        let taken = try corpus.map { try target.attempt($0) }
        #expect(taken.contains(true), "the corpus of \(name) shows nothing that is taken")
    }

    @Test(arguments: FuzzTarget.all.map(\.name))
    func mutationsAreReadWithoutContradiction(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let tally = try FuzzRun(target, corpus: try target.corpus(), seed: 20_261_124)
            .run(Self.inputs)
        #expect(tally.inputs == Self.inputs)
        #expect(tally.taken > Self.inputs / 50, "mutations of \(name) are all refused")
    }

    @Test func theSameSeedMakesTheSameInputs() throws {
        let target = try #require(FuzzTarget.all.first)
        let corpus = try target.corpus()
        func inputs(seed: UInt64) throws -> [[UInt8]] {
            var seen: [[UInt8]] = []
            _ = try FuzzRun(target, corpus: corpus, seed: seed) { seen.append($0) }.run(50)
            return seen
        }
        #expect(try inputs(seed: 1) == inputs(seed: 1))
        #expect(try inputs(seed: 1) != inputs(seed: 2))
    }

    @Test func aContradictionIsFoundAndToldWithItsSeed() throws {
        let broken = FuzzTarget("broken", words: ["boom"]) { input throws(FuzzFinding) in
            if input.contains(0x62) { throw FuzzFinding("holds a b") }
            return true
        }
        let failure = try #require(throws: FuzzFailure.self) {
            try FuzzRun(broken, corpus: [[0x61]], seed: 7).run(10_000)
        }
        #expect(failure.description.contains("holds a b"))
        #expect(failure.description.contains("seed 7, round 0"))
    }
}
