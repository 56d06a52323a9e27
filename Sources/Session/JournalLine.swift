import Documents

/// The text of a journal: JSON lines, each with a checksum over its body.
///
/// A line is `{"sum":"<16 hex digits>","body":{…}}`, so that a line which the disk tore, or a
/// flipped bit, is told from a record.
enum JournalLine {
    private static let opening = Array("{\"sum\":\"".utf8)
    private static let middle = Array("\",\"body\":".utf8)
    private static let closing = Array("}\n".utf8)
    private static let sumLength = 16

    static func bytes(_ body: JSONValue) -> [UInt8] {
        let text = body.bytes(.compact)
        return opening + hex(checksum(text)) + middle + text + closing
    }

    /// What could be read of a journal.
    struct Reading {
        var bodies: [JSONValue] = []
        /// Where the whole lines end; what follows is torn.
        var wholeLength = 0
        /// Lines that are whole but not what was written.
        var damaged = 0
    }

    /// Reads the whole lines; a torn last line is ignored, a damaged one is counted.
    static func read(_ bytes: [UInt8]) -> Reading {
        var reading = Reading()
        var start = 0
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            if let body = body(of: bytes[start...end]) {
                reading.bodies.append(body)
            } else {
                reading.damaged += 1
            }
            start = end + 1
            reading.wholeLength = start
        }
        return reading
    }

    private static func body(of line: ArraySlice<UInt8>) -> JSONValue? {
        let head = opening.count + sumLength + middle.count
        guard line.count > head + closing.count, line.starts(with: opening),
            line.dropFirst(opening.count + sumLength).starts(with: middle),
            line.suffix(closing.count).elementsEqual(closing)
        else { return nil }
        let sum = line.dropFirst(opening.count).prefix(sumLength)
        let text = Array(line.dropFirst(head).dropLast(closing.count))
        guard sum.elementsEqual(hex(checksum(text))) else { return nil }
        // A line that passes its checksum and is no JSON is none of ours either.
        return try? JSONValue(parsing: text)
    }

    /// FNV-1a, 64 bits.
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    static func hex(_ number: UInt64) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return (0..<sumLength).map { digits[Int(number >> (60 - 4 * UInt64($0)) & 15)] }
    }
}
