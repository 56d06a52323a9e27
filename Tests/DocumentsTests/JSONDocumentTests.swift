import Documents
import Testing

@Suite("JSON document")
struct JSONDocumentTests {
    let document: JSONDocument

    init() throws {
        document = try JSONDocument(
            parsing: #"""
                {"kind":"List", "items" : [ {"n":"a\u0062", "x":[1,2.50,null]}, {"n":"c"},7 ],
                 "ok":true,"bad":false,"nothing":null,"big":9223372036854775808,"-0":-0}
                """#)
    }

    @Test("views answer for what they are")
    func kinds() {
        let root = document.root
        #expect(root.kind == .object)
        #expect(root["items"]?.kind == .array)
        #expect(root["kind"]?.string == "List")
        #expect(root["ok"]?.bool == true)
        #expect(root["bad"]?.bool == false)
        #expect(root["nothing"]?.isNull == true)
        #expect(root["big"]?.int64 == nil)
        #expect(root["big"]?.double == 9_223_372_036_854_775_808)
        #expect(root["-0"]?.value == .number("-0"))
        #expect(root["items"]?[0]?["x"]?[1]?.double == 2.5)
        #expect(root["items"]?[2]?.int64 == 7)
        #expect(root["items"]?[3] == nil)
        #expect(root["items"]?[-1] == nil)
        #expect(root["none"] == nil)
        #expect(root["kind"]?["x"] == nil)
        #expect(root["kind"]?.int64 == nil)
        #expect(root["ok"]?.string == nil)
        #expect(root["kind"]?.bool == nil)
    }

    @Test("items come one by one, with their source as it stands")
    func elements() throws {
        let items = try #require(document.root["items"])
        #expect(items.elements.count == 3)
        #expect(
            items.elements.map { String(decoding: $0.source, as: UTF8.self) }
                == [#"{"n":"a\u0062", "x":[1,2.50,null]}"#, #"{"n":"c"}"#, "7"])
        #expect(items.elements.compactMap { $0["n"]?.string } == ["ab", "c"])
        #expect(items.elements.map(\.value).first == ["n": "ab", "x": [1, .number("2.50"), nil]])
        #expect(document.root.elements.count == 0)
    }

    @Test("members come in order, a repeated name as often as it stands")
    func members() throws {
        #expect(
            document.root.members.map(\.name)
                == ["kind", "items", "ok", "bad", "nothing", "big", "-0"])
        let twice = try JSONDocument(parsing: #"{"a":1,"a":[2],"b":{}}"#)
        #expect(twice.root.members.map { $0.value.value } == [1, [2], [:]])
        #expect(items(of: "[]").isEmpty)
    }

    private func items(of text: String) -> [JSONValue] {
        (try? JSONDocument(parsing: text))?.root.elements.map(\.value) ?? [nil]
    }

    @Test("a view is the same as the value, everywhere", arguments: 0..<100 as Range<UInt64>)
    func agrees(seed: UInt64) throws {
        var random = RandomValues(seed: seed)
        let value = random.value()
        let document = try JSONDocument(parsing: value.bytes(.pretty))
        try check(document.root, value)
    }

    private func check(_ view: JSONView, _ value: JSONValue) throws {
        #expect(view.value == value)
        #expect(try JSONValue(parsing: view.source) == value)
        for (index, item) in (value.arrayValue ?? []).enumerated() {
            try check(try #require(view[index]), item)
        }
        for member in value.objectValue ?? JSONObject() {
            try check(try #require(view[member.name]), member.value)
        }
    }
}
