import Testing

@testable import Shell

struct GrammarTests {
    private func words(_ text: String) -> [[String]]? {
        if case .commands(let commands) = CommandText(text) { return commands.map(\.words) }
        return nil
    }

    private func only(_ text: String) -> Command? {
        guard case .commands(let commands) = CommandText(text), commands.count == 1 else {
            return nil
        }
        return commands[0]
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

    @Test func aResultCanGoElsewhere() {
        let get = Command.Work.words(["get", "pets"])
        #expect(
            only("get pets | grep 'a;b' | wc -l")
                == Command(work: get, destination: .program("grep 'a;b' | wc -l")))
        #expect(only("get pets|sort") == Command(work: get, destination: .program("sort")))
        #expect(
            only("get pets > a.txt")
                == Command(work: get, destination: .file("a.txt", appends: false)))
        #expect(
            only("get pets >>'a b'") == Command(work: get, destination: .file("a b", appends: true))
        )
        #expect(only("get pets>a") == Command(work: get, destination: .file("a", appends: false)))
        #expect(words("get pets | head -1; status") == [["get", "pets"], ["status"]])
        #expect(words("get pets > f\nstatus") == [["get", "pets"], ["status"]])
        #expect(words("status # a | b") == [["status"]])
    }

    @Test func anExclamationMarkHandsTheRestOfTheLineOver() {
        #expect(only("!ls -l; pwd") == Command(work: .program("ls -l; pwd")))
        guard case .commands(let two) = CommandText("status; !ls | wc\nget pets") else {
            Issue.record("not read")
            return
        }
        #expect(
            two.map(\.work) == [.words(["status"]), .program("ls | wc"), .words(["get", "pets"])])
        #expect(words("get '!x' a!b") == [["get", "!x", "a!b"]])
    }

    @Test func anAmpersandLeavesACommandToTheBackground() {
        #expect(only("watch 2s status &")?.isInBackground == true)
        #expect(only("watch 2s status&")?.isInBackground == false)
        guard case .commands(let two) = CommandText("watch status & get pets") else {
            Issue.record("not read")
            return
        }
        #expect(two.map(\.isInBackground) == [true, false])
    }

    @Test func whatStandsBetweenBracesNeedsNoQuotes() {
        #expect(
            words(#"patch pet max --spec {"name": "a}b", "tags": [{"id": 1}]}"#)
                == [["patch", "pet", "max", "--spec", #"{"name": "a}b", "tags": [{"id": 1}]}"#]])
        #expect(
            words(#"get pets -o jsonpath={range .items[*]}{.metadata.name}{"\n"}{end}"#)
                == [
                    [
                        "get", "pets", "-o",
                        #"jsonpath={range .items[*]}{.metadata.name}{"\n"}{end}"#,
                    ]
                ])
        #expect(
            words("x category={\n  \"id\": 1\n} y") == [["x", "category={\n  \"id\": 1\n}", "y"]])
        #expect(CommandText("x --spec {\"a\": {") == .unfinished(waitingFor: "the closing }"))
        #expect(words("get a{b") == [["get", "a{b"]])
    }

    @Test(arguments: [
        "a && b", "a || b", "a < b", "get pets 2> f", "get pets 2>&1", "| wc", "get pets |",
        "get pets >", "> f", "get pets > f g", "get pets > f | wc", "!", "&", "a; & b",
    ])
    func whatMakesNoSenseIsRefusedAndNotTakenForNames(text: String) {
        guard case .mistake(let message, let hint?) = CommandText(text) else {
            Issue.record("accepted: \(text)")
            return
        }
        #expect(!message.isEmpty && !hint.isEmpty)
    }

    @Test(arguments: [
        "pets", "a b", "it's", #"a"b\c"#, "", "寿司", "a'b\"c\\d", "x;y", "name=a&b", "{a", "!x", ">",
    ])
    func aQuotedWordIsReadBackAsItWas(word: String) {
        #expect(words("x " + CommandText.quoted(word)) == [["x", word]])
    }
}
