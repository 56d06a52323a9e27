/// A moment, to the nanosecond, between the years 1 and 9999.
package struct CELTimestamp: Sendable, Hashable, Comparable {
    package let seconds: Int64
    package let nanoseconds: Int32

    private static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// Nil outside the years 1 to 9999.
    package init?(seconds: Int64, nanoseconds: Int32 = 0) {
        guard Self.range.contains(seconds), (0..<1_000_000_000).contains(nanoseconds) else {
            return nil
        }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Reads a time as RFC 3339 writes it, with any fraction and offset.
    package init?(rfc3339 text: String) {
        var reader = DigitReader(text)
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2),
            reader.take("-"), let day = reader.number(2), reader.take("T") || reader.take("t"),
            let hour = reader.number(2), reader.take(":"), let minute = reader.number(2),
            reader.take(":"), let second = reader.number(2)
        else { return nil }
        var nanoseconds: Int32 = 0
        if reader.take(".") {
            guard let fraction = reader.fraction() else { return nil }
            nanoseconds = fraction
        }
        guard let offset = reader.zone(), reader.isAtEnd,
            let date = CivilDate(year: year, month: month, day: day), hour < 24, minute < 60,
            second < 60
        else { return nil }
        let time = Int64(hour * 3600 + minute * 60 + second - offset)
        self.init(seconds: date.days * 86_400 + time, nanoseconds: nanoseconds)
    }

    package static func < (left: CELTimestamp, right: CELTimestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// As RFC 3339 writes it in UTC, with as many digits of the fraction as there are.
    package var rfc3339: String {
        let moment = Moment(self, offset: 0)
        var text = Self.padded(moment.date.year, 4) + "-" + Self.padded(moment.date.month, 2)
        text += "-" + Self.padded(moment.date.day, 2) + "T" + Self.padded(moment.hour, 2)
        text += ":" + Self.padded(moment.minute, 2) + ":" + Self.padded(moment.second, 2)
        if nanoseconds > 0 {
            var digits = Self.padded(Int(nanoseconds), 9)[...]
            while digits.last == "0" { digits.removeLast() }
            text += "." + digits
        }
        return text + "Z"
    }

    static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The moment that much later, nil when it leaves the range.
    package func adding(_ duration: CELDuration) -> CELTimestamp? {
        let billion: Int64 = 1_000_000_000
        var (whole, rest) = duration.nanoseconds.quotientAndRemainder(dividingBy: billion)
        rest += Int64(nanoseconds)
        if rest < 0 { (whole, rest) = (whole - 1, rest + billion) }
        if rest >= billion { (whole, rest) = (whole + 1, rest - billion) }
        return CELTimestamp(seconds: seconds + whole, nanoseconds: Int32(rest))
    }

    /// The time since another moment, nil when it is more than a duration can hold.
    package func since(_ other: CELTimestamp) -> CELDuration? {
        let (whole, overflow) = (seconds - other.seconds).multipliedReportingOverflow(
            by: 1_000_000_000)
        let (sum, again) = whole.addingReportingOverflow(
            Int64(nanoseconds) - Int64(other.nanoseconds))
        return overflow || again ? nil : CELDuration(nanoseconds: sum)
    }
}

/// A moment as a calendar and a clock show it.
package struct Moment: Sendable {
    package let date: CivilDate
    package let hour: Int
    package let minute: Int
    package let second: Int
    package let millisecond: Int
    /// From Sunday, 0.
    package let weekday: Int

    /// - Parameters:
    ///   - timestamp: the moment.
    ///   - offset: seconds east of UTC.
    package init(_ timestamp: CELTimestamp, offset: Int) {
        let local = timestamp.seconds + Int64(offset)
        var days = local / 86_400
        var rest = Int(local % 86_400)
        if rest < 0 { (days, rest) = (days - 1, rest + 86_400) }
        date = CivilDate(days: days)
        (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
        millisecond = Int(timestamp.nanoseconds / 1_000_000)
        weekday = Int(((days + 4) % 7 + 7) % 7)
    }

    /// From the first of January, 0.
    package var dayOfYear: Int {
        Int(date.days - (CivilDate(year: date.year, month: 1, day: 1)?.days ?? date.days))
    }
}

/// A day of the Gregorian calendar.
package struct CivilDate: Sendable, Hashable {
    package let year: Int
    package let month: Int
    package let day: Int
    /// Since 1970-01-01.
    package let days: Int64

    /// Nil for a day that no month has.
    package init?(year: Int, month: Int, day: Int) {
        let lengths = [31, Self.isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard year >= 0, (1...12).contains(month), day >= 1, day <= lengths[month - 1] else {
            return nil
        }
        (self.year, self.month, self.day) = (year, month, day)
        // Years begin in March here, so that the leap day is the last of its year.
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        days = Int64(era * 146_097 + dayOfEra - 719_468)
    }

    package init(days: Int64) {
        self.days = days
        let shifted = Int(days) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    private static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }
}

/// Reads runs of digits.
struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, UInt32(bytes[position]) == character.value else {
            return false
        }
        position += 1
        return true
    }

    /// A number of just so many digits.
    mutating func number(_ count: Int) -> Int? {
        guard position + count <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[position..<position + count] {
            guard CELLexer.isDigit(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        position += count
        return value
    }

    /// The nanoseconds of a fraction; what is finer is cut off.
    mutating func fraction() -> Int32? {
        var (value, unit): (Int32, Int32) = (0, 100_000_000)
        let start = position
        while position < bytes.count, CELLexer.isDigit(bytes[position]) {
            value += Int32(bytes[position] - 0x30) * unit
            unit /= 10
            position += 1
        }
        return position > start ? value : nil
    }

    /// `Z` or an offset like `+05:30`, in seconds.
    mutating func zone() -> Int? {
        if take("Z") || take("z") { return 0 }
        let isWest = take("-")
        guard isWest || take("+"), let hours = number(2), take(":"), let minutes = number(2),
            hours < 24, minutes < 60
        else { return nil }
        return (isWest ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
