import Documents

// What others do, and where that makes the outcome a matter of taste.
extension Judge {
    /// Who owns what in an object is not looked at any more.
    mutating func leaveOwners(of object: String) {
        looseOwners[object, default: []].insert([])
    }

    mutating func loosen(_ object: String, _ spot: Spot) {
        if loose[object, default: []].insert(spot).inserted {
            news("loose: \(object) \(spot.joined(separator: "."))")
        }
    }

    /// Notes what somebody did, and where that makes the outcome a matter of taste.
    ///
    /// A member set inside a value of ours makes the whole value theirs, our part of it included;
    /// and what we took away, or left empty, cannot be told from what they took away.
    mutating func othersDid(_ deed: Deed, before: JSONValue?, after: JSONValue?) {
        order += 1
        switch deed.kind {
        case .sync: return
        case .rewrite: rewritten.insert(deed.object)
        case .delete, .recreate, .restoreCopy, .make:
            if case .restoreCopy = deed.kind { noteCopy(before, after) }
            renew(deed.object)
        case .adopt:
            end(of: before)
            leaveOwners(of: deed.object)
        case .addPort, .dropPort: shuffled.insert(deed.object)
        default: break
        }
        guard let spot = deed.spot else { return }
        for layer in layers where layer.isLive && layer.object == deed.object {
            for (mine, ours) in layer.ours.sorted(by: { $0.key.joined() < $1.key.joined() }) {
                if mine.isAbove(spot) { loosen(deed.object, mine) }
                let isVague = Tree.isEmpty(ours)
                if spot.isAbove(mine), isVague { loosen(deed.object, spot) }
                if deed.isRemoval, spot == mine, isVague { loosen(deed.object, mine) }
                // Whether they replaced it or wrote inside it, nobody can tell.
                if case .replaceTarget = deed.kind, spot == mine { loosen(deed.object, mine) }
            }
        }
        let value = after.flatMap { Tree.value(Tree.of($0), spot) }
        lasting.append(
            Lasting(object: deed.object, spot: spot, order: order, value: value, isDeed: true))
    }

    /// Another object bears the name from now on, or none.
    mutating func renew(_ object: String) {
        reborn.insert(object)
        looseOwners[object] = nil
        rewritten.remove(object)
        loose[object] = nil
        shuffled.remove(object)
        lasting.removeAll { $0.object == object }
        for index in layers.indices where layers[index].object == object {
            layers[index].isLive = false
        }
    }
}
