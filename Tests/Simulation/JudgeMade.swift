import Documents
import HTTP
import KubernetesCore
import Session

// What must be true of objects that sessions make and delete, and of those who clean up behind them.
extension Judge {
    /// An object that a session made.
    struct Made: Sendable {
        enum Standing: Sendable {
            case ours
            /// Deleted by us, and held by a finalizer.
            case going
            /// Gone, kept, or adopted.
            case over
        }

        var session: String
        /// Empty where it was made for good: then it bears no record.
        var key: String
        var object: String
        var uid: String
        var standing = Standing.ours
    }

    /// A Lease that tells that a session lives, or is not to be touched.
    struct Hold: Sendable {
        var from: Timestamp
        var until: Timestamp
    }

    // MARK: Records

    static func creations(_ object: JSONValue) -> [String: String] {
        var records: [String: String] = [:]
        for member in object["metadata"]?["annotations"]?.objectValue ?? JSONObject()
        where member.name.hasPrefix("diagnostics.example.com/creation.") {
            records[member.name] = member.value.stringValue ?? ""
        }
        return records
    }

    /// `…/original-state.s1-3` and `…/creation.s1-3` are of `s1`.
    static func session(of key: String) -> String {
        String((key.split(separator: ".").last ?? "").prefix { $0 != "-" })
    }

    static func creationKey(_ session: String, _ number: Int) -> String {
        "diagnostics.example.com/creation.\(session)-\(number)"
    }

    private static func uid(_ object: JSONValue) -> String {
        object["metadata"]?["uid"]?.stringValue ?? ""
    }

    // MARK: What was said not to be done

    static func act(_ life: String, _ intent: Intent) -> String? {
        switch intent {
        case .change(let number), .create(let number, _), .delete(let number):
            "\(life) \(number)"
        case .undo, .keep: nil
        }
    }

    mutating func checkAct(_ write: Write) {
        guard let act = Self.act(write.life, write.intent), failedActs.contains(act),
            // An ownership or a record that is put right afterwards is none of the act.
            !Self.uid(write.after).isEmpty || write.call.request.method == .delete
        else { return }
        fail("P3", "\(write.label) is carried out, of which it was said that nothing was done")
    }

    // MARK: Making

    mutating func appeared(_ write: Write) -> Permanent? {
        let uid = Self.uid(write.after)
        let own = Self.creations(write.after).filter { Self.session(of: $0.key) == write.session }
        renew(write.object)
        tally.count(.p1)
        let tail = own.keys.first.flatMap { $0.split(separator: "/").last }.map(String.init)
        if !write.durable.contains(tail ?? "\"\(write.object)\"") {
            fail("P1", "\(write.label) makes \(write.object), of which the disk holds nothing")
        }
        guard case .create(_, let isTemporary) = write.intent else {
            fail("P4", "\(write.label) makes an object in the middle of something else")
            return .appears(write.object, write.after)
        }
        made.append(
            Made(
                session: write.session, key: own.keys.first ?? "", object: write.object, uid: uid))
        guard isTemporary else {
            if !own.isEmpty { fail("P23", "\(write.label) marks what is made for good") }
            leaveOwners(of: write.object)
            return .appears(write.object, write.after)
        }
        tally.count(.p2made)
        let labels = write.after["metadata"]?["labels"]
        guard let key = own.keys.first, own.count == 1, labels?["temporary"] == "true",
            labels?["diagnostic-session"]?.stringValue == write.session
        else {
            fail("P2", "\(write.label) makes \(write.object) without its record and marks")
            return nil
        }
        if reportedGone.contains("made " + key) {
            fail("P3", "\(write.label) makes \(key), of which nothing was said to remain")
        }
        if let record = try? JSONValue(parsing: own[key] ?? "") { checkDeadline(record, write) }
        news("made \(key): \(write.object)")
        return nil
    }

    // MARK: Deleting

    mutating func went(_ write: Write) -> Permanent? {
        let uid = Self.uid(write.before)
        let isGone = Self.uid(write.after) != uid
        if case .delete = write.intent {
            tally.count(.deletion)
            end(of: write.before)
            renew(write.object)
            return .goes(write.object)
        }
        tally.count(.p17made)
        if write.call.body?["preconditions"]?["uid"]?.stringValue != uid {
            fail("P17", "\(write.label) deletes \(write.object) by its name alone")
        }
        let index = made.firstIndex { made in
            made.uid == uid && made.standing != .over
                && (write.session.isEmpty || made.session == write.session)
        }
        let isMarked = index.map { made[$0].key }.map { key in
            key.isEmpty || Self.creations(write.before)[key] != nil
        }
        if index == nil && !vagueCopies.contains(uid) || isMarked == false {
            fail("P17", "\(write.label) deletes \(write.object), which is not its to delete")
        }
        if let index { made[index].standing = isGone ? .over : .going }
        if isGone { renew(write.object) }
        return .goes(write.object)
    }

    // MARK: Keeping

    /// A patch that takes the record of a made object off; nil where it is something else.
    mutating func keptMade(_ write: Write) -> Permanent? {
        let left = Self.creations(write.after)
        let gone = Self.creations(write.before).filter { left[$0.key] == nil }
        guard let key = gone.keys.first else { return nil }
        tally.count(.keptMade)
        let uid = Self.uid(write.before)
        let index = made.firstIndex { $0.uid == uid && $0.key == key && $0.standing == .ours }
        guard write.intent == .keep, gone.count == 1, Self.session(of: key) == write.session,
            index != nil || vagueCopies.contains(uid)
        else {
            fail("P17", "\(write.label) takes \(key) off \(write.object)")
            return nil
        }
        if let index { made[index].standing = .over }
        let before = Tree.of(write.before)
        let after = Tree.of(write.after)
        for spot in Tree.differences(before, after)
        where !Self.isMark(spot) && !Self.isMadeMark(spot) && spot.count > 2 {
            fail("P4", "\(write.label) writes \(spot.joined(separator: ".")) to keep it")
        }
        leaveOwners(of: write.object)
        return .appears(write.object, withoutLayers(write.after))
    }

    private static func isMadeMark(_ spot: Spot) -> Bool {
        spot == ["metadata", "labels", "temporary"] || spot == ["metadata", "labels", "purpose"]
    }

    /// An object as it will be when the changes that lie on it are undone; what cannot be told of
    /// it here is not looked at.
    private mutating func withoutLayers(_ object: JSONValue) -> JSONValue {
        let name = object["metadata"]?["name"]?.stringValue ?? ""
        let above = layers.filter { $0.isLive && $0.object == name }
        guard !above.isEmpty else { return object }
        for layer in above {
            for spot in layer.ours.keys.sorted(by: { $0.joined() < $1.joined() }) {
                // With its parents, which may have been made for it.
                loosen(name, Array(spot.prefix(2)))
            }
        }
        var copy = object
        for map in ["labels", "annotations"] {
            guard let members = object["metadata"]?[map]?.objectValue else { continue }
            let rest = members.filter {
                !Self.isMark(["metadata", map, $0.name])
                    && !Self.isMadeMark(["metadata", map, $0.name])
            }
            copy["metadata"]?[map] = rest.isEmpty ? nil : .object(JSONObject(rest))
        }
        return copy
    }

    /// What a session made is not its own any more.
    mutating func end(of object: JSONValue?) {
        guard let object else { return }
        let uid = Self.uid(object)
        for index in made.indices where made[index].uid == uid { made[index].standing = .over }
    }

    /// A copy that was made as soon as this bears the name, the record and the time of what it is
    /// a copy of.
    mutating func noteCopy(_ original: JSONValue?, _ copy: JSONValue?) {
        end(of: original)
        guard let original, let copy,
            let time = copy["metadata"]?["creationTimestamp"]?.stringValue
                .flatMap({ Timestamp(rfc3339: $0) })
        else { return }
        for text in Self.creations(original).values {
            guard let record = try? JSONValue(parsing: text),
                let sent = record["created"]?.stringValue.flatMap({ Timestamp(rfc3339: $0) }),
                time <= sent + .seconds((record["window"]?.integerValue ?? 0) + 2)
            else { continue }
            vagueCopies.insert(Self.uid(copy))
            tally.count(.vagueCopy)
        }
    }

    // MARK: Who lives

    mutating func noteLease(
        _ lease: SessionLease?, of session: String, isOwn: Bool, now: Timestamp, label: String
    ) {
        guard let lease else {
            if !isOwn, let hold = holds[session], hold.until > now {
                fail("P10", "\(label) takes the Lease of \(session), which is held")
            }
            holds[session] = nil
            return
        }
        let isHeld = holds[session].map { $0.until >= now } ?? false
        holds[session] = Hold(
            from: isHeld ? holds[session]?.from ?? now : now, until: lease.expires)
    }

    /// Somebody who looks after leftovers is about to do that.
    mutating func plans(
        _ items: [SweepItem], by life: String, isForced: Bool, since: Timestamp, now: Timestamp
    ) {
        for item in items where item.action != .keep {
            tally.count(.p10swept)
            let isOver = item.record.deadline.map { $0 <= now } ?? false
            guard !isForced, !isOver, let hold = holds[item.record.session] else { continue }
            if hold.from <= since, hold.until > now {
                fail(
                    "P10",
                    "\(life) takes \(item.record.key) of \(item.record.object) from a"
                        + " session that lives")
            }
        }
    }

    /// What somebody says who has looked after leftovers.
    mutating func swept(_ items: [SweepItem], _ told: Told) {
        owing[told.life] = nil
        guard told.report.isComplete else { return }
        for item in items where item.action != .keep {
            let object = told.objects[item.record.object.name]
            guard let object, Self.uid(object) == item.record.object.uid,
                object["metadata"]?["annotations"]?[item.record.key] != nil
            else { continue }
            fail("P20", "\(told.life) says that all is done, and \(item.record.key) is there")
        }
    }

    /// Deadlines that have passed when somebody in the cluster has just looked for them.
    mutating func checkDeadlines(_ objects: [String: JSONValue], now: Timestamp) {
        tally.count(.p10cluster)
        for (name, object) in objects.sorted(by: { $0.key < $1.key }) {
            let records = Self.records(Tree.of(object)).merging(Self.creations(object)) { $1 }
            for (key, text) in records.sorted(by: { $0.key < $1.key }) {
                guard let record = try? JSONValue(parsing: text),
                    let deadline = record["deadline"]?.stringValue
                        .flatMap({ Timestamp(rfc3339: $0) }), deadline <= now
                else { continue }
                let isItsOwn =
                    record["uid"]?.stringValue == Self.uid(object)
                    || made.contains { $0.uid == Self.uid(object) && $0.standing == .ours }
                if isItsOwn { fail("P10", "\(key) stays in \(name) after \(deadline.rfc3339)") }
            }
        }
    }
}
