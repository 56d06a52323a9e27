import Catalog
import Documents
import KubernetesCore

// The instances of the application behind an object.
extension Evidence {
    /// With slower APIs every object is read without a pause (operator-contract.md, Seen live 15).
    private static let slowAnswer = Duration.seconds(1)

    var responseTimeFinding: Finding? {
        guard category != .aggregate, category != .bundle else { return nil }
        guard case .known(let answers) = answers else {
            let why = if case .unknown(let why) = answers { why } else { "" }
            return finding(.responseTime, .skip, "Response time not measured: \(why)")
        }
        var slowest: (pod: String, time: Duration)?
        var silent: [String] = []
        var broken: [String] = []
        var unasked: [String] = []
        for answer in answers {
            switch answer.outcome {
            case .answered(let status, let time):
                if slowest.map({ $0.time < time }) ?? true { slowest = (answer.pod, time) }
                if status >= 500 { broken.append("\(answer.pod) answers \(status)") }
            case .unreachable(let why): silent.append("\(answer.pod): \(why)")
            case .timedOut(let limit):
                silent.append("\(answer.pod): no answer within \(limit.components.seconds)s")
            case .notPassedOn(let why): unasked.append("\(answer.pod): \(why)")
            case .forbidden:
                return finding(
                    .responseTime, .skip,
                    "Response time not measured: you may not get pods/proxy",
                    next: [Remedy(["init"], "tells which rights are missing")])
            }
        }
        if slowest == nil, silent.isEmpty, let first = unasked.first {
            return finding(
                .responseTime, .skip,
                "Response time not measured: the API server does not ask \(first)")
        }
        guard let slowest else {
            return finding(
                .responseTime, .fail,
                "No answer from \(answers.count == 1 ? "the instance" : "any instance")",
                cause: silent.joined(separator: "; "),
                next: [.kubectl(["get", "pods"] + place, "shows the pods")])
        }
        let text = Self.text(slowest.time)
        let facts = [
            Finding.Fact("milliseconds", String(Self.milliseconds(slowest.time))),
            Finding.Fact("pod", slowest.pod),
        ]
        let several = answers.count > 1 ? " (slowest of \(answers.count): \(slowest.pod))" : ""
        if !silent.isEmpty || !broken.isEmpty {
            return finding(
                .responseTime, .warn, "Response time: \(text)\(several)",
                cause: (silent + broken).joined(separator: "; "), facts: facts)
        }
        guard slowest.time < Self.slowAnswer else {
            return finding(
                .responseTime, .warn, "Response time: \(text)\(several) is slow",
                cause: "from a second on the operator reads every object without a pause",
                facts: facts)
        }
        return finding(.responseTime, .ok, "Response time: \(text)\(several)", facts: facts)
    }

    private var place: [String] { stage.value.map { ["-n", $0.namespace] } ?? [] }

    private static func milliseconds(_ time: Duration) -> Int64 {
        time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
    }

    /// `45ms`, `2.1s`.
    private static func text(_ time: Duration) -> String {
        let whole = max(1, milliseconds(time))
        guard whole >= 1000 else { return "\(whole)ms" }
        return "\(whole / 1000).\(whole % 1000 / 100)s"
    }

    var endpointsFinding: Finding? {
        guard category != .aggregate, category != .bundle else { return nil }
        let answers = ObjectResponses(object).answers
        guard answers.contains(where: { $0.endpoint != nil }) else { return nil }
        let failed = answers.filter { !$0.isSuccess }
        guard let first = failed.first else {
            return finding(.endpoints, .ok, "All \(answers.count) endpoints answered")
        }
        // The state is good as soon as one endpoint is (operator-contract.md, 3.11).
        let isAll = failed.count == answers.count
        let why =
            first.error ?? first.statusCode.map { HTTPPhrase.text(Int($0)) } ?? "no success"
        return finding(
            .endpoints, .fail,
            "\(failed.count) of \(answers.count) endpoints failed"
                + (isAll ? "" : ", although the state is \(stateWord ?? "good")"),
            cause: "\(first.endpoint ?? ""): \(why)",
            next: [
                Remedy(line("describe"), "shows each endpoint's answer"),
                Remedy(line("compare") + ["--across-pods"], "asks each pod for itself"),
            ], facts: failed.map { .init("endpoint", $0.endpoint ?? "") })
    }

    var targetFinding: Finding? {
        guard category != .aggregate, category != .bundle else { return nil }
        let resolution = TargetResolution(self)
        if let unheeded = resolution.unheeded {
            return finding(
                .target, .warn, "The target that the spec asks for is not heeded",
                cause: unheeded, next: [Remedy(line("edit"), "changes the target")])
        }
        switch resolution.outcome {
        case .unknown(let why):
            return finding(.target, .skip, "Target not checked: \(why)")
        case .nobody(let why):
            return finding(
                .target, .fail, "The target leads nowhere", cause: why,
                next: [.kubectl(["get", "pods"] + place, "shows the pods that there are")])
        case .urls(let urls):
            return finding(.target, .ok, "Target: \(urls.joined(separator: ", "))")
        case .pods(let pods):
            let names = pods.map(\.name).joined(separator: ", ")
            return finding(.target, .ok, "Target: \(pods.count == 1 ? "" : "one of ")\(names)")
        }
    }

    var podsFinding: Finding? {
        guard category != .aggregate, category != .bundle else { return nil }
        let resolution = TargetResolution(self)
        guard !resolution.pods.isEmpty else {
            return finding(.pods, .skip, "Pods not checked: no pods of the target are known")
        }
        let unready = resolution.pods.filter { !$0.isReady }
        guard let first = unready.first else {
            return finding(
                .pods, .ok,
                resolution.pods.count == 1
                    ? "The target's pod is ready" : "All \(resolution.pods.count) pods are ready")
        }
        let isAll = unready.count == resolution.pods.count
        return finding(
            .pods, isAll ? .fail : .warn,
            "\(unready.count) of \(resolution.pods.count) pods of the target are not ready",
            cause: "\(first.name) is \(first.phase) and not ready",
            next: [
                .kubectl(["describe", "pod", first.name] + place, "tells why it is not ready")
            ])
    }
}
