import CEL
import Documents
import Testing

/// Rules over documents that a schema describes, as CRDs have them.
@Suite("Schemas")
struct SchemaTests {
    static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "name": ["type": "string"], "count": ["type": "integer"], "ratio": ["type": "number"],
            "on": ["type": "boolean"], "when": ["type": "string", "format": "date-time"],
            "day": ["type": "string", "format": "date"],
            "span": ["type": "string", "format": "duration"],
            "blob": ["type": "string", "format": "byte"],
            "port": ["x-kubernetes-int-or-string": true],
            "maybe": ["type": "string", "nullable": true],
            "tags": [
                "type": "array", "items": ["type": "string"], "x-kubernetes-list-type": "set",
            ],
            "plain": ["type": "array", "items": ["type": "string"]],
            "parts": [
                "type": "array", "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["id"],
                "items": [
                    "type": "object",
                    "properties": ["id": ["type": "string"], "size": ["type": "integer"]],
                ],
            ],
            "labels": [
                "type": "object", "additionalProperties": ["type": "string", "nullable": true],
            ],
            "inner": ["type": "object", "properties": ["deep": ["type": "integer"]]],
            "a-b": ["type": "string"], "c.d": ["type": "string"], "e/f": ["type": "string"],
            "g__h": ["type": "string"], "for": ["type": "string"], "in": ["type": "string"],
            "0x": ["type": "string"], "open": ["x-kubernetes-preserve-unknown-fields": true],
            "opens": ["type": "array", "items": ["x-kubernetes-preserve-unknown-fields": true]],
            "free": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
        ],
    ]

    static let document: JSONValue = [
        "name": "x", "count": 3, "ratio": 2, "on": true, "when": "2024-01-02T03:04:05Z",
        "day": "2024-01-02",
        "span": "1h", "blob": "aGk=", "port": "http", "maybe": nil, "tags": ["b", "a"],
        "plain": ["b", "a"],
        "parts": [["id": "p", "size": 1], ["id": "q", "size": 2]], "labels": ["k": "v", "n": nil],
        "inner": ["deep": 1, "unknown": 5], "a-b": "dash", "c.d": "dot", "e/f": "slash",
        "g__h": "under", "for": "loop", "in": "within",
        "0x": "digit", "open": 1, "free": ["x": 1],
    ]

    static func shown(_ source: String, isView: Bool = false) -> String {
        guard let schema = CELSchema(schema) else { return "no schema" }
        do {
            let program = try CELProgram(
                compiling: source, in: CELEnvironment(["self": schema.type]))
            let value =
                isView
                ? CELValue(
                    try JSONDocument(parsing: document.bytes(), limits: .default).root,
                    as: schema.shape)
                : CELValue(document, as: schema.shape)
            return literal(try program.evaluate(["self": value]))
        } catch let error as CELError {
            return "\(error.kind): \(error.message)"
        } catch {
            return "\(error)"
        }
    }

    static let table = [
        Line("self.name", "'x'"), Line("self.count + 1", "4"), Line("self.ratio / 4.0", "0.5"),
        Line("self.ratio == 2.0", "true"), Line("self.on", "true"),
        Line("self.when.getFullYear()", "2024"),
        Line("self.when < timestamp('2025-01-01T00:00:00Z')", "true"),
        Line("self.day.getDate()", "2"),
        Line("self.span == duration('60m')", "true"), Line("self.blob == b'hi'", "true"),
        Line("self.port == 'http'", "true"),
        Line("self.port == 80", "false"),
        Line("type(self.port) == string ? self.port.size() : 0", "4"),
        Line("self.port + 1", "evaluation: no such overload"), Line("has(self.maybe)", "false"),
        Line("has(self.name)", "true"),
        Line("self.maybe", "evaluation: no such key: maybe"),
        Line("self.labels['n'] == dyn(null)", "true"), Line("has(self.labels.n)", "true"),
        Line("self.labels.k", "'v'"), Line("self.labels.all(k, k.size() == 1)", "true"),
        Line("self.tags == ['a', 'b']", "true"), Line("['a', 'b'] == self.tags", "true"),
        Line("self.plain == ['a', 'b']", "false"),
        Line("self.tags + ['a', 'c']", "['b', 'a', 'c']"),
        Line("self.plain + ['a', 'c']", "['b', 'a', 'a', 'c']"),
        Line("self.parts == [self.parts[1], self.parts[0]]", "true"),
        Line("(self.parts + self.parts.filter(p, p.size == 2)).size()", "2"),
        Line("self.parts.exists(p, p.id == 'q' && p.size == 2)", "true"),
        Line("self.parts.map(p, p.size).sum()", "3"), Line("self.inner.deep", "1"),
        Line("self.inner == self.inner", "true"),
        Line("self.a__dash__b", "'dash'"), Line("self.c__dot__d", "'dot'"),
        Line("self.e__slash__f", "'slash'"),
        Line("self.g__underscores__h", "'under'"), Line("self.__for__", "'loop'"),
        Line("self.__in__", "'within'"),
        Line("self.ghost", "check: undefined field 'ghost'"),
        Line("has(self.ghost)", "check: undefined field 'ghost'"),
        Line("self.inner.unknown", "check: undefined field 'unknown'"),
        Line("self.open", "check: undefined field 'open'"),
        Line("self.opens", "check: undefined field 'opens'"),
        Line("self.free.x", "check: undefined field 'x'"),
        Line("self.name.x", "check: type 'string' does not support field selection"),
        Line(
            "self.name == self.count",
            "check: found no matching overload for '_==_' applied to '(string, int)'"),
        Line(
            "self.tags.all(t, t > 1)",
            "check: found no matching overload for '_>_' applied to '(string, int)'"),
        Line(
            "self.inner == self.name",
            "check: found no matching overload for '_==_' applied to '(object.inner, string)'"),
        Line(
            "self.parts == self.tags",
            "check: found no matching overload for '_==_' applied to '(list(object.parts.@idx), list(string))'"
        ),
        Line(
            "self['name']",
            "check: found no matching overload for '_[_]' applied to '(object, string)'"),
        Line("self.metadata", "check: undefined field 'metadata'"),
        Line("metadata.name", "check: undeclared reference to 'metadata' (in container '')"),
        Line("self.?name", "optional('x')"), Line("self.?maybe", "none"),
        Line("self.?inner.?deep.orValue(9)", "1"),
    ]

    @Test("documents read by their schema", arguments: table)
    func values(line: Line) { #expect(Self.shown(line.source) == line.result) }

    @Test("views give the same", arguments: table)
    func views(line: Line) { #expect(Self.shown(line.source, isView: true) == line.result) }

    @Test("resources have a kind and a name")
    func resource() throws {
        let schema = try #require(CELSchema(["type": "object"], isResource: true))
        func shown(_ source: String) throws -> String {
            let program = try CELProgram(
                compiling: source, in: CELEnvironment(["self": schema.type]))
            let object: JSONValue = ["kind": "Pet", "metadata": ["name": "rex", "labels": [:]]]
            return literal(try program.evaluate(["self": CELValue(object, as: schema.shape)]))
        }
        #expect(try shown("self.kind + '/' + self.metadata.name") == "'Pet/rex'")
        #expect(try shown("has(self.metadata.generateName)") == "false")
        #expect(throws: CELError(.check, "undefined field 'labels'", at: 13)) {
            try shown("self.metadata.labels")
        }
    }

    @Test("names that are no identifiers are escaped, those that cannot be are hidden")
    func names() {
        #expect(CELFieldName.escape("a-b.c/d") == "a__dash__b__dot__c__slash__d")
        #expect(CELFieldName.escape("__proto") == "__underscores__proto")
        #expect(CELFieldName.escape("true") == "__true__")
        #expect(CELFieldName.escape("trueish") == "trueish")
        #expect(CELFieldName.escape("1a") == nil)
        #expect(CELFieldName.escape("a$b") == nil)
        #expect(CELFieldName.escape("é") == nil)
        #expect(CELFieldName.escape("") == nil)
        #expect(Self.shown("self.0x").hasPrefix("syntax"))
    }

    @Test("numbers may all be doubles")
    func doubles() throws {
        let environment = CELEnvironment(["x": .dyn])
        let value = CELValue(["n": 4, "l": [1, 2.5]] as JSONValue, as: .doubles)
        let program = try CELProgram(compiling: "[x.n / 8.0, x.l[0]]", in: environment)
        #expect(literal(try program.evaluate(["x": value])) == "[0.5, 1.0]")
    }

    @Test("values become documents again")
    func json() throws {
        func json(_ source: String) throws -> JSONValue {
            try CELProgram(compiling: source, in: CELEnvironment()).evaluate([:]).json()
        }
        #expect(try json("[1, 2]") == [1, 2])
        #expect(
            try json("{'a': [true, false], 'b': [false]}") == ["a": [true, false], "b": [false]])
        #expect(try json("18446744073709551615u") == .number("18446744073709551615"))
        #expect(try json("1.5") == 1.5)
        #expect(try json("1.0 / 0.0") == "+Inf")
        #expect(try json("b'hi!'") == "aGkh")
        #expect(try json("b'hi'") == "aGk=")
        #expect(try json("duration('1h')") == "3600s")
        #expect(try json("timestamp(0)") == "1970-01-01T00:00:00Z")
        #expect(try json("optional.of(1)") == 1)
        #expect(try json("optional.none()") == .null)
        #expect(try json("quantity('1500m')") == "1.5")
        #expect(try json("{1: 'a'}") == ["1": "a"])
    }
}
