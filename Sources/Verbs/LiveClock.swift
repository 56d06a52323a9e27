import FoundationEssentials
import KubernetesCore

extension WallClock {
    /// The machine's own clock.
    package static let live = WallClock(
        now: {
            let since1970 = Date().timeIntervalSince1970
            let seconds = since1970.rounded(.down)
            return Timestamp(
                seconds: Int64(seconds), nanoseconds: Int32((since1970 - seconds) * 1e9))
        },
        sleep: { try await Task.sleep(for: $0) })
}
