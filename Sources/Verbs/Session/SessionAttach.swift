package import ArgumentParser
import Session

/// `session detach`: lets go of the shell's changes without undoing them.
package struct SessionDetach: ClusterVerb {
    package static let effect = Effect.journaled
    package static let examples = [
        Example("session detach", "In the shell: leave the changes in place")
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "detach",
        abstract: "Let go of this shell's changes, and leave them in place.",
        discussion: """
            The changes stay as they are, with their deadlines, and leaving the shell does not \
            undo them. "session attach" takes them up again in another shell; outside, "undo \
            --session ID" takes them back. The shell goes on with a new session.
            """)

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        guard let shell = context.shell else {
            throw Failure(
                .mistake, "only a shell has changes to let go of",
                hints: ["patch … --ttl 10m leaves a change in place from outside"])
        }
        guard let session = await shell.access.begunSession(), await session.pendingCount > 0
        else { return try context.note("No temporary changes to let go of.") }
        let count = await session.pendingCount
        await shell.access.abandonSession()
        await session.detach(onPurpose: true)
        try context.note(
            "session \(session.id) keeps \(count == 1 ? "1 change" : "\(count) changes") in place; "
                + "session attach \(session.id) takes it up again")
    }
}

/// `session attach`: takes changes up again that were left in place.
package struct SessionAttach: ClusterVerb {
    package static let effect = Effect.journaled
    package static let examples = [
        Example("session attach", "In the shell: go on with the newest detached session")
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "attach",
        abstract: "Take the changes of another session up in this shell.",
        discussion: """
            Of a session that was detached, or that ended without undoing. From then on its \
            changes are this shell's: "changes" shows them, and leaving undoes them. Without an \
            id the newest detached session is meant.
            """)

    @Argument(help: "The session, by its id (see session list).")
    var id: String?

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        if let id { _ = try SessionChoice.listing(id, in: context.world) }
        guard let shell = context.shell else {
            throw Failure(
                .mistake, "a session is taken up in a shell",
                hints: ["outside, undo and keep take --session ID"])
        }
        if let own = await shell.access.begunSession(), await !own.entries.isEmpty {
            throw Failure(
                .conflict, "this shell has changes of its own",
                hints: ["undo, keep or session detach lets go of them first"])
        }
        guard let listing = try SessionChoice.listing(id, in: context.world) else {
            throw Failure(
                .notFound, "no session was left to take up",
                hints: ["session list shows those of this machine"])
        }
        let client = try await context.client()
        let cluster = await ClusterIdentity.read(from: client)
        let session = try SessionOpening(world: context.world, client: client)
            .resume(listing.id, on: cluster)
        do {
            try await session.attach()
        } catch {
            await session.detach()
            throw error
        }
        await shell.access.take(up: session)
        let count = await session.pendingCount
        try context.note(
            "session \(session.id) is this shell's now, with "
                + "\(count == 1 ? "1 change" : "\(count) changes") to undo at its end")
    }
}
