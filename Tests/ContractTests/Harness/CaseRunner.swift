import Documents
import HTTP
import Testing

/// Runs cases on one server.
struct CaseRunner: Sendable {
    let server: ContractServer
    /// Where whole answers are written to, for comparing servers by eye.
    let transcript: Transcript?
    private let tally = Tally()

    init(server: ContractServer, transcript: Transcript?) {
        self.server = server
        self.transcript = transcript
    }

    /// Makes the kinds that cases use; the server may be used already.
    func prepare() async throws {
        for definition in Definitions.all {
            let name = definition["metadata", "name"]?.stringValue ?? ""
            let made = try await server.send(send(.post, Place.definitions, definition))
            try #require(made.status == 201 || made.status == 409, "\(name): \(made.text)")
            let plural = definition["spec", "names", "plural"]?.stringValue ?? ""
            try await untilTrue("\(name) is served") {
                try await server.send(list(at: "\(Place.group)/\(plural)")).status == 200
            }
        }
    }

    /// Runs a case to its end, whatever fails on the way.
    func run(_ contractCase: ContractCase, number: Int) async throws {
        var values = ["ns": "case-\(number)"]
        let namespace: JSONValue = [
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": ["name": .string("case-\(number)")],
        ]
        let made = try await server.send(send(.post, "/api/v1/namespaces", namespace))
        try #require(made.status == 201, "\(made.text)")
        var transcript = "\n######## \(contractCase.name)\n"
        var failures = 0
        for (index, step) in contractCase.steps.enumerated() {
            let label = "\(contractCase.name), step \(index + 1)"
            let problems = try await carryOut(step, &values, &transcript)
            failures += problems.count
            for problem in problems {
                Issue.record("\(label) (\(step.method.rawValue) \(step.path)): \(problem)")
            }
        }
        self.transcript?.write(transcript)
        tally.count(contractCase, held: failures == 0, on: server.name)
    }

    private func carryOut(
        _ step: Step, _ values: inout [String: String], _ transcript: inout String
    ) async throws -> [String] {
        switch step.kind {
        case .forget:
            try await server.forget()
            return []
        case .race(let count): return try await race(step, count, &values)
        case .request, .watch: break
        }
        let chosen = step.filled(values)
        var answer = try await server.send(chosen)
        var problems = chosen.problems(answer)
        let deadline = ContinuousClock.now + .seconds(60)
        while step.isEventual, !problems.isEmpty, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(50))
            answer = try await server.send(chosen)
            problems = chosen.problems(answer)
        }
        for (name, place) in step.keeps {
            guard let value = answer.json.at(place) else {
                problems.append("there is nothing at \(place) in \(answer.text)")
                continue
            }
            values[name] = value.stringValue ?? value.text()
        }
        transcript += Transcript.text(chosen, answer, values)
        return problems
    }

    /// Sends the same step many times at once; `{won}` counts those that were carried out.
    private func race(
        _ step: Step, _ count: Int, _ values: inout [String: String]
    ) async throws -> [String] {
        let known = values
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<count {
                group.addTask {
                    let numbered = known.merging(["i": "\(number)"]) { $1 }
                    return try await server.send(step.filled(numbered)).status
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        values["won"] = "\(statuses.count { $0 < 300 })"
        return step.checks.compactMap { check in
            switch check {
            case .statuses(let wanted):
                let found = Dictionary(grouping: statuses) { $0 }.mapValues(\.count)
                return found == wanted ? nil : "statuses \(found), not \(wanted)"
            case .onlyStatuses(let allowed):
                return allowed.isSuperset(of: statuses) ? nil : "statuses \(statuses)"
            default: return "a race looks at statuses only"
            }
        }
    }

    private func untilTrue(
        _ what: String, _ condition: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !condition() {
            try #require(ContinuousClock.now < deadline, "in vain: \(what)")
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}

extension Step {
    /// The step with values in place of their names.
    func filled(_ values: [String: String]) -> Step {
        func fill(_ text: String) -> String {
            guard text.contains("{") else { return text }
            return values.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
        }
        func fill(_ value: JSONValue) -> JSONValue {
            switch value {
            case .string(let text): .string(fill(text))
            case .array(let items): .array(items.map(fill))
            case .object(let object):
                .object(JSONObject(object.map { .init($0.name, fill($0.value)) }))
            default: value
            }
        }
        var step = self
        step.path = fill(path)
        if let body { step.body = Array(fill(String(decoding: body, as: UTF8.self)).utf8) }
        step.meanwhile = meanwhile.map { $0.filled(values) }
        step.checks = checks.map { check in
            switch check {
            case .equals(let place, let value): .equals(place, fill(value))
            case .differs(let place, let value): .differs(place, fill(value))
            case .size(let place, let text): .size(place, fill(text))
            case .contains(let place, let text): .contains(place, fill(text))
            case .prefix(let place, let text): .prefix(place, fill(text))
            case .text(let text): .text(fill(text))
            case .items(let list, let place, let texts, let sorted):
                .items(list, place, texts.map(fill), sorted: sorted)
            case .events(let events): .events(events.map(fill))
            default: check
            }
        }
        return step
    }
}

extension JSONValue {
    /// The value at the text of a JSON pointer.
    func at(_ place: String) -> JSONValue? {
        // A pointer that is none finds nothing, and the case that names it fails.
        (try? JSONPointer(place)).flatMap { value(at: $0) }
    }
}
