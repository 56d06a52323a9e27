import HTTP

/// A call of the REST API: a method and a path with `{field}` where a value of the spec goes.
struct RESTCall: Sendable, Hashable {
    var method: HTTPMethod
    var path: String

    init(_ method: HTTPMethod, _ path: String) {
        self.method = method
        self.path = path
    }
}

/// How Go holds a field, which decides what "not set" can mean for it.
enum FieldKind: Sendable, Hashable {
    case number, time, list, text, flag, object
}

/// What a generated controller has compiled in about one resource kind.
struct ResourceBinding: Sendable, Hashable {
    var create: RESTCall
    var read: RESTCall
    var update: RESTCall
    var delete: RESTCall
    /// The spec field that stands in the paths.
    var keyField: String
    /// Whether the key is left out of what is created (it is "only a path parameter").
    var createOmitsKey = false
    /// Whether the state before adoption is kept and can be restored.
    var remembersOriginal = true
    var fields: [String: FieldKind]
}

/// What a generated controller has compiled in about one query kind.
struct QueryBinding: Sendable, Hashable {
    var call: RESTCall
    /// Spec fields that are sent as query parameters of the same name.
    var parameters: [String] = []
}

/// What a generated controller has compiled in about one action kind.
struct ActionBinding: Sendable, Hashable {
    var call: RESTCall
    /// Whether a file is sent, which then must come from one of the data sources.
    var uploads = false
}

/// In which of its two generations the generator made a kind.
enum Dialect: Sendable, Hashable {
    /// `spec.target`, `executionInterval`, `results` as one object.
    case nested
    /// `spec.targetPod` and so on, `reExecuteInterval`, `results` as a list.
    case flat
}

/// Which part of the REST API a kind stands for.
enum RESTBinding: Sendable, Hashable {
    case resource(ResourceBinding)
    case query(QueryBinding)
    case action(ActionBinding)
    case aggregate
    case bundle

    /// The kinds that the petstore operator knows, with their dialect.
    static func of(kind: String) -> (binding: RESTBinding, dialect: Dialect)? {
        if let binding = nested[kind] { return (binding, .nested) }
        return flat[kind].map { ($0, .flat) }
    }

    private static let nested: [String: RESTBinding] = [
        "Pet": .resource(pet),
        "Order": .resource(order),
        "User": .resource(user),
        "PetFindbystatusQuery": .query(findByStatus),
        "PetFindbytagsQuery": .query(
            QueryBinding(call: RESTCall(.get, "/pet/findByTags"), parameters: ["tags"])),
        "StoreInventoryQuery": .query(inventory),
        "UserLoginQuery": .query(
            QueryBinding(
                call: RESTCall(.get, "/user/login"), parameters: ["username", "password"])),
        "UserLogoutQuery": .query(QueryBinding(call: RESTCall(.get, "/user/logout"))),
        "PetUploadimageAction": .action(uploadImage),
        "UserCreatewithlistAction": .action(
            ActionBinding(call: RESTCall(.post, "/user/createWithList"))),
        "PetstoreAggregate": .aggregate,
        "PetstoreBundle": .bundle,
    ]

    /// The same API once more, as the older generation of the generator would have made it.
    private static let flat: [String: RESTBinding] = [
        "Animal": .resource(pet),
        "AnimalSearchQuery": .query(findByStatus),
        "AnimalStockQuery": .query(inventory),
        "AnimalPhotoAction": .action(uploadImage),
        "ShelterAggregate": .aggregate,
    ]

    private static let findByStatus = QueryBinding(
        call: RESTCall(.get, "/pet/findByStatus"), parameters: ["status"])
    private static let inventory = QueryBinding(call: RESTCall(.get, "/store/inventory"))
    private static let uploadImage = ActionBinding(
        call: RESTCall(.post, "/pet/{petId}/uploadImage"), uploads: true)

    private static let pet = ResourceBinding(
        create: RESTCall(.post, "/pet"), read: RESTCall(.get, "/pet/{id}"),
        update: RESTCall(.put, "/pet"), delete: RESTCall(.delete, "/pet/{id}"), keyField: "id",
        fields: [
            "id": .number, "name": .text, "photoUrls": .list, "status": .text,
            "category": .object, "tags": .list,
        ])

    private static let order = ResourceBinding(
        create: RESTCall(.post, "/store/order"), read: RESTCall(.get, "/store/order/{id}"),
        update: RESTCall(.post, "/store/order"), delete: RESTCall(.delete, "/store/order/{id}"),
        keyField: "id", remembersOriginal: false,
        fields: [
            "id": .number, "petId": .number, "quantity": .number, "shipDate": .time,
            "status": .text, "complete": .flag,
        ])

    private static let user = ResourceBinding(
        create: RESTCall(.post, "/user"), read: RESTCall(.get, "/user/{username}"),
        update: RESTCall(.put, "/user/{username}"),
        delete: RESTCall(.delete, "/user/{username}"), keyField: "username",
        createOmitsKey: true,
        fields: [
            "id": .number, "username": .text, "firstName": .text, "lastName": .text,
            "email": .text, "password": .text, "phone": .text, "userStatus": .number,
        ])
}
