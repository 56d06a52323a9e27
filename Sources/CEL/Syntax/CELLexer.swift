/// Cuts the text of an expression into words.
struct CELLexer {
    private let bytes: [UInt8]
    private var position = 0

    init(_ source: String) { bytes = Array(source.utf8) }

    mutating func next() throws(CELError) -> CELToken {
        skipBlanks()
        let start = position
        guard let byte = peek() else { return CELToken(kind: .end, offset: start) }
        if let prefix = stringPrefix() {
            position += prefix.length
            var reader = CELLiteralReader(bytes: bytes, position: position, prefix: prefix)
            let kind = try reader.read(from: start)
            position = reader.position
            return CELToken(kind: kind, offset: start)
        }
        if Self.isLetter(byte) {
            while let byte = peek(), Self.isLetter(byte) || Self.isDigit(byte) { position += 1 }
            let name = String(decoding: bytes[start..<position], as: UTF8.self)
            return CELToken(kind: .name(name), offset: start)
        }
        if Self.isDigit(byte) || byte == UInt8(ascii: "."), let kind = try number() {
            return CELToken(kind: kind, offset: start)
        }
        for length in [2, 1] where position + length <= bytes.count {
            let text = String(decoding: bytes[position..<position + length], as: UTF8.self)
            if let symbol = CELToken.Symbol(rawValue: text) {
                position += length
                return CELToken(kind: .symbol(symbol), offset: start)
            }
        }
        let rest = String(decoding: bytes[position...].prefix(4), as: UTF8.self)
        let scalar = rest.unicodeScalars.first.map(String.init) ?? ""
        throw CELError(.syntax, "Syntax error: unexpected character '\(scalar)'", at: start)
    }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        position + ahead < bytes.count ? bytes[position + ahead] : nil
    }

    private mutating func skipBlanks() {
        while let byte = peek() {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0C, 0x0D: position += 1
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
                while let byte = peek(), byte != 0x0A { position += 1 }
            default: return
            }
        }
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
    }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    static func hexDigit(_ byte: UInt8?) -> UInt32? {
        switch byte {
        case .some(0x30...0x39): byte.map { UInt32($0 - 0x30) }
        case .some(0x41...0x46): byte.map { UInt32($0 - 0x41 + 10) }
        case .some(0x61...0x66): byte.map { UInt32($0 - 0x61 + 10) }
        default: nil
        }
    }

    // MARK: - Strings

    /// Whether a string literal begins here, and of what sort.
    private func stringPrefix() -> CELLiteralReader.Prefix? {
        var prefix = CELLiteralReader.Prefix()
        while let byte = peek(prefix.length) {
            switch byte {
            case UInt8(ascii: "r"), UInt8(ascii: "R"):
                guard !prefix.isRaw else { return nil }
                prefix.isRaw = true
            case UInt8(ascii: "b"), UInt8(ascii: "B"):
                guard !prefix.isBytes else { return nil }
                prefix.isBytes = true
            case UInt8(ascii: "'"), UInt8(ascii: "\""): return prefix
            default: return nil
            }
            prefix.length += 1
        }
        return nil
    }

    // MARK: - Numbers

    /// The number that begins here; nil for a dot that begins none.
    private mutating func number() throws(CELError) -> CELToken.Kind? {
        let start = position
        if peek() == UInt8(ascii: "0"), let x = peek(1), x | 0x20 == UInt8(ascii: "x"),
            Self.hexDigit(peek(2)) != nil
        {
            position += 2
            while Self.hexDigit(peek()) != nil { position += 1 }
            return try integer(bytes[(start + 2)..<position], radix: 16, from: start)
        }
        digits()
        var isDouble = false
        if peek() == UInt8(ascii: "."), let next = peek(1), Self.isDigit(next) {
            isDouble = true
            position += 1
            digits()
        }
        guard position > start else { return nil }
        if let e = peek(), e | 0x20 == UInt8(ascii: "e") {
            let sign = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-") ? 1 : 0
            if let digit = peek(1 + sign), Self.isDigit(digit) {
                isDouble = true
                position += 1 + sign
                digits()
            }
        }
        guard isDouble else { return try integer(bytes[start..<position], radix: 10, from: start) }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            throw CELError(.syntax, "Syntax error: invalid double literal", at: start)
        }
        return .double(value)
    }

    private mutating func digits() {
        while let byte = peek(), Self.isDigit(byte) { position += 1 }
    }

    private mutating func integer(
        _ digits: ArraySlice<UInt8>, radix: Int, from start: Int
    ) throws(CELError) -> CELToken.Kind {
        let value = UInt64(String(decoding: digits, as: UTF8.self), radix: radix)
        let isUnsigned = peek().map { $0 | 0x20 == UInt8(ascii: "u") } ?? false
        if isUnsigned { position += 1 }
        guard let value, isUnsigned || value <= UInt64(Int64.max) + 1 else {
            let type = isUnsigned ? "uint" : "int"
            throw CELError(.syntax, "Syntax error: invalid \(type) literal", at: start)
        }
        return isUnsigned ? .uint(value) : .int(value)
    }
}
