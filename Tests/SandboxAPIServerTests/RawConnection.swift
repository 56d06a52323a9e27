import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A connection of our own, to see how the other side ends it.
struct RawConnection: Sendable {
    enum End: Sendable {
        /// The other side said that nothing more comes.
        case closed
        /// The other side broke the connection.
        case reset
    }

    struct Failure: Error { var code: Int32 }

    /// Sends a request and reads until the end of the connection, on a thread of its own.
    static func exchange(
        port: Int, _ method: String, _ path: String, body: String = ""
    ) async throws -> (text: String, end: End) {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result { try exchangeNow(port, method, path, body) })
            }
        }
    }

    private static func exchangeNow(
        _ port: Int, _ method: String, _ path: String, _ body: String
    ) throws -> (text: String, end: End) {
        #if canImport(Glibc)
            let stream = Int32(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        let socket = socket(AF_INET, stream, 0)
        guard socket >= 0 else { throw Failure(code: errno) }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failure(code: errno) }
        let head =
            "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        let request = Array((head + body).utf8)
        let sent = unsafe request.withUnsafeBytes {
            unsafe send(socket, $0.baseAddress, $0.count, 0)
        }
        guard sent == request.count else { throw Failure(code: errno) }
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes {
                unsafe recv(socket, $0.baseAddress, $0.count, 0)
            }
            if count > 0 {
                answer += piece[..<count]
            } else if count == 0 {
                return (String(decoding: answer, as: UTF8.self), .closed)
            } else if errno == ECONNRESET {
                return (String(decoding: answer, as: UTF8.self), .reset)
            } else if errno != EINTR {
                throw Failure(code: errno)
            }
        }
    }
}
