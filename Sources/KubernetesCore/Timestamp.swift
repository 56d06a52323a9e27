/// An instant in UTC, as the API writes it (RFC 3339), counted from 1970 without leap seconds.
package struct Timestamp: Sendable, Hashable, Comparable {
    package var seconds: Int64
    /// 0 ..< 1,000,000,000.
    package var nanoseconds: Int32

    package init(seconds: Int64, nanoseconds: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Reads `2026-02-01T12:30:00Z`, with a fraction and any numeric offset.
    ///
    /// As the server's own reader it refuses a 60th second, days that a month does not have, and
    /// anything after the offset.
    package init?(rfc3339 text: String) {
        var reader = DigitReader(text)
        guard let year = reader.number(digits: 4), reader.skip("-"),
            let month = reader.number(digits: 2), reader.skip("-"),
            let day = reader.number(digits: 2), reader.skip("T") || reader.skip("t"),
            let hour = reader.number(digits: 2), reader.skip(":"),
            let minute = reader.number(digits: 2), reader.skip(":"),
            let second = reader.number(digits: 2),
            let date = CivilDate(year: year, month: month, day: day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var nanoseconds: Int32 = 0
        if reader.skip(".") || reader.skip(",") {
            guard let fraction = reader.fraction() else { return nil }
            nanoseconds = fraction
        }
        guard let offset = reader.offset(), reader.isAtEnd else { return nil }
        seconds = date.daysSince1970 * 86400 + Int64(hour * 3600 + minute * 60 + second) - offset
        // An offset can lead out of the years that have four digits, which could not be written.
        guard Self.writable.contains(seconds) else { return nil }
        self.nanoseconds = nanoseconds
    }

    /// From 0000-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
    private static let writable: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

    /// Reads the `Date` header of HTTP: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
    ///
    /// The two obsolete forms are not read: servers must not send them.
    package init?(httpDate text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT",
            let day = DigitReader.number(parts[1], digits: 2),
            let month = Self.monthNames.firstIndex(of: String(parts[2])),
            let year = DigitReader.number(parts[3], digits: 4),
            let date = CivilDate(year: year, month: month + 1, day: day)
        else { return nil }
        let pieces = parts[4].split(separator: ":", omittingEmptySubsequences: false)
        let clock = pieces.compactMap { DigitReader.number($0, digits: 2) }
        guard pieces.count == 3, clock.count == 3, clock[0] < 24, clock[1] < 60, clock[2] <= 60
        else { return nil }
        let time = Int64(clock[0] * 3600 + clock[1] * 60 + clock[2])
        self.init(seconds: date.daysSince1970 * 86400 + time)
    }

    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static let dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    /// The form of `metav1.Time`: whole seconds and `Z`.
    package var rfc3339: String { dateText + "T" + timeText + "Z" }

    /// The form of `metav1.MicroTime`, which Leases use: six digits of fraction and `Z`.
    package var rfc3339Micro: String {
        dateText + "T" + timeText + "." + padded(Int(nanoseconds / 1000), 6) + "Z"
    }

    /// The form of HTTP's `Date` header.
    package var httpDate: String {
        let date = CivilDate(daysSince1970: seconds.floorDivided(by: 86400))
        // 1970-01-01 was a Thursday, the fourth day of a week that begins on Sunday.
        let weekday = Int((date.daysSince1970 + 4).floorRemainder(by: 7))
        return "\(Self.dayNames[weekday]), \(padded(date.day, 2)) "
            + "\(Self.monthNames[date.month - 1]) \(padded(date.year, 4)) \(timeText) GMT"
    }

    private var dateText: String {
        let date = CivilDate(daysSince1970: seconds.floorDivided(by: 86400))
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    }

    private var timeText: String {
        let second = Int(seconds.floorRemainder(by: 86400))
        return "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2))"
            + ":\(padded(second % 60, 2))"
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    package static func + (instant: Timestamp, span: Duration) -> Timestamp {
        let parts = span.components
        var seconds = instant.seconds + parts.seconds
        var nanoseconds =
            Int64(instant.nanoseconds) + parts.attoseconds.floorDivided(by: 1_000_000_000)
        seconds += nanoseconds.floorDivided(by: 1_000_000_000)
        nanoseconds = nanoseconds.floorRemainder(by: 1_000_000_000)
        return Timestamp(seconds: seconds, nanoseconds: Int32(nanoseconds))
    }

    package static func - (instant: Timestamp, span: Duration) -> Timestamp {
        instant + (.zero - span)
    }

    package static func += (instant: inout Timestamp, span: Duration) { instant = instant + span }

    package static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        .seconds(later.seconds - earlier.seconds)
            + .nanoseconds(Int64(later.nanoseconds) - Int64(earlier.nanoseconds))
    }

    /// How old something of this instant is then, as kubectl prints it: `45s`, `5m12s`, `2d3h`.
    package func age(until now: Timestamp) -> String { HumanDuration.text(now - self) }
}

extension Timestamp: CustomStringConvertible {
    package var description: String { rfc3339 }
}

/// A day of the proleptic Gregorian calendar.
///
/// The arithmetic counts years from March, so that the leap day is a year's last one.
struct CivilDate {
    var year: Int
    var month: Int
    var day: Int

    init?(year: Int, month: Int, day: Int) {
        guard (1...12).contains(month), day >= 1, day <= Self.length(of: month, in: year) else {
            return nil
        }
        self.year = year
        self.month = month
        self.day = day
    }

    init(daysSince1970: Int64) {
        let days = daysSince1970 + 719_468
        let era = days.floorDivided(by: 146_097)
        let dayOfEra = days - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5) + 1
        month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }

    var daysSince1970: Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = shiftedYear.floorDivided(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let shiftedMonth = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func length(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// Takes fixed numbers of digits from the front of a text.
private struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    /// The number of a text that is just so many digits.
    static func number(_ text: Substring, digits: Int) -> Int? {
        var reader = DigitReader(String(text))
        guard let number = reader.number(digits: digits), reader.isAtEnd else { return nil }
        return number
    }

    mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = takeDigit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Nanoseconds from the digits after the point; further digits are cut off.
    mutating func fraction() -> Int32? {
        var value: Int32 = 0
        var count = 0
        while let digit = takeDigit() {
            if count < 9 { value = value * 10 + Int32(digit) }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 9)..<9 { value *= 10 }
        return value
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = number(digits: 2), skip(":"), let minutes = number(digits: 2),
            hours <= 24, minutes < 60
        else { return nil }
        return sign * Int64(hours * 3600 + minutes * 60)
    }

    private mutating func takeDigit() -> Int? {
        guard let byte = rest.first, byte >= 48, byte <= 57 else { return nil }
        rest = rest.dropFirst()
        return Int(byte - 48)
    }
}

extension Int64 {
    func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    func floorRemainder(by divisor: Int64) -> Int64 { self - floorDivided(by: divisor) * divisor }
}

/// A number with leading zeros; a negative one keeps its sign in front.
func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number.magnitude)
    let zeros = String(repeating: "0", count: max(0, width - digits.count))
    return (number < 0 ? "-" : "") + zeros + digits
}
