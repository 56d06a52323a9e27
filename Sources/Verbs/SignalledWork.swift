extension VerbContext {
    /// Does the work of a verb that owns its signals, until it ends or a signal comes.
    ///
    /// - Parameter body: is cancelled by a signal, and then waited for.
    /// - Throws: `Failure` of kind `.ended` where a signal came, however the work ended then; else
    ///   what the work threw.
    func untilSignalled(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let work = Task { try await body() }
        let received = ReceivedSignal()
        let interrupts = world.interrupts()
        let listener = Task {
            for await signal in interrupts {
                await received.note(signal)
                work.cancel()
            }
        }
        let result = await work.result
        listener.cancel()
        if let signal = await received.signal {
            throw Failure(.ended(by: signal.rawValue), "")
        }
        try result.get()
    }
}

/// The first signal that came.
private actor ReceivedSignal {
    private(set) var signal: Interrupt?

    func note(_ signal: Interrupt) { self.signal = self.signal ?? signal }
}
