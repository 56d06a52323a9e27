import Documents
import HTTP
import KubernetesCore
import Synchronization

/// One collection of an API server, with a history that can be forgotten, watches that can be cut
/// anywhere, and a door that can be shut.
///
/// It remembers what it held at every version, so that a test can say what a client must see.
final class FakeCollection: Transport {
    private struct Change {
        var version: Int
        var line: [UInt8]
    }

    private enum Piece: Sendable {
        case bytes([UInt8])
        case failure(TransportError)
    }

    private struct Watch {
        var sink: AsyncStream<Piece>.Continuation
    }

    private struct State {
        var version = 100
        /// Name and version of the objects, at every version.
        var truth: [Int: [String: String]] = [100: [:]]
        var payloads: [String: String] = [:]
        var changes: [Change] = []
        var forgottenBelow = 0
        var isDown = false
        var refusals: [Status] = []
        var watches: [Int: Watch] = [:]
        var nextWatch = 0
        var random: SeededRandom
        var lists = 0
        var watchesOpened = 0
    }

    private let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(random: SeededRandom(seed))) }

    // MARK: What happens to it

    var version: Int { state.withLock { $0.version } }
    var lists: Int { state.withLock { $0.lists } }
    var openWatches: Int { state.withLock { $0.watches.count } }

    /// What was there at a version: names and the objects' own versions.
    func truth(at version: String) -> [String: String]? {
        state.withLock { state in Int(version).flatMap { state.truth[$0] } }
    }

    var truth: [String: String] { state.withLock { $0.truth[$0.version] ?? [:] } }

    /// Makes or changes an object.
    func put(_ name: String, payload: String = "") {
        state.withLock { state in
            let known = state.truth[state.version] ?? [:]
            state.version += 1
            let version = state.version
            state.truth[version] = known.merging([name: "\(version)"]) { $1 }
            state.payloads[name] = payload
            let type = known[name] == nil ? "ADDED" : "MODIFIED"
            Self.tell(type, Self.object(name, "\(version)", payload), &state)
        }
    }

    func remove(_ name: String) {
        state.withLock { state in
            guard var known = state.truth[state.version], known[name] != nil else { return }
            state.version += 1
            known[name] = nil
            state.truth[state.version] = known
            let payload = state.payloads.removeValue(forKey: name) ?? ""
            Self.tell("DELETED", Self.object(name, "\(state.version)", payload), &state)
        }
    }

    func bookmark() {
        state.withLock { state in
            let object = #"{"metadata":{"resourceVersion":"\#(state.version)"}}"#
            Self.send(Self.line("BOOKMARK", object), &state)
        }
    }

    /// Ends all watches: in the middle of a line, at its end, or with a failure.
    func cut() {
        state.withLock { state in
            if state.random.once(in: 3) {
                Self.send(Array(#"{"type":"ADDED","obj"#.utf8), &state)
            }
            let fails = state.random.once(in: 2)
            for watch in state.watches.values {
                if fails {
                    watch.sink.yield(
                        .failure(TransportError(.connectionLost, "cut", sent: true)))
                }
                watch.sink.finish()
            }
            state.watches = [:]
        }
    }

    /// Forgets what was before now: older versions and continue tokens are gone.
    func forget() {
        state.withLock { state in
            state.forgottenBelow = state.version
            state.changes = []
        }
    }

    func shut(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }

    /// Answers the next requests so.
    func refuse(_ statuses: [Status]) { state.withLock { $0.refusals += statuses } }

    // MARK: Answers

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        // Others come to their turn between two requests.
        await Task.yield()
        let query = Self.query(of: request.url)
        return try state.withLock { state throws(TransportError) in
            guard !state.isDown else {
                throw TransportError(.cannotConnect, "connection refused", sent: false)
            }
            if !state.refusals.isEmpty { return Self.refusal(state.refusals.removeFirst()) }
            return query["watch"] == "true"
                ? watch(from: Int(query["resourceVersion"] ?? "") ?? 0, &state)
                : Self.list(query, &state)
        }
    }

    private func watch(from version: Int, _ state: inout State) -> HTTPResponse {
        if version < state.forgottenBelow {
            let status = Status(code: 410, reason: "Expired", message: "too old")
            guard state.random.once(in: 2) else { return Self.refusal(status) }
            let line = Self.line("ERROR", status.json.text())
            return HTTPResponse(status: 200, body: HTTPBody(line))
        }
        state.watchesOpened += 1
        let number = state.nextWatch
        state.nextWatch += 1
        let (pieces, sink) = AsyncStream.makeStream(of: Piece.self)
        for change in state.changes where change.version > version {
            for chunk in Self.chunks(change.line, &state.random) { sink.yield(.bytes(chunk)) }
        }
        state.watches[number] = Watch(sink: sink)
        return HTTPResponse(
            status: 200,
            body: HTTPBody(
                next: { () async throws(TransportError) in
                    for await piece in pieces {
                        switch piece {
                        case .bytes(let bytes): return bytes
                        case .failure(let error): throw error
                        }
                    }
                    return nil
                },
                cancel: { [weak self] in
                    self?.state.withLock { $0.watches[number] = nil }
                    sink.finish()
                }))
    }

    private static func list(_ query: [String: String], _ state: inout State) -> HTTPResponse {
        state.lists += 1
        var version = state.version
        var after = ""
        if let token = query["continue"] {
            let parts = token.split(separator: ".")
            version = Int(parts[0]) ?? 0
            after = String(parts[1])
            if version < state.forgottenBelow {
                return refusal(Status(code: 410, reason: "Expired", message: "token too old"))
            }
        }
        let objects = state.truth[version] ?? [:]
        let rest = objects.keys.sorted().filter { $0 > after }
        let limit = query["limit"].flatMap { Int($0) } ?? rest.count
        let page = rest.prefix(limit)
        let token = page.count < rest.count ? "\(version).\(page.last ?? "")" : ""
        let items = page.map { object($0, objects[$0] ?? "", state.payloads[$0] ?? "") }
        return HTTPResponse(
            status: 200,
            body: HTTPBody(
                Array(
                    (#"{"kind":"List","metadata":{"resourceVersion":"\#(version)","#
                        + #""continue":"\#(token)"},"items":[\#(items.joined(separator: ","))]}"#)
                        .utf8)))
    }

    private static func refusal(_ status: Status) -> HTTPResponse {
        HTTPResponse(status: status.code, body: HTTPBody(status.json.bytes()))
    }

    private static func tell(_ type: String, _ object: String, _ state: inout State) {
        let line = line(type, object)
        state.changes.append(Change(version: state.version, line: line))
        send(line, &state)
    }

    private static func send(_ line: [UInt8], _ state: inout State) {
        for watch in state.watches.values {
            for chunk in chunks(line, &state.random) { watch.sink.yield(.bytes(chunk)) }
        }
    }

    private static func line(_ type: String, _ object: String) -> [UInt8] {
        Array((#"{"type":"\#(type)","object":\#(object)}"# + "\n").utf8)
    }

    private static func object(_ name: String, _ version: String, _ payload: String) -> String {
        #"{"metadata":{"name":"\#(name)","namespace":"n","resourceVersion":"\#(version)"},"#
            + #""spec":{"payload":"\#(payload)"}}"#
    }

    private static func chunks(_ bytes: [UInt8], _ random: inout SeededRandom) -> [[UInt8]] {
        guard random.once(in: 2), bytes.count > 1 else { return [bytes] }
        let place = 1 + random.below(bytes.count - 1)
        return [Array(bytes[..<place]), Array(bytes[place...])]
    }

    private static func query(of url: String) -> [String: String] {
        let text = url.split(separator: "?", maxSplits: 1).last ?? ""
        return text.split(separator: "&").reduce(into: [:]) { query, pair in
            let parts = pair.split(separator: "=", maxSplits: 1)
            query[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
    }
}
