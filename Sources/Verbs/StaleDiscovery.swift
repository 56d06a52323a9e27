import Synchronization

// What a cache told of a cluster may be out of date. A kind that is not served any more shows as a
// 404; then the server is asked anew, and the command runs once more as if nothing had been.
extension Verb {
    /// Runs the verb; a second time when a cache misled the first and nobody has seen anything.
    ///
    /// Only verbs that read: the others never rest on a cache.
    func runPastStaleCache(in context: VerbContext) async throws {
        guard Self.effect == .reads else { return try await run(in: context) }
        let output = NotingOutput(context.world.output)
        var noting = context
        noting.world.output = output
        do {
            try await run(in: noting)
        } catch {
            guard !output.hasWritten, !Task.isCancelled, await context.access.forgetIfMisled()
            else { throw error }
            try await run(in: context)
        }
    }
}

/// Passes everything on, and knows whether there was anything.
private final class NotingOutput: Output {
    private let inner: any Output
    private let written = Atomic(false)

    init(_ inner: any Output) { self.inner = inner }

    var hasWritten: Bool { written.load(ordering: .relaxed) }

    func write(_ bytes: [UInt8]) throws(OutputClosed) {
        written.store(true, ordering: .relaxed)
        try inner.write(bytes)
    }
}
