import CurlTransport
import Documents
import HTTP
import KubernetesCore
import SandboxAPIServer
import TestCluster
import Testing

/// A server that the contract is held against.
struct ContractServer: Sendable {
    /// What came back.
    struct Answer: Sendable {
        var status: Int
        var headers: HTTPHeaders = [:]
        var text: String
        var json: JSONValue
    }

    let name: String
    let url: String
    let transport: any Transport
    /// Makes the server forget its oldest history.
    let forget: @Sendable () async throws -> Void

    /// A sandbox in this process, without a socket.
    static func sandbox() -> ContractServer {
        let server = APIServer()
        return ContractServer(
            name: "sandbox", url: "http://sandbox.invalid",
            transport: InProcessTransport(server), forget: { server.compact() })
    }

    /// A sandbox in this process, asked over a port of loopback.
    static func sandboxOnPort() async throws -> ContractServer {
        let server = APIServer()
        let port = try await HummingbirdFront(server).start()
        return ContractServer(
            name: "sandbox on a port", url: "http://127.0.0.1:\(port)",
            transport: CurlTransport(TransportConfiguration()), forget: { server.compact() })
    }

    /// kube-apiserver over TLS, as its administrator.
    static func real() async throws -> ContractServer {
        let server = try await RealAPIServer.shared()
        return ContractServer(
            name: "kube-apiserver", url: server.url,
            transport: CurlTransport(server.configuration),
            forget: { try await server.compact(upTo: 2) })
    }

    func send(_ step: Step) async throws -> Answer {
        let response = try await open(step)
        if case .watch(let limit) = step.kind, response.status == 200 {
            for side in step.meanwhile {
                let answer = try await send(side)
                try #require(answer.status == side.status, "\(side.path): \(answer.text)")
            }
            return try await events(response, limit)
        }
        let bytes = try await response.body.collect()
        let text = String(decoding: bytes, as: UTF8.self)
        // An answer may be anything; checks of JSON then fail on null.
        return Answer(
            status: response.status, headers: response.headers, text: text,
            json: (try? JSONValue(parsing: bytes)) ?? .null)
    }

    private func open(_ step: Step) async throws -> HTTPResponse {
        var headers = step.headers
        if step.body != nil { headers["Content-Type"] = step.type }
        if headers["Accept"] == nil { headers["Accept"] = "application/json" }
        headers["User-Agent"] = "contract/1.0"
        return try await transport.send(
            HTTPRequest(
                step.method, url + step.path, headers: headers, body: step.body,
                limits: CallLimits(total: .seconds(120))))
    }

    /// Reads a watch: its events as one JSON array.
    private func events(_ response: HTTPResponse, _ limit: Int?) async throws -> Answer {
        var text = ""
        var events: [JSONValue] = []
        var line: [UInt8] = []
        reading: for try await chunk in response.body {
            for byte in chunk {
                guard byte == UInt8(ascii: "\n") else {
                    line.append(byte)
                    continue
                }
                text += String(decoding: line, as: UTF8.self) + "\n"
                events.append(try JSONValue(parsing: line))
                line = []
                if events.count == limit { break reading }
            }
        }
        return Answer(
            status: response.status, headers: response.headers, text: text,
            json: .array(events))
    }
}
