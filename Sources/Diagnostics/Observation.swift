package import Documents

/// What one instance of the application answered about one thing.
package struct Observation: Sendable, Hashable {
    package enum Answer: Sendable, Hashable {
        /// It has it.
        case present(JSONValue)
        /// It answered that it has no such thing.
        case missing(String)
        /// It answered, and not well.
        case failed(String)
        /// It did not answer, or nobody could ask it.
        case unreachable(String)
    }

    /// How a table heads its column: `Pod-0`.
    package var title: String
    /// The pod's name.
    package var pod: String
    /// What the operator called the outcome: `Observed`, `Failed`; nil where it said nothing.
    package var state: String?
    package var answer: Answer
    /// When the instance was asked, as the status says.
    package var time: String?

    package init(
        title: String, pod: String, state: String?, answer: Answer, time: String? = nil
    ) {
        self.title = title
        self.pod = pod
        self.state = state
        self.answer = answer
        self.time = time
    }

    package var data: JSONValue? {
        if case .present(let data) = answer { return data }
        return nil
    }

    /// Why there are no data; nil where there are.
    package var reason: String? {
        switch answer {
        case .present: nil
        case .missing(let reason), .failed(let reason), .unreachable(let reason): reason
        }
    }
}

extension Observation.Answer {
    /// Tells an answer that is an error from one that never came, by an operator's message.
    ///
    /// An API's error is quoted with its status (`API returned 500: …`); anything else, a refused
    /// connection or a pod that is not there, never reached an API.
    package static func failing(_ message: String) -> Observation.Answer {
        switch statusCode(in: message) {
        case 404?: .missing(message)
        case _?: .failed(message)
        case nil: .unreachable(message)
        }
    }

    /// The HTTP status that a message quotes: `returned 500`, `status 503`, `status code: 503`.
    package static func statusCode(in message: String) -> Int? {
        let words = message.lowercased().split { !$0.isLetter && !$0.isNumber }
        for (index, word) in words.enumerated() where word.utf8.count == 3 {
            guard let code = Int(word), (300..<600).contains(code), index > 0 else { continue }
            if ["returned", "status", "code", "http"].contains(words[index - 1]) { return code }
        }
        return nil
    }
}
