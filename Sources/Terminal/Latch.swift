import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Lets a thread of ours (never one of the cooperative pool) wait a moment for a task.
package final class Latch: Sendable {
    private let pipe: WakePipe

    package init() throws(TerminalError) { pipe = try WakePipe() }

    package func open() { pipe.wake() }

    /// Waits until it is open, at most so long; it stays open.
    ///
    /// - Returns: whether it is open.
    package func wait(milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&entry, 1, milliseconds) > 0
    }
}
