package import Documents
import HTTP

/// A change of the stored data, as replicas tell it to each other.
package enum StoreChange: Sendable, Hashable {
    case put(ObjectName, JSONValue)
    case remove(ObjectName)

    var object: ObjectName {
        switch self {
        case .put(let object, _), .remove(let object): object
        }
    }
}

/// What a replica holds, and what each operation makes of it.
package struct PetstoreStore: Sendable, Hashable {
    private var objects: [ObjectName: JSONValue] = [:]
    /// The id that the next object without one gets.
    var nextID: Int64 = 1_000

    package init() {}

    /// A store that holds these objects; those without a key (`id`, `username`) are left out.
    package init(pets: [JSONValue] = [], orders: [JSONValue] = [], users: [JSONValue] = []) {
        for pet in pets { insert(pet, .pet) }
        for order in orders { insert(order, .order) }
        for user in users { insert(user, .user) }
    }

    private mutating func insert(_ value: JSONValue, _ collection: ObjectName.Collection) {
        guard let key = Self.key(of: value, collection) else { return }
        objects[ObjectName(collection, key)] = value
    }

    private static func key(
        of value: JSONValue, _ collection: ObjectName.Collection
    ) -> String? {
        collection == .user
            ? value["username"]?.stringValue : value["id"]?.integerValue.map(String.init)
    }

    package func object(_ name: ObjectName) -> JSONValue? { objects[name] }

    mutating func apply(_ change: StoreChange) {
        switch change {
        case .put(let name, let value): objects[name] = value
        case .remove(let name): objects[name] = nil
        }
    }

    /// Changes one field of an object, if that object is there.
    mutating func edit(_ name: ObjectName, _ field: String, _ value: JSONValue) {
        objects[name]?[field] = value
    }

    private func all(_ collection: ObjectName.Collection) -> [JSONValue] {
        objects.filter { $0.key.collection == collection }
            .sorted { ($0.key.key.count, $0.key.key) < ($1.key.key.count, $1.key.key) }
            .map(\.value)
    }
}

/// An answer, and the changes that come with it.
struct PetstoreAnswer: Sendable {
    var response: HTTPResponse
    var changes: [StoreChange] = []
    /// Whether the body of the answer is the changed object.
    var showsObject = false

    func response(showing object: JSONValue) -> HTTPResponse {
        showsObject ? .json(object) : response
    }

    static func stored(_ name: ObjectName, _ value: JSONValue) -> PetstoreAnswer {
        PetstoreAnswer(response: .json(value), changes: [.put(name, value)], showsObject: true)
    }
}

extension PetstoreStore {
    /// Decides what an operation answers and what it changes; the change is not yet stored.
    mutating func perform(
        _ operation: PetstoreOperation, query: [(name: String, value: String)], body: [UInt8]
    ) throws(PetstoreProblem) -> PetstoreAnswer {
        switch operation {
        case .addPet: try create(.pet, from: body)
        case .updatePet: try updatePet(body)
        case .findPetsByStatus: try findPets(status: query)
        case .findPetsByTags: try findPets(tags: query)
        case .getPet(let key): try read(.pet, key)
        case .updatePetWithForm(let key): try updatePet(key, query)
        case .deletePet(let key): try remove(.pet, key, missing: nil)
        case .uploadImage(let key): try upload(key, query, body)
        case .inventory: PetstoreAnswer(response: .json(inventory))
        case .placeOrder: try create(.order, from: body)
        case .getOrder(let key): try read(.order, key)
        case .deleteOrder(let key): try remove(.order, key, missing: "Order not found")
        case .createUser: try createUser(body)
        case .createUsers: try createUsers(body)
        case .login: try login(query)
        case .logout: PetstoreAnswer(response: HTTPResponse(status: 200))
        case .getUser(let key): try read(.user, key)
        case .updateUser(let key): try updateUser(key, body)
        case .deleteUser(let key): try remove(.user, key, missing: "User not found")
        }
    }

    private func name(
        _ collection: ObjectName.Collection, _ key: String
    ) throws(PetstoreProblem) -> ObjectName {
        if collection != .user, Int64(key) == nil {
            throw PetstoreProblem(status: 400, message: "Invalid ID supplied")
        }
        // "0123" and "123" are one id.
        return ObjectName(
            collection, collection == .user ? key : Int64(key).map(String.init) ?? key)
    }

    private func existing(
        _ collection: ObjectName.Collection, _ key: String
    ) throws(PetstoreProblem) -> (ObjectName, JSONValue) {
        let name = try name(collection, key)
        guard let value = objects[name] else {
            throw PetstoreProblem(
                status: 404, message: "\(Self.titles[collection, default: ""]) not found")
        }
        return (name, value)
    }

    private static let titles: [ObjectName.Collection: String] = [
        .pet: "Pet", .order: "Order", .user: "User",
    ]

    private func read(
        _ collection: ObjectName.Collection, _ key: String
    ) throws(PetstoreProblem) -> PetstoreAnswer {
        PetstoreAnswer(response: .json(try existing(collection, key).1))
    }

    private func parse(_ body: [UInt8]) throws(PetstoreProblem) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: body)
        } catch {
            throw PetstoreProblem(status: 400, message: "Input error: unable to convert input")
        }
    }

    private func parse(
        _ body: [UInt8], as collection: ObjectName.Collection
    ) throws(PetstoreProblem) -> JSONValue {
        let value = try parse(body)
        if let objection = PetstoreSchema.of(collection).objection(to: value) {
            throw PetstoreProblem(
                status: 422, message: "Validation exception: \(objection)")
        }
        return value
    }

    private mutating func create(
        _ collection: ObjectName.Collection, from body: [UInt8]
    ) throws(PetstoreProblem) -> PetstoreAnswer {
        var value = try parse(body, as: collection)
        return .stored(ObjectName(collection, String(assignID(&value))), value)
    }

    /// The id of an object; one that has none, or 0, gets the next one.
    private mutating func assignID(_ value: inout JSONValue) -> Int64 {
        if let id = value["id"]?.integerValue, id != 0 { return id }
        let id = nextID
        nextID += 1
        value["id"] = .integer(id)
        return id
    }

    private func updatePet(_ body: [UInt8]) throws(PetstoreProblem) -> PetstoreAnswer {
        let value = try parse(body, as: .pet)
        guard let id = value["id"]?.integerValue else {
            throw PetstoreProblem(status: 400, message: "No pet id supplied")
        }
        return .stored(try existing(.pet, String(id)).0, value)
    }

    private func updatePet(
        _ key: String, _ query: [(name: String, value: String)]
    ) throws(PetstoreProblem) -> PetstoreAnswer {
        var (name, pet) = try existing(.pet, key)
        for (field, value) in query where field == "name" || field == "status" {
            pet[field] = .string(value)
        }
        if PetstoreSchema.of(.pet).objection(to: pet) != nil {
            throw PetstoreProblem(status: 400, message: "Invalid input")
        }
        return .stored(name, pet)
    }

    private func remove(
        _ collection: ObjectName.Collection, _ key: String, missing: String?
    ) throws(PetstoreProblem) -> PetstoreAnswer {
        let name = try name(collection, key)
        if objects[name] == nil, let missing {
            throw PetstoreProblem(status: 404, message: missing)
        }
        return PetstoreAnswer(
            response: .text(200, "\(Self.titles[collection, default: ""]) deleted"),
            changes: [.remove(name)])
    }

    private func findPets(
        status query: [(name: String, value: String)]
    ) throws(PetstoreProblem) -> PetstoreAnswer {
        let wanted = query.filter { $0.name == "status" }.flatMap {
            $0.value.split(separator: ",").map(String.init)
        }
        let statuses = wanted.isEmpty ? ["available"] : wanted
        guard statuses.allSatisfy(PetstoreSchema.petStatuses.contains) else {
            throw PetstoreProblem(status: 400, message: "Invalid status value")
        }
        return PetstoreAnswer(
            response: .json(
                .array(all(.pet).filter { statuses.contains($0["status"]?.stringValue ?? "") })))
    }

    private func findPets(
        tags query: [(name: String, value: String)]
    ) throws(PetstoreProblem) -> PetstoreAnswer {
        let wanted = query.filter { $0.name == "tags" }.flatMap {
            $0.value.split(separator: ",").map(String.init)
        }
        guard !wanted.isEmpty else {
            throw PetstoreProblem(status: 400, message: "No tags provided")
        }
        let found = all(.pet).filter { pet in
            (pet["tags"]?.arrayValue ?? []).contains {
                wanted.contains($0["name"]?.stringValue ?? "")
            }
        }
        return PetstoreAnswer(response: .json(.array(found)))
    }

    private var inventory: JSONValue {
        var counts: [String: Int64] = [:]
        for pet in all(.pet) { counts[pet["status"]?.stringValue ?? "unknown", default: 0] += 1 }
        return .object(
            JSONObject(counts.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) }))
    }

    private func upload(
        _ key: String, _ query: [(name: String, value: String)], _ body: [UInt8]
    ) throws(PetstoreProblem) -> PetstoreAnswer {
        var (name, pet) = try existing(.pet, key)
        guard !body.isEmpty else {
            throw PetstoreProblem(status: 400, message: "No file uploaded")
        }
        let metadata = query.first { $0.name == "additionalMetadata" }?.value ?? "null"
        let urls = pet["photoUrls"]?.arrayValue ?? []
        let file = "/tmp/inflector\(key)-\(urls.count).tmp"
        pet["photoUrls"] = .array(urls + [.string(file)])
        return PetstoreAnswer(
            response: .json([
                "code": 200, "type": "application/octet-stream",
                "message": .string(
                    "additionalMetadata: \(metadata)\nFile uploaded to \(file), \(body.count) bytes"
                ),
            ]), changes: [.put(name, pet)])
    }

    private mutating func createUser(_ body: [UInt8]) throws(PetstoreProblem) -> PetstoreAnswer {
        try store(user: try parse(body))
    }

    /// Stores a user under its name; one without a name is stored where nobody can find it.
    private mutating func store(user: JSONValue) throws(PetstoreProblem) -> PetstoreAnswer {
        var user = user
        if let objection = PetstoreSchema.of(.user).objection(to: user) {
            throw PetstoreProblem(status: 400, message: objection)
        }
        _ = assignID(&user)
        return .stored(ObjectName(.user, user["username"]?.stringValue ?? ""), user)
    }

    private mutating func createUsers(_ body: [UInt8]) throws(PetstoreProblem) -> PetstoreAnswer {
        guard !body.isEmpty, case .array(let users) = try parse(body), !users.isEmpty
        else { throw PetstoreProblem(status: 400, message: "A list of users is required") }
        var answers: [PetstoreAnswer] = []
        for user in users { answers.append(try store(user: user)) }
        var first = answers[0]
        first.changes = answers.flatMap(\.changes)
        return first
    }

    private func login(
        _ query: [(name: String, value: String)]
    ) throws(PetstoreProblem) -> PetstoreAnswer {
        guard let name = query.first(where: { $0.name == "username" })?.value, !name.isEmpty,
            query.contains(where: { $0.name == "password" })
        else {
            throw PetstoreProblem(status: 400, message: "Invalid username/password supplied")
        }
        if let known = objects[ObjectName(.user, name)]?["password"]?.stringValue,
            query.first(where: { $0.name == "password" })?.value != known
        {
            throw PetstoreProblem(status: 400, message: "Invalid username/password supplied")
        }
        var response = HTTPResponse.json(
            .string("Logged in user session: \(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) })"))
        response.headers["X-Rate-Limit"] = "5000"
        return PetstoreAnswer(response: response)
    }

    private func updateUser(
        _ key: String, _ body: [UInt8]
    ) throws(PetstoreProblem) -> PetstoreAnswer {
        let (name, old) = try existing(.user, key)
        var user = try parse(body)
        if let objection = PetstoreSchema.of(.user).objection(to: user) {
            throw PetstoreProblem(status: 400, message: objection)
        }
        if user["id"] ?? .null == .null { user["id"] = old["id"] }
        user["username"] = .string(key)
        // The API document promises a 200 without a body, and so it is.
        return PetstoreAnswer(response: HTTPResponse(status: 200), changes: [.put(name, user)])
    }
}

extension HTTPResponse {
    static func json(_ value: JSONValue) -> HTTPResponse {
        HTTPResponse(
            status: 200, headers: ["Content-Type": "application/json"],
            body: HTTPBody(value.bytes()))
    }

    static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "text/plain; charset=utf-8"],
            body: HTTPBody(Array(text.utf8)))
    }
}
