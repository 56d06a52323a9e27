import KubernetesCore
import Testing

@Suite("Label selectors")
struct LabelSelectorTests {
    @Test(
        "The whole grammar, in the server's text form",
        arguments: [
            ("", ""), ("a=b", "a=b"), ("a==b", "a=b"), (" a = b , c != d ", "a=b,c!=d"),
            ("a", "a"), ("!a", "!a"), ("! a", "!a"), ("a in (b)", "a in (b)"),
            ("a in (b, c),d notin (e)", "a in (b,c),d notin (e)"), ("a=", "a="),
            ("a in (b,,c)", "a in (b,,c)"), ("a in ()", "a in ()"), ("a>1,b<2", "a>1,b<2"),
            ("app.kubernetes.io/name=x", "app.kubernetes.io/name=x"), ("in in (in)", "in in (in)"),
            ("a!=", "a!="), ("x in(y)", "x in (y)"), ("a=,b", "a=,b"),
        ])
    func reads(text: String, canonical: String) throws {
        #expect(try LabelSelector.parse(text).description == canonical)
    }

    @Test(
        "What is wrong is named",
        arguments: [
            ("a=b,", "expected a key after the last \",\""),
            ("=b", "expected a key, found \"=\""),
            ("a in b", "expected \"(\", found \"b\""),
            ("a in (b", "expected \",\" or \")\", found the end"),
            ("a b", "expected =, ==, !=, in, notin, > or < after \"a\", found \"b\""),
            ("a=b c", "expected \",\" or the end, found \"c\""),
            ("a>x", "\"x\" is not a whole number, which > and < compare with"),
            ("a/b/c=d", "\"a/b/c\" is not a label's key: a key has at most one \"/\""),
            ("!", "expected a key, found the end"),
            ("a=(b)", "expected a value, found \"(\""),
            (
                "a=b$",
                "\"b$\" is not a label's value: a value consists of letters, digits, \"-\", \"_\""
                    + " and \".\", and begins and ends with a letter or digit"
            ),
        ])
    func refuses(text: String, reason: String) {
        let message = "unable to parse the label selector \"\(text)\": \(reason)"
        #expect(throws: SelectorError(message)) { try LabelSelector.parse(text) }
    }

    @Test(
        "Labels match as on the server",
        arguments: [
            ("app=a", true), ("app=b", false), ("app!=a", false), ("app!=b", true),
            ("other!=b", true), ("other notin (b)", true), ("app in (x,a)", true),
            ("other in (x)", false), ("app", true), ("other", false), ("!other", true),
            ("!app", false), ("n>4", true), ("n>5", false), ("n<6", true), ("app>1", false),
            ("other<5", false), ("empty=", true), ("other=", false), ("app=a,n=5", true),
            ("app=a,n=6", false), ("", true),
        ])
    func matches(selector: String, expected: Bool) throws {
        let labels = ["app": "a", "n": "5", "empty": ""]
        #expect(try LabelSelector.parse(selector).matches(labels) == expected)
    }

    @Test("Keys and values have limits")
    func limits() {
        #expect(LabelSyntax.fault(inKey: String(repeating: "a", count: 63)) == nil)
        #expect(LabelSyntax.fault(inKey: String(repeating: "a", count: 64)) != nil)
        #expect(LabelSyntax.fault(inKey: "example.com/") != nil)
        #expect(LabelSyntax.fault(inKey: "Example.com/a") != nil)
        #expect(LabelSyntax.fault(inKey: "-a") != nil)
        #expect(LabelSyntax.fault(inValue: "") == nil)
        #expect(LabelSyntax.fault(inValue: "a_b.c-1") == nil)
        #expect(LabelSyntax.fault(inValue: "a b") != nil)
    }

    @Test("A set of labels makes the selector that asks for exactly them")
    func fromLabels() {
        #expect(LabelSelector(matching: ["b": "2", "a": "1"]).description == "a=1,b=2")
    }
}

@Suite("Field selectors")
struct FieldSelectorTests {
    @Test(
        "Read and written",
        arguments: [
            ("metadata.name=x", "metadata.name=x"), ("a==b,c!=d", "a=b,c!=d"), ("", ""),
            ("a=", "a="), (#"a=b\,c\=d\\e"#, #"a=b\,c\=d\\e"#), ("a=b,,c=d", "a=b,c=d"),
        ])
    func reads(text: String, canonical: String) throws {
        #expect(try FieldSelector.parse(text).description == canonical)
    }

    @Test("What is wrong is refused", arguments: ["a", "=b", "a=b=c", #"a=b\c"#, #"a=b\"#])
    func refuses(text: String) {
        #expect(throws: SelectorError.self) { try FieldSelector.parse(text) }
    }

    @Test("Escapes are undone before values are compared")
    func matches() throws {
        let selector = try FieldSelector.parse(#"a=b\,c,d!=e"#)
        #expect(selector.matches(["a": "b,c"]))
        #expect(!selector.matches(["a": "b,c", "d": "e"]))
        #expect(!selector.matches(["a": "b"]))
        #expect(FieldSelector.name("x").description == "metadata.name=x")
    }
}
