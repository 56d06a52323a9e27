import Foundation
import HTTP
import TestCluster
import Testing

@testable import CurlTransport

/// A server that speaks HTTP/2 over TLS as a test writes it, frame by frame.
private final class FrameServer {
    let url: String
    let authority: [UInt8]
    private let folder: TemporaryFolder
    private let process: GuardedProcess
    private let pipe: FileHandle

    init() throws {
        folder = try TemporaryFolder()
        let maker = try CertificateMaker(in: folder.path, name: "ours")
        authority = maker.authority.certificate
        let pair = try maker.sign(
            "server", subject: "/CN=server", for: .server(names: ["IP:127.0.0.1"]))
        // openssl sends what it reads; the pipe is open here before it is opened there.
        let path = folder.path + "/frames"
        let failure = unsafe mkfifo(path, 0o600)
        try #require(failure == 0)
        pipe = try #require(FileHandle(forUpdatingAtPath: path))
        process = try GuardedProcess([
            "sh", "-c", #"pipe=$1; shift; exec "$@" <"$pipe""#, "sh", path,
            "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", pair.certificatePath,
            "-key", pair.keyPath, "-alpn", "h2",
        ])
        let line = try #require(process.line(containing: "ACCEPT"))
        url = "https://127.0.0.1:\(try #require(line.split(separator: ":").last))/"
    }

    enum Frame: UInt8 { case data = 0, headers = 1, settings = 4 }

    /// RFC 9113, section 4.1.
    func write(_ frame: Frame, flags: UInt8 = 0, stream: UInt8 = 0, _ payload: [UInt8] = []) {
        let count = payload.count
        let head = [
            UInt8(count >> 16), UInt8(count >> 8 & 255), UInt8(count & 255), frame.rawValue, flags,
            0, 0, 0, stream,
        ]
        pipe.write(Data(head + payload))
    }
}

@Suite("Timers that libcurl loses", .timeLimit(.minutes(5)))
struct LostTimerTests {
    @Test("an answer whose end came with its last bytes, after a pause, ends without a timer")
    func endAfterPause() async throws {
        let server = try FrameServer()
        let configuration = TransportConfiguration(trust: .only(authorities: server.authority))
        var request = HTTPRequest(.get, server.url)
        // A timer that wakes the transfer by chance is as far away as the one that fails it.
        request.limits = CallLimits(connect: .seconds(400), total: .seconds(200), idle: nil)
        let exchange = Exchange(request, to: try HTTPAddress(request.url))
        try #require(CurlLibrary.load() == nil)
        let multi = try #require(MultiHandle(keptConnections: 1))
        let desk = TransferDesk(multi, ConnectionOptions(configuration, systemTrust: SystemTrust()))
        defer { desk.close() }
        var isReady = false
        func round(atMost limit: Int = .max) {
            let sleep = desk.work(socketsWereReady: isReady)
            if !exchange.isOver { isReady = multi.poll(milliseconds: min(limit, sleep)) }
        }

        desk.start(exchange)
        while !exchange.mayHaveBeenSent { round() }
        server.write(.settings)
        server.write(.headers, flags: 0x04, stream: 1, [0x88])
        // One piece more than there is room for: it is held back, and nothing waits behind it.
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 16 << 10)
        let count = Exchange.queueLimit / piece.count + 1
        for _ in 0..<count { server.write(.data, stream: 1, piece) }
        while !exchange.isHeldBack { round(atMost: 100) }
        for _ in 0..<5 { round(atMost: 100) }
        server.write(.data, flags: 0x01, stream: 1, Array("end".utf8))
        for _ in 0..<5 { round(atMost: 100) }

        var length = 0
        let first = await exchange.chunk { desk.resume(exchange) }
        length += try first.get()?.count ?? 0
        // The timer that resuming has set is over for more than a millisecond when libcurl works.
        usleep(5000)
        while !exchange.isOver { round() }
        while let rest = try await exchange.chunk(resume: {}).get() { length += rest.count }
        #expect(length == count * piece.count + 3)
    }
}
