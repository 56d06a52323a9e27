import Documents
import Foundation
import Testing

@testable import SandboxAPIServer

/// What a real kube-apiserver 1.20.2 made of sequences of requests, played again.
///
/// That version does not yet keep the subresource of an entry; everything else is compared.
@Suite("Field management against recordings")
struct RecordingTests {
    struct Play: CustomTestStringConvertible, Sendable {
        let name: String
        let schema: JSONValue
        let steps: [JSONValue]
        var testDescription: String { name }
    }

    static let plays: [Play] = {
        guard
            let url = Bundle.module.url(
                forResource: "kube-apiserver-1.20.2", withExtension: "json",
                subdirectory: "Recordings"),
            let data = try? Data(contentsOf: url), let json = try? JSONValue(parsing: data)
        else { return [] }
        return (json["plays"]?.arrayValue ?? []).map {
            Play(
                name: $0["name"]?.stringValue ?? "", schema: json["schema"] ?? nil,
                steps: $0["steps"]?.arrayValue ?? [])
        }
    }()

    @Test("there are recordings")
    func present() {
        #expect(Self.plays.count == 6)
        #expect(Self.plays.allSatisfy { $0.steps.count > 3 })
    }

    @Test("every step ends as on the real server", arguments: plays)
    func play(_ play: Play) throws {
        for (index, step) in play.steps.enumerated() {
            let live = step["live"].flatMap { $0.isNull ? JSONValue?.none : withSubresources($0) }
            let result = try #require(step["result"])
            let comment: Comment = "\(play.name), step \(index)"
            guard step["op"] == "apply" else {
                let updated = fields(try update(live, step, play))
                #expect(updated == fields(result), comment)
                continue
            }
            do throws(ApplyConflict) {
                let object = try apply(live, step, play)
                #expect(step["code"] != 409, comment)
                #expect(fields(object) == fields(result), comment)
                #expect(spec(object) == spec(result), comment)
            } catch {
                #expect(error.message == result["message"]?.stringValue, comment)
                let causes = error.causes.map { cause -> JSONValue in
                    [
                        "reason": .string(cause.reason), "message": .string(cause.message),
                        "field": .string(cause.field),
                    ]
                }
                #expect(.array(causes) == result["details"]?["causes"], comment)
            }
        }
    }

    private func update(_ live: JSONValue?, _ step: JSONValue, _ play: Play) throws -> JSONValue {
        var new = try #require(step["result"])
        new["metadata"]?["managedFields"] = step["body"]?["metadata"]?["managedFields"]
        return FieldManagement.afterUpdate(
            live: live, new: new, manager: step["manager"]?.stringValue ?? "",
            subresource: step["subresource"]?.stringValue, time: Self.time, schema: play.schema)
    }

    private func apply(
        _ live: JSONValue?, _ step: JSONValue, _ play: Play
    ) throws(ApplyConflict) -> JSONValue {
        try FieldManagement.apply(
            live: live, patch: step["body"] ?? nil, manager: step["manager"]?.stringValue ?? "",
            force: step["force"] == true, subresource: step["subresource"]?.stringValue,
            time: Self.time, schema: play.schema)
    }

    /// Later than all that was recorded.
    private static let time = "2036-02-03T04:05:06Z"

    /// The entries of those who wrote status, as a later version would have kept them.
    private func withSubresources(_ object: JSONValue) -> JSONValue {
        var object = object
        let entries = object["metadata"]?["managedFields"]?.arrayValue ?? []
        object["metadata"]?["managedFields"] = .array(
            entries.map { entry in
                guard entry["manager"]?.stringValue?.contains("status") == true else {
                    return entry
                }
                var entry = entry
                entry["subresource"] = "status"
                return entry
            })
        return object
    }

    /// The entries by what tells them apart, without times, as one text.
    private func fields(_ object: JSONValue) -> String {
        (object["metadata"]?["managedFields"]?.arrayValue ?? [])
            .map { entry in
                ["manager", "operation", "apiVersion"].map { entry[$0]?.stringValue ?? "" }
                    .joined(separator: " ") + " " + (entry["fieldsV1"] ?? nil).text(.goText)
            }
            .sorted().joined(separator: "\n")
    }

    private func spec(_ object: JSONValue) -> String {
        [object["spec"], object["metadata"]?["labels"], object["metadata"]?["annotations"]]
            .map { ($0 ?? nil).text(.goText) }.joined(separator: "\n")
    }
}
