import HTTP
import KubernetesClient
import Render

/// What a client tells on the side: warnings of the server always, its calls from `-v 6` on.
struct ClientVoice: Sendable {
    private static let levelOfCalls = 6

    let world: World
    let verbosity: Int

    func client(
        _ connection: ClusterConnection, _ transport: any Transport, cache: DiscoveryCache? = nil
    ) -> KubernetesClient {
        let errors = world.errors
        let say: @Sendable (String) -> Void = { text in
            try? errors.write(Array((Escape.line(text) + "\n").utf8))
        }
        var trace: (@Sendable (CallTrace) -> Void)?
        if verbosity >= Self.levelOfCalls { trace = { say(Self.line(of: $0)) } }
        return KubernetesClient(
            connection: connection, transport: transport, trace: trace,
            warn: { say("Warning: \($0)") }, version: Release.version,
            cache: cache)
    }

    /// `GET https://… 200 in 12 ms`.
    private static func line(of call: CallTrace) -> String {
        let (seconds, attoseconds) = call.duration.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        let result = call.status.map(String.init) ?? call.error?.message ?? "no answer"
        let attempt = call.attempt > 1 ? " (attempt \(call.attempt))" : ""
        return "\(call.method.rawValue) \(call.url) \(result) in \(milliseconds) ms\(attempt)"
    }
}
