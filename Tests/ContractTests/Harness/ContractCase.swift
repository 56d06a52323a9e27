import Documents
import HTTP
import Testing

/// One fact about API servers: requests in order, and what every server must answer.
///
/// A case is data. It runs in a namespace of its own, so that cases do not see one another.
struct ContractCase: Sendable, CustomTestStringConvertible {
    var name: String
    /// Set where kube-apiserver 1.20 differs from the servers that the sandbox follows: then the
    /// case runs on the sandbox only, and this is why.
    var newerThanReal: String?
    var steps: [Step]

    init(_ name: String, newer: String? = nil, @ListBuilder<Step> _ steps: () -> [Step]) {
        self.name = name
        newerThanReal = newer
        self.steps = steps()
    }

    var testDescription: String {
        newerThanReal.map { "\(name) [sandbox only: \($0)]" } ?? name
    }
}

/// Collects values that stand below one another.
@resultBuilder
enum ListBuilder<Item> {
    static func buildExpression(_ item: Item) -> [Item] { [item] }
    static func buildExpression(_ items: [Item]) -> [Item] { items }
    static func buildBlock(_ items: [Item]...) -> [Item] { items.flatMap { $0 } }
    static func buildArray(_ items: [[Item]]) -> [Item] { items.flatMap { $0 } }
}

/// One request with what its answer must be.
///
/// `{name}` in its path, its body and its expectations stands for what an earlier step kept under
/// that name; `{ns}` is the namespace of the case, `{i}` the number of a request among many.
struct Step: Sendable {
    enum Kind: Sendable, Hashable {
        case request
        /// A watch, read until so many events have come (nil: to its end).
        case watch(events: Int?)
        /// So many requests at once.
        case race(Int)
        /// The server forgets its history up to the revision that nobody needs.
        case forget
    }

    var kind = Kind.request
    var method = HTTPMethod.get
    var path: String
    var body: [UInt8]?
    var type = "application/json"
    var headers: HTTPHeaders = [:]
    var status: Int? = 200
    /// Asked again until the answer is as expected (for what a server does in its own time).
    var isEventual = false
    var checks: [Check] = []
    var keeps: [(name: String, place: String)] = []
    /// Sent while a watch is open.
    var meanwhile: [Step] = []
}

/// Something that must be true of an answer.
enum Check: Sendable {
    case equals(String, JSONValue)
    case differs(String, JSONValue)
    case has(String)
    case lacks(String)
    case size(String, String)
    case contains(String, String)
    case prefix(String, String)
    case items(String, String, [String], sorted: Bool)
    case causes([String])
    case header(String, String?)
    case events([String])
    case onlyEvents(String)
    case statuses([Int: Int])
    case onlyStatuses(Set<Int>)
    case text(String)
}

// MARK: - What a step expects

extension Step {
    private func with(_ change: (inout Step) -> Void) -> Step {
        var step = self
        change(&step)
        return step
    }

    private func checking(_ check: Check) -> Step { with { $0.checks.append(check) } }

    func answers(_ status: Int) -> Step { with { $0.status = status } }

    /// A refusal; the message is looked at where it is given.
    func fails(_ status: Int, _ reason: String, _ message: String? = nil) -> Step {
        with {
            $0.status = status
            $0.checks += [
                .equals("/kind", "Status"), .equals("/status", "Failure"),
                .equals("/code", .integer(Int64(status))),
            ]
            $0.checks.append(
                reason.isEmpty ? .lacks("/reason") : .equals("/reason", .string(reason)))
            if let message { $0.checks.append(.equals("/message", .string(message))) }
        }
    }

    /// The value at a JSON pointer.
    func has(_ place: String, _ value: JSONValue) -> Step { checking(.equals(place, value)) }
    func has(_ place: String, text: String) -> Step { has(place, .string(text)) }
    func has(_ place: String) -> Step { checking(.has(place)) }
    func lacks(_ place: String) -> Step { checking(.lacks(place)) }
    func differs(_ place: String, from value: JSONValue) -> Step {
        checking(.differs(place, value))
    }
    /// How many members or items there are.
    func size(_ place: String, _ count: String) -> Step { checking(.size(place, count)) }
    func contains(_ place: String, _ text: String) -> Step { checking(.contains(place, text)) }
    func begins(_ place: String, _ text: String) -> Step { checking(.prefix(place, text)) }
    /// The text at a place in every item of a list.
    func items(_ list: String, _ place: String, _ texts: [String]) -> Step {
        checking(.items(list, place, texts, sorted: false))
    }
    /// The same where the server promises no order: the texts are sorted.
    func members(_ list: String, _ place: String, _ texts: [String]) -> Step {
        checking(.items(list, place, texts, sorted: true))
    }
    func names(_ names: [String]) -> Step { items("/items", "/metadata/name", names) }
    /// `reason field` of every cause.
    func causes(_ causes: [String]) -> Step { checking(.causes(causes)) }
    func header(_ name: String, _ value: String?) -> Step { checking(.header(name, value)) }
    /// `TYPE name` of every event of a watch.
    func events(_ events: [String]) -> Step { checking(.events(events)) }
    /// One or more events, all alike: where a server may say the same again.
    func events(only event: String) -> Step { checking(.onlyEvents(event)) }
    /// How often each status came in a race.
    func statuses(_ counts: [Int: Int]) -> Step { checking(.statuses(counts)) }
    func statuses(only allowed: Set<Int>) -> Step { checking(.onlyStatuses(allowed)) }
    /// A part of the answer's text as it stands.
    func text(_ part: String) -> Step { checking(.text(part)) }

    /// Remembers a value of the answer for later steps.
    func keeps(_ name: String, _ place: String) -> Step {
        with { $0.keeps.append((name, place)) }
    }
    func keepsRevision(_ name: String = "rv") -> Step {
        keeps(name, "/metadata/resourceVersion")
    }
    func keepsUID(_ name: String = "uid") -> Step { keeps(name, "/metadata/uid") }

    /// Sends these once the watch stands.
    func meanwhile(@ListBuilder<Step> _ steps: () -> [Step]) -> Step {
        let steps = steps()
        return with { $0.meanwhile = steps }
    }
    func eventually() -> Step { with { $0.isEventual = true } }
    func accepting(_ type: String) -> Step { with { $0.headers["Accept"] = type } }
    func sending(_ type: String) -> Step { with { $0.type = type } }
    func query(_ text: String) -> Step {
        with { $0.path += ($0.path.contains("?") ? "&" : "?") + text }
    }
}

// MARK: - Steps

/// The paths of the kinds that cases use; `{ns}` is the case's namespace.
enum Place {
    static let group = "/apis/contract.example.org/v1"
    static let gadgets = "\(group)/namespaces/{ns}/gadgets"
    static let plains = "\(group)/namespaces/{ns}/plains"
    static let planets = "\(group)/planets"
    static let maps = "/api/v1/namespaces/{ns}/configmaps"
    static let secrets = "/api/v1/namespaces/{ns}/secrets"
    static let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
}

enum PatchType: String {
    case json = "application/json-patch+json"
    case merge = "application/merge-patch+json"
    case strategic = "application/strategic-merge-patch+json"
    case apply = "application/apply-patch+yaml"
}

func send(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) -> Step {
    Step(method: method, path: path, body: body?.bytes(), status: method == .post ? 201 : 200)
}

/// A request whose body is this text.
func send(_ method: HTTPMethod, _ path: String, text: String) -> Step {
    Step(method: method, path: path, body: Array(text.utf8))
}

/// A gadget, the kind that most cases are about.
func gadget(
    _ name: String, _ spec: JSONValue = ["size": 1], _ metadata: JSONValue = [:]
) -> JSONValue {
    var object: JSONValue = [
        "apiVersion": "contract.example.org/v1", "kind": "Gadget", "metadata": metadata,
        "spec": spec,
    ]
    if !name.isEmpty { object["metadata"]?["name"] = .string(name) }
    return object
}

/// A plain, the kind that keeps whatever it is given.
func plain(_ name: String, _ members: JSONValue = [:], version: String = "v1") -> JSONValue {
    var object = members
    object["apiVersion"] = .string("contract.example.org/\(version)")
    object["kind"] = "Plain"
    object["metadata"] = ["name": .string(name)]
    return object
}

/// A planet, the kind that is in no namespace.
func planet(_ name: String, _ moons: JSONValue) -> JSONValue {
    [
        "apiVersion": "contract.example.org/v1", "kind": "Planet",
        "metadata": ["name": .string(name)], "spec": ["moons": moons],
    ]
}

func make(
    _ name: String, _ spec: JSONValue = ["size": 1], _ metadata: JSONValue = [:]
) -> Step {
    send(.post, Place.gadgets, gadget(name, spec, metadata))
}

/// A gadget, or a subresource of one (`a/status`).
func read(_ name: String) -> Step { send(.get, "\(Place.gadgets)/\(name)") }

func list(_ query: String = "", at path: String = Place.gadgets) -> Step {
    send(.get, query.isEmpty ? path : "\(path)?\(query)")
}

func put(_ name: String, _ object: JSONValue) -> Step {
    send(.put, "\(Place.gadgets)/\(name)", object)
}

func patch(_ type: PatchType, _ name: String, _ body: JSONValue) -> Step {
    patch(type, at: "\(Place.gadgets)/\(name)", body)
}

func patch(_ type: PatchType, at path: String, _ body: JSONValue) -> Step {
    send(.patch, path, body).sending(type.rawValue)
}

/// Server-side apply of a gadget in somebody's name.
func apply(
    _ name: String, _ spec: JSONValue, by manager: String, _ metadata: JSONValue = [:]
) -> Step {
    patch(.apply, name, gadget(name, spec, metadata)).query("fieldManager=\(manager)")
}

func delete(_ name: String, _ options: JSONValue? = nil) -> Step {
    send(.delete, "\(Place.gadgets)/\(name)", options)
}

/// A watch of gadgets, read until so many events have come.
func watch(_ query: String, until events: Int?, at path: String = Place.gadgets) -> Step {
    let limit = query.contains("timeoutSeconds") ? "" : "&timeoutSeconds=20"
    let rest = query.isEmpty ? "" : "&\(query)"
    return Step(kind: .watch(events: events), path: "\(path)?watch=true\(rest)\(limit)")
}

func race(_ count: Int, _ step: Step) -> Step {
    var step = step
    step.kind = .race(count)
    step.status = nil
    return step
}

func forgetHistory() -> Step { Step(kind: .forget, path: "", status: nil) }
