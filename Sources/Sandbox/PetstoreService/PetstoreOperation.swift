import HTTP

/// What a call asks for: one case per operation of the API.
enum PetstoreOperation: Sendable, Hashable {
    case addPet, updatePet, findPetsByStatus, findPetsByTags
    case getPet(String)
    case updatePetWithForm(String)
    case deletePet(String)
    case uploadImage(String)
    case inventory, placeOrder
    case getOrder(String)
    case deleteOrder(String)
    case createUser, createUsers, login, logout
    case getUser(String)
    case updateUser(String)
    case deleteUser(String)

    /// The stored object that the path names.
    var object: ObjectName? {
        switch self {
        case .getPet(let key), .updatePetWithForm(let key), .deletePet(let key),
            .uploadImage(let key):
            ObjectName(.pet, key)
        case .getOrder(let key), .deleteOrder(let key): ObjectName(.order, key)
        case .getUser(let key), .updateUser(let key), .deleteUser(let key): ObjectName(.user, key)
        default: nil
        }
    }

    /// The operation of a method and a path, or why there is none (404, 405).
    static func find(
        _ method: HTTPMethod, _ segments: [String]
    ) -> Result<PetstoreOperation, PetstoreProblem> {
        guard let offered = offers(segments) else {
            return .failure(PetstoreProblem(status: 404, message: "Not found"))
        }
        guard let operation = offered[method] else {
            return .failure(PetstoreProblem(status: 405, message: "Method not allowed"))
        }
        return .success(operation)
    }

    private static func offers(_ segments: [String]) -> [HTTPMethod: PetstoreOperation]? {
        switch (segments.first, segments.count) {
        case ("pet", 1): [.post: .addPet, .put: .updatePet]
        case ("pet", 2): pets(segments[1])
        case ("pet", 3) where segments[2] == "uploadImage": [.post: .uploadImage(segments[1])]
        case ("store", 2) where segments[1] == "inventory": [.get: .inventory]
        case ("store", 2) where segments[1] == "order": [.post: .placeOrder]
        case ("store", 3) where segments[1] == "order":
            [.get: .getOrder(segments[2]), .delete: .deleteOrder(segments[2])]
        case ("user", 1): [.post: .createUser]
        case ("user", 2): users(segments[1])
        default: nil
        }
    }

    private static func pets(_ key: String) -> [HTTPMethod: PetstoreOperation] {
        switch key {
        case "findByStatus": [.get: .findPetsByStatus]
        case "findByTags": [.get: .findPetsByTags]
        default: [.get: .getPet(key), .post: .updatePetWithForm(key), .delete: .deletePet(key)]
        }
    }

    private static func users(_ key: String) -> [HTTPMethod: PetstoreOperation] {
        switch key {
        case "createWithList": [.post: .createUsers]
        case "login": [.get: .login]
        case "logout": [.get: .logout]
        default: [.get: .getUser(key), .put: .updateUser(key), .delete: .deleteUser(key)]
        }
    }
}
