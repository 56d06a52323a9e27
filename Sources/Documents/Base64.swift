/// Base64 (RFC 4648), as YAML's `!!binary` holds it.
enum Base64 {
    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encoded(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var encoded: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        func digit(_ shift: Int) -> UInt8 { letters[Int(bits >> shift & 0x3F)] }
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 1
            guard count == 3 else { continue }
            encoded += [digit(18), digit(12), digit(6), digit(0)]
            (bits, count) = (0, 0)
        }
        switch count {
        case 1:
            bits <<= 16
            encoded += [digit(18), digit(12)] + "==".utf8
        case 2:
            bits <<= 8
            encoded += [digit(18), digit(12), digit(6)] + "=".utf8
        default: break
        }
        return encoded
    }

    /// The text that the base64 stands for; nil where it is none, or stands for no UTF-8.
    static func text(_ encoded: String) -> String? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        var padding = 0
        for byte in encoded.utf8 where byte != 0x20 && byte != 0x0A && byte != 0x0D {
            let digit: UInt8
            switch byte {
            case 0x41...0x5A: digit = byte - 0x41
            case 0x61...0x7A: digit = byte - 0x61 + 26
            case 0x30...0x39: digit = byte - 0x30 + 52
            case 0x2B: digit = 62
            case 0x2F: digit = 63
            case 0x3D:
                padding += 1
                continue
            default: return nil
            }
            guard padding == 0 else { return nil }
            bits = bits << 6 | UInt32(digit)
            count += 1
            if count % 4 == 0 {
                for shift in [16, 8, 0] { bytes.append(UInt8(bits >> shift & 0xFF)) }
            }
        }
        switch (count % 4, padding) {
        case (0, 0): break
        case (2, 2): bytes.append(UInt8(bits >> 4 & 0xFF))
        case (3, 1): for shift in [10, 2] { bytes.append(UInt8(bits >> shift & 0xFF)) }
        default: return nil
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
