import Catalog
import KubernetesClient
import KubernetesCore
import Session

/// What sessions left in a cluster of which this machine has no journal, and which nobody looks
/// after any more: the records in the objects tell (undo.md, step 5).
package struct LeftElsewhere: Sendable, Hashable {
    /// How many objects are named.
    private static let mostNamed = 3

    /// The ids of the sessions.
    package let sessions: [String]
    /// Each change's object, as the ledger names it.
    package let objects: [String]

    /// Looks through the namespace of a connection: one list per kind, and one of Leases.
    ///
    /// - Returns: nil where nothing is left, and where nobody can say: the next command that needs
    ///   the cluster tells what is wrong with it.
    package static func find(
        through access: ClusterAccess, in world: World
    ) async -> LeftElsewhere? {
        // See above.
        try? await look(through: access, in: world)
    }

    private static func look(
        through access: ClusterAccess, in world: World
    ) async throws -> LeftElsewhere? {
        let kinds = try await access.catalog().groups.flatMap(\.kinds)
            .filter { $0.type.supports("list") }
        let clock = SessionClock(now: world.clock.now, sleep: world.clock.sleep)
        let found = await SessionSearch(client: try await access.client(), clock: clock).run(
            kinds: kinds.map(ChangeTarget.init), namespace: try await access.connection().namespace)
        // Asked last: what another process began meanwhile is here by now.
        let here = Set(try SessionOpening.store(world).sessions().map(\.id))
        let left = Sweep.plan(found, by: .abandoned)
            .filter { $0.action != .keep && !here.contains($0.record.session) }.map(\.record)
        guard !left.isEmpty else { return nil }
        return LeftElsewhere(
            sessions: Set(left.map(\.session)).sorted(),
            objects: left.map(\.object.description))
    }

    /// One line for somebody at the prompt of a shell.
    package var text: String {
        let whose =
            sessions.count == 1
            ? "session \(sessions[0]), not of this machine,"
            : "\(sessions.count) sessions, not of this machine,"
        let count = objects.count == 1 ? "1 change" : "\(objects.count) changes"
        let names = Set(objects).sorted()
        let more = names.count > Self.mostNamed ? ", …" : ""
        return "note: \(whose) left \(count) here"
            + " (\(names.prefix(Self.mostNamed).joined(separator: ", "))\(more));"
            + " \"session recover\" undoes that"
    }
}
