/// What a terminal sends for a bracketed paste.
enum PastedText {
    static let begin = Array("\u{1B}[200~".utf8)
    static let end = Array("\u{1B}[201~".utf8)

    /// A paste as text for the line: newlines and tabs kept, other control characters dropped.
    static func text(of bytes: [UInt8]) -> String {
        var out = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            if scalar == "\r" || (scalar == "\n" && !afterReturn) {
                out.append("\n")
            } else if scalar == "\t" || scalar.properties.generalCategory != .control {
                out.append(scalar)
            }
            afterReturn = scalar == "\r"
        }
        // The newline that ends a pasted line would only leave an empty row.
        if out.last == "\n" { out.removeLast() }
        return String(out)
    }

    /// Where a mark stands, from an index on.
    static func position(of mark: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= mark.count else { return nil }
        return (start...(bytes.count - mark.count)).first { index in
            bytes[index] == mark[0] && bytes[index..<index + mark.count].elementsEqual(mark)
        }
    }
}
