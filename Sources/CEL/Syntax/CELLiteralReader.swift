/// Reads the inside of a string or bytes literal, with its escapes.
struct CELLiteralReader {
    /// What stands before the quotes.
    struct Prefix {
        var isRaw = false
        var isBytes = false
        var length = 0
    }

    private let bytes: [UInt8]
    private let prefix: Prefix
    private(set) var position: Int
    private var content: [UInt8] = []

    /// Begins at the quotes.
    init(bytes: [UInt8], position: Int, prefix: Prefix) {
        self.bytes = bytes
        self.position = position
        self.prefix = prefix
    }

    mutating func read(from start: Int) throws(CELError) -> CELToken.Kind {
        let quote = bytes[position]
        let isTriple = starts(with: [quote, quote, quote])
        let fence = [UInt8](repeating: quote, count: isTriple ? 3 : 1)
        position += fence.count
        while !starts(with: fence) {
            guard position < bytes.count, isTriple || !isLineBreak(bytes[position]) else {
                throw CELError(.syntax, "Syntax error: the string does not end", at: start)
            }
            if bytes[position] == UInt8(ascii: "\\") {
                if prefix.isRaw {
                    // The quote after a backslash does not end a raw string; both are kept.
                    content.append(bytes[position])
                    position += 1
                    guard position < bytes.count else { continue }
                    content.append(bytes[position])
                    position += 1
                } else {
                    try escape()
                }
            } else {
                content.append(bytes[position])
                position += 1
            }
        }
        position += fence.count
        return prefix.isBytes ? .bytes(content) : .string(String(decoding: content, as: UTF8.self))
    }

    private func starts(with fence: [UInt8]) -> Bool {
        position + fence.count <= bytes.count
            && bytes[position..<position + fence.count].elementsEqual(fence)
    }

    private func isLineBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    private static let simple: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10,
        UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11,
        UInt8(ascii: "\\"): UInt8(ascii: "\\"), UInt8(ascii: "?"): UInt8(ascii: "?"),
        UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "'"): UInt8(ascii: "'"),
        UInt8(ascii: "`"): UInt8(ascii: "`"),
    ]

    private mutating func escape() throws(CELError) {
        let start = position
        position += 1
        guard position < bytes.count else { return }
        let letter = bytes[position]
        position += 1
        if let byte = Self.simple[letter] {
            content.append(byte)
            return
        }
        let code: UInt32?
        switch letter {
        case UInt8(ascii: "x"), UInt8(ascii: "X"): code = hex(2)
        case UInt8(ascii: "u") where !prefix.isBytes: code = hex(4)
        case UInt8(ascii: "U") where !prefix.isBytes: code = hex(8)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            position -= 1
            code = octal()
        default: code = nil
        }
        if let code, prefix.isBytes {
            content.append(UInt8(truncatingIfNeeded: code))
        } else if let scalar = code.flatMap(Unicode.Scalar.init) {
            content += Array(String(scalar).utf8)
        } else {
            let text = String(decoding: bytes[start..<min(position, bytes.count)], as: UTF8.self)
            throw CELError(.syntax, "Syntax error: invalid escape sequence '\(text)'", at: start)
        }
    }

    private mutating func hex(_ count: Int) -> UInt32? {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard position < bytes.count, let digit = CELLexer.hexDigit(bytes[position]) else {
                return nil
            }
            value = value << 4 | digit
            position += 1
        }
        return value
    }

    private mutating func octal() -> UInt32? {
        var value: UInt32 = 0
        for _ in 0..<3 {
            guard position < bytes.count, (0x30...0x37).contains(bytes[position]) else {
                return nil
            }
            value = value << 3 | UInt32(bytes[position] - 0x30)
            position += 1
        }
        return value
    }
}
