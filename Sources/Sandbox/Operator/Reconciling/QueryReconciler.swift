import Documents
import KubernetesCore

/// The pass over a query: asks the API when it is time, and keeps the answer in the status.
struct QueryReconciler: Reconciler {
    let context: KindContext
    let binding: QueryBinding

    func reconcile(_ object: KubernetesObject) async throws(KubernetesError) -> Verdict {
        guard object.deletionTimestamp == nil else { return .settled }
        let interval: Duration?
        switch context.interval(of: object.spec) {
        case .success(let span): interval = span
        case .failure(let malformed): return try await context.reject(object, malformed.message)
        }
        switch Occasion.of(object, good: "Queried", interval: interval, at: context.now) {
        case .wait(let verdict): return verdict
        case .pause:
            var status = object.status
            status.setState("Paused", "Query is paused", at: context.now)
            _ = try await context.replaceStatus(of: object, status)
            return .settled
        case .run: break
        }
        let status = await run(object, interval)
        do throws(KubernetesError) {
            // No second try over a conflict: the query runs again instead.
            _ = try await context.replaceStatus(of: object, status)
        } catch {
            context.configuration.log("status of \(context.type.kind) refused: \(error.message)")
            return error.isNotFound ? .settled : .retry
        }
        return context.rest(interval)
    }

    private func run(_ object: KubernetesObject, _ interval: Duration?) async -> JSONValue {
        var status = object.status
        let now = context.now
        context.noteExecution(&status, object, interval)
        status["lastQueryTime"] = .string(now.rfc3339)
        status.increase(context.dialect == .nested ? "executionCount" : "queryCount")
        let endpoints: Endpoints
        do throws(NoEndpoint) {
            endpoints = try await context.endpoints(for: object)
        } catch {
            status.setState("Failed", error.message, at: now)
            status["resultCount"] = 0
            if context.dialect == .nested {
                status["results"] = [
                    "success": false, "error": .string(error.message),
                    "lastUpdated": .string(now.rfc3339),
                ]
            }
            return status
        }
        var answers: [(url: String, answer: RESTAnswer)] = []
        for endpoint in endpoints.urls {
            let answer = await context.caller.call(
                binding.call, at: endpoint, parameters: parameters(object.spec))
            answers.append((endpoint, answer))
        }
        if endpoints.fansOut {
            status["responses"] = .object(
                JSONObject(answers.map { .init($0.url, entry($0.answer)) }))
        }
        tell(answers, in: &status, fansOut: endpoints.fansOut)
        return status
    }

    private func tell(
        _ answers: [(url: String, answer: RESTAnswer)], in status: inout JSONValue, fansOut: Bool
    ) {
        let good = answers.filter(\.answer.isSuccess)
        guard let answer = (good.first ?? answers.first)?.answer else { return }
        let data = Self.data(answer)
        switch context.dialect {
        case .nested: status["results"] = entry(answer)
        case .flat:
            var list: [JSONValue] = []
            if let data { list = data.arrayValue ?? [data] }
            status["results"] = .array(list)
        }
        status["resultCount"] = .integer(answer.isSuccess ? Int64(Self.count(data)) : 0)
        if good.isEmpty {
            status.setState("Failed", answer.failureMessage, at: context.now)
        } else {
            let message =
                fansOut
                ? "Queried \(good.count)/\(answers.count) endpoints" : "Query executed successfully"
            status.setState("Queried", message, at: context.now)
        }
    }

    private func parameters(_ spec: JSONValue) -> [(String, String)] {
        binding.parameters.flatMap { name -> [(String, String)] in
            switch spec[name] {
            case .string(let text)?: [(name, text)]
            case .array(let items)?: items.compactMap(\.stringValue).map { (name, $0) }
            default: []
            }
        }
    }

    private func entry(_ answer: RESTAnswer) -> JSONValue {
        .endpointResponse(
            answer, data: Self.data(answer), at: context.now, timeField: "lastUpdated")
    }

    /// The body as it is stored: JSON, else the raw text.
    ///
    /// The text does not fit a field that holds an object; the server then refuses the status,
    /// which is why a login never shows one.
    private static func data(_ answer: RESTAnswer) -> JSONValue? {
        guard answer.isSuccess else { return .none }
        return answer.json ?? .string(String(decoding: answer.body, as: UTF8.self))
    }

    /// How many results a body holds, by the rule for untyped results.
    static func count(_ data: JSONValue?) -> Int {
        if let items = data?.arrayValue { return items.count }
        for name in ["items", "data", "results", "content"] {
            if let items = data?[name]?.arrayValue { return items.count }
        }
        return data == nil ? 0 : 1
    }
}
