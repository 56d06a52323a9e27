import ArgumentParser
import Foundation
import Fuzzing

/// Tries the readers with hostile bytes: `swift run -c release fuzz --inputs 5000000`.
///
/// A crash ends the process, and so do an input that takes longer than 20 s and memory past 4 GiB;
/// the input is then in the file that the first line names.
@main
struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Gives hostile bytes to every reader of bytes that others send us.")

    @Option(help: "How many inputs in all, shared among the targets.")
    var inputs = 100_000

    @Option(help: "Only this target; may be repeated.")
    var target: [String] = []

    @Option(help: "Where the random numbers begin; printed at each run.")
    var seed = UInt64.random(in: 1...999_999_999)

    @Option(help: "The first round, to repeat one that failed.")
    var round = 0

    private static let secondsPerInput: UInt32 = 20
    private static let memoryLimit: rlim_t = 4 << 30

    func run() throws {
        let targets = FuzzTarget.all.filter { target.isEmpty || target.contains($0.name) }
        for name in target where !targets.contains(where: { $0.name == name }) {
            let known = FuzzTarget.all.map(\.name).joined(separator: ", ")
            throw ValidationError("no target \"\(name)\"; there are: \(known)")
        }
        let last = try LastInput()
        print("seed \(seed); the input at work is in \(last.path)")
        limitMemory()
        var total = FuzzRun.Tally()
        for target in targets {
            let start = ContinuousClock.now
            let run = FuzzRun(target, corpus: try target.corpus(), seed: seed) { input in
                last.write(input)
                alarm(Self.secondsPerInput)
            }
            let tally = try run.run(inputs / targets.count, firstRound: round)
            alarm(0)
            total.inputs += tally.inputs
            total.taken += tally.taken
            total.bytes += tally.bytes
            print(
                "\(target.name): \(tally.inputs) inputs, \(tally.taken) taken,",
                "\(tally.bytes / max(1, tally.inputs)) bytes each, \(start.duration(to: .now))")
        }
        print(
            "\(total.inputs) inputs, \(total.taken) taken, nothing found;",
            "most memory \(peakMegabytes()) MB")
        last.remove()
    }

    private func limitMemory() {
        var limit = rlimit(rlim_cur: Self.memoryLimit, rlim_max: Self.memoryLimit)
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit)
    }

    private func peakMegabytes() -> Int {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss / 1024
    }
}

/// Keeps the input that is being tried where it outlives a crash.
private struct LastInput {
    let path: String
    private let file: Int32

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("fuzz-\(ProcessInfo.processInfo.processIdentifier).input").path
        file = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0 else { throw ValidationError("cannot write \(path)") }
    }

    func write(_ input: [UInt8]) {
        ftruncate(file, 0)
        unsafe input.withUnsafeBytes { bytes in
            _ = unsafe pwrite(file, bytes.baseAddress, bytes.count, 0)
        }
    }

    func remove() { unsafe unlink(path) }
}
