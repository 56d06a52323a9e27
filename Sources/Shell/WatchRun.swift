import KubernetesCore
import Synchronization
import Terminal
import Verbs

/// `watch 2s get pets`: a command again and again, until somebody has seen enough.
struct WatchRun: Sendable, Equatable {
    static let usual = Duration.seconds(2)
    /// More often would only load the server.
    static let shortest = Duration.milliseconds(100)

    var interval = WatchRun.usual
    /// The interval as it was typed.
    private var intervalText = "2s"
    /// Nil: until it is ended.
    var rounds: Int?
    var words: [String]

    struct Mistake: Error, Equatable {
        var message: String
        var hint: String
    }

    /// Reads what stands behind `watch`.
    init(_ typed: [String]) throws(Mistake) {
        var rest = typed[...]
        if let first = rest.first, let interval = Self.interval(first) {
            self.interval = max(interval, Self.shortest)
            intervalText = first
            rest = rest.dropFirst()
        }
        if rest.first == "--count", rest.count > 1, let count = Int(rest[rest.startIndex + 1]),
            count > 0
        {
            rounds = count
            rest = rest.dropFirst(2)
        }
        words = Array(rest)
        guard !words.isEmpty else {
            throw Mistake(
                message: "watch needs a command", hint: "for example: watch 5s get pets")
        }
        guard CommandEffect.onlyReads(words), words[0] != ShellWord.watch.rawValue else {
            throw Mistake(
                message: "watch repeats only what reads, and \(words[0]) does more",
                hint: "for example: watch 5s get pets")
        }
    }

    /// `2s`, `500ms`, or seconds.
    private static func interval(_ text: String) -> Duration? {
        if let seconds = Int(text), seconds > 0 { return .seconds(seconds) }
        guard text.first?.isNumber ?? false else { return nil }
        // What is no duration is the command.
        guard let interval = try? GoDuration.parse(text), interval > .zero else { return nil }
        return interval
    }

    /// How each round is shown.
    enum Face: Sendable {
        /// The screen anew, so that only what is different moves.
        case screen(rows: Int)
        /// One after the other.
        case plain
        /// Only what differs from the round before.
        case changes
    }

    /// Runs round after round.
    ///
    /// - Returns: the status of the last round; done when it was ended.
    func run(
        _ face: Face, in world: World,
        round: @escaping @Sendable ([String], World) async -> ExitStatus
    ) async -> ExitStatus {
        var status = ExitStatus.done
        var before: [UInt8]?
        var count = 0
        while !Task.isCancelled {
            let memory = RoundOutput()
            var inner = world
            inner.output = memory
            inner.errors = memory
            inner.input = NoInput()
            inner.terminal.inputIsTerminal = false
            status = await round(words, inner)
            let shown = memory.bytes
            if Task.isCancelled { break }
            do throws(OutputClosed) {
                try world.output.write(frame(shown, before, face, at: world.clock.now()))
            } catch {
                return .done
            }
            before = shown
            count += 1
            if count == rounds { return status }
            // A cancelled sleep ends the loop above.
            try? await world.clock.sleep(interval)
        }
        return .done
    }

    private func frame(
        _ shown: [UInt8], _ before: [UInt8]?, _ face: Face, at time: Timestamp
    ) -> [UInt8] {
        switch face {
        case .changes: return shown == before ? [] : shown
        case .plain: return (before == nil ? [] : [0x0A]) + shown
        case .screen(let rows):
            let head = "Every \(intervalText): \(words.joined(separator: " "))"
            let lines = String(decoding: shown, as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false)
            let room = max(rows - 4, 1)
            var text = "\u{1B}[H\u{1B}[2J\(head)  (\(time.rfc3339), Ctrl-C ends it)\n\n"
            text += lines.prefix(room).joined(separator: "\n")
            if lines.count > room, !(lines.count == room + 1 && lines.last == "") {
                text += "\n… \(lines.count - room) more lines"
            }
            return Array((text.hasSuffix("\n") ? text : text + "\n").utf8)
        }
    }
}

/// What one round says, both streams in their order.
private final class RoundOutput: Output {
    private let written = Mutex<[UInt8]>([])

    var bytes: [UInt8] { written.withLock { $0 } }

    func write(_ bytes: [UInt8]) throws(OutputClosed) { written.withLock { $0 += bytes } }
}
