package import Documents
import HTTP

// The form in which faults go over the wire: one object per fault, with the effect, what it needs,
// and which requests it is for. What is not understood is refused, never left out.

extension Fault {
    /// `{"effect":"refuse","code":503,"resource":"pets","count":2}`; count `"all"`: for ever.
    package var json: JSONValue {
        var json: JSONValue = [:]
        func set(_ name: String, _ value: Int?) {
            guard let value else { return }
            json[name] = .integer(Int64(value))
        }
        func span(_ duration: Duration) {
            let parts = duration.components
            set(
                "milliseconds",
                Int(parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000))
        }
        json["effect"] = .string(effect.word)
        switch effect {
        case .delay(let duration), .delayAnswer(let duration), .commitLate(let duration):
            span(duration)
        case .dropBefore, .dropAfter: break
        case .refuse(let code, let retryAfter):
            set("code", code)
            set("retryAfter", retryAfter)
        case .refuseAfter(let code): set("code", code)
        case .truncate(let bytes): set("bytes", bytes)
        case .drip(let bytes, let pause):
            set("bytes", bytes)
            span(pause)
        case .cutWatch(let events), .endWatch(let events), .expireWatch(let events):
            set("events", events)
        }
        for (name, value) in texts { if let value { json[name] = .string(value) } }
        if skip > 0 { set("skip", skip) }
        if let count { set("count", count) } else { json["count"] = "all" }
        return json
    }

    private var texts: [(String, String?)] {
        [
            ("method", method), ("verb", verb), ("path", path), ("resource", resource),
            ("namespace", namespace), ("name", name), ("client", client),
        ]
    }

    /// Reads the form of `json`.
    ///
    /// - Throws: 400 with what is wrong with it.
    init(json: JSONValue) throws(APIFailure) {
        let form = try Form(json)
        let effect = try Self.effect(form)
        let count: Int?
        if json["count"] == "all" {
            count = nil
        } else {
            count = try form.number("count", 1...1_000_000) ?? 1
        }
        self.init(
            effect,
            method: try form.text("method", of: Form.methods),
            verb: try form.text("verb", of: ServedResource.allVerbs),
            path: try form.text("path"), resource: try form.text("resource"),
            namespace: try form.text("namespace"), name: try form.text("name"),
            client: try form.text("client"),
            skip: try form.number("skip", 0...1_000_000) ?? 0, count: count)
        if let path, !path.hasPrefix("/") {
            throw .badRequest("a fault's path begins with /, unlike \(path.goQuoted)")
        }
        if effect.isForWatches, let verb, verb != "watch" {
            throw .badRequest("\(effect.word) is for watches, verb \(verb) meets none")
        }
        let known = ["effect", "count", "skip"] + texts.map(\.0) + effect.members
        for name in form.names where !known.contains(name) {
            throw .badRequest("a fault \(effect.word.goQuoted) has no member \(name.goQuoted)")
        }
    }

    private static func effect(_ form: Form) throws(APIFailure) -> Effect {
        let word = try form.text("effect") ?? ""
        switch word {
        case "delay": return .delay(try form.span())
        case "delay-answer": return .delayAnswer(try form.span())
        case "drop-before": return .dropBefore
        case "drop-after": return .dropAfter
        case "commit-late": return .commitLate(try form.span())
        case "refuse":
            return .refuse(
                code: try form.needed("code", 400...599),
                retryAfter: try form.number("retryAfter", 0...86_400))
        case "refuse-after": return .refuseAfter(code: try form.needed("code", 400...599))
        case "truncate": return .truncate(bytes: try form.needed("bytes", 0...Form.largest))
        case "drip":
            return .drip(bytes: try form.needed("bytes", 1...Form.largest), pause: try form.span())
        case "cut-watch": return .cutWatch(events: try form.needed("events", 0...Form.largest))
        case "end-watch": return .endWatch(events: try form.needed("events", 0...Form.largest))
        case "expire-watch":
            return .expireWatch(events: try form.needed("events", 0...Form.largest))
        default:
            throw .badRequest(
                "there is no effect \(word.goQuoted), only \(words.joined(separator: ", "))")
        }
    }

    private static let words = [
        "delay", "delay-answer", "drop-before", "drop-after", "commit-late", "refuse",
        "refuse-after", "truncate", "drip", "cut-watch", "end-watch", "expire-watch",
    ]
}

extension Fault.Effect {
    fileprivate var word: String {
        switch self {
        case .delay: "delay"
        case .delayAnswer: "delay-answer"
        case .dropBefore: "drop-before"
        case .dropAfter: "drop-after"
        case .commitLate: "commit-late"
        case .refuse: "refuse"
        case .refuseAfter: "refuse-after"
        case .truncate: "truncate"
        case .drip: "drip"
        case .cutWatch: "cut-watch"
        case .endWatch: "end-watch"
        case .expireWatch: "expire-watch"
        }
    }

    /// The members of its form that it has of its own.
    fileprivate var members: [String] {
        switch self {
        case .delay, .delayAnswer, .commitLate: ["milliseconds"]
        case .dropBefore, .dropAfter: []
        case .refuse: ["code", "retryAfter"]
        case .refuseAfter: ["code"]
        case .truncate: ["bytes"]
        case .drip: ["bytes", "milliseconds"]
        case .cutWatch, .endWatch, .expireWatch: ["events"]
        }
    }
}

/// Reads members of a fault, and says what is wrong with them.
private struct Form {
    static let largest = 1 << 40
    static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

    private let json: JSONValue

    init(_ json: JSONValue) throws(APIFailure) {
        guard json.objectValue != nil else {
            throw .badRequest("a fault is an object, unlike \(json.text(.compact))")
        }
        self.json = json
    }

    var names: [String] { json.objectValue?.names ?? [] }

    func text(_ name: String) throws(APIFailure) -> String? {
        guard let value = json[name] else { return nil }
        guard let text = value.stringValue, !text.isEmpty else {
            throw .badRequest("a fault's \(name) is a text, unlike \(value.text(.compact))")
        }
        return text
    }

    func text(_ name: String, of known: [String]) throws(APIFailure) -> String? {
        guard let text = try text(name) else { return nil }
        guard known.contains(text) else {
            throw .badRequest(
                "there is no \(name) \(text.goQuoted), only \(known.joined(separator: ", "))")
        }
        return text
    }

    func number(_ name: String, _ range: ClosedRange<Int>) throws(APIFailure) -> Int? {
        guard let value = json[name] else { return nil }
        guard let number = value.integerValue.flatMap({ Int(exactly: $0) }),
            range.contains(number)
        else {
            throw .badRequest(
                "a fault's \(name) is a number from \(range.lowerBound) to \(range.upperBound), "
                    + "unlike \(value.text(.compact))")
        }
        return number
    }

    func needed(_ name: String, _ range: ClosedRange<Int>) throws(APIFailure) -> Int {
        guard let number = try number(name, range) else {
            throw .badRequest("a fault \(json["effect"]?.text(.compact) ?? "") needs \(name)")
        }
        return number
    }

    func span() throws(APIFailure) -> Duration {
        .milliseconds(try needed("milliseconds", 0...86_400_000))
    }
}
