import Catalog
import Diagnostics
import Documents
import KubernetesCore

/// What is asked of every pod about one object: a read-only look at a resource's object in the
/// API, or a query's question.
struct ComparedSubject: Sendable {
    let original: KubernetesObject
    let kind: CatalogKind
    /// Of an observer or a copy, without a target.
    let spec: JSONValue
    /// Where the answer stands in an object's status, as tables name it.
    let prefix: String

    /// - Throws: `Failure` for kinds that cannot be asked twice, and for an object of which nobody
    ///   knows what it is in the API.
    init(_ object: KubernetesObject, _ kind: CatalogKind) throws {
        original = object
        self.kind = kind
        let shown = kind.shownName(of: object.name)
        switch kind.category {
        case .resource:
            prefix = "response.data"
            spec = try Self.observer(of: object, kind, shown)
        case .query:
            let hasEnvelope = kind.schema?.node(at: ["status", "results"])?.type != "array"
            prefix = hasEnvelope ? "results.data" : "results"
            spec = Self.copy(of: object, kind)
        case .action:
            throw Failure(
                .mistake, "\(shown) is an action: to compare it would run it again on every pod")
        case .aggregate, .bundle, .unknown:
            throw Failure(
                .mistake, "\(shown) is no resource and no query: it has no answers of pods",
                hints: ["compare pet NAME compares a resource, for example"])
        }
    }

    private static func observer(
        of object: KubernetesObject, _ kind: CatalogKind, _ shown: String
    ) throws -> JSONValue {
        guard let field = kind.keyField(among: [object]) else {
            throw Failure(
                .mistake,
                "\(shown) cannot be observed: no field of \(kind.type.kind) names its"
                    + " object in the API")
        }
        var spec: JSONValue
        if let value = object.spec[field], !value.isNull {
            spec = [field: value]
        } else if let id = object.status["externalID"]?.stringValue, !id.isEmpty {
            spec = try kind.keySpec(id, in: field)
        } else {
            throw Failure(
                .mistake, "\(shown) has no \(field), and none from the API yet",
                hints: ["describe \(shown) tells how far it is"])
        }
        for parameter in kind.parameters where parameter.isRequired {
            if let value = object.spec[parameter.name] { spec[parameter.name] = value }
        }
        return try readOnly(spec, kind)
    }

    /// - Throws: `Failure` where the schema knows no observers: anything else would write.
    static func readOnly(_ spec: JSONValue, _ kind: CatalogKind) throws(Failure) -> JSONValue {
        guard kind.schema?.node(at: ["spec", "readOnly"]) != nil else {
            throw Failure(
                .mistake,
                "\(kind.type.kind) cannot be observed: its schema has no field \"readOnly\"")
        }
        var spec = spec
        spec["readOnly"] = true
        return spec
    }

    /// The question alone: it runs once, wherever it is sent.
    private static func copy(of object: KubernetesObject, _ kind: CatalogKind) -> JSONValue {
        let steering = CatalogKind.steeringFields
        let flat = Set(TargetMember.allCases.map(\.flatName))
        return .object(
            JSONObject(
                distinct: (object.spec.objectValue?.members ?? []).filter { member in
                    !steering.contains(member.name)
                        && !(kind.targeting == .flat && flat.contains(member.name))
                }))
    }

    /// What an answer says of one pod.
    func observation(_ object: KubernetesObject, on pod: TargetPod, title: String) -> Observation {
        let finding = AnswerFinding(object, of: kind)
        let state = finding.state
        let time = ["lastGetTime", "lastQueryTime", "lastExecutionTime"].lazy
            .compactMap { object.status[$0]?.stringValue }.first
        var observation = Observation(
            title: title, pod: pod.name, state: state.state, answer: .missing(state.message),
            time: time)
        if kind.category == .query {
            observation.answer =
                finding.fault.map { .failing($0) } ?? .present(finding.data ?? .null)
            return observation
        }
        switch state.class {
        case .good:
            let data = object.status["response"]?["data"] ?? .null
            observation.answer = .present(data)
            if isInSync(with: data) { observation.state = "Synced" }
        case .notFound: observation.answer = Self.absence(object, state)
        default: observation.answer = .failing(finding.fault ?? state.message)
        }
        return observation
    }

    /// An operator calls an observer NotFound, too, when nobody answered (Seen live 6).
    private static func absence(
        _ object: KubernetesObject, _ state: ResourceState
    ) -> Observation.Answer {
        let answers = ObjectResponses(object).answers
        let other = answers.first { !$0.isSuccess && $0.statusCode != 404 }
        guard !answers.isEmpty, let other else { return .missing(state.message) }
        let error = other.error ?? "no answer"
        return other.statusCode == nil
            ? .unreachable(error) : .failed("status \(other.statusCode ?? 0): \(error)")
    }

    /// Whether the pod holds what the compared resource asks for, so that this resource is in sync
    /// there; the observer itself only knows that it has looked.
    private func isInSync(with data: JSONValue) -> Bool {
        guard original.spec["readOnly"]?.boolValue != true, original.spec["paused"] != true else {
            return false
        }
        var pretended = original
        pretended.status = ["state": "Synced", "response": ["success": true, "data": data]]
        return !DriftFinding(pretended, kind: kind).isPresent
    }
}
