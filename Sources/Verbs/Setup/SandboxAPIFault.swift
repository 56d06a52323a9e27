import ArgumentParser
import Documents
import KubernetesCore
import Render

/// A scripted misbehaviour of the sandbox's API server, in the form that the server takes.
struct SandboxAPIFault: Sendable, Hashable {
    var wire: JSONValue

    /// What `--api` takes, for the help.
    static let kindsText = """
          503, error=503    answer with that error (400 to 599), nothing done
          error-after=504   do it, but answer with that error
          drop              reset the connection, nothing done
          drop-after        do it, then reset the connection
          commit-late=2s    reset the connection, do it that much later
          delay=2s          wait, then do it
          delay-after=2s    do it, answer that much later
          truncate=100      break the answer off after that many bytes
          drip=16/50ms      send that many bytes of the answer at a time, with pauses
          cut-watch=2       break a watch after that many events
          end-watch=2       end it in order after that many
          expire-watch=2    tell it 410, too old, after that many
        """

    private static let kinds = [
        "error", "error-after", "drop", "drop-after", "commit-late", "delay", "delay-after",
        "truncate", "drip", "cut-watch", "end-watch", "expire-watch",
    ]

    /// Reads `503`, `delay=2s` and the like.
    ///
    /// - Throws: what is wrong with it.
    static func effect(_ text: String) throws -> JSONValue {
        let (word, value) = text.splitting(at: "=").map { ($0, Optional($1)) } ?? (text, nil)
        if value == nil, Int(word) != nil { return try error("refuse", "error", word) }
        switch word {
        case "error": return try error("refuse", word, value)
        case "error-after": return try error("refuse-after", word, value)
        case "drop", "drop-after":
            guard value == nil else { throw ValidationError("\(word) takes no value") }
            return ["effect": word == "drop" ? "drop-before" : "drop-after"]
        case "commit-late", "delay":
            return ["effect": .string(word), "milliseconds": try milliseconds(word, value)]
        case "delay-after":
            return ["effect": "delay-answer", "milliseconds": try milliseconds(word, value)]
        case "truncate":
            return ["effect": "truncate", "bytes": try number(word, value, "bytes, as in =100")]
        case "drip":
            guard let (bytes, pause) = value?.splitting(at: "/") else {
                throw ValidationError("drip takes bytes and a pause, as in drip=16/50ms")
            }
            let size = try number(word, bytes, "bytes and a pause, as in =16/50ms")
            guard size != 0 else { throw ValidationError("drip needs one byte at least") }
            return ["effect": "drip", "bytes": size, "milliseconds": try milliseconds(word, pause)]
        case "cut-watch", "end-watch", "expire-watch":
            return [
                "effect": .string(word),
                "events": try number(word, value ?? "0", "a number of events, as in =2"),
            ]
        default:
            throw ValidationError(
                "there is no \"\(word)\" to do: a code such as 503, or "
                    + kinds.joined(separator: ", "))
        }
    }

    private static func error(
        _ effect: String, _ word: String, _ value: String?
    ) throws -> JSONValue {
        guard let code = value.flatMap({ Int64($0) }), (400...599).contains(code) else {
            throw ValidationError(
                "\(word) takes a code from 400 to 599, as in \(word)=503, not \"\(value ?? "")\"")
        }
        // The real server always says when to come back after too many requests.
        return effect == "refuse" && code == 429
            ? ["effect": "refuse", "code": 429, "retryAfter": 1]
            : ["effect": .string(effect), "code": .integer(code)]
    }

    private static func milliseconds(_ word: String, _ value: String?) throws -> JSONValue {
        guard let value else {
            throw ValidationError("\(word) takes a duration, as in \(word)=2s")
        }
        let span = try SandboxFaultVerb.duration(value)
        guard span <= .seconds(86_400) else {
            throw ValidationError("\"\(value)\" is longer than a day")
        }
        let (seconds, attoseconds) = span.components
        return .integer(seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }

    private static func number(_ word: String, _ text: String?, _ what: String) throws -> JSONValue
    {
        guard let number = text.flatMap({ Int64($0) }), (0...1 << 40).contains(number) else {
            throw ValidationError("\(word) takes \(what), not \"\(text ?? "")\"")
        }
        return .integer(number)
    }

    // MARK: - For people

    private func text(_ name: String) -> String? { wire[name]?.stringValue }
    private func number(_ name: String) -> Int64 { wire[name]?.integerValue ?? 0 }

    var isForWatches: Bool { text("effect")?.hasSuffix("-watch") == true }

    /// What it does, which requests it meets, and how often.
    var sentence: String { "\(deed); meets \(requests), \(times)" }

    private var deed: String {
        let pause = GoDuration.format(.milliseconds(number("milliseconds")))
        switch text("effect") {
        case "refuse":
            let wait = wire["retryAfter"].map { ", Retry-After \($0.text())" } ?? ""
            return "answers \(number("code"))\(wait), nothing done"
        case "refuse-after": return "does it, but answers \(number("code"))"
        case "delay": return "waits \(pause), then does it"
        case "delay-answer": return "does it, answers \(pause) later"
        case "drop-before": return "resets the connection, nothing done"
        case "drop-after": return "does it, then resets the connection"
        case "commit-late": return "resets the connection, does it \(pause) later"
        case "truncate": return "breaks the answer off after \(number("bytes")) bytes"
        case "drip": return "answers \(number("bytes")) bytes at a time, \(pause) apart"
        case "cut-watch": return "breaks the watch after \(number("events")) events"
        case "end-watch": return "ends the watch after \(number("events")) events"
        case "expire-watch": return "tells the watch 410 after \(number("events")) events"
        default: return text("effect") ?? ""
        }
    }

    private var requests: String {
        var words = [text("method"), text("verb"), text("resource")].compactMap { $0 }
        if let namespace = text("namespace") { words.append("in \(namespace)") }
        if let name = text("name") { words.append("named \(name)") }
        if let path = text("path") { words.append("below \(path)") }
        if let client = text("client") { words.append("from \(client)") }
        if words.isEmpty { return isForWatches ? "any watch" : "any request" }
        return words.joined(separator: " ")
    }

    private var times: String {
        let count = number("count")
        let often =
            wire["count"] == "all" ? "until cleared" : count > 1 ? "\(count) times" : "once"
        return number("skip") > 0 ? "\(often), after \(number("skip")) unharmed" : often
    }

    /// All faults that there are.
    static func report(services: [SandboxFault], api: [JSONValue]) -> Report {
        let scripted = api.map { SandboxAPIFault(wire: $0) }
        let rows =
            services.map { fault -> [TextTable.Cell] in
                [
                    .init("instance \(fault.instance.map(String.init) ?? "?")"),
                    .init(fault.kind.sentence), "every call", "until cleared",
                ]
            }
            + scripted.map { fault in
                [
                    "API server", .init(fault.deed), .init(fault.requests), .init(fault.times),
                ]
            }
        let list = services.map { fault -> JSONValue in
            [
                "instance": .integer(Int64(fault.instance ?? 0)),
                "fault": .string(fault.kind.sentence),
            ]
        }
        return Report(
            kind: "Faults",
            sections: [
                Section(nil, .table(TextTable(["WHO", "DOES", "MEETS", "HOW OFTEN"], rows: rows)))
            ],
            payload: ["kind": "Faults", "services": .array(list), "api": .array(api)])
    }
}
