import Catalog
import Documents
import KubernetesCore
import Testing

@Suite("field=value, typed by the schema")
struct FieldTests {
    private let book = Fixtures.kind("Book")

    @Test(
        "Values get the type that the schema asks for",
        arguments: [
            ("isbn=123", "/spec/isbn", JSONValue.integer(123)),
            ("isbn=9223372036854775807", "/spec/isbn", .integer(.max)),
            ("title=123", "/spec/title", .string("123")),
            ("title=null", "/spec/title", .string("null")),
            ("title=a=b", "/spec/title", .string("a=b")),
            ("lent=true", "/spec/lent", .bool(true)),
            ("price=1.5", "/spec/price", .double(1.5)),
            ("condition=worn", "/spec/condition", .string("worn")),
            (
                "dueDate=2026-01-31T12:00:00+01:00", "/spec/dueDate",
                .string("2026-01-31T12:00:00+01:00")
            ),
            ("shelfMark.room=A", "/spec/shelfMark/room", .string("A")),
            ("spec.shelfMark.row=4", "/spec/shelfMark/row", .integer(4)),
            ("tags[0].id=7", "/spec/tags/0/id", .integer(7)),
            ("tags[-].name=x", "/spec/tags/-/name", .string("x")),
            ("photoUrls=a,b", "/spec/photoUrls", ["a", "b"]),
            ("photoUrls=", "/spec/photoUrls", []),
            (#"photoUrls=["a,b"]"#, "/spec/photoUrls", ["a,b"]),
            (#"tags=[{"name":"x","id":1}]"#, "/spec/tags", [["name": "x", "id": 1]]),
            (#"shelfMark={"room":"A"}"#, "/spec/shelfMark", ["room": "A"]),
            (#"notes["a.b/c"]=x"#, "/spec/notes/a.b~1c", .string("x")),
            ("notes.k=5", "/spec/notes/k", .string("5")),
            ("extra.deep.down=5", "/spec/extra/deep/down", .integer(5)),
            ("extra.word=hello", "/spec/extra/word", .string("hello")),
            ("port=80", "/spec/port", .integer(80)), ("port=http", "/spec/port", .string("http")),
            ("target.podOrdinal=2", "/spec/target/podOrdinal", .integer(2)),
            ("executionInterval=1h30m", "/spec/executionInterval", .string("1h30m")),
        ] as [(String, String, JSONValue)])
    func typed(text: String, pointer: String, value: JSONValue) throws {
        let assignment = try book.assignment(text)
        #expect(assignment.pointer.description == pointer)
        #expect(assignment.value == value)
    }

    @Test("A field is removed by a dash, or by null where that is no text")
    func removal() throws {
        for text in ["isbn-", "isbn=null", "title-", "shelfMark.room-", "tags=null"] {
            #expect(try book.assignment(text).value == nil)
        }
    }

    @Test(
        "What does not fit is refused with field, expectation and what came",
        arguments: [
            ("isbn=12a", "isbn must be a whole number (int64), not \"12a\""),
            (
                "isbn=9223372036854775808",
                "isbn must be a whole number between -9223372036854775808 and"
                    + " 9223372036854775807, not \"9223372036854775808\""
            ),
            ("pages=0", "pages must be between 1 and 9999, not 0"),
            (
                "target.podOrdinal=2147483648",
                "target.podOrdinal must be a whole number between -2147483648 and 2147483647,"
                    + " not 2147483648"
            ),
            ("condition=old", "condition must be new or worn, not \"old\""),
            ("lent=yes", "lent must be true or false, not \"yes\""),
            ("price=cheap", "price must be a number, not \"cheap\""),
            ("price=-1", "price must be at least 0, not -1"),
            ("title=", "title must be at least 1 characters long, not \"\""),
            (
                "dueDate=tomorrow",
                "dueDate must be an instant such as 2026-01-31T12:00:00Z, not \"tomorrow\""
            ),
            (
                "executionInterval=5 minutes",
                "executionInterval must be a duration such as 30s, 5m or 1h30m, or 0,"
                    + " not \"5 minutes\""
            ),
            ("titel=x", "unknown field \"titel\" of Book"),
            ("shelfMark.rom=x", "unknown field \"shelfMark.rom\" of Book"),
            ("targetPodOrdinal=1", "unknown field \"targetPodOrdinal\" of Book"),
            ("title.x=1", "title is a string and has no members"),
            ("tags.name=x", "tags.name: a list's items are addressed by index, such as [0]"),
            (
                "tags=x",
                "tags must be a list in JSON, such as [{\"name\": …, \"id\": …}], not \"x\""
            ),
            (#"tags=[{"name":1}]"#, "tags[0].name must be a text, not 1"),
            (#"tags=[{"nam":"x"}]"#, "unknown field \"tags[0].nam\""),
            (#"shelfMark={"row":1}"#, "shelfMark.room is required"),
            ("notes=x", "notes must be an object in JSON, such as {\"name\": …}, not \"x\""),
            ("title", "\"title\" is not of the form field=value"),
            ("=x", "\"\" is not a path of fields: it is empty"),
            ("a..b=x", "\"a..b\" is not a path of fields: a name is missing"),
            (
                "tags[x]=1",
                "\"tags[x]\" is not a path of fields: brackets hold an index, such as [0], or a quoted name"
            ),
        ])
    func refused(text: String, message: String) {
        let error = #expect(throws: CatalogError.self) { try book.assignment(text) }
        #expect(error?.message == message)
    }

    @Test("Unknown fields come with a suggestion, or with the fields there are")
    func hints() {
        func hint(_ text: String) -> String? {
            #expect(throws: CatalogError.self) { try book.assignment(text) }?.hint
        }
        #expect(hint("titel=x") == "did you mean \"title\"?")
        #expect(hint("due-date=x") == "did you mean \"dueDate\"?")
        #expect(hint("shelfMark.xyz=1") == "known fields: room, row")
    }

    @Test("Broken JSON says where")
    func brokenJSON() {
        let error = #expect(throws: CatalogError.self) { try book.assignment("tags=[{]") }
        #expect(error?.message.hasPrefix("tags: not JSON at line 1, column 3") == true)
    }

    @Test("Without a schema JSON is JSON and anything else a text")
    func untyped() throws {
        let kind = try Fixtures.namesOnly.resolve("fines")
        #expect(try kind.assignment("a.b=5").value == 5)
        #expect(try kind.assignment("a=true").value == true)
        #expect(try kind.assignment("a=x y").value == "x y")
        #expect(try kind.assignment("a={\"b\":1}").value == ["b": 1])
        #expect(try kind.assignment("a=null").value == nil)
    }

    @Test("Whole specs are checked in depth")
    func wholeSpecs() throws {
        try book.check(spec: ["title": "x", "tags": [["name": "y"]], "extra": ["any": [1]]])
        for bad: JSONValue in [
            ["titel": "x"], ["title": 5], ["tags": [["id": "5"]]], ["pages": 10000],
            ["executionInterval": "soon"], ["photoUrls": "a"], [], ["lent": 1],
        ] {
            #expect(throws: CatalogError.self) { try book.check(spec: bad) }
        }
    }

    @Test(
        "Paths are written as they are typed",
        arguments: [
            "a.b", "a[0].b", "a[-]", #"a["x.y"].z"#, "a[0][1]",
        ])
    func paths(text: String) throws {
        #expect(try TypedPath(text).description == text)
    }
}

@Suite("What a schema says of places")
struct SchemaTests {
    private func pointer(_ tokens: String...) -> JSONPointer { JSONPointer(tokens: tokens) }

    @Test("Defaults, list keys, names, secrets and transition rules")
    func places() throws {
        let schema = try #require(Fixtures.kind("Book").schema)
        #expect(schema.hasDefault(at: pointer("spec", "mergeOnUpdate")))
        #expect(!schema.hasDefault(at: pointer("spec", "title")))
        #expect(schema.listKeys(at: pointer("spec", "tags")) == ["name"])
        #expect(schema.listKeys(at: pointer("spec", "photoUrls")) == nil)
        #expect(schema.names(at: pointer("spec", "shelfMark")) == ["room", "row"])
        #expect(schema.names(at: pointer("spec", "notes")) == nil)
        #expect(schema.names(at: pointer("spec", "extra")) == nil)
        #expect(schema.isSecret(at: pointer("spec", "pin")))
        #expect(schema.isSecret(at: pointer("spec", "apiToken")))
        #expect(schema.isSecret(at: pointer("spec", "extra", "dbPassword")))
        #expect(!schema.isSecret(at: pointer("spec", "title")))
        #expect(
            schema.transitionRules(at: pointer("spec", "isbn")) == ["self.isbn == oldSelf.isbn"])
        #expect(schema.node(at: pointer("spec", "tags", "3", "id"))?.typeName == "int64")
        #expect(schema.node(at: pointer("spec", "nothing")) == nil)
    }
}

@Suite("States in every shape")
struct StateTests {
    private func object(_ status: JSONValue) -> KubernetesObject {
        KubernetesObject(["status": status])
    }

    @Test(
        "The controller's word and what it means",
        arguments: [
            ("Synced", ResourceState.Class.good), ("Observed", .good), ("Failed", .failed),
            ("NotFound", .notFound), ("Paused", .paused), ("Syncing", .pending),
            ("Degraded", .failed), ("Strange", .other),
        ])
    func words(state: String, expected: ResourceState.Class) {
        let read = Fixtures.kind("Book").state(
            of: object(["state": .string(state), "message": "m"]))
        #expect(read == ResourceState(state: state, message: "m", class: expected))
    }

    @Test("Nothing reported is pending")
    func fresh() {
        let read = Fixtures.kind("Book").state(of: KubernetesObject([:]))
        #expect(read == ResourceState(state: nil, message: "", class: .pending))
    }

    @Test("Health as a text, as an object, or as the state")
    func health() {
        let aggregate = Fixtures.kind("LibraryAggregate")
        let bundle = Fixtures.kind("LibraryBundle")
        #expect(aggregate.state(of: object(["aggregatedHealth": "Healthy"])).class == .good)
        #expect(
            aggregate.state(
                of: object(["state": "Synced", "aggregatedHealth": ["state": "Degraded"]])
            ).state == "Degraded")
        #expect(aggregate.state(of: object(["state": "Healthy"])).state == "Healthy")
        #expect(
            bundle.state(
                of: object(["state": "Syncing", "aggregatedHealth": ["state": "Degraded"]])
            ).state == "Syncing")
        #expect(
            bundle.state(
                of: object(["conditions": [["type": "Ready", "status": "False", "reason": "R"]]])
            ).state == "R")
    }

    @Test("Results as an object and as a list, runs by either name, counts wherever they are")
    func results() {
        let query = Fixtures.kind("BookFindbytagsQuery")
        #expect(
            query.results(of: object(["results": ["success": true, "data": [1]]])) == [1])
        #expect(query.results(of: object(["results": [1, 2]])) == [1, 2])
        #expect(query.results(of: object(["results": ["success": false]])) == nil)
        #expect(query.runs(of: object(["executionCount": 3])) == 3)
        #expect(query.runs(of: object(["queryCount": 4])) == 4)
        let aggregate = Fixtures.kind("LibraryAggregate")
        let counts = HealthCounts(total: 5, synced: 3, failed: 1, pending: 1, skipped: 0)
        for status: JSONValue in [
            ["summary": ["total": 5, "synced": 3, "failed": 1, "pending": 1]],
            ["aggregatedHealth": ["total": 5, "healthy": 3, "failed": 1, "pending": 1]],
            [
                "aggregatedHealth": [
                    "summary": ["total": 5, "synced": 3, "failed": 1, "pending": 1]
                ]
            ],
        ] {
            #expect(aggregate.counts(of: object(status)) == counts)
        }
        #expect(aggregate.counts(of: object([:])) == nil)
    }
}
