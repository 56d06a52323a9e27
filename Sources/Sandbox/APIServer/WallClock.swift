import FoundationEssentials
import KubernetesCore

/// The machine's clock as the API's instant.
enum WallClock {
    static func now() -> Timestamp {
        let seconds = Date().timeIntervalSince1970
        let whole = seconds.rounded(.down)
        return Timestamp(
            seconds: Int64(whole), nanoseconds: Int32((seconds - whole) * 1_000_000_000))
    }
}
