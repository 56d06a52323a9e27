import Testing

@testable import Terminal

struct CompletionTests {
    private func names(_ words: String...) -> TabAnswer {
        TabAnswer(replaced: 0, candidates: words.map { .init($0) })
    }

    @Test func theOnlyCandidateIsInsertedWithASpace() {
        #expect(names("fluffy").step(typed: "fl") == .insert("fluffy "))
        let part = TabAnswer(replaced: 0, candidates: [.init("--spec=", isWhole: false)])
        #expect(part.step(typed: "--s") == .insert("--spec="))
        #expect(part.step(typed: "--spec=") == .beep)
    }

    @Test func whatAllShareIsInsertedBeforeAnythingIsListed() {
        #expect(names("order-456", "order-789").step(typed: "o") == .insert("order-"))
        #expect(names("order-456", "order-789").step(typed: "order-") == .list)
        #expect(names("pets", "users").step(typed: "") == .list)
    }

    @Test func nothingBeepsAndANoticeIsShown() {
        #expect(TabAnswer.none.step(typed: "x") == .beep)
        let refused = TabAnswer(replaced: 0, candidates: [], notice: "(forbidden)")
        #expect(refused.step(typed: "x") == .notice("(forbidden)"))
    }

    @Test func listingGoesDownTheColumns() {
        let lines = names("a", "b", "c", "d", "e").listing(columns: 9, rows: 24)
        #expect(lines == ["a  c  e", "b  d"])
    }

    @Test func aLongListingIsCutAndSaysSo() {
        let many = TabAnswer(replaced: 0, candidates: (0..<100).map { .init("name-\($0)") })
        let lines = many.listing(columns: 20, rows: 10)
        #expect(lines.count == 9)
        #expect(lines.last == "… and 84 more: type a letter")
    }

    @Test func notesStandBesideTheirWords() {
        let completion = TabAnswer(
            replaced: 0,
            candidates: [.init("get", note: "Show objects"), .init("describe", note: "All of one")])
        #expect(
            completion.listing(columns: 20, rows: 24)
                == ["get       Show obj…", "describe  All of o…"])
    }

    @Test func controlCharactersNeverReachTheTerminal() {
        let completion = names("a\u{1B}[2J", "b")
        #expect(completion.listing(columns: 80, rows: 24) == ["a?[2J  b"])
    }
}

struct PastRecallTests {
    @Test func arrowsWalkThroughLinesThatStartAsTyped() {
        var recall = PastRecall(lines: ["get pets", "status", "get orders"])
        #expect(recall.older(than: "ge", beforeCursor: "ge") == "get orders")
        #expect(recall.older(than: "get orders", beforeCursor: "get orders") == "get pets")
        #expect(recall.older(than: "get pets", beforeCursor: "get pets") == nil)
        #expect(recall.newer(than: "get pets") == "get orders")
        #expect(recall.newer(than: "get orders") == "ge")
        #expect(recall.newer(than: "ge") == nil)
    }

    @Test func anEditedLineStartsANewWalk() {
        var recall = PastRecall(lines: ["get pets", "status", "get orders"])
        #expect(recall.older(than: "", beforeCursor: "") == "get orders")
        #expect(recall.older(than: "s", beforeCursor: "s") == "status")
        #expect(recall.newer(than: "stat") == nil)
    }

    @Test func equalNeighboursAreShownOnce() {
        var recall = PastRecall(lines: ["a1", "a2", "a2"])
        #expect(recall.older(than: "a", beforeCursor: "a") == "a2")
        #expect(recall.older(than: "a2", beforeCursor: "a2") == "a1")
    }
}

struct EditorScreenTests {
    private func rows(_ prompt: String, _ before: String, _ after: String, _ columns: Int) -> [Int]
    {
        let screen = EditorScreen(
            prompt: prompt, text: before + after, beforeCursor: before, columns: columns)
        return [screen.rowsAboveCursor, screen.rowsBelowCursor]
    }

    @Test func rowsAreCountedAsTheTerminalWraps() {
        #expect(rows("> ", "abc", "", 10) == [0, 0])
        #expect(rows("> ", "abcdefgh", "", 10) == [1, 0])
        #expect(rows("> ", "abc", "defghijk", 10) == [0, 1])
        #expect(rows("> ", "one\ntwo", "\nthree", 10) == [1, 1])
    }

    @Test func aWideCharacterDoesNotFitInTheLastColumn() {
        #expect(rows("> ", "abcdefg寿", "", 10) == [1, 0])
    }
}

struct DescriptorFactsTests {
    private let terminal = DescriptorFacts(isTerminal: true, columns: 120)
    private let pipe = DescriptorFacts(isTerminal: false, columns: nil)

    @Test func colourFollowsTheConventions() {
        #expect(terminal.wantsColour(environment: ["TERM": "xterm"]))
        #expect(!terminal.wantsColour(environment: ["TERM": "dumb"]))
        #expect(!terminal.wantsColour(environment: ["NO_COLOR": "1"]))
        #expect(terminal.wantsColour(environment: ["NO_COLOR": ""]))
        #expect(!pipe.wantsColour(environment: [:]))
        #expect(pipe.wantsColour(environment: ["CLICOLOR_FORCE": "1"]))
        #expect(!pipe.wantsColour(environment: ["CLICOLOR_FORCE": "0"]))
        #expect(!pipe.wantsColour(environment: ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"]))
    }

    @Test func widthComesFromTheTerminalThenFromTheEnvironment() {
        #expect(terminal.width(environment: ["COLUMNS": "40"]) == 120)
        #expect(pipe.width(environment: ["COLUMNS": "40"]) == 40)
        #expect(pipe.width(environment: ["COLUMNS": "-1"]) == 80)
    }

    @Test func aDumbTerminalIsNotEdited() {
        #expect(terminal.canEdit(environment: ["TERM": "xterm"]))
        #expect(!terminal.canEdit(environment: ["TERM": "dumb"]))
        #expect(!terminal.canEdit(environment: [:]))
        #expect(!pipe.canEdit(environment: ["TERM": "xterm"]))
    }
}

struct PromptTests {
    @Test func aMarkNeverStandsLast() {
        let plain = Prompt([.init("petstore", rendition: "1"), .init("> ")])
        #expect(plain.marked == "\u{1}\u{1B}[1m\u{1}petstore\u{1}\u{1B}[0m\u{1}> ")
        #expect(Prompt([.init("!", rendition: "31")]).marked.last == " ")
        #expect(plain.text == "petstore> ")
        let two = Prompt([.init("a", rendition: "1"), .init("b", rendition: "2"), .init("> ")])
        #expect(
            two.marked
                == "\u{1}\u{1B}[1m\u{1}a\u{1}\u{1B}[0m\u{1B}[2m\u{1}b\u{1}\u{1B}[0m\u{1}> ")
    }
}

struct PasteTests {
    private func pasted(_ text: String) -> String { PastedText.text(of: Array(text.utf8)) }

    @Test func newlinesAndTabsStayAndKeysAreDropped() {
        #expect(pasted("a\tb\r\nc\rd\ne") == "a\tb\nc\nd\ne")
        #expect(pasted("a\u{1B}[31m\u{3}b") == "a[31mb")
        #expect(pasted("status\n") == "status")
    }
}
