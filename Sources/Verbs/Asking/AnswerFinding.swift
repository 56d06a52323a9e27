import Catalog
import Diagnostics
import Documents
import KubernetesCore
import Render
import Session

/// What the answer of a query or an action came to.
struct AnswerFinding: Sendable {
    /// One of several endpoints that the operator asked for one object.
    struct Endpoint: Sendable, Hashable {
        var url: String
        /// Nil where it answered well.
        var fault: String?
        var statusCode: Int64?
    }

    let object: KubernetesObject
    let state: ResourceState
    let data: JSONValue?
    let statusCode: Int64?
    /// Empty where one endpoint was asked.
    let endpoints: [Endpoint]
    /// Why the answer is none; nil where it is one.
    let fault: String?

    /// - Throws: `Failure` where there is no answer to look at.
    init(_ answer: InquiryAnswer, of kind: CatalogKind, limit: Duration) throws {
        switch answer.outcome {
        case .answered(let object): self.init(object, of: kind)
        case .notMade(let error): throw error
        case .deleted:
            throw Failure(
                .conflict,
                "\(kind.friendlyName): somebody else deleted it before it was answered")
        case .unanswered(let object, let why):
            throw Self.timeOut(object, why, kind, limit)
        }
    }

    init(_ object: KubernetesObject, of kind: CatalogKind) {
        self.object = object
        let secrets = SecretTexts(object.spec, kind)
        var state = kind.state(of: object)
        state.message = secrets.hidden(in: state.message)
        self.state = state
        data = kind.results(of: object)
        let status = object.status
        let own = status["results"] ?? status["result"]
        statusCode = status["httpStatusCode"]?.integerValue ?? own?["statusCode"]?.integerValue
        endpoints = ObjectResponses(object).answers.compactMap { answer in
            answer.endpoint.map {
                Endpoint(
                    url: $0,
                    fault: answer.isSuccess
                        ? nil : secrets.hidden(in: answer.error ?? "no success"),
                    statusCode: answer.statusCode)
            }
        }
        fault = Self.fault(of: state, own).map(secrets.hidden)
    }

    /// A state that is good may still hold an answer that is none (Seen live 19).
    private static func fault(of state: ResourceState, _ answer: JSONValue?) -> String? {
        let said = answer?["error"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        guard state.class == .good else {
            let message = state.message.isEmpty ? said : state.message
            return message ?? "its state is \(state.state ?? "unknown")"
        }
        guard answer?["success"]?.boolValue == false else { return nil }
        return said ?? "the API's response could not be read"
    }

    var failedEndpoints: [Endpoint] { endpoints.filter { $0.fault != nil } }
    var isPartial: Bool { fault == nil && !failedEndpoints.isEmpty }

    /// `2 of 3 endpoints answered`, for people.
    var share: String {
        "\(endpoints.count - failedEndpoints.count) of \(endpoints.count) endpoints answered"
    }

    // MARK: No answer

    private static func timeOut(
        _ object: KubernetesObject?, _ why: String, _ kind: CatalogKind, _ limit: Duration
    ) -> Failure {
        let time = GoDuration.format(limit)
        var hints: [String] = []
        let hasStatus = object.map { !$0.status.isNull } ?? false
        if !hasStatus {
            hints.append("\(Root.programName) init shows whether an operator runs and watches here")
            if kind.category == .query, storesAnyObject(kind) {
                hints.append(
                    "or the API answered with plain text (a token, an empty body), which the"
                        + " operator cannot store: then \(kind.friendlyName) never shows a status,"
                        + " though it was asked")
            }
        } else if kind.category == .action {
            hints.append(
                "whether the API was called is not known; an action that lost its last status"
                    + " stays in Executing for ever")
        } else {
            hints.append("--timeout gives it more time")
        }
        return Failure(
            .timedOut, "\(kind.friendlyName) was not answered within \(time): \(why)",
            hints: hints)
    }

    /// Whether the answer's field takes any object, and therefore no text.
    private static func storesAnyObject(_ kind: CatalogKind) -> Bool {
        let node =
            kind.schema?.node(at: ["status", "results", "data"])
            ?? kind.schema?.node(at: ["status", "results"])
        return node?.type == "object" && node?.properties.isEmpty == true
    }
}

/// Secret values of a spec, to be hidden where an operator's message quotes them: a login goes in
/// the URL of its call (operator-contract.md, 3.6).
private struct SecretTexts {
    private let texts: [String]

    init(_ spec: JSONValue, _ kind: CatalogKind) {
        let values = (spec.objectValue?.members ?? []).compactMap { member -> String? in
            let isSecret =
                kind.parameter(named: member.name)?.isSecret ?? SecretName.isSecret(member.name)
            return isSecret ? member.value.stringValue : nil
        }.filter { !$0.isEmpty }
        texts = values + values.map(Self.escaped)
    }

    func hidden(in text: String) -> String {
        texts.reduce(text) { $0.replacing($1, with: Mask.text) }
    }

    /// As it stands in a URL (RFC 3986).
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let letter = Character(UnicodeScalar(byte))
            let isPlain = letter.isASCII && (letter.isLetter || letter.isNumber)
            if isPlain || "-._~".contains(letter) { return String(letter) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }
}
