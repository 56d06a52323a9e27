import Render

/// The values of one field as texts that stand beside one another: none of them looks like another
/// one that it is not.
enum ComparedTexts {
    /// So many characters that are alike stay on either side of a difference.
    private static let context = 24

    /// Texts for cells, harmless for a terminal.
    ///
    /// - Parameter texts: a text for each pod, as `DataText.scalar` writes values.
    /// - Returns: the same; those that would look alike and are not have what is invisible or
    ///   composed otherwise written out (`\u{301}`), and what looks like a reference to the legend
    ///   stands in quotes.
    static func cells(_ texts: [String]) -> [String] {
        guard texts.contains(where: { !$0.utf8.elementsEqual(texts[0].utf8) }) else {
            return texts.map(cell)
        }
        // Strings are the same as keys when they are canonically equivalent.
        var looks: [String: Set<[UInt8]>] = [:]
        for text in texts { looks[look(of: text), default: []].insert(Array(text.utf8)) }
        return texts.map { text in
            let isDoubtful = looks[look(of: text), default: []].count > 1
            return isDoubtful ? spelt(text) : cell(text)
        }
    }

    private static func cell(_ text: String) -> String {
        let shown = Escape.line(text)
        return isReference(shown) ? "\"\(shown)\"" : shown
    }

    /// What the eye sees: blanks of all sorts alike, nothing that has no width.
    private static func look(of text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .format: continue
            case .spaceSeparator: out.append(" ")
            default: out.append(scalar)
            }
        }
        return String(out)
    }

    private static func spelt(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            scalar.isASCII
                ? Escape.line(String(scalar)) : "\\u{\(String(scalar.value, radix: 16))}"
        }.joined()
    }

    /// Whether a text is of the form `(a)`.
    private static func isReference(_ text: String) -> Bool {
        text.utf8.count <= 6 && text.hasPrefix("(") && text.hasSuffix(")")
    }

    /// Different long texts, each as short as it can be without looking like another.
    ///
    /// - Parameters:
    ///   - texts: all different.
    ///   - room: texts of up to so many columns stay whole, and so much is shown of longer ones.
    /// - Returns: a text for each. What all have at their beginning or end is left out but for a
    ///   little, and how much that was is said; what is still too long is cut where that tells them
    ///   apart.
    static func excerpts(of texts: [String], room: Int) -> [String] {
        guard texts.contains(where: { $0.displayWidth > room }) else { return texts }
        let excerpts = parts(of: texts, room: room)
        return areApart(excerpts) ? excerpts : texts
    }

    private static func areApart(_ texts: [String]) -> Bool {
        Set(texts.map { Array($0.utf8) }).count == texts.count
    }

    private static func parts(of texts: [String], room: Int) -> [String] {
        let all = texts.map { Array($0.unicodeScalars) }
        let (head, tail) = all.count == 1 ? (0, 0) : alike(all)
        let (before, after) = (max(head - context, 0), max(tail - context, 0))
        let middles = all.map { text(of: $0[before..<($0.count - after)]) }
        let cut = middles.map { CellText.cut($0, to: room) }
        var out = texts
        for group in Dictionary(grouping: cut.indices, by: { Array(cut[$0].utf8) }).values {
            guard group.count == 1 else {
                // Alike as far as they are shown: they are told apart among themselves.
                guard group.count < texts.count else { return texts }
                for (index, part) in zip(group, parts(of: group.map { texts[$0] }, room: room)) {
                    out[index] = part
                }
                continue
            }
            let index = group[0]
            let isCut = !cut[index].utf8.elementsEqual(middles[index].utf8)
            out[index] =
                (before > 0 ? "… (\(before) characters alike) " : "") + cut[index]
                + (isCut
                    ? " (\(all[index].count) characters; -o json has all)"
                    : after > 0 ? " … (\(after) characters alike)" : "")
        }
        return out
    }

    /// How much all of them have at the beginning, and of the rest at the end.
    private static func alike(_ texts: [[Unicode.Scalar]]) -> (head: Int, tail: Int) {
        let shortest = texts.map(\.count).min() ?? 0
        var head = 0
        while head < shortest, texts.allSatisfy({ $0[head] == texts[0][head] }) { head += 1 }
        var tail = 0
        while tail < shortest - head,
            texts.allSatisfy({ $0[$0.count - 1 - tail] == texts[0][texts[0].count - 1 - tail] })
        { tail += 1 }
        return (head, tail)
    }

    private static func text(of scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}

/// Long values, told apart by letters and written out below a table.
struct ComparedLegend: Sendable {
    /// Values of up to so many lines are written out whole.
    private static let wholeLines = 3

    /// Of the terminal.
    let width: Int
    private(set) var lines: [String] = []
    /// The letters of values that stood in one row.
    private var known: [[[UInt8]]: [String]] = [:]
    private var count = 0

    init(width: Int) { self.width = width }

    /// The texts of a row with letters in place of those that are too wide.
    ///
    /// Where all are the same one they may be cut, since that makes nothing look equal that is not.
    mutating func shortened(_ texts: [String], to room: Int, differs: Bool) -> [String] {
        guard differs else { return texts.map { CellText.cut($0, to: room) } }
        let long = distinct(texts) { $0.displayWidth > room }
        let letters = letters(for: long)
        return texts.map { text in
            long.firstIndex { Self.same($0, text) }.map { letters[$0] } ?? text
        }
    }

    /// The texts of a row with what is too long for a few lines left out.
    func excerpted(_ texts: [String]) -> [String] {
        let long = distinct(texts) { $0.displayWidth > Self.wholeLines * width }
        let excerpts = ComparedTexts.excerpts(of: long, room: Self.wholeLines * width)
        return texts.map { text in
            long.firstIndex { Self.same($0, text) }.map { excerpts[$0] } ?? text
        }
    }

    /// Byte by byte: texts may be canonically equivalent and different all the same.
    private func distinct(_ texts: [String], where isMeant: (String) -> Bool) -> [String] {
        var found: [String] = []
        for text in texts where isMeant(text) {
            if !found.contains(where: { Self.same($0, text) }) { found.append(text) }
        }
        return found
    }

    private mutating func letters(for texts: [String]) -> [String] {
        let key = texts.map { Array($0.utf8) }
        if let letters = known[key] { return letters }
        var letters: [String] = []
        for excerpt in ComparedTexts.excerpts(of: texts, room: Self.wholeLines * width) {
            letters.append("(\(Self.letter(count)))")
            lines.append("\(letters[letters.count - 1]) \(excerpt)")
            count += 1
        }
        known[key] = letters
        return letters
    }

    private static func same(_ one: String, _ other: String) -> Bool {
        one.utf8.elementsEqual(other.utf8)
    }

    /// The letters a to z, then a1, b1 and so on.
    private static func letter(_ index: Int) -> String {
        let letter = String(UnicodeScalar(UInt8(0x61 + index % 26)))
        return index < 26 ? letter : letter + String(index / 26)
    }
}
