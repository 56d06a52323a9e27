package import KubernetesCore
import SandboxOperator
import Synchronization

/// The sandbox's time: the machine's, except while the cast is given its ages.
package final class SandboxClock: Sendable {
    private let offset = Mutex(Duration.zero)
    private let base: @Sendable () -> Timestamp

    package init(_ base: @escaping @Sendable () -> Timestamp = OperatorClock.system.now) {
        self.base = base
    }

    package func now() -> Timestamp { base() + offset.withLock { $0 } }

    /// Puts the clock back by that much; zero is the present.
    func goBack(_ span: Duration) { offset.withLock { $0 = .zero - span } }
}
