import Documents

/// Makes the scenario of a seed.
struct ScenarioMaker {
    var dice: Dice
    var scenario: Scenario
    let isLong: Bool

    /// A long one has more sessions, changes and mishaps than a quick run can afford.
    ///
    /// A narrow one has changes alone, as seeds had before sessions made and deleted objects: those
    /// that found something then still mean the same.
    static func make(_ seed: UInt64, isLong: Bool, isNarrow: Bool = false) -> Scenario {
        var maker = ScenarioMaker(seed, isLong)
        maker.makeWorld()
        maker.makeScripts()
        maker.makeDeeds()
        maker.makeFaults()
        if !isNarrow { maker.widen() }
        return maker.scenario
    }

    private init(_ seed: UInt64, _ isLong: Bool) {
        dice = Dice(seed, "scenario")
        scenario = Scenario(seed: seed)
        self.isLong = isLong
    }

    var fields: [Field] = []
    var usedObjects: [String] = ["fluffy"]

    private mutating func makeWorld() {
        scenario.hasTarget = dice.chance(60)
        scenario.hasAnnotations = dice.chance(50)
        scenario.hasOperator = dice.chance(20)
        scenario.skews = dice.chance(35) ? [skew(), skew()] : [skew()]
        if dice.chance(30) { usedObjects = Scenario.objects }
        let families: [[Field]] = [
            [.pod, .ordinal, .podLabel, .target], [.categoryName, .category],
            [.status, .name, .id], [.photos, .merge, .extra], [.port], [.label, .note],
        ]
        for _ in 0...dice.number(0...2) { fields += dice.pick(families) }
        fields = dice.chance(60) ? Array(fields.prefix(3)) : fields
    }

    private mutating func skew() -> Int { dice.pick([0, 0, 3, 86_400, -86_400, 3_600]) }

    // MARK: Sessions

    private mutating func makeScripts() {
        let count = isLong ? dice.number(2...4) : dice.pick([1, 1, 1, 2, 2, 3])
        for number in 1...count {
            let id = "s\(number)"
            var script = Scenario.Script(
                id: id, machine: dice.number(0...(scenario.skews.count - 1)),
                start: dice.number(0...2500), acts: [], ending: .close, recoveries: [])
            script.acts = acts(id)
            if dice.chance(15) { script.ending = .detach }
            if dice.chance(45) { script.death = death(steps: 70) }
            for _ in 0..<dice.pick([0, 1, 1, 2]) {
                script.recoveries.append(
                    .init(
                        delay: dice.number(0...12_000), isElsewhere: dice.chance(35),
                        death: dice.chance(25) ? death(steps: 30) : nil))
            }
            if script.recoveries.count == 2, dice.chance(60) {
                // Two at the same time.
                script.recoveries[1].delay = script.recoveries[0].delay
                script.recoveries[1].isElsewhere = true
            }
            scenario.scripts.append(script)
        }
        guard count > 1, dice.chance(40) else { return }
        let moment = dice.number(3_000...9_000)
        for index in scenario.scripts.indices {
            scenario.scripts[index].leavesAt = moment + dice.number(0...30)
        }
    }

    mutating func death(steps: Int) -> Scenario.Death {
        .init(
            step: dice.number(1...steps), isPower: dice.chance(50),
            torn: dice.pick([0, 0, 1, 17, 200, 100_000]), undoesRemoval: dice.chance(50))
    }

    mutating func acts(_ id: String) -> [Scenario.Act] {
        var acts: [Scenario.Act] = []
        let changes = isLong ? dice.number(2...5) : dice.pick([1, 1, 2, 2, 3])
        var hasDeadline = false
        for number in 1...changes {
            var wishes: [Wish] = []
            for _ in 0...dice.pick([0, 0, 1]) {
                let field = dice.pick(fields)
                guard !wishes.contains(where: { $0.field == field }) else { continue }
                let tag = "\(id).\(number).\(field.rawValue)"
                wishes.append(
                    Wish(
                        field: field, key: dice.pick(Field.portNames),
                        value: field.ours(tag, &dice)))
            }
            let seconds = dice.chance(25) ? dice.number(5...40) : nil
            hasDeadline = hasDeadline || seconds != nil
            acts.append(
                .change(object: dice.pick(usedObjects), wishes: wishes, seconds: seconds))
            if dice.chance(40) { acts.append(.rest(dice.number(10...2500))) }
            if dice.chance(12) { acts.append(.undo(dice.chance(70) ? number : nil)) }
            if dice.chance(10) { acts.append(.keep(dice.chance(70) ? number : nil)) }
        }
        if hasDeadline, dice.chance(60) { acts.append(.expire) }
        if dice.chance(30) { acts.append(.rest(dice.number(100...4000))) }
        return acts
    }

    // MARK: What others do

    private mutating func makeDeeds() {
        let count = isLong ? dice.number(1...8) : dice.pick([0, 0, 1, 1, 2, 3, 5])
        for number in 0..<count {
            let trigger = trigger()
            var kind = deed()
            // What hurts most between our look and our write.
            if case .beforeWrite = trigger, dice.chance(25) {
                kind = dice.chance(50) ? .restoreCopy : .set(dice.pick(fields), key: "http")
            }
            scenario.deeds.append(
                Deed(
                    number: number, object: dice.pick(usedObjects), kind: kind,
                    trigger: trigger))
        }
        if scenario.hasOperator, dice.chance(50) {
            scenario.deeds.append(
                Deed(
                    number: count, object: dice.pick(usedObjects), kind: .rewrite,
                    trigger: trigger()))
        }
    }

    private mutating func deed() -> Deed.Kind {
        let field = dice.chance(60) ? dice.pick(fields) : dice.pick(Field.allCases)
        switch dice.number(1...100) {
        case ...62: return .set(field, key: dice.pick(Field.portNames))
        case ...72: return field == .port ? .dropPort("http") : .remove(field)
        case ...76: return .replaceTarget
        case ...80: return .wipeTarget
        case ...85: return .addPort
        case ...88: return .dropPort(dice.pick(Field.portNames))
        case ...91: return .delete
        case ...95: return .recreate
        default: return .restoreCopy
        }
    }

    mutating func trigger() -> Deed.Trigger {
        if dice.chance(35) { return .at(dice.number(0...15_000)) }
        if dice.chance(50) { return .beforeWrite(someProcess(), dice.number(1...5)) }
        return .before(someProcess(), dice.number(1...24))
    }

    private mutating func someProcess() -> String {
        let script = dice.pick(scenario.scripts)
        guard !script.recoveries.isEmpty, dice.chance(35) else { return script.id }
        return script.id + ".r\(dice.number(0...(script.recoveries.count - 1)))"
    }

    // MARK: What goes wrong

    private mutating func makeFaults() {
        let count = isLong ? dice.number(0...6) : dice.pick([0, 0, 1, 1, 2, 3])
        for _ in 0..<count {
            var mishap = dice.pick(Mishap.all)
            if case .late = mishap { mishap = .late(dice.number(300...9_400)) }
            let isWrite = dice.chance(60) || mishap == .lie
            scenario.faults.append(
                .init(
                    process: someProcess(), request: dice.number(1...(isWrite ? 5 : 24)),
                    isWrite: isWrite, mishap: mishap))
        }
        if dice.chance(12) {
            let from = dice.number(0...9_000)
            scenario.windows.append(
                .init(
                    kind: dice.pick(Scenario.Window.Kind.allCases), from: from,
                    to: from + dice.number(200...20_000)))
        }
    }
}
