import Catalog
import Documents
import KubernetesCore
import Session
import SessionKit
import Synchronization

// Those who make objects and delete them, and those who look in the cluster for what was left.
extension World {
    // MARK: Making and deleting

    private static let pets = ChangeTarget(
        type: Cluster.pets, category: .resource, rules: Cluster.rules)

    /// What was said not to be done must not be done later.
    func noteFailed(_ life: Life) {
        guard let act = Judge.act(life.name, life.intent), !life.isDead else { return }
        judge.withLock { _ = $0.failedActs.insert(act) }
    }

    func create(_ making: Scenario.Making, _ session: Session, _ life: Life) async {
        life.intent = .create(life.nextAct(), isTemporary: making.isTemporary)
        trace("\(life.name) makes \(making.names)")
        let requests = making.names.map { name in
            var manifest = Cluster.manifest(name, scenario)
            manifest["spec"]?["readOnly"] = .bool(!making.isAccepted)
            return CreateRequest(
                target: Self.pets, namespace: "default", manifest: KubernetesObject(manifest),
                reason: "a test", lifetime: making.seconds.map { .seconds($0) },
                isTemporary: making.isTemporary, acceptsEffects: making.isAccepted)
        }
        do throws(SessionError) {
            let outcomes = try await session.create(requests)
            for outcome in outcomes { note(outcome, of: making, life) }
            let hasFailed = outcomes.allSatisfy { outcome in
                guard case .failure(let error) = outcome.result else { return false }
                return error.kind != .outcomeUnknown
            }
            if hasFailed { noteFailed(life) }
        } catch {
            count(.act, Tally.Act.createFailed.rawValue)
            trace("\(life.name) could not make: \(error.kind) \(error.message)")
            noteFailed(life)
        }
    }

    private func note(_ outcome: CreationOutcome, of making: Scenario.Making, _ life: Life) {
        let act: Tally.Act
        switch outcome.result {
        case .success(let entry):
            trace("\(life.name) has made \(entry.number) \(entry.notices)")
            act = making.isTemporary ? .create : .createForGood
            if making.names.count > 1 { count(.act, Tally.Act.createMany.rawValue) }
        case .failure(let error):
            trace("\(life.name) could not make: \(error.kind) \(error.message)")
            act = error.kind == .outcomeUnknown ? .createUnknown : .createFailed
        }
        count(.act, act.rawValue)
    }

    func delete(_ name: String, _ session: Session, _ life: Life) async {
        life.intent = .delete(life.nextAct())
        trace("\(life.name) deletes \(name)")
        do throws(SessionError) {
            let entry = try await session.delete(
                DeleteRequest(
                    target: Self.pets, namespace: "default", name: name, acceptsEffects: true))
            trace("\(life.name) has deleted \(entry.number) \(entry.notices)")
        } catch {
            trace("\(life.name) could not delete: \(error.kind) \(error.message)")
            count(.act, Tally.Act.deletionFailed.rawValue)
            if error.kind != .outcomeUnknown { noteFailed(life) }
        }
    }

    // MARK: Looking for leftovers

    func sweep(_ number: Int, _ sweep: Scenario.Sweep) async {
        await EventLoop.shared.wait(.milliseconds(sweep.start))
        let life = sweeper(
            "w\(number)", on: sweep.machine.map { machines[$0] }, isForgetful: sweep.isInMemory,
            death: sweep.death)
        let act: Tally.Act =
            switch sweep.rule {
            case .expired: .sweepExpired
            case .abandoned: .sweepAbandoned
            case .force: .sweepForced
            }
        count(.act, act.rawValue)
        let rule: SweepRule =
            switch sweep.rule {
            case .expired: .expired
            case .abandoned: .abandoned
            case .force(let id): .session(id, force: true)
            }
        await self.sweep(by: rule, life)
    }

    /// Somebody who looks for leftovers, on a machine of its own where none is named.
    private func sweeper(
        _ name: String, on machine: Machine? = nil, isForgetful: Bool,
        death: Scenario.Death? = nil
    ) -> Life {
        let place = machine ?? Machine(FaultyDisk(), skew: 0)
        if machine == nil, !isForgetful { copies.withLock { $0.append(place) } }
        let isLost = machine.map { machine in
            scenario.lost.contains { machines[$0] === machine }
        }
        return Life(
            name, session: "", on: place, death: death, isForgetful: isForgetful || isLost == true,
            isDiskless: isForgetful, in: self)
    }

    /// What a controller does, again and again.
    func control() async {
        count(.act, Tally.Act.controller.rawValue)
        var round = 0
        while !Task.isCancelled {
            round += 1
            await sweep(by: .expired, sweeper("c\(round)", isForgetful: true))
            // Cancelled: the loop sees it.
            try? await EventLoop.shared.sleep(.seconds(4))
        }
    }

    @discardableResult
    private func sweep(by rule: SweepRule, _ life: Life) async -> SearchResult? {
        let since = EventLoop.shared.now
        let client = life.client
        let environment = life.environment
        let found = await SessionSearch(client: client, clock: environment.clock)
            .run(kinds: [Self.pets], namespace: "default")
        guard !life.isDead else { return nil }
        let items = Sweep.plan(found, by: rule)
        var isForced = false
        if case .session(_, force: true) = rule { isForced = true }
        judge.withLock {
            $0.plans(
                items, by: life.name, isForced: isForced, since: since, now: EventLoop.shared.now)
        }
        let work = SweepWork(
            store: life.isDiskless ? .inMemory() : JournalStore(disk: life.disk),
            cluster: Cluster.identity, client: client, environment: environment)
        let report = await work.run(items, of: found)
        guard !life.isDead else { return nil }
        _ = await work.clear(found.staleLeases)
        guard !life.isDead else { return nil }
        for line in report.lines {
            count(.act, Tally.Act.swept.rawValue)
            trace("\(life.name) tells: \(line.text) \(line.notices)")
        }
        var objects: [String: JSONValue] = [:]
        for name in scenario.names { objects[name] = await object(name) }
        let told = Told(
            life: life.name, session: "", intent: .undo, report: report, objects: objects,
            duration: .zero, requests: 0, limit: .zero)
        judge.withLock { $0.swept(items, told) }
        for line in judge.withLock({ $0.takeNews() }) { trace(line) }
        return found
    }

    /// All is well, and somebody in the cluster looks for deadlines that have passed.
    func keepDeadlines() async {
        let now = EventLoop.shared.now
        await sweep(by: .expired, sweeper("d", isForgetful: true))
        var objects: [String: JSONValue] = [:]
        for name in scenario.names { objects[name] = await object(name) }
        judge.withLock { $0.checkDeadlines(objects, now: now) }
        for line in judge.withLock({ $0.takeNews() }) { trace(line) }
    }

    /// A machine has gone for ever, and its journals with it: the records in the objects are
    /// enough for anybody.
    func searchAll() async {
        // Until the Leases of the dead have run out.
        await EventLoop.shared.wait(.seconds(70))
        await sweep(by: .abandoned, sweeper("e", isForgetful: true))
        // What was left on purpose, or what never had a Lease, takes somebody who knows.
        for script in scenario.scripts {
            await sweep(
                by: .session(script.id, force: true), sweeper("e.\(script.id)", isForgetful: true))
        }
    }
}
