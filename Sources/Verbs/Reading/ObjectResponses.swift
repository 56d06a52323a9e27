import Documents
import KubernetesCore

/// What the application's API answered for an object, wherever its category keeps that.
struct ObjectResponses: Sendable {
    struct Answer: Sendable {
        /// The endpoint, where several were asked.
        var endpoint: String?
        var json: JSONValue

        var data: JSONValue? { json["data"] }
        var error: String? { json["error"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }
        var isSuccess: Bool { json["success"]?.boolValue ?? (error == nil) }
        var statusCode: Int64? { json["statusCode"]?.integerValue }
    }

    let object: KubernetesObject
    let answers: [Answer]

    init(_ object: KubernetesObject) {
        self.object = object
        let status = object.status
        if let several = status["responses"]?.objectValue, several.count > 0 {
            answers = several.members.sorted { $0.name < $1.name }
                .map { Answer(endpoint: $0.name, json: $0.value) }
            return
        }
        // Resources keep `response`, queries `results`, actions `result`; older generated kinds
        // keep a query's results as a bare list.
        if let one = ["response", "results", "result"].lazy.compactMap({ status[$0] }).first {
            answers = [Answer(json: one.arrayValue == nil ? one : ["data": one])]
        } else {
            answers = []
        }
    }

    /// For programs: the data alone, or one entry per endpoint.
    var payload: JSONValue {
        if answers.count == 1, answers[0].endpoint == nil { return answers[0].data ?? .null }
        return .object(
            JSONObject(answers.map { .init($0.endpoint ?? "response", $0.json) }))
    }
}
