import Testing

@testable import Render

@Suite("Paragraphs wrap at words, under their text")
struct ParagraphTests {
    private let change = Paragraph(
        "pet/fluffy spec.status: ",
        "available → pending (undone on exit, else by session recover)")

    @Test("a text that fits, or that goes to no terminal, is one line")
    func whole() {
        let line =
            "pet/fluffy spec.status: available → pending"
            + " (undone on exit, else by session recover)"
        #expect(change.lines(width: nil) == [line])
        #expect(change.lines(width: line.count) == [line])
        #expect(Paragraph("", "").lines(width: 10) == [""])
    }

    @Test("colour is for the lead alone, and moves nothing")
    func tinted() throws {
        let finding = Paragraph("[FAIL] ", "The API itself failed", tint: .bad)
        #expect(
            finding.lines(style: Style(colour: true, width: 20)) == [
                "\u{1B}[31m[FAIL]\u{1B}[0m The API", "       itself failed",
            ])
        #expect(finding.lines(style: Style(width: 20)) == finding.lines(width: 20))
    }

    @Test("what does not fit goes on under the text")
    func wrapped() {
        #expect(
            change.lines(width: 80) == [
                "pet/fluffy spec.status: available → pending (undone on exit, else by session",
                "                        recover)",
            ])
        #expect(
            change.lines(width: 60) == [
                "pet/fluffy spec.status: available → pending (undone on exit,",
                "                        else by session recover)",
            ])
    }

    @Test("a wide lead has its text below, a wide word a line of its own", arguments: [1, 10, 24])
    func narrow(width: Int) {
        let paragraph = Paragraph("pet/fluffy: ", "a wordthatiswiderthanallroom b")
        let lines = paragraph.lines(width: width)
        #expect(
            lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
                == "pet/fluffy: a wordthatiswiderthanallroom b")
        #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
        for line in lines where line.displayWidth > width {
            #expect(line.split(separator: " ").count == 1 || line.hasPrefix("pet/fluffy:"))
        }
    }

    @Test("wide characters count as two columns; control characters are shown")
    func wide() {
        #expect(Paragraph("", "犬犬 猫猫").lines(width: 8) == ["犬犬", "猫猫"])
        #expect(Paragraph("", "犬犬 猫猫").lines(width: 9) == ["犬犬 猫猫"])
        #expect(Paragraph("", "a\u{1B}b").lines(width: nil) == ["a^[b"])
    }
}
