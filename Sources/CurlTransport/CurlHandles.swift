import CCurl

/// libcurl refused a call: its code and which call it was.
struct CurlFailure: Error {
    var code: CURLcode
    var call: String
}

/// libcurl itself, loaded when first asked for.
enum CurlLibrary {
    /// Why libcurl cannot be used, nil when it can.
    static func load() -> String? {
        guard let failure = unsafe ccurl_load() else { return nil }
        return unsafe String(cString: failure)
    }
}

/// One easy handle and the buffer for its error text; belongs to the loop's thread.
@safe final class EasyHandle {
    /// Tells handles apart.
    struct ID: Hashable { fileprivate var address: Int }

    let pointer: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>

    init?() {
        guard let pointer = unsafe ccurl_easy_new() else { return nil }
        unsafe self.pointer = pointer
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        unsafe ccurl_easy_free(pointer)
        unsafe errorText.deallocate()
    }

    var id: ID { unsafe ID(address: Int(bitPattern: pointer)) }

    /// Forgets all options; connections and names resolved stay with the multi handle.
    func reset() {
        unsafe ccurl_easy_reset(pointer)
        unsafe errorText.pointee = 0
    }

    /// libcurl's own words about what went wrong, perhaps empty.
    var errorDescription: String { unsafe String(cString: errorText) }

    func set(_ option: CURLoption, _ value: Int) throws(CurlFailure) {
        try check(unsafe ccurl_set_long(pointer, option, value), "option \(option.rawValue)")
    }

    func set(_ option: CURLoption, _ value: String?) throws(CurlFailure) {
        let code =
            if let value {
                unsafe value.withCString { unsafe ccurl_set_text(pointer, option, $0) }
            } else {
                unsafe ccurl_set_text(pointer, option, nil)
            }
        try check(code, "option \(option.rawValue)")
    }

    /// The bytes must outlive the transfer.
    func set(_ option: CURLoption, _ bytes: StableBytes) throws(CurlFailure) {
        let code = unsafe ccurl_set_blob(pointer, option, bytes.start, bytes.count)
        try check(code, "option \(option.rawValue)")
    }

    /// The list must outlive the transfer.
    func set(_ option: CURLoption, _ list: TextList) throws(CurlFailure) {
        try check(
            unsafe ccurl_set_list(pointer, option, list.pointer), "option \(option.rawValue)")
    }

    func setRequestBody(_ bytes: [UInt8]) throws(CurlFailure) {
        let code = unsafe bytes.withUnsafeBytes {
            unsafe ccurl_set_request_body(pointer, $0.baseAddress, $0.count)
        }
        try check(code, "request body")
    }

    func setErrorBuffer() throws(CurlFailure) {
        try check(unsafe ccurl_set_error_buffer(pointer, errorText), "error buffer")
    }

    func setCloseOnExec() throws(CurlFailure) {
        try check(unsafe ccurl_set_close_on_exec(pointer), "socket option")
    }

    func setHTTPOnly() throws(CurlFailure) {
        try check(unsafe ccurl_set_http_only(pointer), "protocols")
    }

    func get(_ info: CURLINFO) -> Int { unsafe ccurl_get_long(pointer, info) }

    /// Lets a transfer go on that was held back.
    func goOn() throws(CurlFailure) { try check(unsafe ccurl_easy_pause(pointer, 0), "resume") }

    func check(_ code: CURLcode, _ call: String) throws(CurlFailure) {
        guard code == CURLE_OK else { throw CurlFailure(code: code, call: call) }
    }
}

/// A list of texts that libcurl reads while a transfer runs.
@safe final class TextList {
    private(set) var pointer: UnsafeMutablePointer<curl_slist>?

    func append(_ text: String) throws(CurlFailure) {
        let longer = unsafe text.withCString { unsafe ccurl_list_append(pointer, $0) }
        guard let longer = unsafe longer else {
            throw CurlFailure(code: CURLE_OUT_OF_MEMORY, call: "list")
        }
        unsafe pointer = longer
    }

    deinit { unsafe ccurl_list_free(pointer) }
}

/// Bytes that stay at one place as long as this lives, and are wiped when it goes.
///
/// Nobody changes them in between, so they may be read from any thread.
@safe final class StableBytes: @unchecked @unsafe Sendable {
    let start: UnsafeMutableRawPointer
    let count: Int

    init(_ bytes: [UInt8]) {
        count = bytes.count
        unsafe start = .allocate(byteCount: max(count, 1), alignment: 1)
        unsafe UnsafeMutableRawBufferPointer(start: start, count: count).copyBytes(from: bytes)
    }

    deinit {
        unsafe ccurl_wipe(start, count)
        unsafe start.deallocate()
    }
}

/// The multi handle: belongs to the loop's thread, but for `wakeUp()`.
@safe final class MultiHandle {
    private let pointer: UnsafeMutableRawPointer

    init?(keptConnections: Int) {
        guard let pointer = unsafe ccurl_multi_new() else { return nil }
        unsafe self.pointer = pointer
        _ = unsafe ccurl_multi_set_long(pointer, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        _ = unsafe ccurl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, keptConnections)
    }

    deinit { unsafe ccurl_multi_free(pointer) }

    func add(_ easy: EasyHandle) throws(CurlFailure) {
        let code = unsafe ccurl_multi_add(pointer, easy.pointer)
        guard code == CURLM_OK else {
            throw CurlFailure(code: CURLE_FAILED_INIT, call: "add (\(code.rawValue))")
        }
    }

    func remove(_ easy: EasyHandle) { _ = unsafe ccurl_multi_remove(pointer, easy.pointer) }

    func perform() {
        var running: Int32 = 0
        _ = unsafe ccurl_multi_perform(pointer, &running)
    }

    /// Sleeps until a socket is ready, libcurl has something to do, or someone wakes it.
    ///
    /// - Parameter milliseconds: the longest sleep.
    /// - Returns: whether a socket was ready.
    func poll(milliseconds: Int) -> Bool {
        unsafe ccurl_multi_poll(pointer, Int32(milliseconds)) > 0
    }

    /// May be called from any thread, as long as the handle lives.
    func wakeUp() { _ = unsafe ccurl_multi_wakeup(pointer) }

    /// The next transfer that ended.
    func nextEnded() -> (easy: EasyHandle.ID, code: CURLcode)? {
        var code = CURLE_OK
        guard let easy = unsafe ccurl_multi_next_ended(pointer, &code) else { return nil }
        return (EasyHandle.ID(address: Int(bitPattern: easy)), code)
    }
}
