// With JSONTape.swift the only file of this room that uses pointers: values out of tape and bytes.

/// Reads values from a tape and the bytes under it; both must outlive it.
@safe
struct JSONTapeReader {
    let bytes: UnsafePointer<UInt8>
    let tape: UnsafePointer<UInt64>

    /// The value at an index, which moves on to the next sibling.
    func value(at index: inout Int) -> JSONValue {
        let token = unsafe JSONToken(word: tape[index])
        switch token.kind {
        case .null, .close:
            index += 1
            return .null
        case .bool:
            index += 1
            return .bool(token.length == 4)
        case .integer, .number:
            index += 1
            return number(token)
        case .string, .escapedString:
            index += 1
            return .string(string(token))
        case .array: return array(at: &index, end: index + token.length - 1)
        case .object: return object(at: &index, end: index + token.length - 1)
        }
    }

    private func array(at index: inout Int, end: Int) -> JSONValue {
        index += 1
        var items: [JSONValue] = []
        items.reserveCapacity(siblings(from: index, to: end))
        while index < end { items.append(value(at: &index)) }
        index = end + 1
        return .array(items)
    }

    private func object(at index: inout Int, end: Int) -> JSONValue {
        index += 1
        guard index < end else {
            index = end + 1
            return .object(JSONObject())
        }
        var members: [JSONObject.Member] = []
        let count = siblings(from: index, to: end) / 2
        members.reserveCapacity(count)
        guard count <= Self.walkedMembers else {
            return manyMembers(at: &index, end: end, members)
        }
        // A name whose bit is not yet set cannot have come before; the others are looked up.
        var seen: UInt64 = 0
        while index < end {
            let token = unsafe JSONToken(word: tape[index])
            let bit = mark(of: token)
            let name = string(token)
            index += 1
            let value = value(at: &index)
            if seen & bit != 0,
                let place = members.firstIndex(where: { $0.name.hasBytes(of: name) })
            {
                members[place].value = value
            } else {
                members.append(.init(name, value))
            }
            seen |= bit
        }
        index = end + 1
        return .object(JSONObject(distinct: members))
    }

    /// Objects with more members than this look their names up in an index, so that the cost of a
    /// hostile document grows no faster than its size.
    private static let walkedMembers = 64

    private func manyMembers(
        at index: inout Int, end: Int, _ members: consuming [JSONObject.Member]
    ) -> JSONValue {
        var members = members
        var places: [[UInt8]: Int] = [:]
        while index < end {
            let name = string(unsafe JSONToken(word: tape[index]))
            index += 1
            let value = value(at: &index)
            if let place = places.updateValue(members.count, forKey: Array(name.utf8)) {
                places[Array(name.utf8)] = place
                members[place].value = value
            } else {
                members.append(.init(name, value))
            }
        }
        index = end + 1
        return .object(JSONObject(distinct: members))
    }

    private func siblings(from start: Int, to end: Int) -> Int {
        var index = start
        var count = 0
        while index < end {
            unsafe index += JSONToken(word: tape[index]).skip
            count += 1
        }
        return count
    }

    /// One of 64 bits, the same for names that are the same.
    private func mark(of name: JSONToken) -> UInt64 {
        // Escapes spell one name in several ways: all of those share a bit with everything.
        guard name.kind == .string else { return .max }
        let last = name.offset + name.length - 2
        let middle = name.offset + name.length / 2
        let mixed =
            unsafe Int(bytes[name.offset + 1]) &* 7 &+ Int(bytes[last]) &* 31
            &+ Int(bytes[middle]) &* 13 &+ name.length
        return 1 &<< UInt64(truncatingIfNeeded: mixed & 63)
    }

    func string(_ token: JSONToken) -> String {
        let content = unsafe UnsafeBufferPointer(
            start: bytes + token.offset + 1, count: token.length - 2)
        guard token.kind == .escapedString else {
            return unsafe String(decoding: content, as: UTF8.self)
        }
        return unsafe JSONText.unescaped(content)
    }

    func text(_ token: JSONToken) -> String {
        unsafe String(
            decoding: UnsafeBufferPointer(start: bytes + token.offset, count: token.length),
            as: UTF8.self)
    }

    private func number(_ token: JSONToken) -> JSONValue {
        if token.kind == .integer, let value = integer(token) { return .integer(value) }
        return JSONValue(numberText: text(token))
    }

    /// The exact integer; nil for `-0` and for what does not fit.
    func integer(_ token: JSONToken) -> Int64? {
        var offset = token.offset
        let end = token.offset + token.length
        let isNegative = unsafe bytes[offset] == UInt8(ascii: "-")
        if isNegative { offset += 1 }
        var value: Int64 = 0
        while offset < end {
            let digit = unsafe Int64(bytes[offset] &- UInt8(ascii: "0"))
            let (tenfold, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, more) =
                isNegative
                ? tenfold.subtractingReportingOverflow(digit)
                : tenfold.addingReportingOverflow(digit)
            guard !over, !more else { return nil }
            value = sum
            offset += 1
        }
        return isNegative && value == 0 ? nil : value
    }

    /// Whether a string's content is these bytes.
    func matches(_ token: JSONToken, _ name: String) -> Bool {
        guard token.kind == .string else { return string(token).hasBytes(of: name) }
        var name = name
        return name.withUTF8 { wanted in
            guard wanted.count == token.length - 2 else { return false }
            for index in 0..<wanted.count
            where unsafe wanted[index] != bytes[token.offset + 1 + index] {
                return false
            }
            return true
        }
    }
}

/// The inside of JSON strings: escapes and UTF-8.
enum JSONText {
    /// The length of the escape at an index, or what is wrong with it.
    static func escapeLength(
        _ base: UnsafePointer<UInt8>, _ start: Int, _ count: Int
    ) throws(JSONFault) -> Int {
        guard start + 1 < count else {
            throw JSONFault(.unexpectedEnd, count, "the document ends within a string")
        }
        switch unsafe base[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return 2
        case UInt8(ascii: "u"):
            guard start + 6 <= count else {
                throw JSONFault(.unexpectedEnd, count, "the document ends within an escape")
            }
            guard unsafe codeUnit(base + start + 2) != nil else {
                throw JSONFault(.invalidString, start, "\\u needs four hexadecimal digits")
            }
            return 6
        default: throw JSONFault(.invalidString, start, "there is no such escape")
        }
    }

    /// The length of the well-formed UTF-8 character at an index (Unicode, table 3-7), or 0.
    static func characterLength(
        _ base: UnsafePointer<UInt8>, _ start: Int, _ count: Int
    ) -> Int {
        let first = unsafe base[start]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0..<0x80: return 1
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        case 0xF1...0xF3: length = 4
        default: return 0
        }
        guard start + length <= count, unsafe second.contains(base[start + 1]) else { return 0 }
        for offset in 2..<max(length, 2) where unsafe base[start + offset] & 0xC0 != 0x80 {
            return 0
        }
        return length
    }

    /// Four hexadecimal digits.
    private static func codeUnit(_ digits: UnsafePointer<UInt8>) -> UInt32? {
        var unit: UInt32 = 0
        for index in 0..<4 {
            guard let digit = unsafe Character(Unicode.Scalar(digits[index])).hexDigitValue else {
                return nil
            }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    /// A checked string's content; as Go has it, a lone surrogate and each byte that is no UTF-8
    /// become U+FFFD.
    static func unescaped(_ source: UnsafeBufferPointer<UInt8>) -> String {
        guard let base = source.baseAddress else { return "" }
        let count = source.count
        var text: [UInt8] = []
        text.reserveCapacity(count)
        var index = 0
        while index < count {
            let byte = unsafe base[index]
            guard byte == UInt8(ascii: "\\") else {
                let length = unsafe characterLength(base, index, count)
                if length == 0 {
                    text += [0xEF, 0xBF, 0xBD]
                } else {
                    for offset in index..<index + length { unsafe text.append(base[offset]) }
                }
                index += max(length, 1)
                continue
            }
            let escape = unsafe base[index + 1]
            guard escape == UInt8(ascii: "u") else {
                text.append(plain(escape))
                index += 2
                continue
            }
            index += 6
            var unit = unsafe codeUnit(base + index - 4) ?? 0xFFFD
            if (0xD800...0xDBFF).contains(unit), index + 6 <= count,
                unsafe base[index] == UInt8(ascii: "\\"),
                unsafe base[index + 1] == UInt8(ascii: "u"),
                let low = unsafe codeUnit(base + index + 2), (0xDC00...0xDFFF).contains(low)
            {
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
                index += 6
            }
            let scalar = Unicode.Scalar(unit) ?? "\u{FFFD}"
            text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func plain(_ escape: UInt8) -> UInt8 {
        switch escape {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: escape
        }
    }
}
