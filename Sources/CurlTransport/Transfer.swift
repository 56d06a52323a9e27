import CCurl
import HTTP

/// The loop's side of one exchange: the easy handle, its options and its callbacks.
final class Transfer {
    /// The most bytes that the header fields of one answer may have.
    private static let headerLimit = 256 << 10
    /// What libcurl reads from a socket at once.
    ///
    /// Bytes of a compressed answer grow up to a
    /// thousandfold and are held by libcurl while their reader is slow: this bounds them.
    private static let readSize = 64 << 10

    let exchange: Exchange
    let easy: EasyHandle
    private let headerLines = TextList()
    private let connectTo = TextList()
    private var proxyEndpoint: String?
    private var decompresses = false

    private var status: Int?
    private var headers = HTTPHeaders()
    private var headerCount = 0
    private var bodyCount = 0
    /// When the last byte moved; nil before the connection stands and while the reader is slow.
    private var lastActivity: ContinuousClock.Instant?
    private var hasMoved = false
    private let started = ContinuousClock.now
    /// What we found wrong ourselves; wins over libcurl's code.
    private var failure: TransportError?

    init(_ exchange: Exchange, on easy: EasyHandle) {
        self.exchange = exchange
        self.easy = easy
    }

    // MARK: Options

    func prepare(_ options: ConnectionOptions) throws(CurlFailure) {
        proxyEndpoint = options.proxyEndpoint
        decompresses = options.compression
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        try easy.check(
            unsafe ccurl_set_callbacks(
                easy.pointer, context, transferHeader, transferBody, transferBeforeRequest),
            "callbacks")
        try easy.setErrorBuffer()
        try easy.setCloseOnExec()
        try easy.set(CURLOPT_NOSIGNAL, 1)
        try easy.setHTTPOnly()
        try easy.set(CURLOPT_FOLLOWLOCATION, 0)
        try easy.set(CURLOPT_PATH_AS_IS, 1)
        try easy.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try easy.set(CURLOPT_TCP_KEEPALIVE, 1)
        try easy.set(CURLOPT_TCP_KEEPIDLE, 30)
        try easy.set(CURLOPT_TCP_KEEPINTVL, 15)
        // A handle that served before may have a buffer already, and keeps it.
        try? easy.set(CURLOPT_BUFFERSIZE, Self.readSize)
        try easy.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
        // Requests that start together share one HTTP/2 connection: they wait for the first one's
        // handshake to say whether that is possible. Without TLS it never is.
        try easy.set(CURLOPT_PIPEWAIT, exchange.address.isSecure ? 1 : 0)
        if decompresses { try easy.set(CURLOPT_ACCEPT_ENCODING, "gzip") }
        try options.apply(to: easy)
        try setLimits()
        try setMethod()
        try setAddress(options)
    }

    private func setLimits() throws(CurlFailure) {
        let limits = exchange.request.limits
        try easy.set(CURLOPT_CONNECTTIMEOUT_MS, limits.connect.wholeMilliseconds)
        try easy.set(CURLOPT_TIMEOUT_MS, limits.total?.wholeMilliseconds ?? 0)
    }

    private func setMethod() throws(CurlFailure) {
        let request = exchange.request
        switch (request.method, request.body) {
        case (.get, nil): try easy.set(CURLOPT_HTTPGET, 1)
        case (.head, nil): try easy.set(CURLOPT_NOBODY, 1)
        case (.delete, nil), (.options, nil):
            try easy.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        case (let method, let body):
            try easy.setRequestBody(body ?? [])
            try easy.set(CURLOPT_CUSTOMREQUEST, method.rawValue)
        }
    }

    private func setAddress(_ options: ConnectionOptions) throws(CurlFailure) {
        let request = exchange.request
        let address = exchange.address
        var lines = request.headers
        lines["Host"] = nil
        lines["Content-Length"] = nil
        lines["Expect"] = nil
        if decompresses { lines["Accept-Encoding"] = nil }
        if let name = options.serverName(for: address) {
            var renamed = address
            renamed.host = name
            try connectTo.append("\(renamed.endpoint):\(address.endpoint)")
            try easy.set(CURLOPT_CONNECT_TO, connectTo)
            try easy.set(CURLOPT_URL, "https://\(renamed.endpoint)\(address.target)")
            try headerLines.append("Host: \(address.authority)")
        } else {
            try easy.set(
                CURLOPT_URL, "\(address.scheme)://\(address.endpoint)\(address.target)")
            try headerLines.append("Host: \(address.authority)")
        }
        for field in lines {
            try headerLines.append(
                field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        // A name without value takes away what libcurl would add by itself.
        try headerLines.append("Expect:")
        if lines["Accept"] == nil { try headerLines.append("Accept:") }
        if lines["Content-Type"] == nil { try headerLines.append("Content-Type:") }
        try easy.set(CURLOPT_HTTPHEADER, headerLines)
    }

    // MARK: While it runs

    /// When this transfer counts as dead, nil if silence is allowed now.
    var idleDeadline: ContinuousClock.Instant? {
        guard let idle = exchange.request.limits.idle, let lastActivity else { return nil }
        return lastActivity + idle
    }

    func goOn() throws(CurlFailure) {
        lastActivity = .now
        try easy.goOn()
    }

    /// Whether libcurl had a line or bytes for this transfer since the last time.
    func takeMoved() -> Bool {
        defer { hasMoved = false }
        return hasMoved
    }

    /// The connection stands: 0 lets the request go out.
    fileprivate func mayBegin() -> Bool {
        guard exchange.beginSending() else {
            failure = TransportError(
                .connectionLost,
                "the connection to \(exchange.address.endpoint) broke before an answer came;"
                    + " the request may have been carried out", sent: exchange.mayHaveBeenSent)
            return false
        }
        lastActivity = .now
        return true
    }

    /// One line of a header block; false ends the transfer.
    fileprivate func take(headerLine bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        lastActivity = .now
        hasMoved = true
        headerCount += bytes.count
        guard headerCount <= Self.headerLimit else {
            failure = TransportError(
                .protocolViolation,
                "the answer's header is larger than \(Self.headerLimit) bytes", sent: true)
            return false
        }
        var line = unsafe String(decoding: bytes, as: UTF8.self)
        while line.utf8.last == 0x0A || line.utf8.last == 0x0D { line.unicodeScalars.removeLast() }
        if line.hasPrefix("HTTP/") {
            // A new block: what came before was an interim answer.
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
            headers = HTTPHeaders()
        } else if line.isEmpty {
            endOfHeaderBlock()
        } else if !exchange.hasHead, let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) {
            let value = line[line.utf8.index(after: colon)...]
            headers.add(String(line[..<colon]), value.trimmingBlanks)
        }
        return true
    }

    private func endOfHeaderBlock() {
        guard let status, status >= 200, !exchange.hasHead else { return }
        if decompresses, headers["Content-Encoding"] != nil {
            // What follows is the plain body: these two would speak of another one.
            headers["Content-Encoding"] = nil
            headers["Content-Length"] = nil
        }
        exchange.deliver(Exchange.Head(status: status, headers: headers))
    }

    /// A piece of the body; false ends the transfer, nil holds it back.
    fileprivate func take(body bytes: UnsafeBufferPointer<UInt8>) -> Bool? {
        lastActivity = .now
        hasMoved = true
        let limit = exchange.request.limits.maximumBodyBytes
        guard bodyCount + bytes.count <= limit ?? .max else {
            failure = TransportError(
                .bodyTooLarge,
                "the answer from \(exchange.address.endpoint) is larger than \(limit ?? 0) bytes",
                sent: true)
            return false
        }
        switch unsafe exchange.offer(bytes) {
        case .taken:
            bodyCount += bytes.count
            return true
        case .full:
            lastActivity = nil
            return nil
        case .unwanted: return false
        }
    }

    // MARK: The end

    func endForSilence() {
        let idle = exchange.request.limits.idle ?? .zero
        exchange.end { sent in
            .failure(
                TransportError(
                    .timedOut,
                    "\(self.exchange.address.endpoint) has sent nothing for"
                        + " \(FailureText.seconds(idle))", sent: sent))
        }
    }

    func end(_ code: CURLcode) {
        if code == CURLE_OK, exchange.hasHead {
            exchange.end { _ in .success(()) }
            return
        }
        // An answer that ends within its header is a success for libcurl, but none for us.
        let text = FailureText(
            code: code == CURLE_OK ? CURLE_GOT_NOTHING : code, detail: easy.errorDescription,
            address: exchange.address,
            proxyEndpoint: proxyEndpoint, systemError: easy.get(CURLINFO_OS_ERRNO),
            limits: exchange.request.limits, elapsed: started.duration(to: .now),
            hasHead: exchange.hasHead)
        let failure = failure
        exchange.end { sent in .failure(failure ?? text.error(sent: sent)) }
    }
}

extension Substring {
    /// Without blanks and tabs at both ends.
    fileprivate var trimmingBlanks: String {
        let bytes = utf8
        guard let first = bytes.firstIndex(where: { $0 != 0x20 && $0 != 0x09 }),
            let last = bytes.lastIndex(where: { $0 != 0x20 && $0 != 0x09 })
        else { return "" }
        return String(self[first...last])
    }
}

// MARK: What libcurl calls

private func transferHeader(
    _ bytes: UnsafeMutablePointer<CChar>, _ size: Int, _ count: Int,
    _ context: UnsafeMutableRawPointer
) -> Int {
    let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let length = size * count
    let isFine = unsafe bytes.withMemoryRebound(to: UInt8.self, capacity: length) {
        unsafe transfer.take(headerLine: UnsafeBufferPointer(start: $0, count: length))
    }
    return isFine ? length : 0
}

private func transferBody(
    _ bytes: UnsafeMutablePointer<CChar>, _ size: Int, _ count: Int,
    _ context: UnsafeMutableRawPointer
) -> Int {
    let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let length = size * count
    guard length > 0 else { return 0 }
    let answer = unsafe bytes.withMemoryRebound(to: UInt8.self, capacity: length) {
        unsafe transfer.take(body: UnsafeBufferPointer(start: $0, count: length))
    }
    guard let answer else { return Int(CURL_WRITEFUNC_PAUSE) }
    return answer ? length : 0
}

private func transferBeforeRequest(
    _ context: UnsafeMutableRawPointer, _ address: UnsafeMutablePointer<CChar>?,
    _ ownAddress: UnsafeMutablePointer<CChar>?, _ port: Int32, _ ownPort: Int32
) -> Int32 {
    let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.mayBegin() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}
