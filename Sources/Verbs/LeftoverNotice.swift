import Session

/// One line about what sessions of this machine left that ended without undoing.
///
/// Read from the local journals alone; no request is sent.
enum LeftoverNotice {
    /// Verbs about sessions say it in their own way.
    static func concerns(_ verb: any Verb) -> Bool {
        switch verb {
        case is Changes, is Undo, is Keep, is SessionRecover, is SessionAttach, is ShellVerb: false
        default: verb is any ClusterVerb
        }
    }

    static func tell(in context: VerbContext) throws(OutputClosed) {
        // Only a courtesy: session recover says what is wrong with the journals.
        guard let store = try? SessionOpening.clearedStore(context.world),
            let left = try? store.leftovers(at: context.world.clock.now()), let first = left.first
        else { return }
        let count = left.reduce(0) { $0 + $1.pending.count }
        let changes = count == 1 ? "1 change" : "\(count) changes"
        let place = first.content?.header.cluster.server ?? "a cluster"
        try context.note(
            "note: an earlier session left \(changes) in \(place);"
                + " \(context.world.programName) session recover undoes that")
    }
}
