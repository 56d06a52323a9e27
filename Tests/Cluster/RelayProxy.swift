import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A small real proxy on loopback, for HTTP `CONNECT` and SOCKS 5 on one port.
///
/// It takes names and passwords. Whatever name it is asked for, it connects to that port of
/// 127.0.0.1.
package final class RelayProxy: Sendable {
    package struct Failure: Error, CustomStringConvertible { package var description: String }

    package let port: Int
    private let listener: Int32
    private let log: Log

    /// What it was asked for: `CONNECT host:port`, `SOCKS5 host:port`, each with the credential.
    package var requests: [String] { log.lines.withLock { $0 } }

    private final class Log: Sendable { let lines = Mutex<[String]>([]) }

    package init() throws {
        let log = Log()
        self.log = log
        let listener = Self.openSocket()
        self.listener = listener
        var address = Self.loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(listener, address, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard isBound else { throw Failure(description: "cannot listen: \(errno)") }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread {
            while true {
                let client = accept(listener, nil, nil)
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                guard client >= 0 else {
                    close(listener)
                    return
                }
                Thread.detachNewThread {
                    // A client that goes away ends its own connection only.
                    try? Self.serve(client) { line in log.lines.withLock { $0.append(line) } }
                    close(client)
                }
            }
        }
    }

    /// A socket that programs do not inherit which tests start meanwhile.
    private static func openSocket() -> Int32 {
        socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    }

    /// Ends the listening thread, which closes the socket.
    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func serve(_ client: Int32, note: (String) -> Void) throws {
        let first = try read(client, 1)[0]
        let port = try first == 5 ? socks(client, note) : connect(client, first, note)
        let server = Self.openSocket()
        defer { close(server) }
        let address = loopback(port: port)
        let isConnected = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(
                    server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        let answer: [UInt8] =
            first == 5
            ? [5, isConnected ? 0 : 5, 0, 1, 0, 0, 0, 0, 0, 0]
            : Array("HTTP/1.1 \(isConnected ? "200 OK" : "502 Bad Gateway")\r\n\r\n".utf8)
        try write(client, answer)
        guard isConnected else { return }
        try pass(client, server)
    }

    /// `CONNECT host:port HTTP/1.1` and its fields; gives the port.
    private static func connect(
        _ client: Int32, _ first: UInt8, _ note: (String) -> Void
    ) throws -> Int {
        var head = [first]
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) { head += try read(client, 1) }
        let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        let credential = lines.first { $0.lowercased().hasPrefix("proxy-authorization:") }
            .map { " \($0.split(separator: " ").last ?? "")" }
        guard words.count == 3, words[0] == "CONNECT",
            let port = words[1].split(separator: ":").last.flatMap({ Int($0) })
        else { throw Failure(description: "no CONNECT: \(lines[0])") }
        note("CONNECT \(words[1])\(credential ?? "")")
        return port
    }

    /// The handshake of RFC 1928 and 1929; gives the port.
    private static func socks(_ client: Int32, _ note: (String) -> Void) throws -> Int {
        let methods = try read(client, Int(try read(client, 1)[0]))
        var credential = ""
        if methods.contains(2) {
            try write(client, [5, 2])
            _ = try read(client, 1)
            let user = try read(client, Int(try read(client, 1)[0]))
            let password = try read(client, Int(try read(client, 1)[0]))
            credential =
                " \(String(decoding: user, as: UTF8.self)):"
                + String(decoding: password, as: UTF8.self)
            try write(client, [1, 0])
        } else {
            try write(client, [5, 0])
        }
        let kind = try read(client, 4)[3]
        let host: String
        switch kind {
        case 1: host = try read(client, 4).map(String.init).joined(separator: ".")
        case 3:
            host = String(
                decoding: try read(client, Int(try read(client, 1)[0])), as: UTF8.self)
        default: throw Failure(description: "an address of kind \(kind)")
        }
        let port = try read(client, 2)
        let number = Int(port[0]) << 8 | Int(port[1])
        note("SOCKS5 \(host):\(number)\(credential)")
        return number
    }

    // MARK: Bytes

    private static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func read(_ socket: Int32, _ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var chunk = [UInt8](repeating: 0, count: count - bytes.count)
            let got = unsafe recv(socket, &chunk, chunk.count, 0)
            guard got > 0 else { throw Failure(description: "closed") }
            bytes += chunk[..<got]
        }
        return bytes
    }

    private static func write(_ socket: Int32, _ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "send: \(errno)") }
            rest = rest.dropFirst(count)
        }
    }

    /// Passes everything on, both ways, until either side closes.
    private static func pass(_ left: Int32, _ right: Int32) throws {
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            var sides = [left, right].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard unsafe poll(&sides, 2, -1) > 0 else { return }
            for (index, side) in sides.enumerated() where side.revents != 0 {
                let count = unsafe recv(side.fd, &chunk, chunk.count, 0)
                guard count > 0 else { return }
                try write(sides[1 - index].fd, Array(chunk[..<count]))
            }
        }
    }
}
