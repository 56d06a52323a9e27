import KubernetesCore
import Testing

@Suite("Instants and spans of time")
struct TimeTests {
    @Test(
        "RFC 3339 is read to the nanosecond, whatever the offset",
        arguments: [
            ("1970-01-01T00:00:00Z", 0, 0), ("2000-02-29T12:00:00Z", 951_825_600, 0),
            ("2026-02-01T12:30:00+02:00", 1_769_941_800, 0),
            ("2026-02-01T08:00:00.123456-02:30", 1_769_941_800, 123_456_000),
            ("1969-12-31T23:59:59.5Z", -1, 500_000_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
            ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
            ("2026-02-01t10:30:00.1234567899z", 1_769_941_800, 123_456_789),
        ])
    func reads(text: String, seconds: Int, nanoseconds: Int) throws {
        let instant = try #require(Timestamp(rfc3339: text))
        #expect(instant.seconds == Int64(seconds))
        #expect(instant.nanoseconds == Int32(nanoseconds))
    }

    @Test(
        "What the server would refuse is refused",
        arguments: [
            "", "2026-02-01", "2026-02-30T00:00:00Z", "1900-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z", "2026-02-01T24:00:00Z", "2026-02-01T00:60:00Z",
            "2026-02-01T00:00:60Z", "2026-02-01T00:00:00", "2026-02-01T00:00:00.Z",
            "2026-02-01T00:00:00Z ", "2026-02-01 00:00:00Z", "2026-02-01T00:00:00+0200",
            "26-02-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-00T00:00:00Z",
        ])
    func refuses(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test("Every day of 800 years is written and read back")
    func roundTrip() throws {
        for day in stride(from: -200_000, through: 100_000, by: 1) {
            let instant = Timestamp(seconds: Int64(day) * 86400 + 3661)
            #expect(Timestamp(rfc3339: instant.rfc3339) == instant)
        }
    }

    @Test("The two forms of the API, and that of HTTP")
    func forms() {
        let instant = Timestamp(seconds: 784_111_777, nanoseconds: 120_000)
        #expect(instant.rfc3339 == "1994-11-06T08:49:37Z")
        #expect(instant.rfc3339Micro == "1994-11-06T08:49:37.000120Z")
        #expect(instant.httpDate == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(Timestamp(httpDate: instant.httpDate) == Timestamp(seconds: 784_111_777))
        #expect(Timestamp(httpDate: "Sun, 06 Nov 1994 08:49:37 CET") == nil)
        #expect(Timestamp(httpDate: "Sunday, 06-Nov-94 08:49:37 GMT") == nil)
        #expect(Timestamp(httpDate: "Sun, 31 Feb 1994 08:49:37 GMT") == nil)
    }

    @Test("an instant whose year has no four digits in UTC is not read")
    func yearsAtTheEnds() {
        #expect(Timestamp(rfc3339: "9999-12-31T23:59:59Z")?.rfc3339 == "9999-12-31T23:59:59Z")
        #expect(Timestamp(rfc3339: "0000-01-01T00:00:00Z")?.rfc3339 == "0000-01-01T00:00:00Z")
        #expect(Timestamp(rfc3339: "9999-12-31T23:59:59-00:01") == nil)
        #expect(Timestamp(rfc3339: "0000-01-01T00:00:00+00:01") == nil)
    }

    @Test(
        "a year of HTTP has four digits, the other numbers have two",
        arguments: [
            "Tue, 24 Nov 5552026 03:04:05 GMT", "Tue, 24 Nov 9223372036854775807 03:04:05 GMT",
            "Tue, 24 Nov -026 03:04:05 GMT", "Tue, 4 Nov 2026 03:04:05 GMT",
            "Tue, +4 Nov 2026 03:04:05 GMT", "Tue, 24 Nov 2026 3:4:5 GMT",
            "Tue, 24 Nov 2026 03:04:05:x GMT", "Tue, 24 Nov 2026 03::04:05 GMT",
        ])
    func malformedHTTPDates(text: String) {
        #expect(Timestamp(httpDate: text) == nil)
    }

    @Test("Sums carry over the second, in both directions")
    func arithmetic() {
        let instant = Timestamp(seconds: 10, nanoseconds: 700_000_000)
        #expect(
            instant + .milliseconds(400) == Timestamp(seconds: 11, nanoseconds: 100_000_000))
        #expect(
            instant - .milliseconds(800) == Timestamp(seconds: 9, nanoseconds: 900_000_000))
        #expect(instant - .seconds(11) == Timestamp(seconds: -1, nanoseconds: 700_000_000))
        #expect(
            Timestamp(seconds: 9, nanoseconds: 900_000_000) - instant == .milliseconds(-800))
    }

    @Test(
        "Ages are those of kubectl",
        arguments: [
            (-5, "<invalid>"), (-1, "0s"), (0, "0s"), (119, "119s"), (120, "2m"), (312, "5m12s"),
            (599, "9m59s"), (600, "10m"), (10_799, "179m"), (10_800, "3h"), (11_100, "3h5m"),
            (28_799, "7h59m"), (28_800, "8h"), (172_799, "47h"), (172_800, "2d"),
            (183_600, "2d3h"), (691_199, "7d23h"), (691_200, "8d"), (63_071_999, "729d"),
            (63_072_000, "2y"), (65_000_000, "2y22d"), (252_287_999, "7y364d"),
            (252_288_000, "8y"),
        ])
    func ages(seconds: Int, text: String) {
        let then = Timestamp(seconds: 1_000_000)
        #expect(then.age(until: then + .seconds(seconds)) == text)
    }
}

@Suite("Durations in Go's notation")
struct GoDurationTests {
    @Test(
        "What Go reads, as Go reads it",
        arguments: [
            ("0", 0), ("5s", 5_000_000_000), ("30s", 30_000_000_000), ("1478s", 1_478_000_000_000),
            ("-5s", -5_000_000_000), ("+5s", 5_000_000_000), ("-0", 0), ("+0", 0),
            ("5.0s", 5_000_000_000), ("5.6s", 5_600_000_000), ("5.s", 5_000_000_000),
            (".5s", 500_000_000), ("1.004s", 1_004_000_000), ("1.0040s", 1_004_000_000),
            ("100.00100s", 100_001_000_000), ("10ns", 10), ("11us", 11000), ("12µs", 12000),
            ("12μs", 12000), ("13ms", 13_000_000), ("14s", 14_000_000_000),
            ("15m", 900_000_000_000), ("16h", 57_600_000_000_000), ("3h30m", 12_600_000_000_000),
            ("10.5s4m", 250_500_000_000), ("-2m3.4s", -123_400_000_000),
            ("1h2m3s4ms5us6ns", 3_723_004_005_006), ("52763797000ns", 52_763_797_000),
            ("0.3333333333333333333h", 1_200_000_000_000),
            ("9223372036854775807ns", 9_223_372_036_854_775_807),
            ("-9223372036854775808ns", -9_223_372_036_854_775_808),
            ("-9223372036854775.808us", -9_223_372_036_854_775_808),
            ("0.100000000000000000000h", 360_000_000_000),
            ("0.830103483285477580700h", 2_988_372_539_827),
        ])
    func reads(text: String, nanoseconds: Int) throws {
        #expect(try GoDuration.parse(text) == .nanoseconds(nanoseconds))
    }

    @Test(
        "What Go refuses, in Go's words",
        arguments: [
            ("", "time: invalid duration \"\""), ("3", "time: missing unit in duration \"3\""),
            ("-", "time: invalid duration \"-\""), ("s", "time: invalid duration \"s\""),
            (".", "time: invalid duration \".\""), ("-.", "time: invalid duration \"-.\""),
            (".s", "time: invalid duration \".s\""), ("+.s", "time: invalid duration \"+.s\""),
            ("1d", "time: unknown unit \"d\" in duration \"1d\""),
            ("5 minutes", "time: unknown unit \" minutes\" in duration \"5 minutes\""),
            ("9223372036854775810ns", "time: invalid duration \"9223372036854775810ns\""),
            ("9223372036854775808ns", "time: invalid duration \"9223372036854775808ns\""),
            ("-9223372036854775809ns", "time: invalid duration \"-9223372036854775809ns\""),
            ("9223372036854776us", "time: invalid duration \"9223372036854776us\""),
            ("3000000h", "time: invalid duration \"3000000h\""),
            ("9223372036854ms775us808ns", "time: invalid duration \"9223372036854ms775us808ns\""),
            (" 5s", "time: invalid duration \" 5s\""),
            ("5s ", "time: unknown unit \"s \" in duration \"5s \""),
        ])
    func refuses(text: String, message: String) {
        #expect(throws: GoDuration.Malformed(message: message)) { try GoDuration.parse(text) }
    }

    @Test(
        "Spans are written as Go writes them",
        arguments: [
            (0, "0s"), (1, "1ns"), (1100, "1.1µs"), (2_200_000, "2.2ms"), (3_300_000_000, "3.3s"),
            (245_000_000_000, "4m5s"), (245_001_000_000, "4m5.001s"),
            (18_367_001_000_000, "5h6m7.001s"), (480_000_000_001, "8m0.000000001s"),
            (3_600_000_000_000, "1h0m0s"), (-5_400_000_000_000, "-1h30m0s"),
        ])
    func writes(nanoseconds: Int, text: String) {
        #expect(GoDuration.format(.nanoseconds(nanoseconds)) == text)
    }
}
