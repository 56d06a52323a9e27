import Terminal
import Testing

@testable import Shell

/// The small decisions of a shell, without a shell.
struct ShellValueTests {
    @Test func thePromptTellsDangersInOrder() {
        var prompt = ShellPrompt()
        #expect(prompt.prompt.text == "petstore> ")
        prompt.pending = 2
        #expect(prompt.prompt.text == "petstore[2↺]> ")
        prompt.timeLeft = "14m"
        #expect(prompt.prompt.text == "petstore[2↺ 14m]> ")
        prompt.hasFailed = true
        #expect(prompt.prompt.text == "petstore[2↺ 14m!]> ")
        prompt.isReadOnly = true
        prompt.isUnreachable = true
        #expect(prompt.prompt.text == "petstore[2↺ 14m! ro ?]> ")
        prompt.place = "prod/team-a"
        #expect(prompt.prompt.text == "petstore(prod/team-a)[2↺ 14m! ro ?]> ")
    }

    @Test func theTimeInThePromptIsCoarse() {
        #expect(ShellPrompt.coarse("9m59s") == "9m")
        #expect(ShellPrompt.coarse("2h5m") == "2h")
        #expect(ShellPrompt.coarse("45s") == "45s")
    }

    @Test func aProtectedPlaceIsRed() {
        var prompt = ShellPrompt(place: "prod", wantsColour: true)
        #expect(prompt.prompt.pieces[1].rendition == "36")
        prompt.isProtected = true
        #expect(prompt.prompt.pieces[1].rendition == "1;31")
        prompt.wantsColour = false
        #expect(prompt.prompt.pieces[1].rendition == nil)
    }

    @Test func anAliasStandsForOneCommand() {
        #expect(AliasWords([]) == .list)
        #expect(AliasWords(["gp"]) == .show("gp"))
        #expect(AliasWords(["gp=get pets"]) == .define("gp", ["get", "pets"]))
        #expect(AliasWords(["gp", "get", "pets"]) == .define("gp", ["get", "pets"]))
        for bad in [
            ["gp="], ["=x"], ["gp=a; b"], ["gp=a | b"], ["gp=a &"], ["gp=!ls"], ["gp=get", "pets"],
        ] {
            guard case .mistake = AliasWords(bad) else {
                Issue.record("accepted: \(bad)")
                continue
            }
        }
    }

    @Test func aliasesThatNameThemselvesEnd() {
        let settings = ShellSettings()
        settings.setAlias("get", ["get", "-o", "wide"])
        settings.setAlias("a", ["b"])
        settings.setAlias("b", ["a", "x"])
        #expect(settings.expanded(["get", "pets"]) == ["get", "-o", "wide", "pets"])
        #expect(settings.expanded(["a", "y"]) == ["a", "x", "y"])
        #expect(settings.expanded(["status"]) == ["status"])
    }

    @Test func aWatchHasAnIntervalAndReads() throws {
        #expect(try WatchRun(["2s", "get", "pets"]).interval == .seconds(2))
        #expect(try WatchRun(["5", "status"]).interval == .seconds(5))
        #expect(try WatchRun(["status"]).interval == WatchRun.usual)
        #expect(try WatchRun(["1ms", "status"]).interval == WatchRun.shortest)
        #expect(try WatchRun(["1s", "--count", "3", "status"]).rounds == 3)
        for bad in [[], ["2s"], ["2s", "delete", "pet", "x"], ["watch", "status"]] {
            #expect(throws: WatchRun.Mistake.self) { try WatchRun(bad) }
        }
    }

    @Test func theHomeFolderIsTheOnlyThingThatIsExpanded() {
        #expect(ResultPlace.path("~/a", home: "/h") == "/h/a")
        #expect(ResultPlace.path("~", home: "/h") == "/h")
        #expect(ResultPlace.path("a~/b", home: "/h") == "a~/b")
        #expect(ResultPlace.path("~x/b", home: "/h") == "~x/b")
        #expect(ResultPlace.path("~/a", home: nil) == "~/a")
    }
}
