import CEL
import KubernetesCore

/// The functions of times that the generated operators add; times are RFC 3339 texts or seconds
/// since 1970, durations are Go's texts.
enum DerivedTimes {
    static func library(_ now: @escaping @Sendable () -> Timestamp) -> CELLibrary {
        CELLibrary(
            """
            now() -> string
            nowUnix|nowUnixMilli() -> int
            formatTime(int, string) -> string
            formatTimeRFC3339(int) -> string
            parseTime(string, string) -> int
            parseTimeRFC3339|timeSince|timeUntil(string) -> int
            addDuration(string, string) -> string
            durationSeconds(string) -> int
            """,
            [
                "now": { _, _ throws(CELError) in .string(text(try moment(now().seconds))) },
                "nowUnix": { _, _ throws(CELError) in .int(now().seconds) },
                "nowUnixMilli": { _, _ throws(CELError) in
                    let time = now()
                    return .int(time.seconds * 1000 + Int64(time.nanoseconds / 1_000_000))
                },
                "formatTime": { _, given throws(CELError) in
                    guard case .int(let seconds) = given[0], case .string(let layout) = given[1]
                    else { throw .noOverload }
                    return .string(GoTimeLayout(layout).text(of: try moment(seconds)))
                },
                "formatTimeRFC3339": { _, given throws(CELError) in
                    guard case .int(let seconds) = given[0] else { throw .noOverload }
                    return .string(text(try moment(seconds)))
                },
                "parseTime": { _, given throws(CELError) in
                    guard case .string(let text) = given[0], case .string(let layout) = given[1]
                    else { throw .noOverload }
                    guard let moment = GoTimeLayout(layout).moment(in: text) else {
                        throw CELError(
                            .evaluation,
                            "parseTime() failed to parse time: parsing time \"\(text)\" as "
                                + "\"\(layout)\": cannot parse")
                    }
                    return .int(moment.seconds)
                },
                "parseTimeRFC3339": { _, given throws(CELError) in
                    .int(try moment(given, "parseTimeRFC3339").seconds)
                },
                "timeSince": { _, given throws(CELError) in
                    .int(now().seconds - (try moment(given, "timeSince").seconds))
                },
                "timeUntil": { _, given throws(CELError) in
                    .int(try moment(given, "timeUntil").seconds - now().seconds)
                },
                "addDuration": { _, given throws(CELError) in
                    let start = try moment(given, "addDuration")
                    let length = try duration(given[1], "addDuration")
                    guard let end = start.adding(length) else {
                        throw CELError(.evaluation, "timestamp overflow")
                    }
                    return .string(text(end))
                },
                "durationSeconds": { _, given throws(CELError) in
                    let length = try duration(given[0], "duration")
                    return .int(length.nanoseconds / 1_000_000_000)
                },
            ])
    }

    private static func moment(_ seconds: Int64) throws(CELError) -> CELTimestamp {
        guard let moment = CELTimestamp(seconds: seconds) else {
            throw CELError(.evaluation, "timestamp overflow")
        }
        return moment
    }

    private static func moment(
        _ given: [CELValue], _ function: String
    ) throws(CELError) -> CELTimestamp {
        guard case .string(let text) = given[0] else { throw .noOverload }
        guard let moment = CELTimestamp(rfc3339: text) else {
            throw CELError(
                .evaluation,
                "\(function)() failed to parse time: parsing time \"\(text)\" as "
                    + "\"2006-01-02T15:04:05Z07:00\": cannot parse")
        }
        return moment
    }

    private static func duration(
        _ value: CELValue, _ function: String
    ) throws(CELError) -> CELDuration {
        guard case .string(let text) = value else { throw .noOverload }
        guard let length = CELDuration(text) else {
            throw CELError(
                .evaluation,
                "\(function)() failed to parse duration: time: invalid duration \"\(text)\"")
        }
        return length
    }

    /// A moment to the second.
    private static func text(_ moment: CELTimestamp) -> String {
        (CELTimestamp(seconds: moment.seconds) ?? moment).rfc3339
    }
}
