import Catalog
import Diagnostics
import Documents
import KubernetesCore
import Session

/// Asks several pods for the same, side by side, and finds out whether it was they who answered.
struct PodSurvey: Sendable {
    let asking: Asking
    let subject: ComparedSubject
    let pods: [TargetPod]
    /// Of the operator that asks them.
    let proof: TargetingProof
    let keeps: Bool

    /// Of the pod that does not exist.
    private static let nobody = "no-such-pod"
    private static let nobodysOrdinal = Int(Int32.max)

    private var context: VerbContext { asking.context }
    private var kind: CatalogKind { asking.kind }

    /// - Returns: an observation for each pod, and why they may be of others; nil: they are not.
    func run() async throws -> (observations: [Observation], doubt: String?) {
        guard keeps else { return try await survey(asking, set: setName(nil)) }
        return try await LeftBehind(context: context).run { session in
            var kept = asking
            kept.session = session
            kept.options.lifetime = kept.options.lifetime ?? AskingOptions.keepingTime
            let set = setName(session.id)
            let result = try await survey(kept, set: set)
            try await ComparisonAggregate(asking: kept, subject: subject).create(for: set, session)
            return result
        }
    }

    private func setName(_ session: String?) -> String {
        let name = Asking.nameStem(subject.original.name)
        return session.map { "\(name)-\($0)" } ?? name
    }

    private func survey(
        _ asking: Asking, set: String
    ) async throws -> (observations: [Observation], doubt: String?) {
        var asking = asking
        asking.comparisonSet = set
        let requests = try pods.map { pod throws(Failure) in
            try request(for: pod, asking)
        }
        let (answers, isHeeded) = try await self.answers(to: requests, asking)
        let titles = Self.titles(of: pods)
        var observations: [Observation] = []
        var others = 0
        for (index, answer) in answers.enumerated() {
            observations.append(observation(of: answer, pods[index], titles[index]))
            let endpoints = answer.object.map { ObjectResponses($0).answers.count } ?? 0
            if endpoints > 1 { others = max(others, endpoints) }
        }
        if others > 0 {
            return (
                observations,
                "the operator asked \(others) endpoints for each of them, and not one pod"
            )
        }
        return (
            observations,
            isHeeded
                ? nil
                : "the operator does not heed which pod is asked, so all answers may be of one"
        )
    }

    private func request(for pod: TargetPod, _ asking: Asking) throws(Failure) -> CreateRequest {
        var spec = subject.spec
        try TargetChoice(pod, for: kind, beside: asking.namespace).write(into: &spec, of: kind)
        return asking.request(
            spec, stem: "\(subject.original.name)-\(pod.name)", isLasting: keeps)
    }

    /// Asks all at once, and with them a pod that does not exist.
    ///
    /// Whoever answers for that one has not asked any pod by name, as an operator does that was
    /// started with URLs (operator-contract.md, 3.11). Who has just shown that need not do so again.
    ///
    /// - Returns: what came of each request, and whether the target was heeded.
    private func answers(
        to requests: [CreateRequest], _ asking: Asking
    ) async throws -> ([InquiryAnswer], isHeeded: Bool) {
        if proof.isKept { return (try await asking.answers(requests), isHeeded: true) }
        let control = try control()
        // What is left for a while is left without the control, which is only needed now.
        guard !keeps else {
            async let heeded = isHeeded(control)
            return (try await asking.answers(requests), isHeeded: await heeded)
        }
        do {
            let answers = try await asking.answers(requests + [control], controls: 1)
            return (Array(answers.dropLast()), isHeeded: answers.last.map(isHeeded) ?? true)
        } catch is SessionError where !Task.isCancelled {
            // Refused beforehand, so nothing was made. Was it the control alone, the rest goes on.
            return (try await asking.answers(requests), isHeeded: true)
        }
    }

    private func control() throws -> CreateRequest {
        let nobody = TargetPod(
            workload: "", namespace: pods.first?.namespace ?? asking.namespace, name: Self.nobody,
            ordinal: Self.nobodysOrdinal, address: "", isReady: false, isNumbered: false)
        var spec = subject.spec
        try TargetChoice(nobody, for: kind, beside: asking.namespace).write(into: &spec, of: kind)
        return asking.request(spec, stem: "\(subject.original.name)-nobody")
    }

    private func isHeeded(_ control: CreateRequest) async -> Bool {
        // What keeps this one from being made keeps the others as well, and is told there.
        guard
            let session = try? await context.session(),
            let answers = try? await session.inquire(
                Inquiry([control], limit: asking.options.limit)),
            let answer = answers.first
        else { return true }
        return isHeeded(answer)
    }

    private func isHeeded(_ answer: InquiryAnswer) -> Bool {
        guard let object = answer.object else { return true }
        let state = kind.state(of: object)
        guard state.class != .good, state.class != .notFound else { return false }
        // Any other failure tells nothing of the next time.
        if state.message.contains(Self.nobody) || state.message.contains("\(Self.nobodysOrdinal)") {
            proof.keep()
        }
        return true
    }

    private func observation(
        of answer: InquiryAnswer, _ pod: TargetPod, _ title: String
    ) -> Observation {
        var observation = Observation(
            title: title, pod: pod.name, state: nil, answer: .unreachable(""))
        switch answer.outcome {
        case .answered(let object):
            return subject.observation(object, on: pod, title: title)
        case .unanswered(_, let why):
            let time = GoDuration.format(asking.options.limit)
            observation.answer = .unreachable("no answer within \(time): \(why)")
        case .deleted:
            observation.answer = .unreachable("somebody deleted its observer")
        case .notMade(let error):
            observation.answer = .unreachable(error.message)
        }
        return observation
    }

    /// `Pod-0` where that tells them apart, else their names.
    static func titles(of pods: [TargetPod]) -> [String] {
        let titles = pods.map(\.title)
        return Set(titles).count == titles.count ? titles : pods.map(\.name)
    }
}

/// The aggregate that goes on comparing kept observers (the specification's workflow 3).
struct ComparisonAggregate: Sendable {
    let asking: Asking
    let subject: ComparedSubject

    /// Makes it where the API has such a kind.
    func create(for set: String, _ session: Session) async throws {
        let catalog = try await asking.context.access.catalog(of: [asking.kind.type.groupVersion])
        guard
            let kind = catalog.kinds.first(where: { $0.category == .aggregate }),
            let spec = kind.schema?.node(at: ["spec"]), spec.property("derivedValues") != nil
        else { return }
        let place = "status.\(subject.prefix)"
        let manifest = KubernetesObject(
            kind.type, namespace: asking.namespace, name: set,
            spec: [
                "resourceSelectors": [
                    [
                        "kind": .string(asking.kind.type.kind),
                        "matchLabels": [Marks.comparisonSet: .string(set)],
                    ]
                ],
                "derivedValues": [
                    [
                        "name": "consistent",
                        "expression": .string(
                            "resources.all(r, r.\(place) == resources[0].\(place))"),
                    ]
                ],
            ])
        let entry = try await session.create(
            CreateRequest(
                target: ChangeTarget(kind), namespace: asking.namespace, manifest: manifest,
                reason: asking.options.reason, ticket: asking.options.ticket,
                purpose: asking.options.purpose, comparisonSet: set,
                lifetime: asking.options.lifetime))
        try asking.context.note(
            "\(entry.objectText) goes on comparing them, in its computed value \"consistent\"")
    }
}
