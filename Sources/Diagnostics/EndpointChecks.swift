import Catalog
import Documents
import KubernetesCore

// The instances of the application behind an object.
extension Evidence {
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
                comparison("asks each pod for itself"),
            ].compactMap { $0 }, facts: failed.map { .init("endpoint", $0.endpoint ?? "") })
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
                next: [
                    Remedy(line("edit"), "changes the target"),
                    .kubectl(["get", "pods"] + place, "shows the pods that there are"),
                ])
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

    /// Where the pods of the target are, for kubectl.
    var place: [String] { stage.value.map { ["-n", $0.namespace] } ?? [] }
}
