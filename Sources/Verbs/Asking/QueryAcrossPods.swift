import Catalog
import Documents
import KubernetesCore
import Render
import Session

/// One question to every pod, side by side.
struct QueryAcrossPods: Sendable {
    let operation: Operation
    let options: OperationOptions

    private var asking: Asking { operation.asking }

    func run() async throws {
        let (context, kind) = (asking.context, asking.kind)
        let place = operation.choice.members[.namespace]?.stringValue ?? asking.namespace
        let found = try await TargetPods.find(for: kind, namespace: place, in: context)
        let pods = try found.all()
        var asking = self.asking
        asking.comparisonSet =
            "\(Asking.nameStem(kind.friendlyName))-\(try await context.session().id)"
        var requests: [CreateRequest] = []
        for pod in pods {
            var pinned = operation.spec
            try TargetChoice(pod, for: kind, beside: asking.namespace)
                .write(into: &pinned, of: kind)
            requests.append(
                asking.request(pinned, stem: "\(kind.friendlyName)-\(pod.ordinal)"))
        }
        let answers = try await asking.answers(requests)
        var outcomes: [(pod: TargetPod, data: JSONValue?, fault: String?)] = []
        for (pod, answer) in zip(pods, answers) {
            let (data, fault) = outcome(of: answer)
            outcomes.append((pod, data, fault))
        }
        try context.report(report(on: outcomes), as: options.format.output)
        let failed = outcomes.filter { $0.fault != nil }
        for (pod, _, fault) in failed {
            try context.note("failed: \(pod.title) (\(pod.name)): \(fault ?? "")")
        }
        guard failed.isEmpty else {
            throw Failure(
                .answeredNo,
                "only \(outcomes.count - failed.count) of \(outcomes.count) pods answered")
        }
    }

    private func outcome(of answer: InquiryAnswer) -> (JSONValue?, String?) {
        do {
            let finding = try AnswerFinding(
                answer, of: asking.kind, limit: asking.options.limit)
            if let fault = finding.fault { return (.none, fault) }
            return (finding.data ?? .null, nil)
        } catch {
            return (.none, Failure(error, world: asking.context.world).message)
        }
    }

    /// Pods with the same answer share a section.
    private func report(
        on outcomes: [(pod: TargetPod, data: JSONValue?, fault: String?)]
    ) -> Report {
        var groups: [(titles: [String], data: JSONValue)] = []
        for (pod, data, _) in outcomes {
            guard let data else { continue }
            if let index = groups.firstIndex(where: { $0.data == data }) {
                groups[index].titles.append(pod.title)
            } else {
                groups.append(([pod.title], data))
            }
        }
        return Report(
            kind: "Query",
            sections: groups.map { group in
                AnswerTable.section(
                    group.data, title: group.titles.joined(separator: ", ") + ":",
                    showSecrets: options.secrets.showSecrets)
            },
            payload: .object(
                JSONObject(outcomes.map { .init($0.pod.name, $0.data ?? .null) })),
            names: outcomes.map(\.pod.name))
    }
}

extension TargetPods {
    /// All of them.
    ///
    /// - Throws: `Failure` when none was found.
    func all() throws(Failure) -> [TargetPod] {
        guard pods.isEmpty else { return pods }
        if let gap = gaps.first {
            throw Failure(
                .mistake, "the application's pods cannot be found: \(gap.what): \(gap.why)",
                hints: ["--pods NAME,… names them without looking"])
        }
        throw Failure(
            .notFound, "no workload of the application was found",
            hints: ["--target-namespace says where it runs"])
    }
}

extension TargetChoice {
    /// One pod, in the form that the kind's operator heeds.
    init(_ pod: TargetPod, for kind: CatalogKind, beside namespace: String) {
        let isNamed = kind.path(of: .pod) != nil
        self = isNamed ? TargetChoice(pod, beside: namespace) : TargetChoice(ordinal: pod.ordinal)
    }
}
