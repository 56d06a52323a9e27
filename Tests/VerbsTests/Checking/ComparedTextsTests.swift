import Diagnostics
import Documents
import Render
import Testing

@testable import Verbs

@Suite("Values that differ never look alike")
struct ComparedTextsTests {
    private static let edits: [@Sendable (inout [Unicode.Scalar], Int) -> Void] = [
        { $0[$1] = "A" }, { $0.insert("\u{200B}", at: $1) }, { $0.insert(" ", at: $1) },
        { $0.insert("\u{301}", at: $1 + 1) },
    ]

    /// A text, and others that differ from it at one place.
    private static func family(_ unit: String, _ length: Int) -> [String] {
        let text = Array(String(repeating: unit, count: length).unicodeScalars)
        var family = [text]
        for place in Set([0, text.count / 2, text.count - 1]).sorted() {
            for edit in edits {
                var changed = text
                edit(&changed, place)
                family.append(changed)
            }
        }
        return family.map { scalars in
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            return String(view)
        }
    }

    private static func table(
        _ values: [JSONValue], width: Int?, title: String = "Pod-", all: Bool = false
    ) -> ComparisonTable {
        let observations = values.enumerated().map { index, value in
            Observation(
                title: "\(title)\(index)", pod: "api-\(index)", state: "Observed",
                answer: .present(["name": value, "id": 1]))
        }
        return ComparisonTable(
            comparison: Comparison(observations), prefix: "response.data", showsSecrets: false,
            showsAll: all, width: width, form: .conversation)
    }

    private static func screen(_ table: ComparisonTable, colour: Bool = false) -> [String] {
        let report = Report(kind: "Comparison", sections: table.sections, payload: .null)
        let style = Style(colour: colour, width: table.width, isOnScreen: true)
        // Only a path can be one that a result does not have.
        let bytes = try? Renderer(.table, style: style).render(report)
        return String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// What is shown of the field `name` for each pod, wherever it stands.
    private static func shown(_ values: [JSONValue], width: Int?) -> [String] {
        let sections = table(values, width: width).sections
        guard case .table(let table) = sections[0].body else {
            let lines = screen(Self.table(values, width: width))
            return values.indices.map { index in
                let lead = "    Pod-\(index)  "
                return lines.first { $0.hasPrefix(lead) }.map { String($0.dropFirst(lead.count)) }
                    ?? "?"
            }
        }
        var legend: [String: String] = [:]
        if sections.count > 1, case .lines(let lines) = sections[1].body {
            for line in lines {
                legend[String(line.prefix { $0 != " " })] = String(
                    line.drop { $0 != " " }.dropFirst())
            }
        }
        let row = table.rows.first { $0[0].text.hasSuffix("response.data.name") } ?? []
        return row.dropFirst().map { legend[$0.text] ?? $0.text }
    }

    /// What an eye can tell apart.
    private static func look(_ text: String) -> String {
        var view = String.UnicodeScalarView()
        view.append(
            contentsOf: text.unicodeScalars.filter { $0.properties.generalCategory != .format })
        return String(view)
    }

    @Test(
        "at the beginning, in the middle, at the end; long, wide, composed, invisible",
        arguments: ["x", "日", "e\u{301}", "\u{202E}", "\u{1B}", "👩‍👧"], [1, 12, 70, 300])
    func apart(unit: String, length: Int) {
        let family = Self.family(unit, length)
        for width in [80, 40] {
            for other in family.dropFirst() {
                let two = Self.shown([.string(family[0]), .string(other)], width: width)
                #expect(two.count == 2 && Self.look(two[0]) != Self.look(two[1]))
            }
            for (one, other) in zip(family.dropFirst(), family.dropFirst(2)) {
                let three = Self.shown([family[0], one, other].map(JSONValue.string), width: width)
                #expect(Set(three.map(Self.look)).count == 3, "\(three.map { $0.prefix(99) })")
            }
        }
    }

    @Test("a long value shows where it differs, and how much is left out")
    func excerpts() {
        let (before, after) = (
            String(repeating: "x", count: 2000), String(repeating: "y", count: 900)
        )
        let values = ["one", "two"].map { before + $0 + after }
        let excerpts = ComparedTexts.excerpts(of: values, room: 240)
        let (head, tail) = (String(before.prefix(24)), String(after.prefix(24)))
        #expect(
            excerpts[0]
                == "… (1976 characters alike) \(head)one\(tail) … (876 characters alike)")
        // Those that are alike longer are told apart among themselves, beside one that is not.
        let three = ComparedTexts.excerpts(of: values + [after + before], room: 240)
        #expect(Array(three.prefix(2)) == excerpts)
        #expect(three[2].hasSuffix("… (2900 characters; -o json has all)"))
        #expect(ComparedTexts.excerpts(of: ["a", "b"], room: 240) == ["a", "b"])
        // A value that looks like the letter of a long one stands in quotes.
        let tricky = Self.shown(["(a)", .string(before)], width: 80)
        #expect(tricky[0] == "\"(a)\"")
    }

    @Test(
        "what does not fit beside one another stands below, names of pods whole",
        arguments: [40, 80])
    func below(width: Int) {
        let title = "petstore-api-7d9f8b6c5d-x2x9"
        let lines = Self.screen(
            Self.table(["Fluffy", "Fluff", "Fluffy"], width: width, title: title))
        #expect(
            lines == [
                "  status.state: Observed", "  response.data.id: 1", "≠ response.data.name:",
                "    \(title)0  Fluffy", "    \(title)1  Fluff", "    \(title)2  Fluffy",
            ])
    }

    @Test("no line of a table is wider than the terminal, and colours change no text")
    func widths() {
        let values: [JSONValue] = ["日本語の名前です、とても長い", "e\u{301}e\u{301}", "x\u{1B}[31m"]
        for width in stride(from: 60, through: 120, by: 4) {
            let table = Self.table(values, width: width)
            let lines = Self.screen(table)
            #expect(lines.allSatisfy { $0.displayWidth <= width })
            let coloured = Self.screen(table, colour: true).map { line in
                line.replacing(/\u{1B}\[[0-9;]*m/, with: "")
            }
            #expect(coloured == lines)
        }
        // Alike everywhere: cut by its width, not by its characters.
        let alike = Self.screen(Self.table([values[0], values[0]], width: 50))
        #expect(alike.allSatisfy { $0.displayWidth <= 50 } && alike.last?.hasSuffix("…") == true)
    }
}
