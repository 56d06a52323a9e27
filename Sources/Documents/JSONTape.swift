// The checked scan of a JSON text into a flat tape of 8-byte tokens. This file and JSONTapeReader
// are the only ones of this room that use pointers: bounds checks halve the speed.

/// One token: kind (4 bits), length or skip (28 bits), offset in the source (32 bits).
///
/// For a scalar the middle part is its length in bytes, quotes included; for an opening bracket
/// it is the number of tokens to the next sibling. A closing bracket has a token of its own, so
/// that the end of a container is known without a scan.
struct JSONToken {
    enum Kind: UInt8 {
        case null, bool, integer, number, string, escapedString, object, array, close
    }

    var word: UInt64

    init(word: UInt64) { self.word = word }

    init(_ kind: Kind, offset: Int, length: Int) {
        word =
            UInt64(truncatingIfNeeded: kind.rawValue) &<< 60
            | UInt64(truncatingIfNeeded: length) &<< 32 | UInt64(truncatingIfNeeded: offset)
    }

    var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: word &>> 60)) ?? .close }
    var offset: Int { Int(truncatingIfNeeded: word & 0xFFFF_FFFF) }
    var length: Int { Int(truncatingIfNeeded: (word &>> 32) & 0xFFF_FFFF) }
    var isContainer: Bool { kind == .object || kind == .array }
    /// Tokens from this one to its next sibling.
    var skip: Int { isContainer ? length : 1 }

    static let maximumLength = 0xFFF_FFFF
}

/// The scan of one text: checks all of RFC 8259 and writes the tape.
@safe
struct JSONScanner {
    private let base: UnsafePointer<UInt8>
    private let count: Int
    private let tape: UnsafeMutablePointer<UInt64>
    private let limits: JSONLimits
    private var position = 0
    private var written = 0
    private var open: [Int] = []

    /// Scans the bytes into a tape; the error says what is wrong and where.
    static func scan(_ bytes: [UInt8], limits: JSONLimits) throws(JSONError) -> [UInt64] {
        guard bytes.count <= min(limits.maximumBytes, JSONToken.maximumLength) else {
            throw JSONError(.tooLarge, at: 0, "the document is larger than is read", in: bytes)
        }
        var failure: JSONError?
        // No token is shorter than a byte. What is not written is not touched, so costs no memory.
        let tape = unsafe [UInt64](unsafeUninitializedCapacity: bytes.count + 1) { tape, written in
            guard let start = tape.baseAddress else { return }
            unsafe bytes.withUnsafeBufferPointer { source in
                guard let base = source.baseAddress else { return }
                var scanner = unsafe JSONScanner(base, source.count, start, limits)
                do throws(JSONFault) {
                    try scanner.run()
                    written = scanner.written
                } catch {
                    failure = JSONError(error.kind, at: error.offset, error.message, in: bytes)
                }
            }
        }
        if let failure { throw failure }
        guard !tape.isEmpty else {
            throw JSONError(.unexpectedEnd, at: 0, "the document is empty", in: bytes)
        }
        // A small tape gives back what it does not need; a large one was never touched there.
        return tape.count < 8192 ? Array(tape[...]) : tape
    }

    private init(
        _ base: UnsafePointer<UInt8>, _ count: Int, _ tape: UnsafeMutablePointer<UInt64>,
        _ limits: JSONLimits
    ) {
        unsafe self.base = unsafe base
        self.count = count
        unsafe self.tape = unsafe tape
        self.limits = limits
    }

    private mutating func run() throws(JSONFault) {
        if count >= 3, unsafe base[0] == 0xEF, unsafe base[1] == 0xBB, unsafe base[2] == 0xBF {
            throw JSONFault(.unexpectedByte, 0, "a byte order mark has no place in JSON")
        }
        while true {
            if try value() { continue }
            // A value is complete: close what ends here, or go on to the next one.
            var more = false
            while let top = open.last {
                let isObject = unsafe JSONToken(word: tape[top]).kind == .object
                let byte = try next("the end of \(isObject ? "an object" : "an array")")
                if byte == UInt8(ascii: ",") {
                    position += 1
                    if isObject { try name() }
                    more = true
                    break
                }
                guard byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                    throw unexpected(isObject ? "',' or '}'" : "',' or ']'")
                }
                close(top)
            }
            if more { continue }
            skipSpace()
            guard position == count else {
                throw JSONFault(.trailingBytes, position, "something follows the value")
            }
            return
        }
    }

    /// Reads one value, or opens a container; true where another value must follow at once.
    @inline(__always)
    private mutating func value() throws(JSONFault) -> Bool {
        switch try next("a value") {
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "{"):
            try push(.object)
            guard try next("a name or '}'") != UInt8(ascii: "}") else {
                close(written - 1)
                return false
            }
            try name()
            return true
        case UInt8(ascii: "["):
            try push(.array)
            guard try next("a value or ']'") != UInt8(ascii: "]") else {
                close(written - 1)
                return false
            }
            return true
        case UInt8(ascii: "t"): try word("true", .bool)
        case UInt8(ascii: "f"): try word("false", .bool)
        case UInt8(ascii: "n"): try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        default: throw unexpected("a value")
        }
        return false
    }

    @inline(__always)
    private mutating func append(_ kind: JSONToken.Kind, from start: Int) {
        unsafe tape[written] = JSONToken(kind, offset: start, length: position - start).word
        written += 1
    }

    private mutating func push(_ kind: JSONToken.Kind) throws(JSONFault) {
        guard open.count < limits.depth else {
            throw JSONFault(
                .tooDeep, position, "the document nests deeper than \(limits.depth) levels")
        }
        open.append(written)
        append(kind, from: position)
        position += 1
    }

    @inline(__always)
    private mutating func close(_ top: Int) {
        let start = position
        position += 1
        append(.close, from: start)
        let token = unsafe JSONToken(word: tape[top])
        unsafe tape[top] =
            JSONToken(token.kind, offset: token.offset, length: written - top).word
        open.removeLast()
    }

    @inline(__always)
    private mutating func name() throws(JSONFault) {
        guard try next("a name") == UInt8(ascii: "\"") else {
            throw unexpected("a name in double quotes")
        }
        try string()
        guard try next("':'") == UInt8(ascii: ":") else { throw unexpected("':'") }
        position += 1
    }

    @inline(__always)
    private mutating func skipSpace() {
        while position < count {
            switch unsafe base[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    /// The next byte that is no white space.
    @inline(__always)
    private mutating func next(
        _ wanted: @autoclosure () -> String
    ) throws(JSONFault) -> UInt8 {
        skipSpace()
        guard position < count else {
            throw JSONFault(.unexpectedEnd, count, "the document ends before \(wanted())")
        }
        return unsafe base[position]
    }

    private func unexpected(_ wanted: String) -> JSONFault {
        let byte = unsafe base[position]
        let shown =
            (0x21...0x7E).contains(byte)
            ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x" + String(byte, radix: 16)
        return JSONFault(.unexpectedByte, position, "\(shown) stands where \(wanted) belongs")
    }

    private mutating func word(
        _ text: StaticString, _ kind: JSONToken.Kind
    ) throws(JSONFault) {
        let start = position
        let length = text.utf8CodeUnitCount
        guard start + length <= count else {
            throw JSONFault(.unexpectedEnd, count, "the document ends within '\(text)'")
        }
        for index in 0..<length where unsafe base[start + index] != text.utf8Start[index] {
            throw JSONFault(.unexpectedByte, start, "only true, false and null need no quotes")
        }
        position += length
        append(kind, from: start)
    }

    private mutating func number() throws(JSONFault) {
        let start = position
        var kind = JSONToken.Kind.integer
        if unsafe base[position] == UInt8(ascii: "-") { position += 1 }
        let isZero = unsafe position < count && base[position] == UInt8(ascii: "0")
        let digits = skipDigits()
        guard digits > 0, !isZero || digits == 1 else {
            throw JSONFault(
                .invalidNumber, start,
                digits == 0 ? "a digit must follow '-'" : "a number must not begin with 0")
        }
        if position < count, unsafe base[position] == UInt8(ascii: ".") {
            kind = .number
            position += 1
            guard skipDigits() > 0 else {
                throw JSONFault(.invalidNumber, start, "a digit must follow the decimal point")
            }
        }
        if position < count, unsafe base[position] | 0x20 == UInt8(ascii: "e") {
            kind = .number
            position += 1
            if position < count,
                unsafe base[position] == UInt8(ascii: "+") || base[position] == UInt8(ascii: "-")
            {
                position += 1
            }
            guard skipDigits() > 0 else {
                throw JSONFault(.invalidNumber, start, "a digit must follow the exponent's sign")
            }
        }
        append(kind, from: start)
    }

    @inline(__always)
    private mutating func skipDigits() -> Int {
        let start = position
        while position < count, unsafe base[position] &- UInt8(ascii: "0") < 10 {
            position += 1
        }
        return position - start
    }

    /// A string from its opening quote to its closing one.
    @inline(__always)
    private mutating func string() throws(JSONFault) {
        let start = position
        var end = start + 1
        var kind = JSONToken.Kind.string
        while true {
            while end + 8 <= count {
                let stops = unsafe Self.stops(
                    UInt64(
                        littleEndian: UnsafeRawPointer(base + end)
                            .loadUnaligned(as: UInt64.self)))
                guard stops == 0 else {
                    end += stops.trailingZeroBitCount &>> 3
                    break
                }
                end += 8
            }
            guard end < count else {
                throw JSONFault(.unexpectedEnd, count, "the document ends within a string")
            }
            let byte = unsafe base[end]
            if byte == UInt8(ascii: "\"") { break }
            switch byte {
            case UInt8(ascii: "\\"):
                kind = .escapedString
                unsafe end += try JSONText.escapeLength(base, end, count)
            case 0..<0x20:
                throw JSONFault(
                    .invalidString, end, "a control character in a string must be escaped")
            case 0x80...:
                let length = unsafe JSONText.characterLength(base, end, count)
                if length == 0 {
                    guard limits.malformedText == .replace else {
                        throw JSONFault(.invalidText, end, "this is not UTF-8")
                    }
                    kind = .escapedString
                }
                end += max(length, 1)
            default: end += 1
            }
        }
        position = end + 1
        append(kind, from: start)
    }

    /// Marks the bytes of a word at which a plain run of a string ends.
    ///
    /// The lowest mark is exact: a borrow reaches only the bytes above a true one.
    @inline(__always)
    private static func stops(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let found =
            ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
            | ((word &- (ones &* 0x20)) & ~word) | word
        return found & (ones &* 0x80)
    }
}

/// What is wrong, before the line is counted.
struct JSONFault: Error {
    let kind: JSONError.Kind
    let offset: Int
    let message: String

    init(_ kind: JSONError.Kind, _ offset: Int, _ message: String) {
        self.kind = kind
        self.offset = offset
        self.message = message
    }
}
