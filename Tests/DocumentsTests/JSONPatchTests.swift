import Documents
import Testing

@Suite("JSON patch")
struct JSONPatchTests {
    /// The examples of RFC 6902, appendix A: document, patch, result (nil for a failure).
    static let appendix: [(name: String, document: String, patch: String, result: String?)] = [
        (
            "A.1", #"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#,
            #"{"foo":"bar","baz":"qux"}"#
        ),
        (
            "A.2", #"{"foo":["bar","baz"]}"#, #"[{"op":"add","path":"/foo/1","value":"qux"}]"#,
            #"{"foo":["bar","qux","baz"]}"#
        ),
        (
            "A.3", #"{"baz":"qux","foo":"bar"}"#, #"[{"op":"remove","path":"/baz"}]"#,
            #"{"foo":"bar"}"#
        ),
        (
            "A.4", #"{"foo":["bar","qux","baz"]}"#, #"[{"op":"remove","path":"/foo/1"}]"#,
            #"{"foo":["bar","baz"]}"#
        ),
        (
            "A.5", #"{"baz":"qux","foo":"bar"}"#,
            #"[{"op":"replace","path":"/baz","value":"boo"}]"#, #"{"baz":"boo","foo":"bar"}"#
        ),
        (
            "A.6", #"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
            #"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
            #"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#
        ),
        (
            "A.7", #"{"foo":["all","grass","cows","eat"]}"#,
            #"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
            #"{"foo":["all","cows","eat","grass"]}"#
        ),
        (
            "A.8", #"{"baz":"qux","foo":["a",2,"c"]}"#,
            #"[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]"#,
            #"{"baz":"qux","foo":["a",2,"c"]}"#
        ),
        ("A.9", #"{"baz":"qux"}"#, #"[{"op":"test","path":"/baz","value":"bar"}]"#, nil),
        (
            "A.10", #"{"foo":"bar"}"#,
            #"[{"op":"add","path":"/child","value":{"grandchild":{}}}]"#,
            #"{"foo":"bar","child":{"grandchild":{}}}"#
        ),
        (
            "A.11", #"{"foo":"bar"}"#,
            #"[{"op":"add","path":"/baz","value":"qux","xyz":123}]"#, #"{"foo":"bar","baz":"qux"}"#
        ),
        ("A.12", #"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz/bat","value":"qux"}]"#, nil),
        (
            "A.14", #"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":10}]"#,
            #"{"/":9,"~1":10}"#
        ),
        ("A.15", #"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":"10"}]"#, nil),
        (
            "A.16", #"{"foo":["bar"]}"#,
            #"[{"op":"add","path":"/foo/-","value":["abc","def"]}]"#,
            #"{"foo":["bar",["abc","def"]]}"#
        ),
    ]

    @Test("the examples of RFC 6902", arguments: appendix.indices)
    func examples(index: Int) throws {
        let (name, document, patch, result) = Self.appendix[index]
        #expect(try apply(patch, to: document) == result, "\(name)")
    }

    /// The patched text; nil where the patch does not apply.
    private func apply(
        _ patch: String, to document: String, _ semantics: JSONPatch.Semantics = .rfc6902
    ) throws -> String? {
        let value = try JSONValue(parsing: document)
        let patch = try JSONPatch(parsing: Array(patch.utf8))
        return (try? patch.applied(to: value, semantics: semantics))?.text()
    }

    @Test(
        "edge cases of RFC 6902",
        arguments: [
            (#"{"a":1}"#, #"[]"#, #"{"a":1}"#),
            (#"{"a":1}"#, #"[{"op":"add","path":"/a","value":2}]"#, #"{"a":2}"#),
            (#"{"a":1}"#, #"[{"op":"add","path":"","value":[7]}]"#, #"[7]"#),
            (#"{"a":1}"#, #"[{"op":"replace","path":"","value":7}]"#, "7"),
            (#"{"a":1}"#, #"[{"op":"test","path":"","value":{"a":1.0}}]"#, #"{"a":1}"#),
            (#"{"a":1}"#, #"[{"op":"remove","path":""}]"#, "null"),
            (#"{"a":1}"#, #"[{"op":"remove","path":"/b"}]"#, nil),
            (#"{"a":1}"#, #"[{"op":"replace","path":"/b","value":1}]"#, nil),
            (#"{"a":1}"#, #"[{"op":"test","path":"/b","value":null}]"#, nil),
            (#"{"a":null}"#, #"[{"op":"test","path":"/a","value":null}]"#, #"{"a":null}"#),
            (#"[1]"#, #"[{"op":"add","path":"/1","value":2}]"#, "[1,2]"),
            (#"[1]"#, #"[{"op":"add","path":"/2","value":2}]"#, nil),
            (#"[1]"#, #"[{"op":"add","path":"/01","value":2}]"#, nil),
            (#"[1]"#, #"[{"op":"add","path":"/-1","value":2}]"#, nil),
            (#"[1]"#, #"[{"op":"remove","path":"/-"}]"#, nil),
            (#"[1]"#, #"[{"op":"remove","path":"/1"}]"#, nil),
            (#"[1,2]"#, #"[{"op":"replace","path":"/1","value":3}]"#, "[1,3]"),
            (#"{"a":{"b":1}}"#, #"[{"op":"move","from":"/a","path":"/a/c"}]"#, nil),
            (#"{"a":1}"#, #"[{"op":"move","from":"/a","path":"/a"}]"#, #"{"a":1}"#),
            (
                #"{"a":{"b":1}}"#, #"[{"op":"copy","from":"/a","path":"/a/c"}]"#,
                #"{"a":{"b":1,"c":{"b":1}}}"#
            ),
            (#"{"a":1}"#, #"[{"op":"copy","from":"/b","path":"/c"}]"#, nil),
            (#"{"a":"x"}"#, #"[{"op":"add","path":"/a/b","value":1}]"#, nil),
            (
                #"{"a":[{"b":[1]}]}"#, #"[{"op":"add","path":"/a/0/b/0","value":0}]"#,
                #"{"a":[{"b":[0,1]}]}"#
            ),
            (#"{"é":1}"#, "[{\"op\":\"remove\",\"path\":\"/e\u{301}\"}]", nil),
        ] as [(String, String, String?)])
    func edges(document: String, patch: String, result: String?) throws {
        #expect(try apply(patch, to: document) == result)
    }

    @Test("a patch applies whole or not at all, and says which operation failed")
    func atomic() throws {
        let document: JSONValue = ["a": 1]
        let patch = JSONPatch([
            .add(JSONPointer(tokens: ["b"]), 2), .remove(JSONPointer(tokens: ["c"])),
        ])
        let error = #expect(throws: JSONPatchError.self) { try patch.applied(to: document) }
        #expect(error?.operation == 1)
        #expect(error?.kind == .missing)
        #expect(error?.message == "operation 2 of the JSON patch: there is nothing at '/c'")
    }

    @Test(
        "refuses what is no patch",
        arguments: [
            "{}", "null", "[1]", #"[{"path":"/a"}]"#, #"[{"op":"add","path":"/a"}]"#,
            #"[{"op":"spam","path":"/a","value":1}]"#, #"[{"op":"remove"}]"#,
            #"[{"op":"move","path":"/a"}]"#, #"[{"op":"remove","path":"a"}]"#,
            #"[{"op":"remove","path":1}]"#, #"[{"op":"test","path":"/a"}]"#, "[",
            #"[{"op":"add","path":"/~2","value":1}]"#,
        ])
    func malformed(text: String) {
        let error = #expect(throws: JSONPatchError.self) {
            try JSONPatch(parsing: Array(text.utf8))
        }
        #expect(error?.kind == .malformed)
    }

    @Test("a patch is written as it is read")
    func json() throws {
        let text =
            #"[{"op":"add","path":"/a","value":1},{"op":"remove","path":"/b"},"#
            + #"{"op":"replace","path":"/c","value":null},{"op":"move","from":"/d","path":"/e"},"#
            + #"{"op":"copy","from":"/f","path":"/g~1h"},"#
            + #"{"op":"test","path":"/i","value":{"j":[]}}]"#
        #expect(try JSONPatch(json: JSONValue(parsing: text)).json.text() == text)
        #expect(try JSONPatch(parsing: Array(text.utf8)).json.text() == text)
    }

    /// What kube-apiserver answers, by document, patch and result.
    static let kubernetes: [(document: String, patch: String, result: String?)] = [
        // Null on an absent member passes where the parent exists (fact 2).
        (#"{"a":1}"#, #"[{"op":"test","path":"/b","value":null}]"#, #"{"a":1}"#),
        (#"{"a":1}"#, #"[{"op":"test","path":"/b/c","value":null}]"#, nil),
        (#"{"a":1}"#, #"[{"op":"test","path":"/a/c","value":null}]"#, nil),
        (#"{"a":1}"#, #"[{"op":"test","path":"/b","value":1}]"#, nil),
        (#"{"a":1}"#, #"[{"op":"test","path":"/a","value":null}]"#, nil),
        (#"{"a":null}"#, #"[{"op":"test","path":"/a","value":null}]"#, #"{"a":null}"#),
        (#"[1]"#, #"[{"op":"test","path":"/1","value":null}]"#, nil),
        (#"{"a":1}"#, #"[{"op":"remove","path":"/b"}]"#, nil),
        (#"{"a":1}"#, #"[{"op":"add","path":"/b/c","value":1}]"#, nil),
        // Replacing an absent member adds it, a copy of one is null.
        (#"{"a":1}"#, #"[{"op":"replace","path":"/b","value":2}]"#, #"{"a":1,"b":2}"#),
        (#"{"a":1}"#, #"[{"op":"replace","path":"/b/c","value":2}]"#, nil),
        (#"[1]"#, #"[{"op":"replace","path":"/1","value":2}]"#, nil),
        (#"{"a":1}"#, #"[{"op":"copy","from":"/b","path":"/c"}]"#, #"{"a":1,"c":null}"#),
        (#"{"a":1}"#, #"[{"op":"move","from":"/b","path":"/c"}]"#, nil),
        // Values compare by the text in which they stand (fact 3).
        (#"{"a":1}"#, #"[{"op":"test","path":"/a","value":1.0}]"#, nil),
        (#"{"a":1000}"#, #"[{"op":"test","path":"/a","value":1e3}]"#, nil),
        (#"{"a":1.5}"#, #"[{"op":"test","path":"/a","value":1.5}]"#, #"{"a":1.5}"#),
        (#"{"a":"x&y"}"#, #"[{"op":"test","path":"/a","value":"x&y"}]"#, nil),
        (#"{"a":"x&y"}"#, #"[{"op":"test","path":"/a","value":"x\u0026y"}]"#, #"{"a":"x&y"}"#),
        (#"{"a":"é"}"#, #"[{"op":"test","path":"/a","value":"é"}]"#, #"{"a":"é"}"#),
        (#"{"a":"é"}"#, #"[{"op":"test","path":"/a","value":"\u00e9"}]"#, nil),
        (#"{"a":{"b":["<"]}}"#, #"[{"op":"test","path":"/a","value":{"b":["<"]}}]"#, nil),
        (
            #"{"a":{"b":["<"],"c":1}}"#,
            #"[{"op":"test","path":"/a","value":{ "c":1, "b": ["\u003c"]}}]"#,
            #"{"a":{"b":["<"],"c":1}}"#
        ),
        (#"{"a":{"b":1}}"#, #"[{"op":"test","path":"/a","value":{"b":1,"c":2}}]"#, nil),
        (#"{"a":[1,2]}"#, #"[{"op":"test","path":"/a","value":[1]}]"#, nil),
        (#"{"a":[]}"#, #"[{"op":"test","path":"/a","value":{}}]"#, nil),
        // Indexes count from the end too.
        (#"[1,2]"#, #"[{"op":"remove","path":"/-2"}]"#, "[2]"),
        (#"[1,2]"#, #"[{"op":"remove","path":"/-3"}]"#, nil),
        (#"[1,2]"#, #"[{"op":"replace","path":"/01","value":3}]"#, "[1,3]"),
        (#"{"a":1}"#, #"[{"op":"add","path":"","value":{}}]"#, nil),
    ]

    @Test("kube-apiserver's rules", arguments: kubernetes.indices)
    func kubernetesRules(index: Int) throws {
        let (document, patch, result) = Self.kubernetes[index]
        #expect(try apply(patch, to: document, .kubernetes) == result, "\(document) \(patch)")
    }

    @Test("the server's Go decides how \\b and \\f are written")
    func shortEscapes() throws {
        let document = #"{"a":"\b"}"#
        let short = #"[{"op":"test","path":"/a","value":"\b"}]"#
        let long = #"[{"op":"test","path":"/a","value":"\u0008"}]"#
        let old = JSONPatch.Semantics.kubernetes(shortEscapes: false)
        #expect(try apply(short, to: document, .kubernetes) != nil)
        #expect(try apply(long, to: document, .kubernetes) == nil)
        #expect(try apply(short, to: document, old) == nil)
        #expect(try apply(long, to: document, old) != nil)
    }

    @Test("a patch made here is compared in the text that it is sent in")
    func ownPatches() throws {
        let path = JSONPointer(tokens: ["a"])
        let document: JSONValue = ["a": "x&<y>\u{8}"]
        let patch = JSONPatch([.test(path, "x&<y>\u{8}")])
        #expect(throws: Never.self) { try patch.applied(to: document, semantics: .kubernetes) }
        let sent = try JSONPatch(parsing: patch.json.bytes(.goText))
        #expect(throws: Never.self) { try sent.applied(to: document, semantics: .kubernetes) }
        let plain = try JSONPatch(parsing: patch.json.bytes(.compact))
        #expect(throws: JSONPatchError.self) {
            try plain.applied(to: document, semantics: .kubernetes)
        }
    }

    @Test("changing the operations forgets how they were written")
    func mutation() throws {
        var patch = try JSONPatch(
            parsing: Array(#"[{"op":"test","path":"/a","value":"&"}]"#.utf8))
        patch.operations = [.test(JSONPointer(tokens: ["b"]), "&")]
        #expect(throws: Never.self) {
            try patch.applied(to: ["b": "&"], semantics: .kubernetes)
        }
    }
}
