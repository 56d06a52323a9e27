import Documents
import Foundation

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Kills the real binary with SIGKILL at random moments, recovers, and compares, until enough of it
/// was done.
struct KillCampaign {
    /// Chance that comes again from the same seed; the machine's load, though, does not.
    struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    /// What came of it.
    struct Result {
        var seed: UInt64
        var kills = 0
        /// Kills while a change was announced and not yet wholly undone.
        var inFlight = 0
        /// Processes that were faster than their killer.
        var ended = 0
        var rounds = 0
        var residues: [String] = []

        var text: String {
            "seed \(seed): \(kills) kills in \(rounds) rounds, \(inFlight) of them with a change in"
                + " flight, \(ended) processes ended before; \(residues.count) residues"
        }
    }

    /// How a process is fed, and so what it does until it is killed.
    private enum Way: CaseIterable {
        /// Its input ends at once: it changes and undoes.
        case passing
        /// Its input stays open: it holds.
        case holding
        /// A shell with several changes on one object.
        case shell
    }

    let binary: BuiltBinary
    let victims: Victims
    private var dice: Dice
    private var result: Result
    private var edits: [String: Victims.Edits] = [:]
    private var before: [String: JSONValue] = [:]
    /// How long it takes until a change is announced.
    private var span = Duration.seconds(1)

    init(_ binary: BuiltBinary, _ victims: Victims) {
        self.binary = binary
        self.victims = victims
        let variables = ProcessInfo.processInfo.environment
        let seed = variables["KILL_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0..<1 << 32)
        dice = Dice(state: seed)
        result = Result(seed: seed)
    }

    private static let changes = [
        ["status=pending"], ["target.pod=p-1"], ["category.name=Cats", "status=sold"],
        ["photoUrls=[\"http://y/?c=<3>\"]"],
    ]

    /// Kills that many processes.
    mutating func run(kills wanted: Int) async throws -> Result {
        try await victims.make()
        try await victims.settle()
        for name in victims.names {
            edits[name] = Victims.Edits()
            before[name] = try await victims.read(name)
        }
        let start = ContinuousClock.now
        let whole = try await binary.run(
            ["patch", "pet", victims.names[0], "status=pending", "--rollback-on-exit"])
        guard whole.status == 0 else {
            throw BuiltBinary.Missing(description: "no unharmed run: \(whole.errors)")
        }
        span = ContinuousClock.now - start
        try await compare()
        while result.kills < wanted, result.residues.isEmpty, result.rounds < wanted {
            result.rounds += 1
            try await killAll()
            try await recover()
            try await compare()
        }
        return result
    }

    // MARK: One round

    /// One process that is going to be killed.
    private struct Slot {
        var process: Process
        var input: Pipe
        var sessions: URL
        /// When the first change was announced in its journal.
        var announced: ContinuousClock.Instant?
        /// How long after that it dies, as a part of the time that it took until then.
        var part: Double
        /// Dies that long after its start, whatever it has done by then.
        var blind: Duration?
    }

    private mutating func killAll() async throws {
        var slots: [Slot] = []
        for (number, name) in victims.names.enumerated() {
            let way = Way.allCases.randomElement(using: &dice) ?? .passing
            let state = binary.home.appending(path: "slot-\(number)")
            let (process, input) = try launch(name, way, state)
            let isBlind = Int.random(in: 0..<5, using: &dice) == 0
            let sooner = Double.random(in: 0.1...1, using: &dice)
            slots.append(
                Slot(
                    process: process, input: input,
                    sessions: state.appending(path: "petstore-cli/sessions"),
                    part: Double.random(in: 0...0.8, using: &dice),
                    blind: isBlind ? span * sooner : nil))
        }
        let edited = victims.names.map { ($0, Victims.Edits(name: word(), beat: word())) }
        for (name, new) in edited { edits[name] = new }
        let client = victims
        async let editing: Void = Self.edit(client, edited)
        try await killEach(&slots)
        try await editing
        result.inFlight += try journals().count
    }

    private static func edit(
        _ client: Victims, _ edited: [(String, Victims.Edits)]
    ) async throws {
        for number in 0..<3 {
            for (name, last) in edited {
                let early = Victims.Edits(name: last.name, beat: "\(last.beat)\(number)")
                try await client.edit(name, early)
            }
            try await Task.sleep(for: .milliseconds(150))
        }
        for (name, last) in edited { try await client.edit(name, last) }
    }

    /// Watches the journals grow and kills each process at its moment.
    private mutating func killEach(_ slots: inout [Slot]) async throws {
        let start = ContinuousClock.now
        var left = Set(slots.indices)
        while !left.isEmpty {
            let now = ContinuousClock.now
            for index in left {
                if slots[index].announced == nil, try !journals(in: slots[index].sessions).isEmpty {
                    slots[index].announced = now
                    span = now - start
                }
                let slot = slots[index]
                let due =
                    slot.blind.map { start + $0 }
                    ?? slot.announced.map {
                        $0 + ($0 - start) * slot.part
                    }
                let isStuck = now - start > .seconds(90)
                let isDue = due.map { now >= $0 } ?? false
                guard isStuck || isDue || !slot.process.isRunning else { continue }
                left.remove(index)
                if slot.process.isRunning { kill(slot.process.processIdentifier, SIGKILL) }
                slot.process.waitUntilExit()
                let isKilled = slot.process.terminationReason == .uncaughtSignal
                result.kills += isKilled ? 1 : 0
                result.ended += isKilled ? 0 : 1
                try gather(slot.sessions)
            }
            try await Task.sleep(for: .milliseconds(3))
        }
    }

    /// Brings a dead process's journals to where `session recover` looks for them.
    private func gather(_ folder: URL) throws {
        try FileManager.default.createDirectory(
            at: sessions, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        for file in try journals(in: folder) {
            try FileManager.default.moveItem(
                at: folder.appending(path: file), to: sessions.appending(path: file))
        }
    }

    private var sessions: URL {
        binary.home.appending(path: ".local/state/petstore-cli/sessions")
    }

    private mutating func word() -> String {
        "w" + String(UInt32.random(in: .min ... .max, using: &dice))
    }

    private mutating func launch(
        _ name: String, _ way: Way, _ state: URL
    ) throws -> (Process, Pipe) {
        let process = Process()
        let input = Pipe()
        process.executableURL = URL(filePath: binary.path)
        process.environment = binary.environment.merging(
            ["XDG_STATE_HOME": state.path]) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = input
        let change = Self.changes.randomElement(using: &dice) ?? []
        let words = ["patch", "pet", name] + change + ["--rollback-on-exit"]
        process.arguments = way == .shell ? ["shell"] : words
        try process.run()
        switch way {
        case .passing: try input.fileHandleForWriting.close()
        case .holding: break
        case .shell:
            let more = ["patch", "pet", name, "id=77", "--rollback-on-exit"]
            let lines = [words, more].map { line in
                line.map { "'\($0)'" }.joined(separator: " ") + "\n"
            }
            try input.fileHandleForWriting.write(contentsOf: Data(lines.joined().utf8))
            try input.fileHandleForWriting.close()
        }
        return (process, input)
    }

    /// The journals that hold an announced change.
    private func journals(in folder: URL? = nil) throws -> [String] {
        let folder = folder ?? sessions
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { file in
            guard file.hasSuffix(".jsonl") else { return false }
            // It may be gone again by now.
            let text = try? String(contentsOf: folder.appending(path: file), encoding: .utf8)
            return text?.contains("\"kind\":\"entry\"") ?? false
        }
    }

    private mutating func recover() async throws {
        let recovered = try await binary.run(["session", "recover", "--yes"])
        if recovered.status != 0 {
            result.residues.append("recover: \(recovered.output)\(recovered.errors)")
        }
        // A journal may outlive its session for a while, but nothing is pending in it.
        let again = try await binary.run(["session", "recover", "--yes"])
        if !(again.output + again.errors).contains("Nothing to recover") {
            result.residues.append("recover, again: \(again.output)\(again.errors)")
        }
        for file in try journals() {
            try FileManager.default.removeItem(at: sessions.appending(path: file))
        }
    }

    private mutating func compare() async throws {
        for name in victims.names {
            guard let edits = edits[name], let old = before[name] else { continue }
            let now = try await victims.read(name)
            let expected = Victims.text(old, edits)
            let found = Victims.text(now, currentEdits(now))
            if found != expected {
                result.residues.append("\(name) is\n\(found)\nand not\n\(expected)")
            }
        }
    }

    /// What the second client's fields hold, so that they are compared, too.
    private func currentEdits(_ object: JSONValue) -> Victims.Edits {
        Victims.Edits(
            name: object["spec"]?["name"]?.stringValue ?? "",
            beat: object["metadata"]?["labels"]?["beat"]?.stringValue ?? "")
    }
}
