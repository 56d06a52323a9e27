import Documents
import HTTP
import SandboxPetstoreService
import Testing

/// One call and what the API document says about its answer.
struct Exchange: Sendable, CustomTestStringConvertible {
    var method: HTTPMethod
    var path: String
    var body: String?
    var status: Int
    /// What the body must hold; nil: it is not looked at.
    var answer: JSONValue?

    init(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, _ status: Int,
        _ answer: JSONValue? = nil
    ) {
        self.method = method
        self.path = path
        self.body = body
        self.status = status
        self.answer = answer
    }

    var testDescription: String { "\(method.rawValue) \(path) → \(status)" }
}

@Suite("The petstore's REST API")
struct ServiceTests {
    static let fluffy: JSONValue = [
        "id": 123, "name": "Fluffy", "photoUrls": ["a.jpg"], "status": "available",
        "tags": [["id": 1, "name": "soft"]],
    ]
    static let buddy: JSONValue = [
        "id": 124, "name": "Buddy", "photoUrls": [], "status": "pending",
    ]
    static let order: JSONValue = ["id": 7, "petId": 123, "quantity": 1]
    static let john: JSONValue = ["id": 1, "username": "john", "password": "secret"]

    static var store: PetstoreStore {
        PetstoreStore(pets: [fluffy, buddy], orders: [order], users: [john])
    }

    static func send(
        _ instance: PetstoreInstance, _ method: HTTPMethod, _ path: String, _ body: String? = nil
    ) async throws -> (status: Int, text: String) {
        let response = await instance.handle(
            HTTPRequest(
                method, "http://127.0.1.10:8080/api/v3\(path)", body: body.map { Array($0.utf8) }))
        return (response.status, String(decoding: try await response.body.collect(), as: UTF8.self))
    }

    static let exchanges: [Exchange] = [
        Exchange(.get, "/pet/123", nil, 200, fluffy),
        Exchange(.get, "/pet/99", nil, 404),
        Exchange(.get, "/pet/abc", nil, 400),
        Exchange(.get, "/pet/%7BpetId%7D", nil, 400),
        Exchange(
            .post, "/pet", #"{"id":5,"name":"Max","photoUrls":[]}"#, 200,
            ["id": 5, "name": "Max", "photoUrls": []]),
        Exchange(
            .post, "/pet", #"{"name":"Max","photoUrls":[]}"#, 200,
            ["name": "Max", "photoUrls": [], "id": 1000]),
        Exchange(.post, "/pet", #"{"photoUrls":[]}"#, 422),
        Exchange(.post, "/pet", #"{"name":"Max","photoUrls":[],"status":"lost"}"#, 422),
        Exchange(.post, "/pet", "{", 400),
        Exchange(
            .put, "/pet", #"{"id":123,"name":"F","photoUrls":[]}"#, 200,
            ["id": 123, "name": "F", "photoUrls": []]),
        Exchange(.put, "/pet", #"{"id":99,"name":"F","photoUrls":[]}"#, 404),
        Exchange(.put, "/pet", #"{"name":"F","photoUrls":[]}"#, 400),
        Exchange(.put, "/pet", #"{"id":"x","name":"F","photoUrls":[]}"#, 422),
        Exchange(.post, "/pet/124?status=sold", nil, 200),
        Exchange(.post, "/pet/124?status=lost", nil, 400),
        Exchange(.delete, "/pet/123", nil, 200),
        Exchange(.delete, "/pet/99", nil, 200),
        Exchange(.delete, "/pet/abc", nil, 400),
        Exchange(.get, "/pet/findByStatus?status=pending", nil, 200, [buddy]),
        Exchange(.get, "/pet/findByStatus", nil, 200, [fluffy]),
        Exchange(.get, "/pet/findByStatus?status=lost", nil, 400),
        Exchange(.get, "/pet/findByTags?tags=hard&tags=soft", nil, 200, [fluffy]),
        Exchange(.get, "/pet/findByTags", nil, 400),
        Exchange(.post, "/pet/123/uploadImage", "abc", 200),
        Exchange(.post, "/pet/123/uploadImage", nil, 400),
        Exchange(.post, "/pet/99/uploadImage", "abc", 404),
        Exchange(.get, "/store/inventory", nil, 200, ["available": 1, "pending": 1]),
        Exchange(
            .post, "/store/order", #"{"id":8,"petId":124}"#, 200, ["id": 8, "petId": 124]),
        Exchange(.post, "/store/order", #"{"quantity":"two"}"#, 422),
        Exchange(.post, "/store/order", #"{"shipDate":"tomorrow"}"#, 422),
        Exchange(.get, "/store/order/7", nil, 200, order),
        Exchange(.get, "/store/order/8", nil, 404),
        Exchange(.delete, "/store/order/7", nil, 200),
        Exchange(.delete, "/store/order/8", nil, 404),
        Exchange(
            .post, "/user", #"{"id":3,"username":"eve"}"#, 200, ["id": 3, "username": "eve"]),
        Exchange(.post, "/user", #"{"userStatus":"x"}"#, 400),
        Exchange(
            .post, "/user/createWithList", #"[{"id":3,"username":"eve"},{"username":"al"}]"#, 200,
            ["id": 3, "username": "eve"]),
        Exchange(.post, "/user/createWithList", nil, 400),
        Exchange(.get, "/user/login?username=john&password=secret", nil, 200),
        Exchange(.get, "/user/login?username=john&password=wrong", nil, 400),
        Exchange(.get, "/user/login", nil, 400),
        Exchange(.get, "/user/logout", nil, 200),
        Exchange(.get, "/user/john", nil, 200, john),
        Exchange(.get, "/user/nobody", nil, 404),
        Exchange(.put, "/user/john", #"{"email":"j@x"}"#, 200),
        Exchange(.put, "/user/nobody", "{}", 404),
        Exchange(.delete, "/user/john", nil, 200),
        Exchange(.delete, "/user/nobody", nil, 404),
        Exchange(.get, "/nothing", nil, 404),
        Exchange(.delete, "/store/inventory", nil, 405),
    ]

    @Test("each call is answered as the API document says", arguments: exchanges)
    func answers(_ exchange: Exchange) async throws {
        let instance = PetstoreInstance(number: 0, store: Self.store)
        let answer = try await Self.send(instance, exchange.method, exchange.path, exchange.body)
        #expect(answer.status == exchange.status, "\(answer.text)")
        if let wanted = exchange.answer {
            #expect(try JSONValue(parsing: answer.text) == wanted)
        }
    }

    @Test("an update of a user has an empty body and is stored")
    func userUpdate() async throws {
        let instance = PetstoreInstance(number: 0, store: Self.store)
        let answer = try await Self.send(instance, .put, "/user/john", #"{"email":"j@x"}"#)
        #expect(answer.text.isEmpty)
        let stored = await instance.object(ObjectName(.user, "john"))
        #expect(stored == ["email": "j@x", "id": 1, "username": "john"])
    }

    @Test("an upload adds a photo to the pet")
    func upload() async throws {
        let instance = PetstoreInstance(number: 0, store: Self.store)
        _ = try await Self.send(instance, .post, "/pet/123/uploadImage", "abc")
        let stored = await instance.object(ObjectName(.pet, "123"))
        #expect(stored?["photoUrls"]?.arrayValue?.count == 2)
    }
}

@Suite("Faults of the petstore service")
struct FaultTests {
    @Test("a failing replica answers 500 until it is cleared")
    func fail() async throws {
        let instance = PetstoreInstance(number: 0, store: ServiceTests.store)
        await instance.suffer(.fail())
        let broken = try await ServiceTests.send(instance, .get, "/pet/123")
        #expect(broken.status == 500)
        #expect(broken.text == "Database connection failed")
        await instance.recover()
        #expect(try await ServiceTests.send(instance, .get, "/pet/123").status == 200)
    }

    @Test("one object can fail alone")
    func failObject() async throws {
        let instance = PetstoreInstance(number: 0, store: ServiceTests.store)
        await instance.suffer(.failObject(ObjectName(.order, "7")))
        #expect(try await ServiceTests.send(instance, .get, "/store/order/7").status == 500)
        #expect(try await ServiceTests.send(instance, .get, "/pet/123").status == 200)
    }

    @Test("latency is waited before the answer")
    func latency() async throws {
        let slept = Slept()
        let instance = PetstoreInstance(number: 0, store: ServiceTests.store) {
            await slept.note($0)
        }
        await instance.suffer(.latency(.milliseconds(300)))
        _ = try await ServiceTests.send(instance, .get, "/pet/123")
        #expect(await slept.spans == [.milliseconds(300)])
    }

    @Test(
        "a drift edits the stored object once; a persistent one after each write",
        arguments: [
            false, true,
        ])
    func drift(persists: Bool) async throws {
        let instance = PetstoreInstance(number: 0, store: ServiceTests.store)
        let drift = try #require(ObjectDrift("pet/123:status=sold", persists: persists))
        await instance.suffer(.drift(drift))
        let name = ObjectName(.pet, "123")
        #expect(await instance.object(name)?["status"] == "sold")
        let answer = try await ServiceTests.send(
            instance, .put, "/pet", ServiceTests.fluffy.text())
        let wanted: JSONValue = persists ? "sold" : "available"
        #expect(try JSONValue(parsing: answer.text)["status"] == wanted)
        #expect(await instance.object(name)?["status"] == wanted)
    }

    @Test(
        "a drift's text is read with the field's type",
        arguments: [
            ("pet/123:status=sold", ["status": "sold"] as JSONValue),
            ("order/7:quantity=9", ["quantity": 9]),
            ("order/7:complete=true", ["complete": true]),
            ("user/john:email=a=b", ["email": "a=b"]),
            ("pet/123:status=lost", nil), ("pet/x:status=sold", nil), ("pet/123:color=red", nil),
            ("pet/123", nil), ("cat/1:name=x", nil), ("order/7:quantity=many", nil),
        ] as [(String, JSONValue?)])
    func driftText(_ text: String, _ wanted: JSONValue?) {
        let drift = ObjectDrift(text)
        #expect(
            drift.map { [$0.field: $0.value] }
                == wanted?.objectValue.map { object in
                    Dictionary(uniqueKeysWithValues: object.map { ($0.name, $0.value) })
                })
    }

    private actor Slept {
        var spans: [Duration] = []
        func note(_ span: Duration) { spans.append(span) }
    }
}

@Suite("The fleet of replicas")
struct FleetTests {
    private static let hosts = ["127.0.1.10", "127.0.1.11"]

    private static func fleet(replicates: Bool) async -> PetstoreFleet {
        let fleet = PetstoreFleet(
            hosts: hosts, port: 8080, store: ServiceTests.store, replicates: replicates)
        await fleet.connect()
        return fleet
    }

    @Test("requests find the replica by host and port, and nobody else")
    func routing() async throws {
        let fleet = await Self.fleet(replicates: false)
        _ = try await fleet.send(HTTPRequest(.delete, "http://127.0.1.11:8080/api/v3/pet/123"))
        #expect(await fleet.instances[0].object(ObjectName(.pet, "123")) != nil)
        #expect(await fleet.instances[1].object(ObjectName(.pet, "123")) == nil)
        await #expect(throws: TransportError.self) {
            try await fleet.send(HTTPRequest(.get, "http://127.0.1.10:8081/api/v3/pet/123"))
        }
    }

    @Test("a replica that is down refuses connections")
    func down() async throws {
        let fleet = await Self.fleet(replicates: false)
        await fleet.instances[0].suffer(.down)
        let error = await #expect(throws: TransportError.self) {
            try await fleet.send(HTTPRequest(.get, "http://127.0.1.10:8080/api/v3/pet/123"))
        }
        #expect(error?.kind == .cannotConnect)
    }

    @Test("writes reach the other replicas, but not one that fails meanwhile")
    func replication() async throws {
        let fleet = await Self.fleet(replicates: true)
        let name = ObjectName(.pet, "124")
        _ = try await fleet.send(
            HTTPRequest(.post, "http://127.0.1.10:8080/api/v3/pet/124?status=sold"))
        #expect(await fleet.instances[1].object(name)?["status"] == "sold")
        await fleet.instances[1].suffer(.fail())
        _ = try await fleet.send(HTTPRequest(.delete, "http://127.0.1.10:8080/api/v3/pet/124"))
        #expect(await fleet.instances[0].object(name) == nil)
        #expect(await fleet.instances[1].object(name) != nil)
    }
}
