import Documents
import KubernetesCore
import Session

/// A report as its user got it, with the objects as they stood in that moment.
struct Told {
    var life: String
    var session: String
    var intent: Intent
    var report: UndoReport
    var objects: [String: JSONValue]
    var duration: Duration
    var requests: Int
    /// The most time that it may take.
    var limit: Duration
}

// What a report says must be true.
extension Judge {
    mutating func told(_ told: Told) {
        let report = told.report
        owing[told.life] = nil
        tally.count(.p8)
        let numbers = report.lines.map(\.entry.number)
        if numbers != numbers.sorted(by: >) {
            fail("P8", "\(told.life) undoes in the order \(numbers)")
        }
        tally.count(.p15)
        if told.duration > told.limit {
            fail("P15", "\(told.life) takes \(told.duration) over its end")
        }
        if told.requests > 80 * max(1, report.lines.count) {
            fail("P19", "\(told.life) makes \(told.requests) requests")
        }
        let isIncomplete = report.lines.contains { !$0.outcome.isComplete }
        if isIncomplete {
            tally.count(.incomplete)
            if report.isComplete || report.remaining.isEmpty {
                fail("P20", "\(told.life) does not say what remains: \(report)")
            }
        }
        for line in report.lines { check(line, told) }
    }

    private mutating func check(_ line: UndoLine, _ told: Told) {
        if line.entry.action == .create { return checkMade(line, told) }
        let key = Self.key(told.session, line.entry.number)
        let object = told.objects[line.entry.object.name]
        let uid = line.entry.object.uid
        let isSame = object?["metadata"]?["uid"]?.stringValue == uid
        let tree = object.map(Tree.of) ?? .null
        let isThere = isSame && Self.records(tree)[key] != nil
        if case .failed(let reason) = line.outcome,
            reason.contains("scripted") || reason.contains("denied")
        {
            tally.count(.p16)
        }
        if line.notices.contains(where: { $0.contains("ownership") }), isSame {
            // Told, and not tried again: the server refused it.
            looseOwners[line.entry.object.name, default: []].insert([])
        }
        guard line.outcome.isComplete else { return }
        tally.count(.p3)
        tally.count(.p20)
        if isThere { fail("P20", "\(told.life) says \(line.outcome), and \(key) is there") }
        reportedGone.insert(uid + key)
        switch line.outcome {
        case .conflict(let fields):
            tally.count(.conflict)
            for field in fields where isSame { check(field, told) }
        case .undone where isSame: checkUntold(key, uid, tree, told)
        case .deleted where isSame:
            fail("P17", "\(told.life) says that \(line.entry.object) was deleted")
        case .recreated where isSame:
            fail("P17", "\(told.life) says that \(line.entry.object) was made anew")
        default: break
        }
    }

    private mutating func checkMade(_ line: UndoLine, _ told: Told) {
        guard line.outcome.isComplete else { return }
        let key = Self.creationKey(told.session, line.entry.number)
        let object = told.objects[line.entry.object.name]
        let uid = line.entry.object.uid
        let isSame = !uid.isEmpty && object?["metadata"]?["uid"]?.stringValue == uid
        reportedGone.insert("made " + key)
        tally.count(.p20)
        switch line.outcome {
        case .kept:
            if isSame, let object, Self.creations(object)[key] != nil {
                fail("P22", "\(told.life) says that \(line.entry.object) is kept, with its record")
            }
        case .undoneElsewhere, .foreignRecord:
            if isSame, let object, Self.creations(object)[key] != nil {
                fail("P20", "\(told.life) says \(line.outcome), and \(key) is there")
            }
        default:
            if isSame {
                fail("P20", "\(told.life) says \(line.outcome), and \(line.entry.object) is there")
            }
        }
    }

    private mutating func check(_ field: KeptField, _ told: Told) {
        var spot: Spot = []
        for step in field.path.steps {
            switch step {
            case .member(let name): spot.append(name)
            case .item(let keys): spot.append(keys["name"]?.stringValue ?? "?")
            }
        }
        guard case .present(let value) = field.value, Tree.isTheirs(value) else { return }
        // The server refused to have the ownership given back: nobody knows any more.
        let isLost = told.objects.keys.contains { name in
            Tree.value(Tree.of(told.objects[name] ?? .null), spot) == value
                && (looseOwners[name] ?? []).contains { $0.touches(spot) }
        }
        guard !isLost else { return }
        tally.count(.p5told)
        let hasChanged = told.objects.values.allSatisfy {
            Tree.value(Tree.of($0), spot) != value
        }
        // Overwritten again before its author was looked up.
        guard !hasChanged else { return }
        if field.author?.manager != "kubectl-edit" || field.author?.time == nil {
            fail(
                "P5",
                "\(told.life) does not say whose \(spot.joined(separator: ".")) is, but"
                    + " \(field.author?.manager ?? "nobody")")
        }
    }

    /// What is said to be undone holds nobody else's value.
    private mutating func checkUntold(
        _ key: String, _ uid: String, _ tree: JSONValue, _ told: Told
    ) {
        guard told.intent == .undo,
            let layer = layers.first(where: { $0.key == key && $0.uid == uid })
        else { return }
        for spot in layer.ours.keys.sorted(by: { $0.joined() < $1.joined() }) {
            let isShared = layers.contains { other in
                other.key != key && other.uid == uid
                    && other.ours.keys.contains { $0.touches(spot) }
            }
            let isLoose = (loose[layer.object] ?? []).contains { $0.touches(spot) }
            guard !isShared, !isLoose else { continue }
            let later = lasting.filter {
                $0.isDeed && $0.object == layer.object && $0.order > layer.order
                    && $0.order < layer.end && $0.spot == spot
            }
            guard let last = later.last, let value = last.value else { continue }
            if Tree.value(tree, spot) == value {
                fail(
                    "P5",
                    "\(told.life) does not tell that \(spot.joined(separator: ".")) is theirs")
            }
        }
    }
}
