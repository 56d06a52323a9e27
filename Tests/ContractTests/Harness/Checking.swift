import Documents
import HTTP

extension Step {
    /// Everything about an answer that is not as this step wants it.
    func problems(_ answer: ContractServer.Answer) -> [String] {
        var problems: [String] = []
        if let status, answer.status != status {
            problems.append("status \(answer.status), not \(status): \(answer.text)")
        }
        return problems + checks.compactMap { problem($0, answer) }
    }

    private func problem(_ check: Check, _ answer: ContractServer.Answer) -> String? {
        let json = answer.json
        func found(_ place: String) -> String { json.at(place)?.text() ?? "nothing" }
        func complain(_ place: String, _ wanted: String) -> String {
            "\(place) is \(found(place)), not \(wanted)"
        }
        switch check {
        case .equals(let place, let value):
            return json.at(place) == value ? nil : complain(place, value.text())
        case .differs(let place, let value):
            return json.at(place) != value ? nil : complain(place, "another value")
        case .has(let place): return json.at(place) != nil ? nil : complain(place, "there")
        case .lacks(let place): return json.at(place) == nil ? nil : complain(place, "absent")
        case .size(let place, let count):
            let value = json.at(place)
            let size = value?.arrayValue?.count ?? value?.objectValue?.count ?? 0
            return "\(size)" == count ? nil : "\(place) has \(size) members, not \(count)"
        case .contains(let place, let text):
            return json.at(place)?.stringValue?.contains(text) == true
                ? nil : complain(place, "with \(text)")
        case .prefix(let place, let text):
            return json.at(place)?.stringValue?.hasPrefix(text) == true
                ? nil : complain(place, "begun with \(text)")
        case .items(let list, let place, let texts, let isSorted):
            let items = json.at(list)?.arrayValue ?? []
            let seen = items.map { item in
                item.at(place).map { $0.stringValue ?? $0.text() } ?? ""
            }
            return (isSorted ? seen.sorted() : seen) == texts
                ? nil : "\(list) are \(seen), not \(texts)"
        case .causes(let wanted):
            let causes = json.at("/details/causes")?.arrayValue ?? []
            let seen = causes.map { cause in
                let parts = [cause["reason"]?.stringValue, cause["field"]?.stringValue]
                return parts.compactMap { $0 }.joined(separator: " ")
            }
            return seen == wanted ? nil : "causes \(seen), not \(wanted): \(answer.text)"
        case .header(let name, let value):
            let seen = answer.headers[name]
            return seen == value ? nil : "\(name): \(seen ?? "absent"), not \(value ?? "absent")"
        case .events(let wanted):
            let seen = events(json)
            return seen == wanted ? nil : "events \(seen), not \(wanted)"
        case .onlyEvents(let wanted):
            let seen = events(json)
            return Set(seen) == [wanted] ? nil : "events \(seen), not only \(wanted)"
        case .text(let part):
            return answer.text.contains(part) ? nil : "no \(part) in \(answer.text)"
        case .statuses, .onlyStatuses: return "only a race has many statuses"
        }
    }

    /// `TYPE name` of every event of a watch that was read.
    private func events(_ json: JSONValue) -> [String] {
        (json.arrayValue ?? []).map { event in
            let name = event["object"]?["metadata"]?["name"]?.stringValue
            return [event["type"]?.stringValue, name].compactMap { $0 }.joined(separator: " ")
        }
    }
}
