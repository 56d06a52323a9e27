import Documents

// What must be true when all is over: the real objects are as their shadows.
extension Judge {
    mutating func end(_ object: String, real: JSONValue?, shadow: JSONValue?) {
        for (life, objects) in owing.sorted(by: { $0.key < $1.key }) where objects.contains(object)
        {
            // It died before it gave the ownership back, and its journal with it.
            news("\(life) owes \(object) its owners")
            leaveOwners(of: object)
        }
        guard let real, let shadow else {
            if let real, made.contains(where: { $0.standing == .ours && $0.uid == uid(real) }) {
                fail("P23", "\(object) is left, which a session made for a while")
            } else if (real == nil) != (shadow == nil) {
                fail("P17", "\(object) is \(real == nil ? "gone" : "there") at the end")
            }
            return
        }
        let loose = loose[object] ?? []
        var ours = Tree.of(real)
        var theirs = Tree.of(shadow)
        checkRecords(object, ours, uid: real["metadata"]?["uid"]?.stringValue ?? "")
        if rewritten.contains(object) {
            ours = Self.normalised(ours)
            theirs = Self.normalised(theirs)
        }
        let isStacked = countEnd(object)
        for spot in Tree.differences(ours, theirs)
        where !loose.contains(where: { $0.touches(spot) }) && !isEmptied(spot, of: object) {
            fail(
                isStacked ? "P9" : "P23",
                "\(object) \(spot.joined(separator: ".")) is"
                    + " \(Self.text(Tree.value(ours, spot))), and not"
                    + " \(Self.text(Tree.value(theirs, spot)))")
        }
        checkLasting(object, Tree.of(real))
        checkOrder(object, real, shadow)
        if !rewritten.contains(object) { checkOwners(object, real, shadow) }
    }

    /// Whether a parent that we had made is empty because others removed what they had put there:
    /// then it goes with our member, though it is theirs as well.
    private func isEmptied(_ spot: Spot, of object: String) -> Bool {
        let isParent = layers.contains { layer in
            layer.object == object && layer.ours.keys.contains { spot.isAbove($0) }
        }
        return isParent
            && lasting.contains {
                $0.object == object && $0.isDeed && $0.value == nil && spot.isAbove($0.spot)
            }
    }

    private func uid(_ object: JSONValue) -> String {
        object["metadata"]?["uid"]?.stringValue ?? ""
    }

    /// Counts what was checked; tells whether sessions lay over each other on the object.
    private mutating func countEnd(_ object: String) -> Bool {
        let mine = layers.filter { $0.object == object }
        guard !mine.isEmpty else { return false }
        tally.count(.p23)
        if mine.contains(where: { $0.ours.keys.contains { $0.starts(with: ["spec", "extra"]) } }) {
            tally.count(.p6)
        }
        let isStacked = mine.contains { one in
            mine.contains { other in
                other.session != one.session
                    && other.ours.keys.contains { spot in
                        one.ours.keys.contains { $0.touches(spot) }
                    }
            }
        }
        if isStacked { tally.count(.p9) }
        return isStacked
    }

    private static func text(_ value: JSONValue?) -> String {
        value?.text(.compact) ?? "(absent)"
    }

    /// Without what the operator drops when it writes a spec (Seen live 8).
    private static func normalised(_ tree: JSONValue) -> JSONValue {
        var copy = tree
        if let spec = tree["spec"] { copy["spec"] = pruned(spec) ?? [:] }
        return copy
    }

    private static func pruned(_ value: JSONValue) -> JSONValue? {
        guard !Tree.isEmpty(value) else { return nil }
        guard case .object(let members) = value else { return value }
        var left = JSONObject()
        for member in members { left[member.name] = pruned(member.value) }
        return .object(left)
    }

    private mutating func checkRecords(_ object: String, _ tree: JSONValue, uid: String) {
        for (key, text) in Self.records(tree).sorted(by: { $0.key < $1.key }) {
            if (try? JSONValue(parsing: text))?["uid"]?.stringValue == uid {
                fail("P23", "the record \(key) stays in \(object)")
            }
        }
    }

    /// Everything that others wrote last is still there.
    private mutating func checkLasting(_ object: String, _ tree: JSONValue) {
        let all = lasting.filter { $0.object == object }
        for deed in all where deed.isDeed {
            guard let value = deed.value, Tree.isTheirs(value) else { continue }
            let isOverwritten = all.contains {
                $0.order > deed.order && $0.spot.touches(deed.spot)
            }
            guard !isOverwritten else { continue }
            tally.count(.p5kept)
            if Tree.value(tree, deed.spot) != value {
                fail(
                    "P5",
                    "somebody's \(deed.spot.joined(separator: ".")) in \(object) is"
                        + " \(Self.text(Tree.value(tree, deed.spot))), not"
                        + " \(value.text(.compact))")
            }
        }
    }

    private mutating func checkOrder(_ object: String, _ real: JSONValue, _ shadow: JSONValue) {
        func names(_ object: JSONValue) -> [String] {
            (object["spec"]?["ports"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
        }
        guard !shuffled.contains(object) else { return }
        tally.count(.p23order)
        if names(real) != names(shadow) {
            fail("P23", "the ports of \(object) are \(names(real)), not \(names(shadow))")
        }
    }

    // MARK: Who owns what

    private mutating func checkOwners(_ object: String, _ real: JSONValue, _ shadow: JSONValue) {
        let loose = (loose[object] ?? []).union(looseOwners[object] ?? [])
        let deeds = lasting.filter { $0.object == object && $0.isDeed }.map(\.spot)
        let ours = Self.owned(real)
        let theirs = Self.owned(shadow)
        tally.count(.p23owners)
        for owner in Set(ours.keys).union(theirs.keys).sorted() {
            let difference = (ours[owner] ?? []).symmetricDifference(theirs[owner] ?? [])
            for spot in difference.sorted(by: { $0.joined() < $1.joined() }) {
                let place = spot.last == "." ? Array(spot.dropLast()) : spot
                if loose.contains(where: { $0.touches(place) }) { continue }
                let isOurs = owner.hasPrefix("petstore-cli/")
                // Who puts something into a parent that we made does not own the parent, nor who
                // replaces its value: to the server it is the parent that was there.
                let isParent =
                    spot.last == "." || Tree.value(Tree.of(shadow), place)?.objectValue != nil
                if !isOurs, isParent, deeds.contains(where: { $0.starts(with: place) }) {
                    continue
                }
                // What was kept stands in a parent that we made.
                let isOfKept = lasting.contains {
                    $0.object == object && !$0.isDeed && place.isAbove($0.spot)
                        && Tree.value(Tree.of(real), $0.spot) == $0.value
                }
                if isOurs, spot.last == ".", isOfKept { continue }
                // What we made permanent, and do not even own: no residue.
                if isOurs, ours[owner]?.contains(spot) != true { continue }
                let side = ours[owner]?.contains(spot) == true ? "owns" : "does not own"
                fail(
                    "P23",
                    "\(owner) \(side) \(spot.joined(separator: ".")) of \(object)")
            }
        }
    }

    /// What each manager owns, by places.
    private static func owned(_ object: JSONValue) -> [String: Set<Spot>] {
        var owned: [String: Set<Spot>] = [:]
        for entry in object["metadata"]?["managedFields"]?.arrayValue ?? [] {
            let owner = ["manager", "operation", "subresource"].map {
                entry[$0]?.stringValue ?? ""
            }.joined(separator: "/")
            guard entry["subresource"] == nil else { continue }
            collect(entry["fieldsV1"] ?? [:], [], into: &owned[owner, default: []])
        }
        return owned
    }

    private static func collect(_ tree: JSONValue, _ spot: Spot, into spots: inout Set<Spot>) {
        guard let members = tree.objectValue, !members.isEmpty else {
            spots.insert(spot)
            return
        }
        for member in members {
            if member.name == "." {
                spots.insert(spot + ["."])
            } else if member.name.hasPrefix("f:") {
                collect(member.value, spot + [String(member.name.dropFirst(2))], into: &spots)
            } else {
                let key = try? JSONValue(parsing: String(member.name.dropFirst(2)))
                collect(member.value, spot + [key?["name"]?.stringValue ?? "?"], into: &spots)
            }
        }
    }
}
