import Documents
import Testing

@testable import Diagnostics

@Suite("Comparing what several instances answered")
struct ComparisonTests {
    private static func pod(_ number: Int, _ answer: Observation.Answer) -> Observation {
        Observation(
            title: "Pod-\(number)", pod: "api-\(number)", state: "Observed", answer: answer)
    }

    private static func compare(
        _ answers: [Observation.Answer], _ scope: Comparison.Scope = .init(), doubt: String? = nil
    ) -> Comparison {
        Comparison(answers.enumerated().map { pod($0, $1) }, scope: scope, doubt: doubt)
    }

    private static let fluffy: JSONValue = [
        "id": 123, "name": "Fluffy", "category": ["id": 1, "name": "Dogs"],
        "tags": [["id": 1, "name": "a"], ["id": 2, "name": "b"]],
    ]

    private static func changed(_ edit: (inout JSONValue) -> Void) -> JSONValue {
        var value = fluffy
        edit(&value)
        return value
    }

    @Test("alike on all: consistent, with every field in its place")
    func consistent() {
        let found = Self.compare([.present(Self.fluffy), .present(Self.fluffy)])
        #expect(found.isConsistent && found.result == "All pods consistent")
        #expect(
            found.fields.map(\.path.description) == [
                "id", "name", "category.id", "category.name", "tags[0].id", "tags[0].name",
                "tags[1].id", "tags[1].name",
            ])
        #expect(found.verdicts == [.same, .same])
    }

    @Test("a nested difference is found, and whose it is")
    func different() {
        let other = Self.changed { $0["category"] = ["id": 1, "name": "Cats"] }
        let found = Self.compare([
            .present(Self.fluffy), .present(other), .present(Self.fluffy),
        ])
        #expect(!found.isConsistent)
        #expect(found.differences.map(\.path.description) == ["category.name"])
        #expect(found.verdicts == [.same, .different, .same])
        #expect(found.result == "1 field differs (category.name)")
        // Two that differ: nobody knows which is right.
        #expect(
            Self.compare([.present(Self.fluffy), .present(other)]).verdicts
                == [.different, .different])
    }

    @Test(
        "missing, failed, unreachable and different are four verdicts",
        arguments: [
            ([Observation.Answer.missing("404"), .missing("404")], "Missing on all pods"),
            ([.failed("500"), .failed("500")], "Failed on all pods"),
            ([.unreachable("refused"), .unreachable("refused")], "No pod could be reached"),
            ([.missing("404"), .failed("500")], "Missing on Pod-0; failed on Pod-1"),
            (
                [.present(fluffy), .present(fluffy), .unreachable("refused")],
                "Unreachable: Pod-2; the others are alike"
            ),
            ([.present(fluffy), .missing("404")], "Missing on Pod-1; nothing to compare with"),
            (
                [.present(fluffy), .present(["id": 123]), .missing("404"), .failed("500")],
                "7 fields differ (name, category.id, category.name, …); missing on Pod-2;"
                    + " failed on Pod-3"
            ),
        ])
    func verdicts(answers: [Observation.Answer], result: String) {
        let found = Self.compare(answers)
        #expect(!found.isConsistent)
        #expect(found.result == result)
    }

    @Test("answers that may be of one pod are not called consistent")
    func doubt() {
        let found = Self.compare(
            [.present(Self.fluffy), .present(Self.fluffy)], doubt: "the operator chooses")
        #expect(!found.isConsistent && found.result == "Not comparable: the operator chooses")
    }

    @Test("a field is chosen by its own path, or as it stands in the status")
    func choices() {
        for text in ["name", "data.name", "response.data.name", "status.response.data.name"] {
            let found = Self.compare(
                [.present(Self.fluffy), .present(Self.fluffy)],
                .init(fields: [FieldChoice(text)]))
            #expect(found.fields.map(\.path.description) == ["name"], "\(text)")
            #expect(found.unmet.isEmpty && !found.showsState)
        }
        let group = Self.compare(
            [.present(Self.fluffy)], .init(fields: [FieldChoice("tags.name")]))
        #expect(group.fields.map(\.path.description) == ["tags[0].name", "tags[1].name"])
        let one = Self.compare([.present(Self.fluffy)], .init(fields: [FieldChoice("tags[1]")]))
        #expect(one.fields.map(\.path.description) == ["tags[1].id", "tags[1].name"])
        let state = Self.compare(
            [.present(Self.fluffy)], .init(fields: [FieldChoice("status.state")]))
        #expect(state.fields.isEmpty && state.showsState && state.unmet.isEmpty)
        // The API's own member comes before the reading as a part of the status.
        let own = Self.compare(
            [.present(["status": "sold", "data": ["x": 1]])],
            .init(fields: [FieldChoice("status"), FieldChoice("data.x")]))
        #expect(own.fields.map(\.path.description) == ["status", "data.x"])
    }

    @Test("a field that nobody has is told, never taken for agreement")
    func unmet() {
        let found = Self.compare(
            [.present(Self.fluffy), .present(Self.fluffy)],
            .init(fields: [FieldChoice("colour")]))
        #expect(found.unmet.map(\.text) == ["colour"])
    }

    @Test("what is ignored makes no difference")
    func ignored() {
        let other = Self.changed { $0["name"] = "Fluff" }
        let found = Self.compare(
            [.present(Self.fluffy), .present(other)], .init(ignored: [FieldChoice("name")]))
        #expect(found.isConsistent)
    }

    @Test("lists: by place, or as sets of things that have names")
    func order() {
        let turned = Self.changed {
            $0["tags"] = [["id": 2, "name": "b"], ["id": 1, "name": "a"]]
        }
        let answers: [Observation.Answer] = [.present(Self.fluffy), .present(turned)]
        #expect(Self.compare(answers).differences.count == 4)
        let unordered = Self.compare(answers, .init(ignoresOrder: true))
        #expect(unordered.isConsistent)
        let lacking = Self.changed { $0["tags"] = [["id": 2, "name": "b"]] }
        let found = Self.compare(
            [.present(Self.fluffy), .present(lacking)], .init(ignoresOrder: true))
        #expect(found.differences.map(\.path.description) == ["tags[id=1].id", "tags[id=1].name"])
        #expect(
            Self.compare([.present([1, 2, 2]), .present([2, 1, 2])], .init(ignoresOrder: true))
                .isConsistent)
    }

    @Test(
        "values that look alike and are not",
        arguments: [
            (["a": 1], ["a": "1"]), (["a": nil], [:]),
            (["a": []], ["a": [:]]), (["a": []], [:]), (["a": [1]], ["a": [1, 2]]),
            (["a": ["b": 1]], ["a": 1]), ([1, 2], [2, 1]),
        ] as [(JSONValue, JSONValue)])
    func lookalikes(one: JSONValue, other: JSONValue) {
        #expect(!Self.compare([.present(one), .present(other)]).isConsistent)
    }

    @Test("numbers are compared by value")
    func numbers() {
        #expect(
            Self.compare([.present(["a": 1]), .present(["a": 1.0])]).isConsistent)
    }

    @Test(
        "an operator's message tells an answer from none",
        arguments: [
            ("API returned 500: no (GET http://a/x)", 500), ("unexpected status code: 503", 503),
            ("API returned 404: Pet not found", 404), ("GET http://10.0.0.1:8080/x: refused", nil),
            ("pod default/x is not running or has no IP address", nil),
            ("pod with ordinal 500 not found", nil),
        ] as [(String, Int?)])
    func messages(message: String, code: Int?) {
        #expect(Observation.Answer.statusCode(in: message) == code)
    }
}
