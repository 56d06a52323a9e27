import Catalog
import Documents
import KubernetesCore

// How long the API takes to answer, asked just now.
extension Evidence {
    var responseTimeFinding: Finding? {
        guard category != .aggregate, category != .bundle else { return nil }
        guard case .known(let answers) = answers else {
            let why = if case .unknown(let why) = answers { why } else { "" }
            return unmeasured(why, cause: nil)
        }
        let round = ProbeRound(answers)
        if round.isForbidden {
            let place = stage.value.map { " in namespace \($0.namespace)" } ?? ""
            return unmeasured(
                "you may not get pods/proxy\(place)",
                cause: "only the API server reaches the pods from here, and it asks them for "
                    + "those who have that right",
                next: [Remedy(["generate", "rbac"], "prints the roles that give the right")])
        }
        guard let slowest = round.slowest else {
            guard round.ill.isEmpty, let first = round.unasked.first else {
                return finding(
                    .responseTime, .fail,
                    "No answer from \(answers.count == 1 ? "the instance" : "any instance")",
                    cause: round.ill.map(\.text).joined(separator: "; "),
                    next: [.kubectl(["get", "pods"] + place, "shows the pods")])
            }
            return unmeasured(
                "the API server refused to ask \(first.pod) for us (\(first.what))",
                cause: refusal(of: first.pod),
                next: [comparison("has the operator ask each pod")].compactMap { $0 })
        }
        let facts = [
            Finding.Fact("milliseconds", String(ProbeRound.milliseconds(slowest.time))),
            Finding.Fact("pod", slowest.pod),
        ]
        let text = "Response time: \(round.text)"
        if let first = round.ill.first {
            let isOne = round.ill.count == 1
            return finding(
                .responseTime, .warn,
                text + ", but "
                    + (isOne
                        ? "\(first.pod) \(first.what)"
                        : round.ill.count == answers.count
                            ? "all \(answers.count) pods fail"
                            : "\(round.ill.count) of \(answers.count) pods fail"),
                cause: isOne ? first.why : round.ill.map(\.text).joined(separator: "; "),
                next: [
                    comparison("tells what each pod answers"),
                    first.isSilent
                        ? .kubectl(["describe", "pod", first.pod] + place, "tells how that pod is")
                        : .kubectl(["logs", first.pod] + place, "shows what that pod says of it"),
                ].compactMap { $0 }, facts: facts)
        }
        guard slowest.time < MeasuredAnswer.slow else {
            return slowFinding(text, slowest.pod, answers + otherAnswers, facts)
        }
        return finding(.responseTime, .ok, text, facts: facts)
    }

    /// Whether one pod is slow or all are decides where to look on.
    private func slowFinding(
        _ text: String, _ pod: String, _ answers: [MeasuredAnswer], _ facts: [Finding.Fact]
    ) -> Finding {
        let effect = "from a second on the operator reads every object without a pause"
        let quick = ProbeRound(answers.filter { !$0.isSlow })
        let slow = answers.filter(\.isSlow)
        let pods = Remedy(["targets"], "shows which pods there are, and ready")
        let logs = Remedy.kubectl(["logs", pod] + place, "shows what that pod is busy with")
        if let best = quick.slowest {
            let others = quick.count == 1 ? best.pod : "the other \(quick.count) pods"
            let time = ProbeRound.text(best.time)
            return finding(
                .responseTime, .warn, text + " is slow",
                cause: "\(others) answer\(quick.count == 1 ? "s" : "") within \(time), so it is "
                    + (slow.count == 1 ? pod : "\(slow.count) pods") + " alone; \(effect)",
                next: [
                    .kubectl(["describe", "pod", pod] + place, "tells how that pod is"), logs,
                    comparison("tells whether the pods have the same"), pods,
                ].compactMap { $0 }, facts: facts)
        }
        let shared = "all \(slow.count) pods are, so look behind what they share"
        return finding(
            .responseTime, .warn, text + " is slow",
            cause: (slow.count > 1 ? "\(shared); " : "") + effect,
            next: [
                Remedy(["health-check", "--all"], "tells what suffers from it"), pods, logs,
            ], facts: facts)
    }

    private func unmeasured(_ why: String, cause: String?, next: [Remedy] = []) -> Finding {
        finding(
            .responseTime, .skip, "Response time not measured: \(why)", cause: cause, next: next)
    }

    /// Why an API server does not ask a pod: it has no address, or one that `pods/proxy` never
    /// goes to (the loopback, link-local), lest somebody asks the API server's own machine.
    private func refusal(of pod: String) -> String? {
        guard let found = stage.value?.pods.first(where: { $0.name == pod }) else { return nil }
        guard !found.address.isEmpty else { return "the pod has no address yet" }
        return "through an API server nobody reaches a loopback or link-local address, and the "
            + "pod's is \(found.address)"
    }
}

/// What several pods answered when each was asked once.
struct ProbeRound: Sendable {
    struct Pod: Sendable {
        var pod: String
        /// `answers 500`.
        var what: String
        var why: String?
        var isSilent = true

        var text: String { "\(pod) \(what)" + (why.map { ": \($0)" } ?? "") }
    }

    let count: Int
    private(set) var slowest: (pod: String, time: Duration)?
    /// Those that did not answer, or with an error.
    private(set) var ill: [Pod] = []
    /// Those that the API server did not ask.
    private(set) var unasked: [Pod] = []
    private(set) var isForbidden = false

    init(_ answers: [MeasuredAnswer]) {
        count = answers.count
        for answer in answers {
            let pod = answer.pod
            switch answer.outcome {
            case .answered(let status, let time):
                if slowest.map({ $0.time < time }) ?? true { slowest = (pod, time) }
                if status >= 500 {
                    ill.append(Pod(pod: pod, what: "answers \(status)", isSilent: false))
                }
            case .unreachable(let why):
                ill.append(Pod(pod: pod, what: "cannot be reached", why: why))
            case .timedOut(let limit):
                ill.append(
                    Pod(pod: pod, what: "gave no answer within \(limit.components.seconds)s"))
            case .notPassedOn(let why): unasked.append(Pod(pod: pod, what: why))
            case .forbidden: isForbidden = true
            }
        }
    }

    /// `45ms`, `2.1s (slowest of 3: petstore-api-1)`.
    var text: String {
        guard let slowest else { return "" }
        let several = count > 1 ? " (slowest of \(count): \(slowest.pod))" : ""
        return Self.text(slowest.time) + several
    }

    static func text(_ time: Duration) -> String {
        let whole = max(1, milliseconds(time))
        return whole < 1000 ? "\(whole)ms" : "\(whole / 1000).\(whole % 1000 / 100)s"
    }

    static func milliseconds(_ time: Duration) -> Int64 {
        time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
    }
}
