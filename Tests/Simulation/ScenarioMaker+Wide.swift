// What sessions and others do besides changing objects: making and deleting them, taking sessions up
// again, and looking for leftovers in the cluster.
extension ScenarioMaker {
    /// Adds to half of the seeds, with dice of their own.
    mutating func widen() {
        dice = Dice(scenario.seed, "wide")
        guard dice.chance(50) else { return }
        addCreations()
        addDeletions()
        addAttaches()
        if dice.chance(25) { loseMachine() }
        addSweeps()
        scenario.hasController = dice.chance(25)
        addDeeds()
    }

    private mutating func insert(_ act: Scenario.Act, _ script: Int) {
        let place = dice.number(0...scenario.scripts[script].acts.count)
        scenario.scripts[script].acts.insert(act, at: place)
    }

    private mutating func making(_ id: String) -> Scenario.Making {
        var names = [dice.chance(30) ? Scenario.shared : "\(id)q\(dice.number(1...2))"]
        if dice.chance(25) { names.append("\(id)q3") }
        let isTemporary = dice.chance(80)
        return Scenario.Making(
            names: names,
            seconds: isTemporary && dice.chance(35) ? dice.number(5...40) : nil,
            isTemporary: isTemporary, isAccepted: dice.chance(25))
    }

    private mutating func addCreations() {
        for index in scenario.scripts.indices where dice.chance(70) {
            for _ in 0..<dice.pick([1, 1, 2]) {
                insert(.create(making(scenario.scripts[index].id)), index)
            }
            if dice.chance(30) { insert(.undo(dice.chance(50) ? nil : dice.number(1...3)), index) }
            if dice.chance(30) { insert(.keep(dice.chance(50) ? nil : dice.number(1...3)), index) }
        }
        let made = scenario.names.filter { !Scenario.objects.contains($0) }
        guard !made.isEmpty else { return }
        // Some of what is changed is an object that a session made.
        for index in scenario.scripts.indices where dice.chance(35) {
            let field = dice.pick(fields)
            let id = scenario.scripts[index].id
            let wish = Wish(
                field: field, key: dice.pick(Field.portNames),
                value: field.ours("\(id).m.\(field.rawValue)", &dice))
            scenario.scripts[index].acts.append(
                .change(object: dice.pick(made), wishes: [wish], seconds: nil))
        }
    }

    private mutating func addDeletions() {
        for index in scenario.scripts.indices where dice.chance(15) {
            insert(.delete(object: dice.pick(scenario.names)), index)
        }
    }

    private mutating func addAttaches() {
        for index in scenario.scripts.indices where dice.chance(25) {
            let id = scenario.scripts[index].id
            if dice.chance(70) { scenario.scripts[index].ending = .leave }
            if dice.chance(60) { scenario.scripts[index].death = nil }
            // Who takes a session up has its journal, and nobody else works on a copy of it.
            for number in scenario.scripts[index].recoveries.indices {
                scenario.scripts[index].recoveries[number].isElsewhere = false
            }
            var more = acts(id)
            if dice.chance(40) { more.append(.create(making(id))) }
            scenario.scripts[index].recoveries.insert(
                .init(
                    delay: dice.number(0...12_000), isElsewhere: false,
                    death: dice.chance(25) ? death(steps: 60) : nil, acts: more), at: 0)
        }
    }

    private mutating func loseMachine() {
        let machine = dice.number(0...(scenario.skews.count - 1))
        scenario.lost = [machine]
        // Whose clock it is does not matter any more, and nobody waits for the operator.
        scenario.hasOperator = false
        for index in scenario.scripts.indices where scenario.scripts[index].machine == machine {
            scenario.scripts[index].recoveries = []
        }
    }

    private mutating func addSweeps() {
        for _ in 0..<dice.pick([0, 1, 1, 2, 3]) {
            let rule: Scenario.Sweep.Rule =
                switch dice.number(1...10) {
                case ...4: .expired
                case ...8: .abandoned
                default: .force(dice.pick(scenario.scripts).id)
                }
            let isInMemory = dice.chance(35)
            scenario.sweeps.append(
                .init(
                    start: dice.chance(70) ? dice.number(0...25_000) : dice.number(25_000...90_000),
                    rule: rule,
                    machine: !isInMemory && dice.chance(35)
                        ? dice.number(0...(scenario.skews.count - 1)) : nil,
                    isInMemory: isInMemory, death: dice.chance(25) ? death(steps: 40) : nil))
        }
        guard scenario.sweeps.count > 1, dice.chance(40) else { return }
        // Two at the same time.
        scenario.sweeps[1].start = scenario.sweeps[0].start
    }

    private mutating func addDeeds() {
        let names = scenario.names.filter { !Scenario.objects.contains($0) }
        guard !names.isEmpty else { return }
        let first = (scenario.deeds.map(\.number).max() ?? -1) + 1
        for number in first..<first + dice.pick([0, 1, 1, 2, 3]) {
            let kind: Deed.Kind =
                switch dice.number(1...100) {
                case ...25: .make
                case ...40: .adopt
                case ...52: .hold
                case ...62: .delete
                case ...70: .recreate
                case ...80: .restoreCopy
                default: .set(dice.pick(fields), key: "http")
                }
            scenario.deeds.append(
                Deed(number: number, object: dice.pick(names), kind: kind, trigger: trigger()))
        }
        for index in scenario.sweeps.indices where dice.chance(35) {
            var mishap = dice.pick(Mishap.all)
            if case .late = mishap { mishap = .late(dice.number(300...9_400)) }
            let isWrite = dice.chance(60) || mishap == .lie
            scenario.faults.append(
                .init(
                    process: "w\(index)", request: dice.number(1...(isWrite ? 5 : 16)),
                    isWrite: isWrite, mishap: mishap))
        }
    }
}
