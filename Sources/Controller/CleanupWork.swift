import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Session

extension CleanupController {
    /// How soon kinds are asked for again that could not be read.
    private static let discoveryPause: Duration = .seconds(2)

    /// Does what there is to do, at each event and each deadline, until the task is cancelled.
    func work() async {
        while !Task.isCancelled {
            guard let known = await readKinds() else {
                guard await pause(Self.discoveryPause) else { return }
                continue
            }
            let view = ClusterView(client: client, kinds: known)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await view.run() }
                group.addTask { await self.work(on: view, until: known) }
                // The work ends when the cluster offers other kinds: then all is watched anew.
                await group.next()
                group.cancelAll()
            }
        }
    }

    private func readKinds() async -> [CatalogKind]? {
        do {
            return try await kinds()
        } catch {
            say(.warning, "the kinds cannot be read", ["error": .string(Self.text(of: error))])
            return nil
        }
    }

    private static func text(of error: any Error) -> String {
        (error as? KubernetesError)?.message ?? "\(error)"
    }

    private func work(on view: ClusterView, until known: [CatalogKind]) async {
        var book = AttemptBook()
        var lastKinds = now
        var news = view.news.makeAsyncIterator()
        while !Task.isCancelled {
            if now - lastKinds >= settings.interval {
                lastKinds = now
                if let found = await readKinds(), found.map(\.type) != known.map(\.type) {
                    return say(.info, "the cluster offers other kinds than before")
                }
            }
            let rest = await pass(view, &book)
            let alarm = Alarm(view, after: rest, environment.clock)
            guard await news.next() != nil else { return }
            alarm.cancel()
            guard await pause(settings.settling) else { return }
        }
    }

    /// Rings where nothing else happens.
    private struct Alarm {
        private let task: Task<Void, Never>

        init(_ view: ClusterView, after span: Duration, _ clock: SessionClock) {
            task = Task {
                // Cancelled: something happened before.
                if (try? await clock.sleep(span)) != nil { view.ring() }
            }
        }

        func cancel() { task.cancel() }
    }

    private var now: Timestamp { client.estimatedServerTime ?? environment.clock.now() }

    /// Looks at everything once, and does what is to be done.
    ///
    /// - Returns: when to look again at the latest.
    private func pass(_ view: ClusterView, _ book: inout AttemptBook) async -> Duration {
        let sight = view.look(at: now)
        tell(sight)
        guard sight.isWhole else { return settings.interval }
        let items = CleanupPlan.items(of: sight.found, by: sight.policies)
        var pass = ControllerStatus.Pass()
        pass.kept = items.count { $0.action == .keep }
        pass.policies = sight.policies?.count ?? 0
        let due = book.due(items, at: now)
        // Session by session: between them the Lease may be lost.
        for session in Set(due.map(\.record.session)).sorted() where !Task.isCancelled {
            let part = due.filter { $0.record.session == session }
            await carryOut(part, of: sight.found, &book, &pass)
        }
        _ = await sweep(ClusterIdentity(of: client.connection)).clear(sight.found.staleLeases)
        status.note(pass, at: now)
        let times = [
            CleanupPlan.nextTime(of: sight.found, by: sight.policies), book.nextTime(after: now),
        ]
        guard let next = times.compactMap(\.self).min() else { return settings.interval }
        // A second more: the server's clock shows whole ones.
        return min(settings.interval, max(next - now, .zero) + .seconds(1))
    }

    private func sweep(_ cluster: ClusterIdentity) -> SweepWork {
        SweepWork(
            store: .inMemory(), cluster: cluster, client: client, environment: environment)
    }

    private func carryOut(
        _ items: [SweepItem], of found: SearchResult, _ book: inout AttemptBook,
        _ pass: inout ControllerStatus.Pass
    ) async {
        let report = await sweep(await ClusterIdentity.read(from: client)).run(
            items, of: found, options: UndoOptions(waitsForOperator: false))
        var failed: Set<String> = []
        for line in report.lines {
            tell(line, items)
            switch Result(line.outcome) {
            case .done where line.entry.action == .create: pass.deleted += 1
            case .done: pass.restored += 1
            case .failed:
                pass.failed += 1
                failed.insert(line.entry.object.uid)
            case .nothing: break
            }
        }
        for item in items {
            book.note(item, isDone: !failed.contains(item.record.object.uid), at: now)
        }
    }

    // MARK: Telling

    /// What came of it, in the words of the log.
    private enum Result: String {
        case done
        /// Somebody else was faster, or it is no longer what it was.
        case nothing
        case failed

        init(_ outcome: UndoOutcome) {
            switch outcome {
            case .undone, .conflict: self = .done
            case .undoneElsewhere, .neverHappened, .deleted, .recreated, .foreignRecord, .kept:
                self = .nothing
            case .failed, .unknown, .unsynced: self = .failed
            }
        }
    }

    private func tell(_ line: UndoLine, _ items: [SweepItem]) {
        let object = line.entry.object
        var members: JSONObject = [
            "action": line.entry.action == .create ? "delete" : "restore",
            "object": .string("\(object)"),
        ]
        let result = Result(line.outcome)
        members["outcome"] = .string(result.rawValue)
        if let namespace = object.namespace { members["namespace"] = .string(namespace) }
        members["uid"] = .string(object.uid)
        if let item = items.first(where: { $0.record.object == object }) {
            members["session"] = .string(item.record.session)
            members["reason"] = .string(item.reason)
        }
        say(result == .failed ? .error : .info, line.text, members)
    }

    private func tell(_ sight: ClusterView.Sight) {
        for gap in sight.found.failures {
            sayOnce(
                .warning, "cannot be watched",
                [
                    "resource": .string(gap.type.qualifiedName),
                    "error": .string(gap.error.message),
                ])
        }
        for policy in sight.policies ?? [] {
            guard let problem = policy.problem else { continue }
            sayOnce(
                .error, "a policy is not followed, but for what it excludes",
                [
                    "policy": .string("\(policy.namespace)/\(policy.name)"),
                    "error": .string(problem),
                ])
        }
    }
}
