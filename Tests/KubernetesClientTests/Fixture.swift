import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import Synchronization
import TestSupport

let parcels = ResourceType(
    group: "post.example.org", version: "v1", plural: "parcels", kind: "Parcel")

let parcel = KubernetesObject(parcels, namespace: "n", name: "p", spec: ["weight": 3])

/// A client over a script, with a clock that only moves by being waited for.
final class ClientFixture: Sendable {
    let transport: any Transport
    let scripted: ScriptedTransport
    let client: KubernetesClient
    let log = CallLog()

    init(
        _ answers: [ScriptedTransport.Answer], credentials: Credentials = Credentials(),
        timeout: Duration? = nil, policy change: (inout CallPolicy) -> Void = { _ in }
    ) {
        scripted = ScriptedTransport(answers)
        transport = scripted
        client = Self.client(transport, log, credentials, timeout, change)
    }

    init(answering decide: @escaping @Sendable (HTTPRequest, Int) -> ScriptedTransport.Answer) {
        scripted = ScriptedTransport(answering: decide)
        transport = scripted
        client = Self.client(transport, log, Credentials(), nil) { _ in }
    }

    private static func client(
        _ transport: any Transport, _ log: CallLog, _ credentials: Credentials,
        _ timeout: Duration?, _ change: (inout CallPolicy) -> Void
    ) -> KubernetesClient {
        var policy = CallPolicy()
        let start = ContinuousClock.now
        policy.now = { start + log.waited }
        policy.sleep = { log.wait($0) }
        policy.jitter = { 1 }
        change(&policy)
        return KubernetesClient(
            connection: ClusterConnection(
                server: "https://host:6443", credentials: credentials, requestTimeout: timeout),
            transport: transport, trace: { log.trace($0) }, warn: { log.warn($0) },
            policy: policy, version: "1.2.3")
    }

    /// What was asked, in lines of method and target.
    var asked: [String] {
        scripted.requests.map {
            "\($0.method.rawValue) \($0.url.dropFirst("https://host:6443".count))"
        }
    }
}

/// Pauses, traces and warnings, in order.
final class CallLog: Sendable {
    private struct State {
        var pauses: [Duration] = []
        var traces: [CallTrace] = []
        var warnings: [String] = []
    }

    private let state = Mutex(State())

    var pauses: [Duration] { state.withLock { $0.pauses } }
    var traces: [CallTrace] { state.withLock { $0.traces } }
    var warnings: [String] { state.withLock { $0.warnings } }
    var waited: Duration { pauses.reduce(.zero, +) }

    func wait(_ pause: Duration) { state.withLock { $0.pauses.append(pause) } }
    func trace(_ trace: CallTrace) { state.withLock { $0.traces.append(trace) } }
    func warn(_ text: String) { state.withLock { $0.warnings.append(text) } }
}

extension ScriptedTransport.Answer {
    static let parcel = json(
        #"{"kind":"Parcel","metadata":{"name":"p","resourceVersion":"5"},"spec":{"weight":3}}"#)

    static func status(
        _ code: Int, _ reason: String, _ message: String = "m", headers: HTTPHeaders = [:]
    ) -> Self {
        let status = Status(code: code, reason: reason, message: message)
        return json(code, status.json.text(), headers: headers)
    }

    static func list(_ names: [String], version: String = "10", next: String = "") -> Self {
        let items = names.map { #"{"metadata":{"name":"\#($0)"}}"# }.joined(separator: ",")
        return json(
            #"{"kind":"ParcelList","metadata":{"resourceVersion":"\#(version)","#
                + #""continue":"\#(next)"},"items":[\#(items)]}"#)
    }

    static func lost(sent: Bool) -> Self {
        .fail(TransportError(.connectionLost, "cut", sent: sent))
    }

    static let refused = fail(TransportError(.cannotConnect, "connection refused", sent: false))
}

/// The error that a call must end with.
func failure<Value>(
    of call: () async throws(KubernetesError) -> Value
) async -> KubernetesError? {
    do throws(KubernetesError) {
        _ = try await call()
        return nil
    } catch {
        return error
    }
}
