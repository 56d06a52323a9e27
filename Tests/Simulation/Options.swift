import Foundation
import Synchronization

/// What the command line asks for.
struct Options {
    enum Mode {
        case many
        case one(UInt64)
        case sabotage([Saboteur.Kind])
    }

    struct Wrong: Error, CustomStringConvertible {
        var description: String
    }

    static let usage = """
        usage: session-simulation [--seeds N] [--from N] [--long] [--changes] [--jobs N]
               session-simulation --seed N [--long] [--changes] [--trace]
               session-simulation --sabotage KIND|all [--seeds N]
        kinds: \(Saboteur.Kind.allCases.map(\.rawValue).joined(separator: ", "))
        """

    var mode = Mode.many
    var count = 1000
    var from: UInt64 = 0
    var isLong = false
    /// Changes alone; see `ScenarioMaker.make`.
    var isNarrow = false
    var isVerbose = false
    var jobs = 1
    var share = (part: 0, of: 1)
    var isPart = false
    /// From how many seeds on everything must have been met.
    var enough = 5000
    var mostFailures = 20
    /// How many failures are made small and shown whole.
    var explained = 1

    func scenario(_ seed: UInt64) -> Scenario {
        ScenarioMaker.make(seed, isLong: isLong, isNarrow: isNarrow)
    }

    init(_ words: [String]) throws(Wrong) {
        var rest = words[...]
        func number(_ name: String) throws(Wrong) -> Int {
            guard let word = rest.popFirst(), let number = Int(word), number >= 0 else {
                throw Wrong(description: "\(name) needs a number")
            }
            return number
        }
        while let word = rest.popFirst() {
            switch word {
            case "--seeds": count = try number(word)
            case "--from": from = UInt64(try number(word))
            case "--seed": mode = .one(UInt64(try number(word)))
            case "--jobs": jobs = try number(word)
            case "--failures": mostFailures = try number(word)
            case "--explain": explained = try number(word)
            case "--long": isLong = true
            case "--changes": isNarrow = true
            case "--trace": isVerbose = true
            case "--share":
                share = (part: try number(word), of: try number(word))
                isPart = true
            case "--sabotage":
                let name = rest.popFirst() ?? ""
                let kinds = Saboteur.Kind.allCases.filter { name == "all" || $0.rawValue == name }
                guard !kinds.isEmpty else { throw Wrong(description: "no sabotage '\(name)'") }
                mode = .sabotage(kinds)
            default: throw Wrong(description: "unknown word '\(word)'")
            }
        }
    }
}

/// Several processes that share the seeds among them.
struct Crew {
    let options: Options

    init(_ options: Options) { self.options = options }

    /// - Returns: the exit status.
    func run() -> Int32 {
        var tally = Tally()
        var failures = 0
        var hands: [(Process, Pipe)] = []
        for part in 0..<options.jobs {
            let process = Process()
            let pipe = Pipe()
            process.executableURL = Bundle.main.executableURL
            process.arguments =
                ["--seeds", String(options.count), "--from", String(options.from)]
                + ["--share", String(part), String(options.jobs)]
                + (options.isLong ? ["--long"] : []) + (options.isNarrow ? ["--changes"] : [])
            process.standardOutput = pipe
            do {
                try process.run()
            } catch {
                print("cannot start a process: \(error)")
                return 71
            }
            hands.append((process, pipe))
        }
        for (process, pipe) in hands {
            let data = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            if process.terminationStatus != 0 { failures += 1 }
            for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
                if line.hasPrefix("tally\t") { tally.read(line) } else { print(line) }
            }
        }
        return Simulation.conclude(tally, options, failures) ? 0 : 1
    }
}
