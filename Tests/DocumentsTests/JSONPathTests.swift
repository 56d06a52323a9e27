import Documents
import Testing

/// What kubectl's reference and its own answers say of JSONPath.
@Suite("JSONPath")
struct JSONPathTests {
    private static let list: JSONValue = [
        "kind": "List",
        "items": [
            [
                "kind": "Pet",
                "metadata": ["name": "fluffy", "labels": ["app.kubernetes.io/name": "x"]],
                "spec": ["id": 1, "tags": ["a", "b", "c"], "weight": 1.5, "good": true],
            ],
            [
                "kind": "Pet", "metadata": ["name": "rex"],
                "spec": ["id": 2, "tags": [], "weight": 10, "good": false, "none": .null],
            ],
        ],
        "users": [
            ["name": "myself", "user": [:]],
            ["name": "e2e", "user": ["username": "admin", "password": "secret"]],
        ],
    ]

    @Test(
        arguments: [
            ("{.kind}", "List"),
            ("kind is {.kind}!", "kind is List!"),
            ("kind is {@.kind}", "kind is List"),
            ("{$.kind}", "List"),
            ("{['kind']}", "List"),
            ("{.items[0].metadata.name}", "fluffy"),
            ("{.items[-1].metadata.name}", "rex"),
            ("{.items[*].metadata.name}", "fluffy rex"),
            ("{.items[*]['metadata.name']}", ""),
            ("{.items[0].metadata.labels.app\\.kubernetes\\.io/name}", "x"),
            ("{.items[0].metadata.labels['app.kubernetes.io/name']}", "x"),
            ("{.items[0].spec.tags[0:2]}", "a b"),
            ("{.items[0].spec.tags[1:]}", "b c"),
            ("{.items[0].spec.tags[:-1]}", "a b"),
            ("{.items[0].spec.tags[::2]}", "a c"),
            ("{.items[0].spec.tags[0,2]}", "a c"),
            ("{.items[0].spec.tags[0:0]}", ""),
            ("{.items[*]['metadata.name', 'kind']}", "Pet Pet"),
            ("{.items[*].spec['id','good']}", "1 2 true false"),
            ("{..name}", "fluffy rex myself e2e"),
            ("{.users[?(@.name==\"e2e\")].user.password}", "secret"),
            ("{.users[?(@.name != 'e2e')].name}", "myself"),
            ("{.items[?(@.spec.id>1)].metadata.name}", "rex"),
            ("{.items[?(@.spec.id>=1)].metadata.name}", "fluffy rex"),
            ("{.items[?(@.spec.weight<2.5)].metadata.name}", "fluffy"),
            ("{.items[?(@.spec.good==true)].metadata.name}", "fluffy"),
            ("{.items[?(@.spec.tags[0])].metadata.name}", nil),
            ("{.items[?(@.metadata.labels)].metadata.name}", "fluffy"),
            ("{.items[?(@.spec.id == @.spec.weight)].metadata.name}", ""),
            (
                "{range .items[*]}[{.metadata.name}, {.spec.id}]{\"\\n\"}{end}",
                "[fluffy, 1]\n[rex, 2]\n"
            ),
            (
                "{range .items[*]}{.metadata.name}:{range .spec.tags[*]} {@}{end};{end}",
                "fluffy: a b c;rex:;"
            ),
            ("{.items[0].spec}", #"{"good":true,"id":1,"tags":["a","b","c"],"weight":1.5}"#),
            ("{.items[1].spec.none}", ""),
            ("{.missing.member}", ""),
            ("{\"a\\tb\"}", "a\tb"),
            ("no action", "no action"),
            ("", ""),
        ] as [(String, String?)])
    func prints(template: String, expected: String?) throws {
        let path = try JSONPath(template: template)
        guard let expected else {
            #expect(throws: JSONPathError.self) { try path.text(in: Self.list) }
            return
        }
        #expect(try path.text(in: Self.list) == expected)
    }

    @Test(
        arguments: [
            (".kind", ["List"]), ("kind", ["List"]), ("{.kind}", ["List"]),
            (".items[*].spec.id", [1, 2]), (".items[0].spec.tags[2]", ["c"]), (".none", []),
            (".items[?(@.spec.id==2)].spec.good", [false]),
        ] as [(String, [JSONValue])])
    func findsValues(expression: String, expected: [JSONValue]) throws {
        #expect(try JSONPath(expression: expression).values(in: Self.list) == expected)
    }

    @Test(
        arguments: [
            ("{.a", 3), ("{range .a}", 10), ("{end}", 0), ("{.a[}", 4), ("{.a[]}", 3),
            ("{.a[?(@.b==)]}", 11), ("{nonsense}", 1), ("{.a['b}", 4), ("{.a[0:1:0]}", 9),
            ("{.a[99999999999999999999]}", 4), ("{.a]}", 3),
        ])
    func refusesWithThePlace(template: String, offset: Int) throws {
        let error = try #require(throws: JSONPathError.self) {
            try JSONPath(template: template)
        }
        #expect(error.offset == offset, "\(error)")
    }

    @Test(
        arguments: [
            ("{.items[2]}", "index 2 is outside a list of 2"),
            ("{.items[-3]}", "index -3 is outside a list of 2"),
            ("{.kind[0]}", "\"List\" is no list"),
            ("{.kind[?(@.a)]}", "a filter cannot choose from it"),
            ("{.users[?(@.name==$.users[*].name)]}", "one value at a time"),
        ])
    func tellsWhatTheDocumentDoesNotAllow(template: String, words: String) throws {
        let path = try JSONPath(template: template)
        let error = try #require(throws: JSONPathError.self) { try path.text(in: Self.list) }
        #expect(error.message.contains(words), "\(error)")
    }

    @Test func limitsHostileText() throws {
        let deep = String(repeating: "{range .a}", count: 100)
        #expect(throws: JSONPathError.self) { try JSONPath(template: deep) }
        #expect(throws: JSONPathError.self) {
            try JSONPath(template: String(repeating: "a", count: JSONPath.sourceLimit + 1))
        }
        let nested = (0..<60).reduce(JSONValue.integer(1)) { inner, _ in ["a": inner] }
        let path = try JSONPath(template: "{..a..a..a..a..a..a}")
        let error = try #require(throws: JSONPathError.self) {
            _ = try path.text(in: nested, visitLimit: 10_000)
        }
        #expect(error.message.contains("too large"))
    }
}
