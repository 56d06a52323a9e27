extension Scenario {
    /// The scenario for people.
    var text: String {
        var lines = [
            "seed \(seed), clocks wrong by \(skews)s"
                + (hasTarget ? "" : ", no spec.target") + (hasOperator ? ", with operator" : "")
                + (hasAnnotations ? ", with annotations" : "")
        ]
        for script in scripts {
            lines.append("\(script.id) on machine \(script.machine) from \(script.start) ms:")
            for act in script.acts { lines.append("  " + act.text) }
            let moment = script.leavesAt.map { " not before \($0) ms" } ?? ""
            lines.append("  \(script.ending.rawValue)\(moment)\(Self.text(script.death))")
            for (number, recovery) in script.recoveries.enumerated() {
                lines.append(
                    "  \(script.id).r\(number) after \(recovery.delay) ms"
                        + (recovery.isElsewhere ? " elsewhere" : "")
                        + (recovery.acts.map { " attaches \($0.map(\.text))" } ?? "")
                        + Self.text(recovery.death))
            }
        }
        for (number, sweep) in sweeps.enumerated() {
            lines.append(
                "w\(number) from \(sweep.start) ms sweeps \(sweep.rule)"
                    + (sweep.machine.map { " on machine \($0)" } ?? "")
                    + (sweep.isInMemory ? " without a disk" : "") + Self.text(sweep.death))
        }
        if hasController { lines.append("a controller keeps deadlines") }
        for machine in lost.sorted() { lines.append("machine \(machine) never comes back") }
        for deed in deeds { lines.append("others: \(deed.kind) of \(deed.object) \(deed.trigger)") }
        for fault in faults {
            lines.append(
                "fault: \(fault.process)#\(fault.isWrite ? "w" : "")\(fault.request) \(fault.mishap.name)"
            )
        }
        for window in windows {
            lines.append("from \(window.from) to \(window.to) ms: \(window.kind.rawValue)")
        }
        return lines.joined(separator: "\n    ")
    }

    private static func text(_ death: Death?) -> String {
        death.map { ", \($0.isPower ? "power lost" : "killed") at step \($0.step)" } ?? ""
    }
}

extension Scenario.Act {
    var text: String {
        switch self {
        case .change(let object, let wishes, let seconds):
            "change \(object) \(wishes.map(\.text))\(seconds.map { " for \($0)s" } ?? "")"
        case .undo(let number): "undo \(number.map(String.init) ?? "all")"
        case .keep(let number): "keep \(number.map(String.init) ?? "all")"
        case .rest(let milliseconds): "rest \(milliseconds) ms"
        case .expire: "wait for the deadline"
        case .create(let making):
            "create \(making.names)" + (making.isTemporary ? "" : " for good")
                + (making.isAccepted ? ", effects accepted" : "")
                + (making.seconds.map { " for \($0)s" } ?? "")
        case .delete(let object): "delete \(object)"
        }
    }
}
