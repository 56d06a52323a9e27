import CEL

/// A layout of times as Go has them: `2006-01-02 15:04:05`, `Jan 2, 3:04PM`.
struct GoTimeLayout {
    private enum Part {
        case text(String)
        case year, shortYear, month(digits: Int), monthName(isShort: Bool)
        case day(Padding), dayOfYear, weekday(isShort: Bool)
        case hour, twelveHour(digits: Int), half(isUpper: Bool)
        case minute(digits: Int), second(digits: Int), fraction(digits: Int, isTrimmed: Bool)
        /// How an offset is written: with `Z` for none, with a colon, with minutes.
        case zone(hasZ: Bool, hasColon: Bool, hasMinutes: Bool)
        case zoneName
    }

    private enum Padding { case none, zero, blank }

    /// What stands for what; longer words before those that they begin with.
    private static let words: [(String, Part)] = [
        ("January", .monthName(isShort: false)), ("Jan", .monthName(isShort: true)),
        ("Monday", .weekday(isShort: false)), ("Mon", .weekday(isShort: true)),
        ("MST", .zoneName), ("2006", .year), ("002", .dayOfYear),
        ("Z07:00", .zone(hasZ: true, hasColon: true, hasMinutes: true)),
        ("Z0700", .zone(hasZ: true, hasColon: false, hasMinutes: true)),
        ("Z07", .zone(hasZ: true, hasColon: false, hasMinutes: false)),
        ("-07:00", .zone(hasZ: false, hasColon: true, hasMinutes: true)),
        ("-0700", .zone(hasZ: false, hasColon: false, hasMinutes: true)),
        ("-07", .zone(hasZ: false, hasColon: false, hasMinutes: false)),
        ("01", .month(digits: 2)), ("02", .day(.zero)), ("03", .twelveHour(digits: 2)),
        ("04", .minute(digits: 2)), ("05", .second(digits: 2)), ("06", .shortYear),
        ("15", .hour), ("_2", .day(.blank)), ("PM", .half(isUpper: true)),
        ("pm", .half(isUpper: false)), ("1", .month(digits: 1)), ("2", .day(.none)),
        ("3", .twelveHour(digits: 1)), ("4", .minute(digits: 1)), ("5", .second(digits: 1)),
    ]

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]
    private static let weekdays = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]

    private var parts: [Part] = []

    init(_ layout: String) {
        var rest = layout[...]
        while let first = rest.first {
            if let (word, part) = Self.words.first(where: { rest.hasPrefix($0.0) }) {
                parts.append(part)
                rest = rest.dropFirst(word.count)
            } else if let length = Self.fraction(rest) {
                parts.append(
                    .fraction(digits: length - 1, isTrimmed: rest.dropFirst().first == "9"))
                rest = rest.dropFirst(length)
            } else {
                parts.append(.text(String(first)))
                rest = rest.dropFirst()
            }
        }
    }

    /// The length of `.000` or `.999`, which no digit may follow.
    private static func fraction(_ text: Substring) -> Int? {
        guard text.first == "." || text.first == ",", let digit = text.dropFirst().first,
            digit == "0" || digit == "9"
        else { return nil }
        let digits = text.dropFirst().prefix { $0 == digit }
        let after = text.dropFirst(1 + digits.count).first
        return after.map { $0.isASCII && $0.isNumber } ?? false ? nil : 1 + digits.count
    }

    // MARK: - Writing

    /// The moment in UTC.
    func text(of timestamp: CELTimestamp) -> String {
        let moment = Moment(timestamp, offset: 0)
        return parts.map { text(of: $0, moment, timestamp.nanoseconds) }.joined()
    }

    private func text(of part: Part, _ moment: Moment, _ nanoseconds: Int32) -> String {
        let twelve = moment.hour % 12 == 0 ? 12 : moment.hour % 12
        switch part {
        case .text(let text): return text
        case .year: return padded(moment.date.year, 4)
        case .shortYear: return padded(moment.date.year % 100, 2)
        case .month(let digits): return padded(moment.date.month, digits)
        case .monthName(let isShort):
            return name(Self.months[moment.date.month - 1], isShort)
        case .day(.none): return String(moment.date.day)
        case .day(.zero): return padded(moment.date.day, 2)
        case .day(.blank): return (moment.date.day < 10 ? " " : "") + String(moment.date.day)
        case .dayOfYear: return padded(moment.dayOfYear + 1, 3)
        case .weekday(let isShort): return name(Self.weekdays[moment.weekday], isShort)
        case .hour: return padded(moment.hour, 2)
        case .twelveHour(let digits): return padded(twelve, digits)
        case .half(let isUpper):
            let text = moment.hour < 12 ? "AM" : "PM"
            return isUpper ? text : text.lowercased()
        case .minute(let digits): return padded(moment.minute, digits)
        case .second(let digits): return padded(moment.second, digits)
        case .fraction(let digits, let isTrimmed):
            var text = padded(Int(nanoseconds), 9).prefix(digits)
            if isTrimmed { while text.last == "0" { text.removeLast() } }
            return text.isEmpty ? "" : "." + text
        case .zone(let hasZ, let hasColon, let hasMinutes):
            return hasZ ? "Z" : "+00" + (hasMinutes ? (hasColon ? ":00" : "00") : "")
        case .zoneName: return "UTC"
        }
    }

    private func name(_ name: String, _ isShort: Bool) -> String {
        isShort ? String(name.prefix(3)) : name
    }

    private func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    // MARK: - Reading

    /// What a text says by a layout.
    private struct Read {
        var (year, month, day, dayOfYear): (Int, Int, Int, Int?) = (1, 1, 1, nil)
        var (hour, minute, second): (Int, Int, Int) = (0, 0, 0)
        var isAfternoon: Bool?
        var nanoseconds = 0
        var offset = 0
    }

    /// The moment that a text tells; nil where it does not follow the layout.
    func moment(in text: String) -> CELTimestamp? {
        var rest = text[...]
        var read = Read()
        for part in parts {
            guard take(part, &rest, &read) else { return nil }
        }
        guard rest.isEmpty, read.hour < 24, read.minute < 60, read.second < 60 else { return nil }
        if let isAfternoon = read.isAfternoon {
            guard read.hour <= 12 else { return nil }
            read.hour = read.hour % 12 + (isAfternoon ? 12 : 0)
        }
        guard var days = CivilDate(year: read.year, month: read.month, day: read.day)?.days else {
            return nil
        }
        if let dayOfYear = read.dayOfYear {
            guard let first = CivilDate(year: read.year, month: 1, day: 1)?.days else {
                return nil
            }
            days = first + Int64(dayOfYear - 1)
        }
        let seconds = read.hour * 3600 + read.minute * 60 + read.second - read.offset
        return CELTimestamp(
            seconds: days * 86_400 + Int64(seconds), nanoseconds: Int32(read.nanoseconds))
    }

    private func take(_ part: Part, _ rest: inout Substring, _ read: inout Read) -> Bool {
        func number(_ least: Int, _ most: Int, _ store: WritableKeyPath<Read, Int>) -> Bool {
            let digits = rest.prefix(most).prefix { $0.isASCII && $0.isNumber }
            guard digits.count >= least, let value = Int(digits) else { return false }
            rest = rest.dropFirst(digits.count)
            read[keyPath: store] = value
            return true
        }
        switch part {
        case .text(let text): return Self.take(text, &rest)
        case .year: return number(4, 4, \.year)
        case .shortYear:
            guard number(2, 2, \.year) else { return false }
            read.year += read.year >= 69 ? 1900 : 2000
            return true
        case .month(let digits): return number(digits, 2, \.month)
        case .monthName(let isShort):
            guard let index = Self.take(Self.months, isShort, &rest) else { return false }
            read.month = index + 1
            return true
        case .day(let padding):
            if padding == .blank { _ = Self.take(" ", &rest) }
            return number(padding == .zero ? 2 : 1, 2, \.day)
        case .dayOfYear:
            let month = read.month
            guard number(3, 3, \.month), (1...366).contains(read.month) else { return false }
            (read.dayOfYear, read.month) = (read.month, month)
            return true
        case .weekday(let isShort): return Self.take(Self.weekdays, isShort, &rest) != nil
        case .hour: return number(2, 2, \.hour)
        case .twelveHour(let digits): return number(digits, 2, \.hour)
        case .half(let isUpper):
            let isMorning = Self.take(isUpper ? "AM" : "am", &rest)
            guard isMorning || Self.take(isUpper ? "PM" : "pm", &rest) else { return false }
            read.isAfternoon = !isMorning
            return true
        case .minute(let digits): return number(digits, 2, \.minute)
        case .second(let digits): return number(digits, 2, \.second)
        case .fraction: return Self.takeFraction(&rest, &read)
        case .zone(let hasZ, let hasColon, let hasMinutes):
            return Self.takeZone(&rest, &read, hasZ, hasColon, hasMinutes)
        case .zoneName: return Self.take("UTC", &rest) || Self.take("GMT", &rest)
        }
    }

    private static func take(_ text: String, _ rest: inout Substring) -> Bool {
        guard rest.hasPrefix(text) else { return false }
        rest = rest.dropFirst(text.count)
        return true
    }

    private static func take(
        _ names: [String], _ isShort: Bool, _ rest: inout Substring
    ) -> Int? {
        for (index, name) in names.enumerated()
        where take(isShort ? String(name.prefix(3)) : name, &rest) {
            return index
        }
        return nil
    }

    private static func takeFraction(_ rest: inout Substring, _ read: inout Read) -> Bool {
        guard take(".", &rest) else { return true }
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty else { return false }
        rest = rest.dropFirst(digits.count)
        let nine = (digits + String(repeating: "0", count: 9)).prefix(9)
        read.nanoseconds = Int(nine) ?? 0
        return true
    }

    private static func takeZone(
        _ rest: inout Substring, _ read: inout Read, _ hasZ: Bool, _ hasColon: Bool,
        _ hasMinutes: Bool
    ) -> Bool {
        if hasZ, take("Z", &rest) { return true }
        let isWest = take("-", &rest)
        guard isWest || take("+", &rest), let hours = Int(rest.prefix(2)), hours < 24 else {
            return false
        }
        rest = rest.dropFirst(2)
        var minutes = 0
        if hasMinutes {
            if hasColon, !take(":", &rest) { return false }
            guard let value = Int(rest.prefix(2)), value < 60 else { return false }
            minutes = value
            rest = rest.dropFirst(2)
        }
        read.offset = (isWest ? -1 : 1) * (hours * 3600 + minutes * 60)
        return true
    }
}
