import Catalog
import Documents
import KubernetesCore
import Testing

@testable import Diagnostics

@Suite("An answer that is older than the state says so")
struct KeptAnswerTests {
    private let data: JSONValue = ["success": true, "data": ["id": 1]]

    private func text(
        _ state: String, answered: String?, read: String? = nil, since: String? = nil,
        category: Category = .resource
    ) -> String? {
        var answer = data
        if let answered { answer["lastUpdated"] = .string(answered) }
        var status: JSONValue = ["state": .string(state)]
        let places = [Category.query: "results", .action: "result"]
        status[places[category] ?? "response"] = answer
        if let read { status["lastGetTime"] = .string(read) }
        if let since {
            status["conditions"] = [
                ["type": "Ready", "status": "False", "lastTransitionTime": .string(since)]
            ]
        }
        let object = Things.thing(["id": 1], status)
        let kind = Things.kind(category)
        return ObjectResponses(object).answers.first.flatMap {
            KeptAnswer($0, of: object, kind: kind, now: Things.now)?.text
        }
    }

    private let early = "2026-01-31T11:50:00Z"
    private let late = "2026-01-31T11:59:50Z"

    @Test("the answer of the last call says nothing of its time")
    func current() {
        #expect(text("Synced", answered: late, read: late) == nil)
        #expect(text("Observed", answered: late, read: late) == nil)
        #expect(text("Queried", answered: late, category: .query) == nil)
    }

    @Test("of a failed resource it is the last one that worked")
    func failed() {
        #expect(
            text("Failed", answered: early, read: early, since: late)
                == "of \(early), before the failure")
        // Where the write fails, the reading before it is newer than the answer that is kept.
        #expect(
            text("Failed", answered: early, read: late, since: early)
                == "of \(early), before the failure")
        #expect(
            text("Failed", answered: nil, read: late, since: early)
                == "of an earlier call")
        #expect(
            text("Failed", answered: nil, read: early, since: late)
                == "of \(early), before the failure")
        #expect(text("Failed", answered: early) == "of \(early), not of the last call")
    }

    @Test("while a query or an action runs again, it is that of the run before")
    func running() {
        for (state, category) in [("Querying", Category.query), ("Executing", .action)] {
            #expect(
                text(state, answered: early, category: category)
                    == "of \(early), of the run before")
        }
        #expect(text("Syncing", answered: late, read: late) == nil)
    }

    @Test("so it is where the API lost the object, while it is paused, and when nobody reads")
    func others() {
        #expect(
            text("NotFound", answered: early, since: late)
                == "of \(early), when it was still found")
        #expect(text("Paused", answered: early, since: late) == "of \(early), before the pause")
        #expect(text("Paused", answered: late, since: early) == "of \(late)")
        #expect(text("Synced", answered: early, read: early) == "of \(early), 10m ago")
        #expect(text("Synced", answered: nil, read: early) == "of \(early), 10m ago")
    }
}
