import Catalog
import Documents
import KubernetesCore
import Session
import SessionKit
import Synchronization

// The course of events of one scenario, from the first request to the last check.
extension World {
    /// Everything that happens; what must not be is in `judge` afterwards.
    func unfold() async {
        do {
            try await furnish()
        } catch {
            return violation("set-up", "\(error)")
        }
        if scenario.skews.contains(where: { abs($0) >= 86_400 }) {
            count(.fault, "a clock is a day wrong")
        }
        if !scenario.lost.isEmpty { count(.act, Tally.Act.lost.rawValue) }
        let operating = scenario.hasOperator ? Task.detached { await self.operate() } : nil
        let controlling = scenario.hasController ? Task.detached { await self.control() } : nil
        await withTaskGroup(of: Void.self) { group in
            for script in scenario.scripts { group.addTask { await self.play(script) } }
            for (number, sweep) in scenario.sweeps.enumerated() {
                group.addTask { await self.sweep(number, sweep) }
            }
            for deed in scenario.deeds {
                guard case .at(let milliseconds) = deed.trigger else { continue }
                group.addTask {
                    await EventLoop.shared.wait(.milliseconds(milliseconds))
                    await self.carryOut(deed)
                }
            }
        }
        // By now everything that was sent has been carried out, or never will be.
        await EventLoop.shared.wait(.seconds(12))
        heal()
        await letGo()
        controlling?.cancel()
        await controlling?.value
        await finish()
        await letGo()
        operating?.cancel()
        await operating?.value
        for name in scenario.names {
            let real = await object(name)
            let shadow = await object(name, in: shadow)
            judge.withLock { $0.end(name, real: real, shadow: shadow) }
        }
        for line in judge.withLock({ $0.takeNews() }) { trace(line) }
    }

    private func operate() async {
        while !Task.isCancelled {
            for name in Scenario.objects {
                await carryOut(Deed(number: -1, object: name, kind: .sync, trigger: .at(0)))
            }
            // Cancelled: the loop sees it.
            try? await EventLoop.shared.sleep(.milliseconds(700))
        }
    }

    // MARK: One session

    private func play(_ script: Scenario.Script) async {
        await EventLoop.shared.wait(.milliseconds(script.start))
        let life = Life(
            script.id, session: script.id, on: machines[script.machine], death: script.death,
            isForgetful: scenario.lost.contains(script.machine), in: self)
        let session = Session.begin(
            in: JournalStore(disk: life.disk), cluster: Cluster.identity, client: life.client,
            environment: life.environment)
        for act in script.acts where !life.isDead { await perform(act, session, life) }
        if let moment = script.leavesAt {
            await EventLoop.shared.wait(
                max(.zero, .milliseconds(moment) - EventLoop.shared.elapsed))
        }
        if !life.isDead {
            switch script.ending {
            case .close:
                judge.withLock { $0.tally.count(.close) }
                await tell(life, .undo) { await session.close() }
            case .detach:
                judge.withLock { $0.tally.count(.detach) }
                await session.detach()
            case .leave:
                judge.withLock { $0.tally.count(.leave) }
                await session.detach(onPurpose: true)
            }
        }
        trace("\(life.name) is over")
        await withTaskGroup(of: Void.self) { group in
            for (number, recovery) in script.recoveries.enumerated() {
                group.addTask { await self.recover(script, number, recovery) }
            }
        }
    }

    private func perform(
        _ act: Scenario.Act, _ session: Session, _ life: Life
    ) async {
        switch act {
        case .rest(let milliseconds): await EventLoop.shared.wait(.milliseconds(milliseconds))
        case .undo(let number):
            judge.withLock { $0.tally.count(.undoOne) }
            await tell(life, .undo) {
                await session.undo(number.map { .numbers([$0]) } ?? .all)
            }
        case .keep(let number):
            judge.withLock { $0.tally.count(.keep) }
            await tell(life, .keep) {
                await session.keep(number.map { .numbers([$0]) } ?? .all)
            }
        case .expire: await expire(session, life)
        case .change(let object, let wishes, let seconds):
            await change(object, wishes, seconds, session, life)
        case .create(let making): await create(making, session, life)
        case .delete(let object): await delete(object, session, life)
        }
    }

    private func change(
        _ object: String, _ wishes: [Wish], _ seconds: Int?, _ session: Session, _ life: Life
    ) async {
        guard let now = await self.object(object) else { return }
        let edits = wishes.compactMap { $0.edit(on: now) }
        guard !edits.isEmpty else { return }
        life.intent = .change(life.nextAct())
        trace("\(life.name) wishes \(object): \(wishes.map(\.text))")
        let request = ChangeRequest(
            target: ChangeTarget(type: Cluster.pets, category: .resource, rules: Cluster.rules),
            namespace: "default", name: object, edits: edits, reason: "a test", ticket: "T-1",
            lifetime: seconds.map { .seconds($0) })
        do throws(SessionError) {
            let entry = try await session.change(request)
            judge.withLock { $0.tally.count(.change) }
            trace("\(life.name) has changed \(entry.number) \(entry.notices)")
        } catch {
            let isOpen = error.kind == .outcomeUnknown
            judge.withLock { $0.tally.count(isOpen ? .changeUnknown : .changeFailed) }
            if !isOpen { noteFailed(life) }
            trace("\(life.name) could not change: \(error.kind) \(error.message)")
        }
    }

    private func expire(_ session: Session, _ life: Life) async {
        guard let deadline = await session.nextDeadline else { return }
        await EventLoop.shared.wait(max(.zero, deadline - EventLoop.shared.now) + .seconds(2))
        guard !life.isDead else { return }
        judge.withLock { $0.tally.count(.expire) }
        // A round of tending is no end (P15): it asks for its Lease first, for one request's limit.
        await tell(life, .undo, within: .seconds(50)) { await session.tend().report }
        guard !life.isDead else { return }
        judge.withLock { $0.tally.count(.p10) }
        let overdue = await session.entries.filter { entry in
            entry.state == .applied && entry.deadline.map { $0 <= deadline } ?? false
        }
        for entry in overdue {
            violation("P10", "\(life.name) leaves \(entry.number) in place after \(deadline)")
        }
    }

    /// Lets a session undo or keep, and holds its report against the objects.
    private func tell(
        _ life: Life, _ intent: Intent, within limit: Duration = .seconds(35),
        _ work: () async -> UndoReport
    ) async {
        life.intent = intent
        let start = EventLoop.shared.now
        let requests = life.requests
        let report = await work()
        guard !life.isDead else { return }
        var objects: [String: JSONValue] = [:]
        for name in scenario.names { objects[name] = await object(name) }
        for line in report.lines {
            trace("\(life.name) tells \(line.entry.number): \(line.text) \(line.notices)")
        }
        let told = Told(
            life: life.name, session: life.session, intent: intent, report: report,
            objects: objects, duration: EventLoop.shared.now - start,
            requests: life.requests - requests,
            limit: limit)
        judge.withLock { $0.told(told) }
        for line in judge.withLock({ $0.takeNews() }) { trace(line) }
    }

    // MARK: Afterwards

    private func recover(
        _ script: Scenario.Script, _ number: Int, _ recovery: Scenario.Recovery
    ) async {
        await EventLoop.shared.wait(.milliseconds(recovery.delay))
        var machine = machines[script.machine]
        if recovery.isElsewhere {
            machine = Machine(machine.disk.copy(), skew: -machine.skew)
            let copy = machine
            copies.withLock { $0.append(copy) }
        }
        let life = Life(
            "\(script.id).r\(number)", session: script.id, on: machine, death: recovery.death,
            in: self)
        let isDone =
            if let acts = recovery.acts { await takeUp(life, acts) } else { await cleanUp(life) }
        judge.withLock { judge in
            guard isDone else { return }
            judge.tally.count(recovery.isElsewhere ? .recoverElsewhere : .recover)
            let delays = script.recoveries.map(\.delay)
            guard delays.count == 2, delays[0] == delays[1] else { return }
            judge.tally.count(.twins)
            judge.tally.count(.p7)
        }
    }

    private func resume(_ life: Life) -> Session? {
        do throws(SessionError) {
            return try Session.resume(
                life.session, in: JournalStore(disk: life.disk), cluster: Cluster.identity,
                client: life.client, environment: life.environment)
        } catch {
            trace("\(life.name) finds nothing to do: \(error.message)")
            if error.kind == .alive { judge.withLock { $0.tally.count(.lockedOut) } }
            return nil
        }
    }

    /// Takes a session up again, goes on with it, and ends it.
    private func takeUp(_ life: Life, _ acts: [Scenario.Act]) async -> Bool {
        guard let session = resume(life) else { return false }
        do throws(SessionError) {
            try await session.attach()
        } catch {
            trace("\(life.name) cannot attach: \(error.message)")
            await session.detach()
            return false
        }
        judge.withLock { $0.tally.count(.attach) }
        trace("\(life.name) attaches")
        for act in acts where !life.isDead { await perform(act, session, life) }
        if !life.isDead { await tell(life, .undo) { await session.close() } }
        trace("\(life.name) is over")
        return true
    }

    /// Takes a dead session over and ends it.
    ///
    /// - Returns: whether there was anything to take over.
    @discardableResult
    private func cleanUp(_ life: Life) async -> Bool {
        guard let session = resume(life) else { return false }
        trace("\(life.name) takes over")
        await tell(life, .undo) { await session.close() }
        trace("\(life.name) is over")
        return true
    }

    /// Ends everything that is left, with nothing in the way any more.
    private func finish() async {
        if scenario.hasController || !scenario.sweeps.isEmpty { await keepDeadlines() }
        let back = machines.indices.filter { !scenario.lost.contains($0) }.map { machines[$0] }
        let all = back + copies.withLock { $0 }
        for round in 1...4 {
            var count = 0
            for (number, machine) in all.enumerated() {
                for id in leftovers(machine) {
                    count += 1
                    await cleanUp(
                        Life(
                            "\(id).f\(number).\(round)", session: id, on: machine, death: nil,
                            in: self))
                }
            }
            if count == 0 { break }
        }
        if !scenario.lost.isEmpty { await searchAll() }
        for machine in all {
            judge.withLock { $0.tally.count(.journal) }
            for id in leftovers(machine) { violation("P14", "the journal of \(id) is left over") }
        }
    }

    private func leftovers(_ machine: Machine) -> [String] {
        do throws(SessionError) {
            let store = JournalStore(disk: machine.disk)
            let left = try store.leftovers(on: Cluster.identity).map(\.id)
            return left + (try store.detached(on: Cluster.identity).map(\.id))
        } catch {
            violation("P14", "the journals cannot be read: \(error.message)")
            return []
        }
    }
}
