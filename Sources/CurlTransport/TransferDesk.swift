import CCurl
import HTTP

/// All transfers that run, on the loop's thread alone.
final class TransferDesk {
    /// The longest that the thread sleeps when neither libcurl nor the watchdog has plans.
    private static let longestSleep: Duration = .seconds(60)
    /// Easy handles that are kept for later requests.
    private static let keptHandles = 16

    private let multi: MultiHandle
    private let options: ConnectionOptions
    private var transfers: [ObjectIdentifier: Transfer] = [:]
    private var transferByHandle: [EasyHandle.ID: Transfer] = [:]
    private var spare: [EasyHandle] = []
    /// Whether a transfer was told something since libcurl worked last.
    private var hasNews = false

    init(_ multi: MultiHandle, _ options: ConnectionOptions) {
        self.multi = multi
        self.options = options
    }

    func start(_ exchange: Exchange) {
        guard !exchange.isOver else { return }
        guard let easy = spare.popLast() ?? EasyHandle() else {
            return fail(exchange, "libcurl has no memory left")
        }
        let transfer = Transfer(exchange, on: easy)
        do {
            try transfer.prepare(options)
            try multi.add(easy)
        } catch {
            release(easy)
            return fail(exchange, FailureText.refusedOption(error))
        }
        transfers[ObjectIdentifier(exchange)] = transfer
        transferByHandle[easy.id] = transfer
        hasNews = true
    }

    func remove(_ exchange: Exchange) {
        guard let transfer = transfers[ObjectIdentifier(exchange)] else { return }
        detach(transfer)
    }

    func resume(_ exchange: Exchange) {
        guard let transfer = transfers[ObjectIdentifier(exchange)] else { return }
        do {
            try transfer.goOn()
            hasNews = true
        } catch {
            end(transfer, error.code)
        }
    }

    /// Moves what can be moved.
    ///
    /// Whenever something happened libcurl works once more before anyone sleeps. It may hold bytes,
    /// or the end of an answer, that no socket will announce; for that it sets itself a timer of
    /// "now", and up to 8.3 it loses such a timer when the one before it is just being taken away
    /// (curl's pull request 11937). The answer then waited for whatever timer came next: 10 seconds
    /// in one of ten lists on a busy machine.
    ///
    /// - Parameter socketsWereReady: what the last poll said.
    /// - Returns: the milliseconds until the watchdog looks again, 0 when libcurl shall go on.
    func work(socketsWereReady: Bool) -> Int {
        var hasMoved = hasNews || socketsWereReady
        hasNews = false
        multi.perform()
        for transfer in transfers.values where transfer.takeMoved() { hasMoved = true }
        while let (easy, code) = multi.nextEnded() {
            guard let transfer = transferByHandle[easy] else { continue }
            end(transfer, code)
        }
        let sleep = sleepAfterWatchdog()
        return hasMoved ? 0 : sleep
    }

    func close() {
        for transfer in transfers.values {
            transfer.exchange.end { sent in
                .failure(TransportError(.cancelled, "the connection was shut down", sent: sent))
            }
            detach(transfer)
        }
        spare = []
    }

    private func sleepAfterWatchdog() -> Int {
        var sleep = Self.longestSleep
        let now = ContinuousClock.now
        for transfer in transfers.values {
            guard let deadline = transfer.idleDeadline else { continue }
            if deadline <= now {
                transfer.endForSilence()
                detach(transfer)
            } else {
                sleep = min(sleep, now.duration(to: deadline))
            }
        }
        return sleep.wholeMilliseconds
    }

    private func end(_ transfer: Transfer, _ code: CURLcode) {
        transfer.end(code)
        detach(transfer)
    }

    private func detach(_ transfer: Transfer) {
        transfers[ObjectIdentifier(transfer.exchange)] = nil
        transferByHandle[transfer.easy.id] = nil
        multi.remove(transfer.easy)
        release(transfer.easy)
    }

    private func release(_ easy: EasyHandle) {
        easy.reset()
        if spare.count < Self.keptHandles { spare.append(easy) }
    }

    private func fail(_ exchange: Exchange, _ message: String) {
        exchange.end { _ in .failure(TransportError(.protocolViolation, message, sent: false)) }
    }
}

extension Duration {
    /// Rounded up, so that a wait is never too short; at least 1.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let part = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int(max(1, min(seconds, 1_000_000) * 1000 + part))
    }
}
