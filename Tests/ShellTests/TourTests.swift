import Testing

@testable import Shell

struct TourTests {
    private func event(_ words: [String] = [], wentWell: Bool = true, pending: Int = 0)
        -> Tour.Event
    {
        Tour.Event(commands: words.isEmpty ? [] : [words], wentWell: wentWell, pending: pending)
    }

    @Test func aStepIsDoneWhenItsLineWentWell() {
        var tour = Tour(verbs: ["status", "get", "describe", "changes"])
        func look(_ event: Tour.Event) -> Bool { tour.look(at: event) }
        #expect(!look(event(["get", "pets"])))
        #expect(!look(event(["status"], wentWell: false)))
        #expect(look(event(["status", "-A"])))
        #expect(look(event(["get", "pet", "fluffy"])))
        #expect(look(event(["describe", "3"])))
        // Without the verb there is no step about it: next comes a change.
        #expect(tour.current?.check == .pending)
        #expect(!look(event(["patch", "pet", "fluffy"], pending: 0)))
        #expect(look(event(["patch", "pet", "fluffy"], pending: 1)))
        #expect(look(event(["changes"], pending: 1)))
        #expect(!look(event(["status"], pending: 1)))
        #expect(look(event(["undo"], pending: 0)))
        tour.skip()
        #expect(tour.isOver && tour.invitation.contains("help COMMAND"))
    }

    @Test func theGuideRemindsUntilTheStepIsDone() {
        let guide = TourGuide()
        #expect(guide.answer(to: event(["status"])) == nil)
        #expect(guide.start().contains("Type:  status"))
        #expect(
            guide.answer(to: event(["get", "pets"]))?.contains("goes on with:  status") == true)
        #expect(guide.answer(to: event(["status"]))?.contains("Type:  get pets") == true)
        #expect(guide.stop() && !guide.stop())
    }
}
