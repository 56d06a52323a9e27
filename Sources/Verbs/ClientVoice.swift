import HTTP
import KubernetesClient
import KubernetesCore
import Render

/// What a client tells on the side: warnings of the server always, its calls from `-v 6` on.
///
/// The levels are kubectl's: 6 is one line for each call, 7 adds the request's headers, 8 the
/// answer's headers and the bodies, 9 more of the bodies.
struct ClientVoice: Sendable {
    private static let levelOfCalls = 6
    private static let levelOfHeaders = 7
    private static let levelOfBodies = 8
    private static let levelOfLongBodies = 9
    private static let bodyLimit = 1024
    private static let longBodyLimit = 10_240

    let world: World
    let verbosity: Int

    func client(
        _ connection: ClusterConnection, _ transport: any Transport, cache: DiscoveryCache? = nil
    ) -> KubernetesClient {
        let verbosity = verbosity
        var trace: (@Sendable (CallTrace) -> Void)?
        if verbosity >= Self.levelOfCalls {
            trace = { [self] in say([Self.line(of: $0, isWhole: verbosity < Self.levelOfHeaders)]) }
        }
        return KubernetesClient(
            connection: connection, transport: transport, trace: trace, detail: detail,
            warn: { [self] in say(["Warning: \($0)"]) }, version: Release.version,
            cache: cache)
    }

    private func say(_ lines: [String]) {
        let text = lines.map { Escape.line($0) + "\n" }.joined()
        // Nobody reads our errors any more: there is no one to tell.
        try? world.errors.write(Array(text.utf8))
    }

    private var detail: CallDetail? {
        guard verbosity >= Self.levelOfHeaders else { return nil }
        let bodies = verbosity >= Self.levelOfLongBodies ? Self.longBodyLimit : Self.bodyLimit
        return CallDetail(
            bodyLimit: verbosity >= Self.levelOfBodies ? bodies : nil,
            isSecret: { Mask.isSecret(name: $0) }, tell: { [self] in say(Self.lines(of: $0)) })
    }

    private static func lines(of part: CallDetail.Part) -> [String] {
        switch part {
        case .request(let method, let url, let headers):
            ["\(method.rawValue) \(url)", "Request Headers:"] + lines(of: headers)
        case .requestBody(let text): ["Request Body: \(text)"]
        case .answerHeaders(let headers): ["Response Headers:"] + lines(of: headers)
        case .answerBody(let text): ["Response Body: \(text)"]
        }
    }

    private static func lines(of headers: HTTPHeaders) -> [String] {
        headers.map { "    \($0.name): \($0.value)" }
    }

    /// `GET https://… 200 OK in 12 milliseconds`, or the same without what stands above it.
    private static func line(of call: CallTrace, isWhole: Bool) -> String {
        let (seconds, attoseconds) = call.duration.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        let result = call.status.map(HTTPPhrase.text) ?? call.error?.message ?? "no answer"
        let attempt = call.attempt > 1 ? " (attempt \(call.attempt))" : ""
        let begin = isWhole ? "\(call.method.rawValue) \(call.url)" : "Response Status:"
        return "\(begin) \(result) in \(milliseconds) milliseconds\(attempt)"
    }
}
