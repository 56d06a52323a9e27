import Diagnostics
import Documents
import KubernetesCore
import Render

// How drift is told: one wording for all verbs.
extension DriftFinding {
    /// `No`, or `Yes (status: available, API has sold)`.
    var text: String {
        switch verdict {
        case .notApplicable: return "-"
        case .unknown(let why): return "Unknown (\(why))"
        case .none: return "No"
        case .present:
            guard !differences.isEmpty else { return "Yes (the operator reports it)" }
            return "Yes (\(differencesText))"
        }
    }

    /// `status: available, API has sold`.
    var differencesText: String {
        differences.map {
            "\($0.field): \($0.shown($0.wanted)), API has \($0.shown($0.actual))"
        }.joined(separator: "; ")
    }

    /// The word of the column DRIFT.
    func word(of part: Part) -> String {
        let word =
            switch part.verdict {
            case .notApplicable: "-"
            case .unknown: "Unknown"
            case .none: corrected == nil ? "No" : "No, corrected"
            case .present: "Yes"
            }
        return flapping == nil ? word : part.verdict == .present ? "Yes, flapping" : "Flapping"
    }

    /// For programs; nil reasons and lists are left out.
    var payload: JSONValue {
        var value: JSONValue = ["detected": detected(verdict)]
        if case .unknown(let why) = verdict { value["reason"] = .string(why) }
        if count > 0 { value["count"] = .integer(count) }
        if let corrected { value["corrected"] = .string(corrected.rfc3339) }
        if let flapping {
            value["flapping"] = [
                "before": .integer(flapping.before), "after": .integer(flapping.after),
                "milliseconds": .integer(flapping.span.milliseconds),
            ]
        }
        if parts.count == 1, parts[0].endpoint == nil {
            if verdict == .present { value["fields"] = fields(of: parts[0]) }
        } else {
            value["endpoints"] = .array(
                parts.map { part in
                    var entry: JSONValue = [
                        "endpoint": .string(part.endpoint ?? ""),
                        "detected": detected(part.verdict),
                    ]
                    if case .unknown(let why) = part.verdict { entry["reason"] = .string(why) }
                    if part.verdict == .present { entry["fields"] = fields(of: part) }
                    return entry
                })
        }
        return value
    }

    private func detected(_ verdict: Verdict) -> JSONValue {
        switch verdict {
        case .notApplicable, .unknown: .null
        case .none: false
        case .present: true
        }
    }

    private func fields(of part: Part) -> JSONValue {
        .array(
            part.differences.map { difference in
                var entry: JSONValue = [
                    "field": .string(difference.field),
                    "spec": difference.payload(difference.wanted),
                    "actual": difference.payload(difference.actual),
                ]
                if difference.isNeverWritten { entry["neverWritten"] = true }
                if let writer = difference.writer {
                    entry["writer"] = .string(writer.manager)
                    if let time = writer.time { entry["written"] = .string(time.rfc3339) }
                }
                return entry
            })
    }
}

extension DriftComparison.Difference {
    /// A value as it stands in a sentence or a table.
    func shown(_ value: JSONValue?, absent: String = "nothing") -> String {
        guard let value else { return absent }
        return isSecret ? Mask.text : DataText.flow(value)
    }

    /// The same in a column: texts without quotes.
    func cell(_ value: JSONValue?) -> String {
        guard let value else { return "-" }
        return isSecret ? Mask.text : DataText.scalar(value)
    }

    fileprivate func payload(_ value: JSONValue?) -> JSONValue {
        isSecret && value != nil ? .string(Mask.text) : value ?? .null
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
