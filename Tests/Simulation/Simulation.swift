import Foundation
import Synchronization

// session-simulation: the session engine, whole, on a simulated clock, disk, network and cluster.
// A seed decides who does what and what goes wrong; every seed runs twice and must take the same
// course both times. What must be true is checked against a second cluster in which our changes
// never happen. It must never use the machine's clock, threads, disk or network.

/// One seed's outcome.
struct Outcome {
    var fingerprint: UInt64
    var violations: [String]
    var tally: Tally
    var lines: [String]
}

@main
enum Simulation {
    static func main() {
        let options: Options
        do {
            options = try Options(Array(CommandLine.arguments.dropFirst()))
        } catch {
            print("\(error)\n\(Options.usage)")
            exit(64)
        }
        if options.jobs > 1 { exit(Crew(options).run()) }
        EventLoop.takeOver()
        let isFine =
            switch options.mode {
            case .one(let seed): replay(seed, options)
            case .many: runMany(options)
            case .sabotage(let kinds): sabotage(kinds, options)
            }
        exit(isFine ? 0 : 1)
    }

    static func run(_ scenario: Scenario, _ saboteur: Saboteur? = nil) -> Outcome {
        let world = World(scenario, saboteur: saboteur)
        let isOver = EventLoop.shared.run { await world.unfold() }
        if !isOver { world.violation("P27", "everybody waits for ever") }
        let judge = world.judge.withLock { $0 }
        return Outcome(
            fingerprint: world.fingerprint.value, violations: judge.violations,
            tally: judge.tally, lines: world.lines)
    }

    // MARK: Many seeds

    private static func runMany(_ options: Options) -> Bool {
        var tally = Tally()
        var all = Fingerprint()
        var failures: [UInt64] = []
        for number in 0..<options.count where number % options.share.of == options.share.part {
            let seed = options.from + UInt64(number)
            let scenario = options.scenario(seed)
            let first = run(scenario)
            let second = run(scenario)
            tally.add(first.tally)
            all.add(first.fingerprint)
            if first.fingerprint != second.fingerprint {
                failures.append(seed)
                print("seed \(seed) took two courses:")
                printDifference(first.lines, second.lines)
            } else if !first.violations.isEmpty {
                failures.append(seed)
                print("seed \(seed) breaks \(first.violations.joined(separator: "\n    "))")
                if failures.count <= options.explained { explain(scenario, first) }
            }
            if failures.count >= options.mostFailures {
                print("too many failures")
                break
            }
        }
        print("fingerprint \(String(all.value, radix: 16))")
        if !failures.isEmpty { print("failing seeds: \(failures)") }
        if options.isPart {
            tally.printForCrew()
            return failures.isEmpty
        }
        return conclude(tally, options, failures.count)
    }

    /// Prints the table; false where a seed failed or something was never met.
    static func conclude(_ tally: Tally, _ options: Options, _ failures: Int) -> Bool {
        print(tally.table(of: options.count))
        // Few seeds cannot meet with everything.
        let missing = options.count >= options.enough ? tally.missing : []
        for name in missing { print("never met: \(name)") }
        print(
            "\(options.count) seeds from \(options.from), each run twice: \(failures) failed,"
                + " \(missing.count) things never met")
        return failures == 0 && missing.isEmpty
    }

    private static func printDifference(_ left: [String], _ right: [String]) {
        let same = zip(left, right).prefix { $0 == $1 }.count
        print("  the same up to line \(same); then")
        for line in left.dropFirst(same).prefix(20) { print("  1: \(line)") }
        for line in right.dropFirst(same).prefix(20) { print("  2: \(line)") }
    }

    // MARK: One seed

    private static func replay(_ seed: UInt64, _ options: Options) -> Bool {
        let scenario = options.scenario(seed)
        let outcome = run(scenario)
        let again = run(scenario)
        guard outcome.fingerprint == again.fingerprint else {
            print("seed \(seed) took two courses:")
            printDifference(outcome.lines, again.lines)
            return false
        }
        if outcome.violations.isEmpty || options.isVerbose {
            print(outcome.lines.joined(separator: "\n"))
            print("fingerprint \(String(outcome.fingerprint, radix: 16))")
        }
        guard !outcome.violations.isEmpty else { return true }
        explain(scenario, outcome)
        return false
    }

    /// Prints a failing seed as small as it gets.
    private static func explain(_ scenario: Scenario, _ outcome: Outcome) {
        let promise = outcome.violations.first.map { $0.prefix { $0 != ":" } } ?? ""
        let shrunk = Shrinker { smaller in
            run(smaller).violations.contains { $0.hasPrefix(promise) }
        }.shrink(scenario)
        print("  smallest form: \(shrunk.text)")
        for line in run(shrunk).lines { print("  \(line)") }
        print("  again: session-simulation --seed \(scenario.seed)")
    }

    // MARK: Are the checkers awake?

    private static func sabotage(_ kinds: [Saboteur.Kind], _ options: Options) -> Bool {
        var allFound = true
        for kind in kinds {
            var found: String?
            var count = 0
            for number in 0..<options.count {
                count += 1
                let seed = options.from + UInt64(number)
                let scenario = options.scenario(seed)
                let outcome = run(scenario, Saboteur(kind: kind))
                if options.isVerbose { print(outcome.lines.joined(separator: "\n")) }
                found = outcome.violations.first { violation in
                    kind.promises.contains { violation.hasPrefix($0 + ":") }
                }.map { "seed \(seed): \($0)" }
                if found != nil { break }
            }
            allFound = allFound && found != nil
            print("\(kind.rawValue): \(found ?? "NOT FOUND in \(count) seeds")")
        }
        return allFound
    }
}

extension Tally {
    func printForCrew() {
        for (name, count) in seeds { print("tally\t\(name.kind.rawValue)\t\(name.name)\t\(count)") }
    }

    mutating func read(_ line: Substring) {
        let parts = line.split(separator: "\t")
        guard parts.count == 4, let kind = Kind(rawValue: String(parts[1])),
            let count = Int(parts[3])
        else { return }
        add(kind, String(parts[2]), count)
    }
}
