/// The parts of moments and durations.
enum TimeFunctions {
    static let all: [String: CELFunction] = [
        ".getFullYear": part { $0.date.year },
        ".getMonth": part { $0.date.month - 1 },
        ".getDayOfYear": part { $0.dayOfYear },
        ".getDayOfMonth": part { $0.date.day - 1 },
        ".getDate": part { $0.date.day },
        ".getDayOfWeek": part { $0.weekday },
        ".getHours": part({ $0.hour }, of: 3_600_000_000_000),
        ".getMinutes": part({ $0.minute }, of: 60_000_000_000),
        ".getSeconds": part({ $0.second }, of: 1_000_000_000),
        ".getMilliseconds": part({ $0.millisecond }, of: 1_000_000),
    ]

    /// A part of a moment, or how often a unit fits into a duration.
    private static func part(
        _ read: @escaping @Sendable (Moment) -> Int, of unit: Int64? = nil
    ) -> CELFunction {
        { _, given throws(CELError) in
            switch given[0] {
            case .timestamp(let timestamp):
                let offset = try given.count > 1 ? offset(given[1]) : 0
                return .int(Int64(read(Moment(timestamp, offset: offset))))
            case .duration(let duration):
                guard let unit, given.count == 1 else { throw .noOverload }
                return .int(duration.nanoseconds / unit)
            default: throw .noOverload
            }
        }
    }

    /// The seconds of a zone: `UTC`, `+05:30`, `-08:00`, `02:00`.
    ///
    /// Zones by the names of places need a data base of the system, which this room may not read.
    private static func offset(_ zone: CELValue) throws(CELError) -> Int {
        guard case .string(let name) = zone else { throw .noOverload }
        if name.isEmpty || name == "UTC" || name == "GMT" || name == "Z" { return 0 }
        let hasSign = name.hasPrefix("+") || name.hasPrefix("-")
        var reader = DigitReader(hasSign ? name : "+" + name)
        guard let offset = reader.zone(), reader.isAtEnd else {
            throw .evaluation("unknown time zone \(name)")
        }
        return offset
    }
}
