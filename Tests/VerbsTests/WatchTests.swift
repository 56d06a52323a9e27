import Documents
import Sandbox
import SandboxAPIServer
import Synchronization
import Testing

@testable import Verbs

/// A line that goes on until it is told to stop, and what it wrote so far.
private struct Running {
    let stage: Stage
    let signals = Signals()
    let output = MemoryOutput()
    let errors = MemoryOutput()
    let status: Task<ExitStatus, Never>

    init(_ line: String, on stage: Stage, terminal: TerminalFacts? = nil) {
        self.stage = stage
        var world = stage.world
        world.output = output
        world.errors = errors
        world.interrupts = { [signals] in signals.stream() }
        if let terminal { world.terminal = terminal }
        let (dispatcher, words) = (Dispatcher(world: world), Stage.words(line))
        status = Task { await dispatcher.run(words) }
    }

    /// Waits until it has written something of which that holds.
    func wrote(_ holds: (String) -> Bool) async throws -> String {
        for _ in 0..<3000 {
            let text = output.text
            if holds(text) { return text }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("only: \(output.text) \(errors.text)")
        return output.text
    }

    /// Ends it as Ctrl-C does.
    func interrupt() async -> ExitStatus {
        signals.send(.interrupt)
        return await status.value
    }
}

extension OnStage {
    @Suite("What goes on until it is ended: get -w, status --watch, activity -w")
    struct WatchTests {
        private func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }

        @Test("get -w: the table, then a row for each change under the same columns")
        func rows() async throws {
            let stage = try await Stage()
            let watch = Running("get pets -w", on: stage)
            let table = try await watch.wrote { $0.contains("max") }
            #expect(table.hasPrefix("NAME     STATE    EXTERNAL-ID   AGE\nbella"))
            #expect(await stage.run("pause pet max").status == .done)
            let more = try await watch.wrote { $0.contains("Paused") }
            let row = try #require(lines(more).first { $0.contains("Paused") })
            #expect(row.hasPrefix("max      Paused   1000          "))
            #expect(lines(more).count { $0.hasPrefix("NAME") } == 1)
            #expect(await watch.interrupt() == .ended(by: 2))
            #expect(watch.errors.text.isEmpty)
        }

        @Test("--output-watch-events, --watch-only, one object, deletions")
        func events() async throws {
            let stage = try await Stage()
            let all = Running("get pets -w --output-watch-events", on: stage)
            let only = Running("get pet max --watch-only --output-watch-events -o json", on: stage)
            let table = try await all.wrote { $0.contains("max") }
            #expect(table.hasPrefix("EVENT      NAME"))
            #expect(lines(table).dropFirst().prefix(4).allSatisfy { $0.hasPrefix("ADDED") })
            // What was there before is no event for the second.
            try await Task.sleep(for: .milliseconds(300))
            #expect(!only.output.text.contains("\"ADDED\""))
            #expect(await stage.run("delete pet max --yes --no-wait").status == .done)
            let gone = try await all.wrote { $0.contains("DELETED") }
            #expect(gone.contains("DELETED    max"))
            _ = try await only.wrote { $0.contains("\"DELETED\"") }
            #expect(await all.interrupt() == .ended(by: 2))
            #expect(await only.interrupt() == .ended(by: 2))
            #expect(only.output.text.hasPrefix("{\n    \"type\": \"MODIFIED\""))
        }

        @Test("a filter holds for changes as well: what fits no longer is gone for the reader")
        func filtered() async throws {
            let stage = try await Stage()
            let watch = Running(
                "get pets --state Synced -w --output-watch-events --no-headers", on: stage)
            _ = try await watch.wrote { $0.contains("max") }
            #expect(await stage.run("pause pet max").status == .done)
            let text = try await watch.wrote { $0.contains("DELETED") }
            // Of other objects something may have come since.
            #expect(lines(text).contains { $0.hasPrefix("DELETED") && $0.contains(" max ") })
            #expect(await watch.interrupt() == .ended(by: 2))
        }

        @Test("what cannot be watched is said before anything is asked")
        func refused() async throws {
            let stage = try await Stage.shared()
            for line in [
                "get pets,orders -w", "get pets -w --sort-by .spec.id",
                "get pets --output-watch-events", "status --watch --exit-code",
            ] {
                let outcome = await stage.run(line)
                #expect(outcome.status == .mistaken && outcome.output.isEmpty, "\(line)")
            }
            #expect(await stage.run("get pet nosuch -w").status == .notFound)
        }

        @Test("status --watch: the whole once, then a line for each change")
        func status() async throws {
            let stage = try await Stage()
            let watch = Running("status --watch", on: stage)
            let first = try await watch.wrote { $0.contains("FAILED RESOURCES:") }
            #expect(first.hasPrefix("Aggregate: production-health\nHealth: Degraded ("))
            #expect(await stage.run("pause pet buddy").status == .done)
            let more = try await watch.wrote { $0.contains("→ Paused") }
            let line = try #require(lines(more).first { $0.contains("→ Paused") })
            #expect(line.hasPrefix("20"))
            #expect(line.contains("Z pet/buddy Synced → Paused"))
            _ = try await watch.wrote {
                $0.contains("petstoreaggregate/production-health Degraded (6/7")
            }
            #expect(await watch.interrupt() == .ended(by: 2))
        }

        @Test("on a terminal the status is drawn over itself")
        func redrawn() async throws {
            let stage = try await Stage()
            let watch = Running(
                "status production-health --watch", on: stage,
                terminal: TerminalFacts(outputIsTerminal: true, columns: 80, rows: 24))
            let first = try await watch.wrote { $0.contains("FAILED RESOURCES:") }
            #expect(!first.contains("\u{1B}[J"))
            #expect(await stage.run("pause pet buddy").status == .done)
            let more = try await watch.wrote { $0.contains("5/7 synced") }
            // Up over what was drawn, whose last row takes two lines of 80 columns.
            let height =
                lines(first).count
                + first.split(
                    separator: "\n", omittingEmptySubsequences: false
                ).dropLast().count { $0.isEmpty }
            #expect(
                more.contains("\u{1B}[\(height)A\r\u{1B}[J")
                    || more.contains("\u{1B}[\(height + 1)A\r\u{1B}[J"))
            #expect(await watch.interrupt() == .ended(by: 2))
        }

        @Test("activity: what the object tells, then what is seen")
        func activity() async throws {
            let stage = try await Stage()
            let watch = Running("activity pet max -w", on: stage)
            let first = try await watch.wrote { $0.contains("read from the API") }
            #expect(first.hasPrefix("AGE "))
            #expect(first.contains("created"))
            #expect(await stage.run("pause pet max").status == .done)
            let more = try await watch.wrote { $0.contains("state Synced → Paused") }
            #expect(more.contains("wrote spec.paused") || more.contains("spec.paused"))
            #expect(await watch.interrupt() == .ended(by: 2))
        }
    }
}
