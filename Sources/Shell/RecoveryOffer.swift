import KubernetesCore
import KubernetesCore
import Session
import Terminal
import Verbs

/// What a shell or command that died left in this cluster: offered before the first prompt, or,
/// in scripts, mentioned on one line (undo.md, P14).
struct RecoveryOffer: Sendable {
    let loop: ShellLoop

    /// Asks, and undoes when the answer is yes.
    func offer() async {
        for listing in await leftovers() {
            let count = ShellSignals.changes(listing.pending.count)
            let since = listing.content?.header.created.rfc3339 ?? "an unknown time"
            loop.say("Session \(listing.id), begun \(since), ended without undoing \(count):")
            for entry in listing.pending.map(\.ledgerEntry) {
                for field in entry.fields {
                    loop.say(
                        "  \(entry.objectText) \(field.pathText): "
                            + "\(field.beforeText) → \(field.nowText)")
                }
            }
            guard loop.state.memory.refusal == nil, await isWanted() else {
                loop.say("left in place; \"session recover \(listing.id)\" undoes it later")
                continue
            }
            _ = await Dispatcher(world: loop.world).run(
                ["session", "recover", listing.id, "--yes"], shell: loop.state)
        }
    }

    /// Looks on the server for what sessions left whose journals are not here, while the user
    /// types already, and says it on one line above the prompt.
    func lookElsewhere() -> Task<Void, Never> {
        Task { [loop] in
            let left = await LeftElsewhere.find(through: loop.state.access, in: loop.world)
            guard let left, !Task.isCancelled else { return }
            loop.post(left.text)
        }
    }

    /// Says it on one line, for scripts.
    func mention() async {
        let left = await leftovers()
        guard let first = left.first else { return }
        let count = left.reduce(0) { $0 + $1.pending.count }
        let others = left.count == 1 ? "" : " (and \(left.count - 1) more sessions)"
        loop.say(
            "note: an earlier session left \(ShellSignals.changes(count)) in this cluster; "
                + "\(loop.state.access.typedProgram) session recover \(first.id)\(others)")
    }

    private func isWanted() async -> Bool {
        loop.signals.enter(.atPrompt)
        let event = await loop.input.source.nextLine(
            prompt: "Undo now? [Y/n] ", discardingTypedAhead: false)
        guard case .line(let answer) = event else { return false }
        return ["", "y", "yes"].contains(answer.lowercased())
    }

    /// Asks the cluster who it is only when this machine has journals of the dead at all.
    private func leftovers() async -> [JournalStore.Listing] {
        do {
            let store = try SessionOpening.clearedStore(loop.world)
            guard try !store.leftovers().isEmpty else { return [] }
            let cluster = try await loop.state.access.session().cluster
            return try store.leftovers(on: cluster)
        } catch {
            loop.say("note: whether an earlier session left changes is not known: \(error)")
            return []
        }
    }
}
