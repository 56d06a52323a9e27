import Documents
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
    @Test("pretty text is laid out as kubectl does")
    func pretty() {
        let value: JSONValue = ["b": [1, [:], []], "a": ["x": nil]]
        #expect(
            value.text(.pretty) == """
                {
                    "b": [
                        1,
                        {},
                        []
                    ],
                    "a": {
                        "x": null
                    }
                }
                """)
        #expect(value.text() == #"{"b":[1,{},[]],"a":{"x":null}}"#)
    }

    @Test("control characters are escaped, the rest is not")
    func escapes() {
        let value = JSONValue.string("\"\\/\u{8}\u{C}\n\r\t\u{1}\u{1F}\u{7F}é<&>\u{2028}🐱")
        #expect(value.text() == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\u{7F}é<&>\u{2028}🐱\"")
        #expect(
            value.text(.goText)
                == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\u{7F}é\\u003c\\u0026\\u003e\\u2028🐱\"")
        #expect(
            JSONValue.string("\u{8}\u{C}\u{2029}€").text(.goText(shortEscapes: false))
                == #""\u0008\u000c\u2029€""#)
    }

    @Test("Go's text sorts names by their bytes")
    func sorted() {
        let value: JSONValue = ["b": 1, "B": 2, "é": 3, "a": ["z": 1, "y": 2]]
        #expect(value.text(.goText) == #"{"B":2,"a":{"y":2,"z":1},"b":1,"é":3}"#)
    }

    @Test(
        "Go's text has numbers as Go prints a float64",
        arguments: [
            ("1.0", "1"), ("1e3", "1000"), ("-0", "-0"), ("-0.0", "-0"), ("0e5", "0"),
            ("1.50", "1.5"),
            ("100000000000000000000", "100000000000000000000"), ("1e20", "100000000000000000000"),
            ("1e21", "1e+21"), ("1.25e22", "1.25e+22"), ("0.000001", "0.000001"), ("1e-7", "1e-7"),
            ("1.5e-9", "1.5e-9"), ("123456.789", "123456.789"), ("5e-324", "5e-324"),
            ("9223372036854775808", "9223372036854776000"), ("-12.5e1", "-125"),
            ("9223372036854775807", "9223372036854775807"), ("0.1", "0.1"), ("1e-100", "1e-100"),
            ("12345678901234567890", "12345678901234567000"),
            ("1.7976931348623157e308", "1.7976931348623157e+308"), ("1E400", "1E400"),
        ])
    func goNumbers(text: String, expected: String) throws {
        #expect(try JSONValue(parsing: text).text(.goText) == expected)
    }

    @Test("an API server's decoding turns whole numbers into integers")
    func goDecoding() throws {
        let value = try JSONValue(parsing: "[1.0,1e3,-0,-0.0,1.5,1e30,9223372036854775808,7]")
        #expect(
            value.asGoDecodes
                == [
                    1, 1000, 0, 0, 1.5, .double(1e30), .number("9223372036854776000"), 7,
                ])
    }

    @Test("what is no number has no JSON form")
    func notFinite() {
        #expect(JSONValue.array([.double(.nan), .double(.infinity)]).text() == "[null,null]")
    }

    @Test("text is added to a buffer")
    func appends() {
        var output = Array("x=".utf8)
        JSONValue.array([1]).write(into: &output)
        #expect(output == Array("x=[1]".utf8))
    }
}
