/// Makes a failing scenario smaller, piece by piece, as long as it keeps failing.
struct Shrinker {
    /// Whether a scenario still breaks the same promise.
    let fails: (Scenario) -> Bool

    func shrink(_ scenario: Scenario) -> Scenario {
        var best = scenario
        var grew = true
        while grew {
            grew = false
            for smaller in Self.smaller(best) where fails(smaller) {
                best = smaller
                grew = true
                break
            }
        }
        return best
    }

    /// The same scenario without one of its parts, the largest parts first.
    private static func smaller(_ scenario: Scenario) -> [Scenario] {
        var all: [Scenario] = []
        func add(_ change: (inout Scenario) -> Void) {
            var copy = scenario
            change(&copy)
            all.append(copy)
        }
        for index in scenario.scripts.indices.reversed() where scenario.scripts.count > 1 {
            add { $0.scripts.remove(at: index) }
        }
        for index in scenario.faults.indices { add { $0.faults.remove(at: index) } }
        for index in scenario.sweeps.indices { add { $0.sweeps.remove(at: index) } }
        if scenario.hasController { add { $0.hasController = false } }
        if !scenario.lost.isEmpty { add { $0.lost = [] } }
        for index in scenario.windows.indices { add { $0.windows.remove(at: index) } }
        for index in scenario.deeds.indices { add { $0.deeds.remove(at: index) } }
        for index in scenario.scripts.indices {
            let script = scenario.scripts[index]
            for number in script.recoveries.indices {
                add { $0.scripts[index].recoveries.remove(at: number) }
                for act in (script.recoveries[number].acts ?? []).indices {
                    add { _ = $0.scripts[index].recoveries[number].acts?.remove(at: act) }
                }
                if script.recoveries[number].death != nil {
                    add { $0.scripts[index].recoveries[number].death = nil }
                }
            }
            if script.death != nil { add { $0.scripts[index].death = nil } }
            if script.leavesAt != nil { add { $0.scripts[index].leavesAt = nil } }
            for number in script.acts.indices {
                add { $0.scripts[index].acts.remove(at: number) }
                guard case .change(let object, let wishes, let seconds) = script.acts[number]
                else { continue }
                for wish in wishes.indices where wishes.count > 1 {
                    var fewer = wishes
                    fewer.remove(at: wish)
                    add {
                        $0.scripts[index].acts[number] = .change(
                            object: object, wishes: fewer, seconds: seconds)
                    }
                }
                if seconds != nil {
                    add {
                        $0.scripts[index].acts[number] = .change(
                            object: object, wishes: wishes, seconds: nil)
                    }
                }
            }
        }
        if scenario.hasOperator { add { $0.hasOperator = false } }
        if scenario.skews.contains(where: { $0 != 0 }) {
            add { $0.skews = $0.skews.map { _ in 0 } }
        }
        return all
    }
}
