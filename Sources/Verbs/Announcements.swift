import Synchronization

/// Where things are told that happen by themselves: above the prompt, where there is one.
package final class Announcements: Sendable {
    private let listener = Mutex<(@Sendable (String) -> Void)?>(nil)

    package init() {}

    /// From now on, and until `end`, everything is told by that.
    package func listen(_ tell: @escaping @Sendable (String) -> Void) {
        listener.withLock { $0 = tell }
    }

    package func end() { listener.withLock { $0 = nil } }

    /// - Returns: whether somebody is there to tell it.
    func tell(_ text: String) -> Bool {
        guard let tell = listener.withLock({ $0 }) else { return false }
        tell(text)
        return true
    }
}
