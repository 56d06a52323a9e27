import Documents
import KubernetesCore
import TestSupport

/// Readers of the KubernetesCore room.
enum KubernetesTargets {
    static let watch = FuzzTarget(
        "watch",
        words: [
            "\n", "\r\n", "{\"type\":\"ADDED\",\"object\":", "\"MODIFIED\"", "\"DELETED\"",
            "\"BOOKMARK\"", "\"ERROR\"", "\"code\":410", "\"resourceVersion\":\"5\"",
            "\"metadata\"",
            "{}", "}", "null",
        ]
    ) { input throws(FuzzFinding) in
        let whole = try lines(of: [input])
        var random = SeededRandom(UInt64(input.count) &* 31 &+ UInt64(input.first ?? 0))
        var chunks: [[UInt8]] = []
        var at = 0
        while at < input.count {
            let end = min(input.count, at + 1 + random.below(16))
            chunks.append(Array(input[at..<end]))
            at = end
        }
        try demand(try lines(of: chunks) == whole, "chunks change the lines")
        var machine = WatchMachine(maximumFailures: 3)
        _ = machine.step(.start(from: "1"))
        _ = machine.step(.opened)
        var taken = false
        for line in whole ?? [] {
            guard let json = JSONTrip.value(line), let event = WatchEvent(json) else { continue }
            taken = true
            for effect in machine.step(.event(event)) {
                switch effect {
                case .open: _ = machine.step(.opened)
                case .list: _ = machine.step(.listed(resourceVersion: "1"))
                case .wait: _ = machine.step(.waited)
                default: break
                }
            }
            try demand(
                machine.failures <= machine.maximumFailures, "more failures than the limit")
        }
        return taken
    }

    private static let lineLimit = 512

    /// The lines of a stream, nil where one is too long.
    private static func lines(of chunks: [[UInt8]]) throws(FuzzFinding) -> [[UInt8]]? {
        var splitter = LineSplitter(limit: lineLimit)
        var lines: [[UInt8]] = []
        for chunk in chunks {
            do throws(LineSplitter.LineTooLong) {
                lines += try splitter.lines(adding: chunk)
            } catch { return nil }
        }
        if let rest = splitter.remainder() { lines.append(rest) }
        for line in lines {
            try demand(!line.isEmpty && line.count <= lineLimit, "a line of \(line.count) bytes")
        }
        return lines
    }

    static let selector = FuzzTarget(
        "selector",
        words: [
            "=", "==", "!=", " in ", " notin ", "(", ")", ",", "!", "app", "example.com/",
            "a.b-c_d",
            " ", ">", "<", "metadata.name", "\\,", "\\=", "\\\\",
        ]
    ) { input throws(FuzzFinding) in
        guard let text = String(validating: input, as: UTF8.self) else { return false }
        let labels = ["app": "a", "example.com/tier": "", "a.b-c_d": "1"]
        var taken = false
        do throws(SelectorError) {
            let selector = try LabelSelector.parse(text)
            taken = true
            let again = try LabelSelector.parse(selector.description)
            try agree(
                again == selector && again.matches(labels) == selector.matches(labels),
                "a label selector is not read back: \(selector)")
        } catch { try refused(taken, "label selector", error) }
        var fieldTaken = false
        do throws(SelectorError) {
            let selector = try FieldSelector.parse(text)
            fieldTaken = true
            try agree(
                try FieldSelector.parse(selector.description) == selector,
                "a field selector is not read back: \(selector)")
        } catch { try refused(fieldTaken, "field selector", error) }
        return taken || fieldTaken
    }

    /// `demand` where a selector's errors are caught.
    private static func agree(_ holds: Bool, _ rule: String) throws(SelectorError) {
        if !holds { throw SelectorError(rule) }
    }

    private static func refused(
        _ wasTaken: Bool, _ what: String, _ error: SelectorError
    ) throws(FuzzFinding) {
        try demand(!wasTaken, "the text form of a \(what) is refused: \(error)")
        try demand(!error.message.isEmpty, "a \(what) is refused without a reason")
    }

    static let time = FuzzTarget(
        "time",
        words: [
            "h", "m", "s", "ms", "us", "µs", "ns", "1h30m", ".5", "-", "+", "T", "Z", "+01:00", ":",
            "2026-11-24", "Tue, 24 Nov 2026 ", " GMT", "0000-00-00", "9999-12-31T23:59:60Z", "366d",
        ]
    ) { input throws(FuzzFinding) in
        guard let text = String(validating: input, as: UTF8.self) else { return false }
        var taken = false
        do throws(GoDuration.Malformed) {
            let span = try GoDuration.parse(text)
            taken = true
            let written = GoDuration.format(span)
            let again = try GoDuration.parse(written)
            if again != span { throw GoDuration.Malformed(message: "\(written) is another span") }
        } catch {
            try demand(!taken, "the text form of a duration is refused: \(error.message)")
        }
        for instant in [Timestamp(rfc3339: text), Timestamp(httpDate: text)] {
            guard let instant else { continue }
            taken = true
            let whole = Timestamp(seconds: instant.seconds)
            try demand(
                Timestamp(rfc3339: whole.rfc3339) == whole, "\(whole.rfc3339) is not read back")
            _ = instant.age(until: Timestamp(seconds: 1_800_000_000))
        }
        return taken
    }

    static let fields = FuzzTarget(
        "fields",
        words: [
            "f:", "k:{\\\"type\\\":\\\"Ready\\\"}", "v:\\\"a\\\"", "i:0", "\".\":{}",
            "\"f:spec\":{",
            "{}", "}", "\"", ",", ":",
        ]
    ) { input throws(FuzzFinding) in
        guard let json = JSONTrip.value(input) else { return false }
        guard let set = FieldSet(fieldsV1: json) else { return false }
        let written = set.fieldsV1
        try demand(
            FieldSet(fieldsV1: written)?.fieldsV1 == written,
            "a field set is not read back: \(written.text())")
        return true
    }
}
