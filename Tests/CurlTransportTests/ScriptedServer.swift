import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A server on loopback whose every byte a test decides: one script per connection, each on a
/// thread of its own.
final class ScriptedServer: Sendable {
    struct Failure: Error, CustomStringConvertible { var description: String }

    let port: Int
    private let listener: Int32
    private let counts = Mutex((connections: 0, requests: [String]()))

    var url: String { "http://127.0.0.1:\(port)" }
    var connectionCount: Int { counts.withLock { $0.connections } }
    /// The first lines of all requests that were read.
    var requests: [String] { counts.withLock { $0.requests } }

    init(_ script: @escaping @Sendable (Connection) throws -> Void) throws {
        (listener, port) = try Self.listen()
        let (listener, counts) = (listener, Sink(self))
        Thread.detachNewThread {
            while true {
                let socket = accept(listener, nil, nil)
                _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
                guard socket >= 0 else {
                    Glibc.close(listener)
                    return
                }
                counts.add()
                Thread.detachNewThread {
                    let connection = Connection(socket: socket) { counts.add(request: $0) }
                    try? script(connection)
                    connection.close()
                }
            }
        }
    }

    /// Ends the listening thread, which closes the socket: whoever closes a socket that another
    /// thread waits on gives that thread the next socket of the same number.
    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// A port on which nobody listens.
    static func freePort() throws -> Int {
        let (socket, port) = try listen()
        Glibc.close(socket)
        return port
    }

    private static func listen() throws -> (Int32, Int) {
        let socket = Connection.openSocket()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(socket, address, length) == 0 && Glibc.listen(socket, 64) == 0
                    && getsockname(socket, address, &length) == 0
            }
        }
        guard isBound else { throw Failure(description: "cannot listen: \(errno)") }
        return (socket, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// Counts for the server without keeping it alive.
    private final class Sink: Sendable {
        private weak let server: ScriptedServer?

        init(_ server: ScriptedServer) { self.server = server }

        func add() { server?.counts.withLock { $0.connections += 1 } }
        func add(request: String) { server?.counts.withLock { $0.requests.append(request) } }
    }
}

/// One connection of a `ScriptedServer`; used by its script alone.
final class Connection {
    struct Request {
        var line: String
        var fields: [String]
        var body: [UInt8]

        func field(_ name: String) -> String? {
            let prefix = name.lowercased() + ":"
            return fields.first { $0.lowercased().hasPrefix(prefix) }
                .map { String($0.dropFirst(prefix.count)).trimmingCharacters(in: .whitespaces) }
        }
    }

    private var socket: Int32
    private var unread: [UInt8] = []
    private let note: (String) -> Void

    init(socket: Int32, note: @escaping (String) -> Void) {
        self.socket = socket
        self.note = note
    }

    /// A socket that no program inherits which a test beside this one starts meanwhile: as long as
    /// it held a copy, a closed connection would stay open.
    static func openSocket() -> Int32 {
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue
        return Glibc.socket(AF_INET, Int32(kind), 0)
    }

    /// The next request with its whole body, nil when the client has closed the connection.
    func readRequest() throws -> Request? {
        while true {
            if let end = unread.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: unread[..<end.lowerBound], as: UTF8.self)
                var lines = head.components(separatedBy: "\r\n")
                unread.removeSubrange(..<end.upperBound)
                var request = Request(line: lines.removeFirst(), fields: lines, body: [])
                let length = request.field("Content-Length").flatMap { Int($0) } ?? 0
                while unread.count < length { guard fill() else { return nil } }
                request.body = Array(unread.prefix(length))
                unread.removeFirst(length)
                note(request.line)
                return request
            }
            guard fill() else { return nil }
        }
    }

    private func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = unsafe read(socket, &chunk, chunk.count)
        guard count > 0 else { return false }
        unread.append(contentsOf: chunk[..<count])
        return true
    }

    /// Waits until the client closes or resets the connection.
    func waitForClose() { while fill() {} }

    func write(_ text: String) throws { try write(Array(text.utf8)) }

    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw ScriptedServer.Failure(description: "send: \(errno)") }
            rest = rest.dropFirst(count)
        }
    }

    /// An answer with a length.
    func answer(_ body: String = "", status: String = "200 OK", fields: [String] = []) throws {
        let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + fields
        try write(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    /// Writes zeros until the client takes no more for that long; gives how many it took.
    func writeUntilBlocked(patience milliseconds: Int32) throws -> Int {
        _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK)
        defer { _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) & ~O_NONBLOCK) }
        let chunk = [UInt8](repeating: 0, count: 65536)
        var total = 0
        while true {
            var waiting = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
            guard unsafe poll(&waiting, 1, milliseconds) > 0 else { return total }
            let count = unsafe send(socket, chunk, chunk.count, Int32(MSG_NOSIGNAL))
            guard count > 0 else {
                throw ScriptedServer.Failure(description: "send: \(errno)")
            }
            total += count
        }
    }

    /// Passes everything on to another port of loopback and back, until either side closes.
    func relay(to port: Int) throws {
        let other = Self.openSocket()
        defer { Glibc.close(other) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isConnected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe connect(other, address, length) == 0
            }
        }
        guard isConnected else {
            throw ScriptedServer.Failure(description: "cannot connect: \(errno)")
        }
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            var sides = [socket, other].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard unsafe poll(&sides, 2, -1) > 0 else { return }
            for (index, side) in sides.enumerated() where side.revents != 0 {
                let count = unsafe read(side.fd, &chunk, chunk.count)
                let target = sides[1 - index].fd
                var start = 0
                guard count > 0 else { return }
                while start < count {
                    let sent = unsafe chunk[start..<count].withUnsafeBytes {
                        unsafe send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                    }
                    guard sent > 0 else { return }
                    start += sent
                }
            }
        }
    }

    func close() {
        guard socket >= 0 else { return }
        Glibc.close(socket)
        socket = -1
    }

    /// Closes the connection so that the client gets a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }
}

/// A gate that one thread opens and a task waits at.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    /// For scripts, which have threads of their own.
    func waitBlocking() {
        let opened = DispatchSemaphore(value: 0)
        Task {
            await wait()
            opened.signal()
        }
        opened.wait()
    }
}
