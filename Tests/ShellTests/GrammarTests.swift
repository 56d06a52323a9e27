import Testing

@testable import Shell

struct GrammarTests {
    private func words(_ text: String) -> [[String]]? {
        if case .commands(let commands) = CommandText(text) { return commands }
        return nil
    }

    @Test func blanksSeparateWordsAndQuotesKeepThemTogether() {
        #expect(words("get  pets\t-A") == [["get", "pets", "-A"]])
        #expect(
            words(#"patch pet max name="a b"'c d'"#) == [["patch", "pet", "max", "name=a bc d"]])
        #expect(words(#"x '' """#) == [["x", "", ""]])
        #expect(words("") == [])
        #expect(words("  # only a comment") == [])
    }

    @Test func escapesAreThoseOfPeopleWhoKnowAShell() {
        #expect(words(#"a\ b \"c\" \;"#) == [["a b", "\"c\"", ";"]])
        #expect(words(#""a\"b\\c\d" 'a\b'"#) == [[#"a"b\c\d"#, #"a\b"#]])
        #expect(words("name=a&b<c>d|e") == [["name=a&b<c>d|e"]])
        #expect(words(#"--spec '{"status":"pending"}'"#) == [["--spec", #"{"status":"pending"}"#]])
    }

    @Test func semicolonsAndNewlinesEndCommands() {
        #expect(words("status; get pets;; exit") == [["status"], ["get", "pets"], ["exit"]])
        #expect(
            words("status\nget pets # not this\nexit") == [["status"], ["get", "pets"], ["exit"]])
        #expect(words("get 'a;b' c#d") == [["get", "a;b", "c#d"]])
    }

    @Test func anOpenQuoteOrALastBackslashAsksForMore() {
        #expect(CommandText("get 'pe") == .unfinished(waitingFor: "the closing '"))
        #expect(CommandText("get \"pe") == .unfinished(waitingFor: "the closing \""))
        #expect(CommandText("get \\") == .unfinished(waitingFor: "the line after the backslash"))
        #expect(words("get \\\n pets") == [["get", "pets"]])
        #expect(words("get pe\\\nts") == [["get", "pets"]])
        #expect(words("get 'a\nb'") == [["get", "a\nb"]])
    }

    @Test(arguments: ["get pets | grep x", "get pets > f", "a && b", "!ls"])
    func whatOtherShellsDoIsRefusedAndNotTakenForNames(text: String) {
        guard case .mistake(_, let hint?) = CommandText(text) else {
            Issue.record("accepted: \(text)")
            return
        }
        #expect(hint.contains("quote"))
    }

    @Test(arguments: ["pets", "a b", "it's", #"a"b\c"#, "", "寿司", "a'b\"c\\d", "x;y", "name=a&b"])
    func aQuotedWordIsReadBackAsItWas(word: String) {
        #expect(words("x " + CommandText.quoted(word)) == [["x", word]])
    }
}
