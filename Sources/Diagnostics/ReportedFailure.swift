import KubernetesCore

/// What an operator's message about a failed call says.
///
/// Generated operators put method, URL, HTTP status and body into one text and nothing else into
/// the status (operator-contract.md, 0.4 and 3.2), so the text has to be read.
struct ReportedFailure: Sendable, Hashable {
    enum Sort: Sendable, Hashable {
        /// The API answered with that HTTP status.
        case answered(Int)
        case unreachable
        case timedOut
        /// Nobody could be called: the target leads nowhere.
        case noEndpoint
        case badInterval
        case other
    }

    let text: String
    let sort: Sort
    /// What was called.
    let url: String?

    init(_ text: String) {
        self.text = text
        url = Self.url(in: text)
        let lowered = text.lowercased()
        func says(_ words: String...) -> Bool { words.contains { lowered.contains($0) } }
        if let status = Self.status(in: lowered) {
            sort = .answered(status)
        } else if says("invalid duration", "unknown unit", "missing unit") {
            sort = .badInterval
        } else if says("no healthy endpoints", "no endpoint", "with ordinal", "is not running")
            || says("statefulset", "deployment", "pod ", "workload") && says("not found", "no ")
        {
            sort = .noEndpoint
        } else if says("timeout", "timed out", "deadline exceeded", "no answer within") {
            sort = .timedOut
        } else if says("refused", "no such host", "no route", "unreachable", "reset", "dial tcp") {
            sort = .unreachable
        } else {
            sort = .other
        }
    }

    /// Whether somebody was called at all, as far as the message tells.
    var isOfCall: Bool { ![.noEndpoint, .badInterval].contains(sort) }

    /// Whether the call was made with the place of the key left empty.
    var lacksKey: Bool {
        guard let url else { return false }
        return url.contains("{") || url.contains("%7B") || url.contains("%7b")
    }

    /// The number behind one of the words that operators put in front of an HTTP status.
    private static func status(in text: String) -> Int? {
        for lead in ["returned ", "status code ", "status code: ", "status: ", "status ", "http "] {
            for range in text.ranges(of: lead) {
                let digits = text[range.upperBound...].prefix { $0.isASCII && $0.isNumber }
                if digits.count == 3, let status = Int(digits), (100..<600).contains(status) {
                    return status
                }
            }
        }
        return nil
    }

    private static func url(in text: String) -> String? {
        guard let start = text.firstRange(of: "http://") ?? text.firstRange(of: "https://") else {
            return nil
        }
        let rest = text[start.lowerBound...]
        var url = rest.prefix { !$0.isWhitespace && !"\"'<>,;)".contains($0) }
        while url.last == ":" { url.removeLast() }
        return String(url)
    }

    /// Why, in a sentence that adds to the message.
    var explanation: String? {
        if lacksKey {
            return "the spec has no key that names an object of the API, so its place in the URL "
                + "stayed empty"
        }
        switch sort {
        case .answered(let status) where status >= 500:
            return "the API itself failed (\(HTTPPhrase.text(status)))"
        case .answered(let status):
            return "the API refused the call (\(HTTPPhrase.text(status)))"
        case .unreachable: return "the instance cannot be reached"
        case .timedOut: return "the instance did not answer in time"
        case .noEndpoint: return "nobody could be called: the target leads to no running instance"
        case .badInterval: return "the operator cannot read the interval, and stops at it"
        case .other: return nil
        }
    }

    /// When the operator tries again (operator-contract.md, 3.2).
    var retry: String? {
        switch sort {
        case .answered(let status) where status < 500:
            "the operator does not try again before something changes"
        case .answered, .unreachable, .timedOut, .noEndpoint:
            "the operator tries again at its next interval"
        case .badInterval, .other: nil
        }
    }
}
