/// Percent-encoding for the parts of a URL (RFC 3986): everything but unreserved characters.
package enum URLText {
    /// One segment of a path; a slash in it is encoded as well.
    package static func segment(_ text: String) -> String { encode(text, keeping: ":@") }

    /// A name or a value of a query.
    package static func query(_ text: String) -> String { encode(text, keeping: "/:,") }

    private static func encode(_ text: String, keeping extra: StaticString) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        let kept = Array(extra.description.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if isUnreserved(byte) || kept.contains(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
