import Render
import Synchronization

/// The screen of one command: what fits is printed, what does not goes to a pager.
///
/// A screenful at most is held back until that is known, so lists of any length stream. What is
/// said beside the result keeps its place: it is held back behind a result that is, and stands in
/// the pager once there is one.
package final class PagedScreen: Sendable {
    private struct Piece {
        var bytes: [UInt8]
        var isError: Bool
    }

    private enum State {
        /// Of the pieces so many are on the screen already.
        case holding([Piece], shown: Int)
        case paging(any Pager)
        case plain
    }

    private let outer: World
    private let open: PagerOpener
    private let rows: Int
    private let columns: Int
    private let state = Mutex(State.holding([], shown: 0))
    /// Apart from the state, which a write holds for as long as the pager does not read.
    private let pager = Mutex<(any Pager)?>(nil)

    /// - Returns: nil where nobody sits at a terminal that a pager could be opened on.
    package init?(on world: World) {
        let facts = world.terminal
        guard let open = world.openPager, facts.inputIsTerminal, facts.outputIsTerminal,
            let rows = facts.rows, let columns = facts.columns, rows > 1, columns > 0
        else { return nil }
        outer = world
        self.open = open
        // The prompt behind it needs a row.
        self.rows = rows - 1
        self.columns = columns
    }

    /// Whether keys go to a pager now.
    var isPaging: Bool { pager.withLock { $0 != nil } }

    /// The world as the command sees it.
    package var world: World {
        var world = outer
        world.openPager = nil
        world.output = ScreenOutput { [self] bytes throws(OutputClosed) in
            try write(bytes, isError: false)
        }
        if outer.terminal.errorsAreTerminal {
            world.errors = ScreenOutput { [self] bytes throws(OutputClosed) in
                try write(bytes, isError: true)
            }
        }
        world.showNow = { [self] in showHeld() }
        world.input = ScreenInput(input: outer.input, screen: self)
        world.runCommand = { [self, runCommand = outer.runCommand] words in
            try release()
            return try await runCommand(words)
        }
        return world
    }

    /// Does the work of a command, shows all of it, and waits for the pager where there is one.
    ///
    /// A cancelled task ends the pager.
    ///
    /// - Parameter work: speaks to `world`.
    /// - Returns: what the work came to.
    /// - Throws: when nobody reads any more: what was held back, or because the pager was ended.
    package func show<Value: Sendable>(
        _ work: @Sendable () async -> Value
    ) async throws(OutputClosed) -> Value {
        let value = await withTaskCancellationHandler {
            let value = await work()
            if let pager = pager.withLock({ $0 }) { await pager.finish() }
            return value
        } onCancel: {
            pager.withLock { $0 }?.end()
        }
        let paged = pager.withLock { pager in
            defer { pager = nil }
            return pager != nil
        }
        if paged, Task.isCancelled { throw OutputClosed() }
        try release()
        return value
    }

    private func write(_ bytes: [UInt8], isError: Bool) throws(OutputClosed) {
        try state.withLock { (state) throws(OutputClosed) in
            switch state {
            case .plain: try print(Piece(bytes: bytes, isError: isError))
            case .paging(let pager):
                if pager.write(bytes) { return }
                // Whoever left the pager has seen enough of the result, not of what went wrong.
                guard isError else { throw OutputClosed() }
                try print(Piece(bytes: bytes, isError: true))
            case .holding(var pieces, let shown):
                let piece = Piece(bytes: bytes, isError: isError)
                if isError, pieces.isEmpty { return try print(piece) }
                pieces.append(piece)
                let whole = pieces.flatMap(\.bytes)
                guard ScreenFill.exceeds(whole, rows: rows, columns: columns) else {
                    state = .holding(pieces, shown: shown)
                    return
                }
                guard !Task.isCancelled, let pager = open() else {
                    state = .plain
                    for piece in pieces.dropFirst(shown) { try print(piece) }
                    return
                }
                state = .paging(pager)
                self.pager.withLock { $0 = pager }
                // The command may have been cut before there was anything to end.
                if Task.isCancelled { pager.end() }
                if !pager.write(whole) { throw OutputClosed() }
            }
        }
    }

    /// Prints what is held back, because what follows takes its time.
    ///
    /// Should there be a pager after all, it gets that, too.
    private func showHeld() {
        state.withLock { state in
            guard case .holding(let pieces, let shown) = state else { return }
            // Whoever does not read is found out at the end.
            for piece in pieces.dropFirst(shown) { try? print(piece) }
            state = .holding(pieces, shown: pieces.count)
        }
    }

    /// Prints what is held back, and holds back nothing more.
    fileprivate func release() throws(OutputClosed) {
        try state.withLock { (state) throws(OutputClosed) in
            guard case .holding(let pieces, let shown) = state else { return }
            state = .plain
            for piece in pieces.dropFirst(shown) { try print(piece) }
        }
    }

    private func print(_ piece: Piece) throws(OutputClosed) {
        try (piece.isError ? outer.errors : outer.output).write(piece.bytes)
    }
}

private struct ScreenOutput: Output {
    let put: @Sendable ([UInt8]) throws(OutputClosed) -> Void

    func write(_ bytes: [UInt8]) throws(OutputClosed) { try put(bytes) }
}

/// Whoever is to answer must see what came before.
private struct ScreenInput: Input {
    let input: any Input
    let screen: PagedScreen

    func line() async -> String? {
        // Who cannot be shown anything may still answer.
        try? screen.release()
        return await input.line()
    }
}
