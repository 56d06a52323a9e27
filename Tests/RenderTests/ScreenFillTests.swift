import Render
import Testing

/// Whether a text fits on a screen, lines that wrap included.
struct ScreenFillTests {
    private func exceeds(_ text: String, rows: Int = 3, columns: Int = 10) -> Bool {
        ScreenFill.exceeds(Array(text.utf8), rows: rows, columns: columns)
    }

    @Test(
        "a text that fits",
        arguments: [
            "", "a\nb\nc\n", "a\nb\nc", "\n\n\n", "0123456789\n0123456789\n0123456789\n",
            "012345678901234567890123456789", "\u{1B}[31m0123456789\u{1B}[0m\nb\nc\n",
            "寿司寿司寿\nb\nc\n", "e\u{301}e\u{301}345678\u{E9}0\nb\nc\n", "\ta\nb\nc\n",
        ])
    func fits(text: String) {
        #expect(!exceeds(text))
    }

    @Test(
        "a text that does not",
        arguments: [
            "a\nb\nc\nd", "a\nb\nc\n\n", "01234567890\nb\nc\n", "0123456789012345678901234567890",
            "\u{1B}[31m01234567890\u{1B}[0m\nb\nc\n", "寿司寿司寿司\nb\nc\n", "\tabc\nb\nc\n",
        ])
    func doesNotFit(text: String) {
        #expect(exceeds(text))
    }

    @Test func moreBytesThanAnyScreenHoldsAreTooMany() {
        let text = String(repeating: "e" + String(repeating: "\u{301}", count: 100), count: 20)
        #expect(exceeds(text))
        #expect(!exceeds(text, rows: 8))
    }
}
