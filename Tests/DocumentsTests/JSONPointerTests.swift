import Documents
import Testing

@Suite("JSON pointer")
struct JSONPointerTests {
    /// The document of RFC 6901, section 5.
    let document: JSONValue = [
        "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6,
        " ": 7, "m~n": 8,
    ]

    @Test(
        "finds what RFC 6901 says",
        arguments: [
            ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2),
            ("/e^f", 3), ("/g|h", 4), ("/i\\j", 5), ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8),
        ] as [(String, JSONValue)])
    func finds(text: String, value: JSONValue) throws {
        let pointer = try JSONPointer(text)
        #expect(document.value(at: pointer) == value)
        #expect(pointer.description == text)
    }

    @Test("the empty pointer is the whole document")
    func whole() throws {
        #expect(document.value(at: try JSONPointer("")) == document)
        #expect(try JSONPointer("").parent == nil)
    }

    @Test(
        "finds nothing where there is nothing",
        arguments: ["/none", "/foo/2", "/foo/-", "/foo/01", "/foo/-1", "/foo/x", "/foo/0/x", "//"])
    func missing(text: String) throws {
        #expect(document.value(at: try JSONPointer(text)) == nil)
    }

    @Test("refuses what is no pointer", arguments: ["foo", "a/b", "/~", "/~2", "/a~", "#/foo"])
    func refuses(text: String) {
        #expect(throws: JSONPointerError.self) { try JSONPointer(text) }
    }

    @Test("~01 is ~1, not /")
    func escapes() throws {
        #expect(try JSONPointer("/~01").tokens == ["~1"])
        #expect(JSONPointer(tokens: ["~1", "a/b~"]).description == "/~01/a~1b~0")
    }

    @Test("prefixes and overlaps go by whole tokens and by bytes")
    func prefixes() throws {
        let spec = try JSONPointer("/spec")
        let tag = try JSONPointer("/spec/tags/0")
        #expect(spec.isPrefix(of: tag))
        #expect(!tag.isPrefix(of: spec))
        #expect(spec.isPrefix(of: spec))
        #expect(try !spec.isPrefix(of: JSONPointer("/specs")))
        #expect(tag.overlaps(spec))
        #expect(try !tag.overlaps(JSONPointer("/spec/name")))
        #expect(spec.appending("tags").appending(0) == tag)
        #expect(tag.parent?.parent == spec)
        #expect(JSONPointer(tokens: ["é"]) != JSONPointer(tokens: ["e\u{301}"]))
    }
}
