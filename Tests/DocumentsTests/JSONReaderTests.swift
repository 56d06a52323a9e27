import Documents
import Foundation
import Synchronization
import Testing

@Suite("JSON reader")
struct JSONReaderTests {
    @Test(
        "reads what RFC 8259 allows",
        arguments: [
            ("null", JSONValue.null), ("true", true), ("false", false), ("0", 0), ("-1", -1),
            (" \t\r\n1 \t\r\n", 1), ("\"\"", ""), ("[]", []), ("{}", [:]), ("[ ]", []),
            ("{ }", [:]),
            ("[1,2]", [1, 2]), ("[1 , 2]", [1, 2]), ("{\"\":0}", ["": 0]),
            ("{\"a\" : {\"b\" : [null]}}", ["a": ["b": [nil]]]), ("[[],{}]", [[], [:]]),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u4E2d""#, "Aé中"),
            (#""\ud83d\udc31""#, "🐱"), (#""\u0000""#, "\u{0}"), ("\"\u{7F}\"", "\u{7F}"),
            ("\"\u{2028}\u{FFFF}\"", "\u{2028}\u{FFFF}"), ("\"/\"", "/"),
            (#"{"\u0061":1}"#, ["a": 1]), ("1.5", 1.5), ("1.0", 1.0), ("-0.0", -0.0),
        ] as [(String, JSONValue)])
    func accepts(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
        #expect(try JSONDocument(parsing: text).root.value == value)
    }

    @Test(
        "refuses what RFC 8259 forbids",
        arguments: [
            "", " ", "nul", "nulll", "tru", "True", "NaN", "Infinity", "-Infinity", "undefined",
            "'a'",
            "a", "01", "-01", "00", "-", "+1", ".5", "5.", "1.e3", "1e", "1e+", "1E-", "0x1F",
            "1_000",
            "0e", "--1", "1-", "1.5.5", "\"", "\"a", "\"\\\"", "\"\\x41\"", "\"\\u12\"",
            "\"\\u12g4\"",
            "\"\\u\"", "\"\\", "\"\t\"", "\"\n\"", "\"\u{0}\"", "\"\u{1F}\"", "[", "]", "[1", "[1,",
            "[1,]", "[,1]", "[,]", "[1 2]", "[1,,2]", "[1}", "{", "}", "{\"a\"", "{\"a\":",
            "{\"a\":1",
            "{\"a\":1,", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{\"a\",1}", "{a:1}", "{1:1}", "{'a':1}",
            "{\"a\":1 \"b\":2}", "{\"a\":1]", "{\"a\":}", "{\"a\":1,,}", "{null:1}", "1 2", "{} {}",
            "[]]", "[] x", "null,", "//a\n1", "/**/1", "1//a", "#a\n1", "\u{FEFF}1", "\u{A0}1",
            "1\u{0}", "\u{C}1", "\u{2028}1", "[1\u{0}]", "*",
        ])
    func refuses(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test("every prefix of a document is refused")
    func prefixes() {
        let text = Array(#"{"a":[1,-2.5e+3,"x\u00e9\n",true,null,{"b":{}}],"é":false}"#.utf8)
        #expect(throws: Never.self) { try JSONValue(parsing: text) }
        for length in text.indices {
            #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text[..<length])) }
        }
    }

    @Test(
        "numbers keep what their text means",
        arguments: [
            "0", "-1", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
            "-9223372036854775809", "18446744073709551615", "123456789012345678901234567890", "-0",
            "-0.0", "1.0", "1.10", "1e3", "1E3", "1e+3", "1E400", "-1e-400", "0.1", "1e-7",
            "1.5e300",
            "0e0", "0.30000000000000004", "5e-324", "3.141592653589793238462643",
        ])
    func numbersKeepTheirText(text: String) throws {
        #expect(try JSONValue(parsing: text).text() == text)
    }

    @Test("integers are exact, others a Double only where it writes the same text")
    func numberCases() throws {
        #expect(try JSONValue(parsing: "9007199254740993") == .integer(9_007_199_254_740_993))
        #expect(try JSONValue(parsing: "1.0") == .double(1))
        #expect(try JSONValue(parsing: "1e3") == .number("1e3"))
        #expect(try JSONValue(parsing: "-0") == .number("-0"))
        #expect(try JSONValue(parsing: "9223372036854775808") == .number("9223372036854775808"))
    }

    static let malformed: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0xAF], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE2, 0x82],
        [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
        [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8], [0xFE], [0xFF],
        [0xF0, 0x9F, 0x90],
    ]

    @Test(
        "bytes that are no UTF-8 are refused, or replaced one by one as Go does",
        arguments: malformed)
    func malformedText(bytes: [UInt8]) throws {
        let text = [0x22, 0x61] + bytes + [0x62, 0x22]
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.kind == .invalidText)
        let replaced = try JSONValue(parsing: text, limits: .apiServer)
        // An ASCII byte within the sequence stands for itself.
        let expected = bytes.map { $0 < 0x80 ? String(UnicodeScalar($0)) : "\u{FFFD}" }.joined()
        #expect(replaced == .string("a" + expected + "b"))
    }

    @Test(
        "a lone surrogate is U+FFFD, as in Go",
        arguments: [
            (#""\ud83d""#, "\u{FFFD}"), (#""\udc31""#, "\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"),
            (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
            (#""\udc31\ud83d""#, "\u{FFFD}\u{FFFD}"), (#""\ud83d\ud83d\udc31""#, "\u{FFFD}🐱"),
        ])
    func loneSurrogates(text: String, value: String) throws {
        #expect(try JSONValue(parsing: text) == .string(value))
    }

    @Test("of names that come twice the last value wins, at the first place")
    func duplicateNames() throws {
        let text = #"{"a":1,"b":{"c":1,"c":[{"d":1,"\u0064":2}]},"a":3}"#
        let document = try JSONDocument(parsing: text)
        #expect(document.root.value.text() == #"{"a":3,"b":{"c":[{"d":2}]}}"#)
        #expect(document.root["a"]?.int64 == 3)
        #expect(document.root["b"]?["c"]?[0]?["d"]?.int64 == 2)
        #expect(document.duplicateNames == ["b.c", "b.c[0].d", "a"])
        // Canonically equivalent, but not the same bytes.
        let distinct = try JSONDocument(parsing: "{\"é\":1,\"e\u{301}\":2}")
        #expect(distinct.duplicateNames.isEmpty)
        #expect(distinct.root.value.objectValue?.count == 2)
    }

    @Test("an object with many members keeps them all")
    func manyMembers() throws {
        let names = (0..<500).map { "name-\($0 * 7919)" }
        let text = "{" + names.map { "\"\($0)\":\"\($0)\"" }.joined(separator: ",") + "}"
        let object = try #require(try JSONValue(parsing: text).objectValue)
        #expect(object.names == names)
        #expect(object["name-7919"] == "name-7919")
        let twice = String(text.dropLast()) + ",\"name-7919\":1,\"last\":2}"
        let merged = try #require(try JSONValue(parsing: twice).objectValue)
        #expect(merged.names == names + ["last"])
        #expect(merged["name-7919"] == 1)
    }

    private static func nested(_ depth: Int) -> String {
        String(repeating: "[{\"a\":", count: depth / 2) + "1"
            + String(repeating: "}]", count: depth / 2)
    }

    @Test("the depth is limited")
    func depth() throws {
        let limit = JSONLimits.default.depth
        let error = #expect(throws: JSONError.self) {
            try JSONValue(parsing: Self.nested(limit + 2))
        }
        #expect(error?.kind == .tooDeep)
        let huge = String(repeating: "[", count: 1_000_000)
        #expect(throws: JSONError.self) { try JSONValue(parsing: huge) }
    }

    @Test("the deepest allowed document is safe on a small stack")
    func smallStack() {
        let isRight = Mutex(false)
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            if let first = try? JSONValue(parsing: Self.nested(JSONLimits.default.depth)),
                let second = try? JSONValue(parsing: first.text(.pretty)), first == second,
                first.hashValue == second.hashValue, let yaml = try? YAML.parse(YAML.text(first))
            {
                isRight.withLock { $0 = yaml == [first] }
            }
            done.signal()
        }
        thread.stackSize = 1 << 21
        thread.start()
        done.wait()
        #expect(isRight.withLock { $0 })
    }

    @Test("a document that is too large is refused")
    func size() {
        let error = #expect(throws: JSONError.self) {
            try JSONValue(parsing: "[1,2,3]", limits: JSONLimits(maximumBytes: 6))
        }
        #expect(error?.kind == .tooLarge)
    }

    @Test("an error says where and what")
    func errorPlaces() throws {
        let error = #expect(throws: JSONError.self) {
            try JSONValue(parsing: "{\n  \"a\": 1,\n  \"b\": x\n}")
        }
        #expect(error?.offset == 19)
        #expect(
            error?.message == "not JSON at line 3, column 8: 'x' stands where a value belongs")
    }

    @Test("what is written is read back as the same value", arguments: 0..<300 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = RandomValues(seed: seed)
        let value = random.value()
        for style in [JSONStyle.compact, .pretty] {
            #expect(try JSONValue(parsing: value.bytes(style)) == value, "seed \(seed)")
        }
        // The Go forms change how numbers are written, and nothing else.
        let decoded = value.asGoDecodes
        for style in [JSONStyle.goText, .goText(shortEscapes: false)] {
            #expect(
                try JSONValue(parsing: decoded.bytes(style)).asGoDecodes == decoded, "seed \(seed)")
        }
    }

    @Test("random damage never does worse than an error", arguments: 0..<200 as Range<UInt64>)
    func damage(seed: UInt64) {
        var random = RandomValues(seed: seed)
        var bytes = random.value().bytes()
        for _ in 0..<3 where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: place)
            default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            }
        }
        // What is still read is still written and read the same.
        guard let value = try? JSONValue(parsing: bytes) else { return }
        #expect((try? JSONValue(parsing: value.bytes())) == value, "seed \(seed)")
    }

    @Test("Foundation reads the same from what we write", arguments: 0..<60 as Range<UInt64>)
    func foundationAgrees(seed: UInt64) throws {
        var random = RandomValues(seed: seed)
        let text = random.text()
        let data = Data(JSONValue.array([.string(text)]).bytes(.goText))
        let read = try #require(try JSONSerialization.jsonObject(with: data) as? [String])
        #expect(Array(read[0].utf8) == Array(text.utf8), "seed \(seed)")
    }
}
