/// How a property's name is written in an expression, where it is no identifier.
///
/// The rule is that of CRD validation rules: `a-b` is `a__dash__b`, a property `for` is `__for__`.
package enum CELFieldName {
    private static let words = CELParser.reserved.union(CELParser.keywords)

    /// The name in an expression; nil for a property that cannot be named.
    package static func escape(_ name: String) -> String? {
        if words.contains(name) { return "__\(name)__" }
        let bytes = Array(name.utf8)
        guard let first = bytes.first, !CELLexer.isDigit(first) else { return nil }
        var escaped = ""
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "_") where position < bytes.count && bytes[position] == byte:
                escaped += "__underscores__"
                position += 1
            case UInt8(ascii: "."): escaped += "__dot__"
            case UInt8(ascii: "-"): escaped += "__dash__"
            case UInt8(ascii: "/"): escaped += "__slash__"
            default:
                guard CELLexer.isLetter(byte) || CELLexer.isDigit(byte) else { return nil }
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return escaped
    }
}
