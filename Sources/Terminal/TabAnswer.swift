/// What Tab can put at the cursor.
package struct TabAnswer: Sendable, Hashable {
    /// One word that fits.
    package struct Candidate: Sendable, Hashable {
        /// What goes into the line, quoted as the line's grammar wants it.
        package var insertion: String
        /// What the listing shows.
        package var shown: String
        /// A few words beside it in the listing.
        package var note: String?
        /// Whether the word is whole, so that a space follows when it is the only one.
        package var isWhole: Bool

        package init(
            _ insertion: String, shown: String? = nil, note: String? = nil, isWhole: Bool = true
        ) {
            self.insertion = insertion
            self.shown = shown ?? insertion
            self.note = note
            self.isWhole = isWhole
        }
    }

    /// Characters (Unicode scalars) before the cursor that the insertion replaces.
    package var replaced: Int
    /// Sorted; of very many only the first ones and the last one.
    package var candidates: [Candidate]
    /// How many more fit.
    package var unlisted = 0
    /// A line for the user below the candidates, or in their place, such as "(forbidden)".
    package var notice: String?

    package init(replaced: Int, candidates: [Candidate], notice: String? = nil) {
        self.replaced = replaced
        self.candidates = candidates
        self.notice = notice
    }

    /// Whether an answer is on its way; the editor is told when it is there.
    package var isPending = false

    /// The answer comes later.
    package static let pending: TabAnswer = {
        var answer = TabAnswer(replaced: 0, candidates: [])
        answer.isPending = true
        return answer
    }()

    /// Nothing fits.
    package static let none = TabAnswer(replaced: 0, candidates: [])

    /// What a press of Tab does.
    enum Step: Equatable {
        case insert(String)
        case list
        case notice(String)
        case wait
        case beep
    }

    /// Inserts what all candidates share; lists them when that is no more than what is typed.
    func step(typed: String) -> Step {
        if isPending { return .wait }
        guard let first = candidates.first else { return notice.map(Step.notice) ?? .beep }
        if candidates.count == 1 {
            let whole = first.insertion + (first.isWhole ? " " : "")
            return whole == typed ? .beep : .insert(whole)
        }
        var shared = Array(first.insertion.unicodeScalars)[...]
        for candidate in candidates.dropFirst() {
            let both = zip(shared, candidate.insertion.unicodeScalars).prefix { $0 == $1 }
            shared = shared.prefix(both.count)
        }
        let common = String(String.UnicodeScalarView(shared))
        return shared.count > typed.unicodeScalars.count ? .insert(common) : .list
    }

    /// The candidates as lines: one a line with its note where all fit, else in columns.
    func listing(columns: Int, rows: Int) -> [String] {
        let limit = max(rows - 2, 4)
        if candidates.count <= limit, candidates.contains(where: { $0.note != nil }) {
            return annotated(columns: columns)
        }
        let names = candidates.map { TabAnswer.plain($0.shown) }
        let cell = (names.map(displayWidth).max() ?? 0) + 2
        let across = max(1, columns / max(cell, 1))
        let down = (names.count + across - 1) / across
        var lines: [String] = []
        for row in 0..<min(down, limit) {
            var line = ""
            for index in stride(from: row, to: names.count, by: down) {
                line += names[index]
                if index + down < names.count {
                    line += String(repeating: " ", count: cell - displayWidth(names[index]))
                }
            }
            lines.append(line)
        }
        if down > limit || unlisted > 0 {
            let shown = (0..<limit).reduce(0) { sum, row in
                sum + stride(from: row, to: names.count, by: down).underestimatedLength
            }
            lines.append("… and \(names.count + unlisted - shown) more: type a letter")
        }
        return lines
    }

    private func annotated(columns: Int) -> [String] {
        let names = candidates.map { TabAnswer.plain($0.shown) }
        let widest = names.map(displayWidth).max() ?? 0
        return zip(names, candidates).map { name, candidate in
            guard let note = candidate.note else { return name }
            let gap = String(repeating: " ", count: widest - displayWidth(name) + 2)
            return TabAnswer.cut(name + gap + TabAnswer.plain(note), columns: columns - 1)
        }
    }

    /// Data from an API never drives the terminal.
    static func plain(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return text }
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            out.append(scalar.properties.generalCategory == .control ? "?" : scalar)
        }
        return String(out)
    }

    static func cut(_ text: String, columns: Int) -> String {
        guard displayWidth(text) > columns, columns > 1 else { return text }
        var out = ""
        var width = 0
        for character in text {
            width += displayWidth(String(character))
            if width > columns - 1 { break }
            out.append(character)
        }
        return out + "…"
    }
}

extension StrideTo {
    fileprivate var underestimatedLength: Int { reduce(0) { count, _ in count + 1 } }
}
