import ArgumentParser
import Documents
import KubernetesCore

/// The options of `sandbox fault --api` that say which requests it meets, and how often.
struct SandboxScriptOptions: ParsableArguments, Sendable {
    /// What is wanted of the server, as access rules have it.
    enum RequestVerb: String, ExpressibleByArgument, CaseIterable, Sendable {
        case get, list, watch, create, update, patch, delete, deletecollection
    }

    enum Method: String, ExpressibleByArgument, CaseIterable, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"

        init?(argument: String) { self.init(rawValue: argument.uppercased()) }
    }

    @Option(help: "Only requests with this HTTP method.")
    var method: Method?

    @Option(help: "Only requests that want this: get, list, watch and so on.")
    var verb: RequestVerb?

    @Option(help: "Only requests for this resource: pets, pets/status, pets.petstore.example.com.")
    var resource: String?

    @Option(name: [.customShort("n"), .long], help: "Only requests in this namespace.")
    var namespace: String?

    @Option(help: "Only requests about the object of this name.")
    var name: String?

    @Option(help: .init("Only requests whose path begins so.", valueName: "prefix"))
    var path: String?

    @Option(
        help: .init("Only clients whose User-Agent has this in it: kubectl.", valueName: "word"))
    var client: String?

    @Option(
        help: .init(
            "Begin with the nth request that matches (default: the first).", valueName: "n"))
    var nth: Int?

    @Option(
        help: .init(
            "Meet that many requests, or all until it is cleared (default: 1).",
            valueName: "number|all"))
    var count: String?

    @Option(
        help: .init("Tell the client of an error when to come back.", valueName: "duration"),
        transform: SandboxFaultVerb.duration)
    var retryAfter: Duration?

    init() {}

    /// The options that were given.
    var given: [String] {
        let all: [(String, Bool)] = [
            ("--method", method != nil), ("--verb", verb != nil), ("--resource", resource != nil),
            ("--namespace", namespace != nil), ("--name", name != nil), ("--path", path != nil),
            ("--client", client != nil), ("--nth", nth != nil), ("--count", count != nil),
            ("--retry-after", retryAfter != nil),
        ]
        return all.filter(\.1).map(\.0)
    }

    /// An effect together with the requests that it meets.
    ///
    /// - Throws: what makes no sense.
    func fault(_ effect: JSONValue) throws -> SandboxAPIFault {
        var wire = effect
        let texts: [(String, String?)] = [
            ("method", method?.rawValue), ("verb", verb?.rawValue), ("resource", resource),
            ("namespace", namespace), ("name", name), ("path", path), ("client", client),
        ]
        for (member, text) in texts {
            guard let text else { continue }
            guard !text.isEmpty else { throw ValidationError("--\(member) is empty") }
            wire[member] = .string(text)
        }
        if let path, !path.hasPrefix("/") {
            throw ValidationError("--path begins with /, as in /apis/petstore.example.com")
        }
        if let nth {
            guard (1...1_000_000).contains(nth) else {
                throw ValidationError("--nth takes a number from 1 on, not \(nth)")
            }
            wire["skip"] = .integer(Int64(nth - 1))
        }
        if let count { wire["count"] = try Self.count(count) }
        if let retryAfter {
            guard effect["effect"] == "refuse" else {
                throw ValidationError("--retry-after goes with errors, such as --api 429")
            }
            guard retryAfter.components.attoseconds == 0, retryAfter <= .seconds(86_400) else {
                throw ValidationError("--retry-after takes whole seconds, such as 3s, up to a day")
            }
            wire["retryAfter"] = .integer(retryAfter.components.seconds)
        }
        let fault = SandboxAPIFault(wire: wire)
        if fault.isForWatches, verb != nil && verb != .watch {
            throw ValidationError(
                "this fault is for watches; --verb \(verb?.rawValue ?? "") has none")
        }
        return fault
    }

    private static func count(_ text: String) throws -> JSONValue {
        if text == "all" { return "all" }
        guard let count = Int64(text), (1...1_000_000).contains(count) else {
            throw ValidationError("--count takes a number from 1 on, or all, not \"\(text)\"")
        }
        return .integer(count)
    }
}
