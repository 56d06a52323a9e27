import Documents
import KubernetesClient
import KubernetesCore

/// Waits until the cast has found its states, but not for ever.
struct Premiere: Sendable {
    let client: KubernetesClient
    let namespace: String

    /// Far more than it takes: a machine may be busy with other things for long.
    private static let patience = Duration.seconds(180)
    private static let longestPause = Duration.milliseconds(100)

    func wait() async {
        let start = ContinuousClock.now
        var pause = Duration.milliseconds(10)
        while start.duration(to: .now) < Self.patience, !Task.isCancelled {
            if await isReady() { return }
            try? await Task.sleep(for: pause)
            pause = min(pause * 5 / 4, Self.longestPause)
        }
    }

    private func isReady() async -> Bool {
        for member in Cast.actors(in: namespace).reversed() {
            let object = try? await client.get(
                member.type, namespace: namespace, name: member.object.name)
            guard let status = object?.status else { return false }
            let hasState =
                status["state"]?.stringValue ?? status["aggregatedHealth"]?.stringValue
            guard hasState != nil, status["summary", "pending"]?.integerValue ?? 0 == 0 else {
                return false
            }
        }
        return true
    }
}
