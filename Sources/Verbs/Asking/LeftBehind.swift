import KubernetesCore
import Session

/// Work whose temporary objects stay behind on purpose, in a session of their own that is detached.
struct LeftBehind: Sendable {
    let context: VerbContext

    /// - Parameter work: makes them in that session.
    /// - Returns: what the work returns.
    /// - Throws: what the work throws; what it has made by then stays behind all the same.
    func run<Result: Sendable>(
        _ work: (Session) async throws -> Result
    ) async throws -> Result {
        let program = context.typedProgram
        let session = await SessionOpening(
            world: context.world, client: try await context.client(), program: program
        ).begin()
        do {
            let result = try await work(session)
            try await detach(session, program)
            return result
        } catch {
            try await detach(session, program)
            throw error
        }
    }

    private func detach(_ session: Session, _ program: String) async throws {
        let left = await session.entries.filter { $0.isTemporary && $0.state.isPending }
        await session.detach(onPurpose: true)
        guard let first = left.first else { return }
        let names = left.map(\.objectText).joined(separator: ", ")
        let until = first.deadline.map { " until \($0.rfc3339)" } ?? ""
        try context.note("\(names) \(left.count == 1 ? "stays" : "stay")\(until)")
        try context.note(
            "to delete \(left.count == 1 ? "it" : "them") earlier:"
                + " \(program) undo all --session \(session.id)")
    }
}
