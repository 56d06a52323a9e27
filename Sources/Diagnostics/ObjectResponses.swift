package import Documents
package import KubernetesCore

/// What the application's API answered for an object, wherever its category keeps that.
package struct ObjectResponses: Sendable {
    package struct Answer: Sendable {
        /// The endpoint, where several were asked.
        package var endpoint: String?
        package var json: JSONValue

        package var data: JSONValue? { json["data"] }
        package var error: String? { json["error"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }
        package var isSuccess: Bool { json["success"]?.boolValue ?? (error == nil) }
        /// When it came.
        package var time: String? { (json["lastUpdated"] ?? json["executedAt"])?.stringValue }
        package var statusCode: Int64? { json["statusCode"]?.integerValue }
    }

    package let object: KubernetesObject
    package let answers: [Answer]

    package init(_ object: KubernetesObject) {
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
    package var payload: JSONValue {
        if answers.count == 1, answers[0].endpoint == nil { return answers[0].data ?? .null }
        return .object(
            JSONObject(answers.map { .init($0.endpoint ?? "response", $0.json) }))
    }
}
