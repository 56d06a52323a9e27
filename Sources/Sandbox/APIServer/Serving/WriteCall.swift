import Documents
import KubernetesCore
import HTTP

/// The options of a write, from its query.
struct WriteCall: Sendable {
    enum Validation: String, Sendable {
        case strict = "Strict"
        case warn = "Warn"
        case ignore = "Ignore"
    }

    var isDryRun: Bool
    var manager: String
    var givenManager: String?
    var validation: Validation
    var force: Bool?
    var timeout: Duration?
    /// What is wrong with the text of the body itself: fields that it names twice.
    var duplicates: [String] = []

    /// - Throws: 422 for a value that the parameter may not have, as kube-apiserver does.
    init(_ call: Call, verb: RequestVerb) throws(APIFailure) {
        let kind =
            switch verb {
            case .create: "CreateOptions"
            case .patch: "PatchOptions"
            case .update: "UpdateOptions"
            default: "DeleteOptions"
            }
        func refuse(_ error: FieldError) -> APIFailure {
            .invalid(kind: kind, group: "meta.k8s.io", name: "", [error])
        }
        // The options of a deletion stand in its body, where it has one, and nowhere else.
        let isInBody = kind == "DeleteOptions" && !call.body.isEmpty
        let dryRuns =
            isInBody ? [] : call.query.filter { $0.name == "dryRun" }.map(\.value)
        if dryRuns.contains(where: { $0 != "All" }) {
            let given = dryRuns.map(\.goQuoted).joined(separator: ", ")
            throw refuse(
                FieldError(
                    type: .notSupported, field: "dryRun",
                    body: "Unsupported value: []string{\(given)}: supported values: \"All\""))
        }
        isDryRun = !dryRuns.isEmpty
        givenManager = call["fieldManager"].flatMap { $0.isEmpty ? nil : $0 }
        if let givenManager, givenManager.utf8.count > 128 {
            throw refuse(.tooLong("fieldManager", limit: 128))
        }
        let agent = call.headers["User-Agent"] ?? ""
        let agentName = String(agent.prefix { $0 != "/" })
        manager = givenManager ?? (agentName.isEmpty ? "unknown" : agentName)
        switch call["fieldValidation"] {
        case nil, "": validation = .warn
        case let text?:
            guard let known = Validation(rawValue: text) else {
                throw refuse(
                    .notSupported("fieldValidation", .string(text), ["Ignore", "Strict", "Warn"]))
            }
            validation = known
        }
        force = call["force"].map { _ in call.isOn("force") }
        if let text = call["timeout"], !text.isEmpty {
            guard let span = try? GoDuration.parse(text) else {
                throw APIFailure.badRequest(
                    "invalid timeout specified in the request URL - \(text)")
            }
            timeout = span
        }
    }
}

/// Where a write goes.
struct Target: Sendable {
    var resource: ServedResource
    var namespace: String
    var name: String
    var subresource: String?

    var key: ObjectKey { ObjectKey(namespace: namespace, name: name) }
    var writesStatus: Bool { subresource == "status" }

    /// Where kube-apiserver would keep the object in etcd; some messages show it.
    var storagePath: String {
        let folder = resource.isCustom ? "\(resource.group)/\(resource.plural)" : resource.plural
        let place = namespace.isEmpty ? name : "\(namespace)/\(name)"
        return "/registry/\(folder)/\(place)"
    }
}

/// What a write leaves behind.
struct WriteOutcome: Sendable {
    var object: JSONValue
    var warnings: [String] = []
    var created = false
}
