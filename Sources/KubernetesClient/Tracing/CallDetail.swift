package import HTTP
import KubernetesCore
import Synchronization

/// What `-v 7` and up show of a call on top of its line: headers, and from `-v 8` on bodies.
///
/// Nothing secret comes out of here: credentials in headers, members of bodies with a telling name
/// and what a Secret holds are masked. Bodies are shown as they are read, line by line, and nothing
/// of them is kept beyond the limit.
package struct CallDetail: Sendable {
    package enum Part: Sendable, Hashable {
        /// A request is about to leave.
        case request(HTTPMethod, url: String, headers: HTTPHeaders)
        case requestBody(String)
        case answerHeaders(HTTPHeaders)
        /// A body, or an event of a watch.
        case answerBody(String)
    }

    /// How many bytes of a body are shown; nil: no bodies.
    package var bodyLimit: Int?
    /// Whether a member of that name holds something secret.
    package var isSecret: @Sendable (String) -> Bool
    package var tell: @Sendable (Part) -> Void

    package init(
        bodyLimit: Int?, isSecret: @escaping @Sendable (String) -> Bool,
        tell: @escaping @Sendable (Part) -> Void
    ) {
        self.bodyLimit = bodyLimit
        self.isSecret = isSecret
        self.tell = tell
    }

    func tell(_ request: HTTPRequest) {
        tell(.request(request.method, url: request.url, headers: masked(request.headers)))
        guard let bodyLimit, let body = request.body, !body.isEmpty else { return }
        var text = TracedText(mask(for: request), limit: bodyLimit)
        for line in text.take(body) + text.end() { tell(.requestBody(line)) }
    }

    /// Tells of an answer; gives it back with a body that is told while it is read.
    func tell(_ response: HTTPResponse, to request: HTTPRequest) -> HTTPResponse {
        guard let bodyLimit else { return response }
        tell(.answerHeaders(masked(response.headers)))
        let text = Mutex(TracedText(mask(for: request), limit: bodyLimit))
        let feed = Feed(text, tell)
        var response = response
        response.body = response.body.shown { feed.take($0) }
        return response
    }

    private func mask(for request: HTTPRequest) -> BodyMask {
        let path = request.url.prefix { $0 != "?" }
        let hidesData = path.split(separator: "/").contains("secrets")
        return BodyMask(hidesData: hidesData, isSecret: isSecret)
    }

    private static let credentialFields = ["authorization", "proxy-authorization"]
    private static let otherSecretFields = ["cookie", "set-cookie"]

    private func masked(_ headers: HTTPHeaders) -> HTTPHeaders {
        HTTPHeaders(
            headers.map { field -> HTTPHeaders.Field in
                let name = field.name.lowercased()
                if Self.credentialFields.contains(name) {
                    // The scheme may be seen, as in kubectl.
                    let words = field.value.split(separator: " ", maxSplits: 1)
                    let scheme = words.count == 2 ? "\(words[0]) " : ""
                    return .init(field.name, scheme + BodyMask.text)
                }
                let isHidden = Self.otherSecretFields.contains(name) || isSecret(field.name)
                return isHidden ? .init(field.name, BodyMask.text) : field
            })
    }

    /// The reader's chunks on their way to the listener.
    private final class Feed: Sendable {
        private let text: Mutex<TracedText>
        private let tell: @Sendable (Part) -> Void

        init(
            _ text: consuming sending Mutex<TracedText>, _ tell: @escaping @Sendable (Part) -> Void
        ) {
            self.text = text
            self.tell = tell
        }

        func take(_ chunk: [UInt8]?) {
            let lines = text.withLock { text in chunk.map { text.take($0) } ?? text.end() }
            for line in lines { tell(.answerBody(line)) }
        }
    }
}

/// A body that becomes lines to show: masked, and cut where they are long.
struct TracedText: Sendable {
    private var mask: BodyMask
    private let limit: Int
    private var shown: [UInt8] = []
    /// Bytes of the line beyond the limit.
    private var rest = 0

    init(_ mask: BodyMask, limit: Int) {
        self.mask = mask
        self.limit = limit
    }

    /// The lines that end in these bytes.
    mutating func take(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == 0x0A, mask.isBetweenValues {
                lines += end()
                continue
            }
            mask.take(byte) { byte in
                if shown.count < limit { shown.append(byte) } else { rest += 1 }
            }
        }
        return lines
    }

    /// The line that no line break ends, if there is one.
    mutating func end() -> [String] {
        defer {
            mask.reset()
            (shown, rest) = ([], 0)
        }
        guard !shown.isEmpty else { return [] }
        let text = String(decoding: shown, as: UTF8.self)
        return [rest == 0 ? text : "\(text) [truncated \(rest) chars]"]
    }
}
