import Catalog
import Diagnostics
import Documents
import KubernetesClient
import KubernetesCore
import Session

/// Gathers what a diagnosis rests on, for many objects at once.
///
/// Everything is asked side by side and once: a list per kind, one of pods and one of each sort of
/// workload per namespace, the operator's traces per API, a question to each instance.
struct Examination: Sendable {
    let context: VerbContext
    let client: KubernetesClient
    /// The time between the two looks; zero: one look.
    let sample: Duration
    let modificationLimit: Duration?

    /// An object that is to be examined.
    struct Subject: Sendable {
        var kind: CatalogKind
        var object: KubernetesObject

        var reference: ObjectReference { ObjectReference(object, kind: kind) }
        var place: Place { Place(type: kind.type, namespace: object.namespace) }
    }

    struct Place: Sendable, Hashable {
        var type: ResourceType
        var namespace: String?
    }

    /// An instance gets that long to answer.
    private static let probeLimit = Duration.seconds(5)
    /// More instances and paths are not asked in one go.
    private static let mostProbes = 24
    /// Up to so many objects are looked at again one by one, more by a list.
    private static let fewObjects = 8

    /// Examines objects.
    ///
    /// - Parameters:
    ///   - subjects: the objects.
    ///   - known: whole collections that were read already, by kind.
    /// - Returns: a diagnosis of each, in the same order.
    /// - Throws: what kept the operators' traces from being looked for.
    func diagnoses(
        of subjects: [Subject], beside known: [ResourceType: [KubernetesObject]] = [:]
    ) async throws -> [Diagnosis] {
        async let later = secondLooks(at: subjects)
        async let siblings = siblings(of: Set(subjects.map(\.place)), known)
        async let rights = rights(on: Set(subjects.map(\.place)))
        async let operators = operators(of: Set(subjects.map(\.kind.type.groupVersion)))
        async let leases = sessionLeases(for: subjects)
        let facts = try await operators
        let stages = await stages(of: subjects, facts)
        let lists = await siblings
        let now = client.estimatedServerTime ?? context.world.clock.now()
        let prepared = subjects.map { subject in
            var evidence = Evidence(subject.object, kind: subject.kind, now: now)
            evidence.operators = facts[subject.kind.type.groupVersion] ?? OperatorFacts()
            evidence.stage =
                stages[Self.namespace(of: subject, evidence.operators)]
                ?? .unknown("not looked for")
            evidence.servingPods = Self.servingPods(of: subject, evidence)
            evidence.siblings = lists[subject.place] ?? .unknown("not listed")
            evidence.operators.lastStatusWrite = (evidence.siblings.value ?? [subject.object])
                .compactMap(FieldWriter.lastStatusWrite).max()
            return evidence
        }
        let answers = await measure(prepared)
        let (seconds, span) = try await later
        let mayDo = await rights
        let alive = await leases
        try Task.checkCancellation()
        return zip(subjects, prepared).map { subject, prepared in
            var evidence = prepared
            evidence.now = client.estimatedServerTime ?? context.world.clock.now()
            if let second = seconds[subject.reference] {
                evidence.flapping = Flapping(subject.object, second, span: span)
                evidence.hasSecondLook = true
                evidence.object = second
            }
            evidence.answers =
                answers[subject.reference]?.own ?? .unknown("nobody was asked")
            evidence.otherAnswers = answers[subject.reference]?.others ?? []
            evidence.rights = mayDo[subject.place] ?? .unknown("not asked for")
            evidence.changes = Self.changes(in: subject, alive, evidence.now)
            evidence.modificationLimit = modificationLimit
            return Diagnosis(evidence)
        }
    }

    /// Where the target of an object is.
    private static func namespace(of subject: Subject, _ facts: OperatorFacts) -> String {
        let request = TargetRequest(subject.object.spec, kind: subject.kind)
        let own = subject.object.namespace ?? ""
        if let namespace = request.namespace { return namespace }
        let isOperatorsChoice = request.isEmpty || request.podOrdinal != nil
        return isOperatorsChoice ? facts.deployment?.flag("namespace") ?? own : own
    }

    /// The pods that `compare` would find for an object.
    private static func servingPods(
        of subject: Subject, _ evidence: Evidence
    ) -> [FoundWorkload.Pod] {
        guard let stage = evidence.stage.value, stage.namespace == subject.object.namespace else {
            return []
        }
        var app = FoundApp(
            api: GeneratedAPI(groupVersion: subject.kind.type.groupVersion, kinds: [subject.kind]),
            lease: evidence.operators.lease)
        app.deployment = evidence.operators.deployment
        return ClusterSearch.serving(app, among: stage.workloads).flatMap(\.pods)
    }

    // MARK: looks

    private func secondLooks(
        at subjects: [Subject]
    ) async throws -> (objects: [ObjectReference: KubernetesObject], span: Duration) {
        let start = context.world.clock.now()
        let now = client.estimatedServerTime ?? start
        let doubtful = subjects.filter {
            $0.kind.category == .resource && Flapping.isPossible(in: $0.object, now: now)
        }
        guard sample > .zero, !doubtful.isEmpty else { return ([:], .zero) }
        try await context.world.clock.sleep(sample)
        var found: [ObjectReference: KubernetesObject] = [:]
        if doubtful.count <= Self.fewObjects {
            // One that is gone or cannot be read meanwhile was looked at once only.
            let answers = await side(by: Set(doubtful.map(\.reference))) { reference in
                try? await client.get(
                    reference.type, namespace: reference.namespace, name: reference.name)
            }
            for (reference, object) in answers { found[reference] = object }
        } else {
            let lists = await siblings(of: Set(doubtful.map(\.place)))
            for subject in doubtful {
                found[subject.reference] = lists[subject.place]?.value?.first {
                    $0.name == subject.object.name
                }
            }
        }
        return (found, context.world.clock.now() - start)
    }

    private func siblings(
        of places: Set<Place>, _ known: [ResourceType: [KubernetesObject]] = [:]
    ) async -> [Place: Known<[KubernetesObject]>] {
        await side(by: places) { place in
            if let list = known[place.type] {
                return .known(list.filter { $0.namespace == place.namespace })
            }
            do throws(KubernetesError) {
                let list = try await client.list(place.type, namespace: place.namespace)
                return .known(list.items)
            } catch {
                return .unknown(error.message)
            }
        }
    }

    /// Answers for each of some keys, asked for side by side.
    private func side<Key: Hashable & Sendable, Value: Sendable>(
        by keys: Set<Key>, _ ask: @escaping @Sendable (Key) async -> Value
    ) async -> [Key: Value] {
        await withTaskGroup(of: (Key, Value).self) { group in
            for key in keys {
                group.addTask {
                    let value = await ask(key)
                    return (key, value)
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    // MARK: surroundings

    private func operators(
        of versions: Set<GroupVersion>
    ) async throws -> [GroupVersion: OperatorFacts] {
        let apis = try await context.access.catalog(of: versions.sorted(), .cached).groups
        let search = ClusterSearch(
            client: client, namespace: "", program: context.world.programName)
        return await side(by: versions) { version in
            guard let api = apis.first(where: { $0.groupVersion == version }) else {
                return OperatorFacts()
            }
            return await search.operatorFacts(of: api)
        }
    }

    private func stages(
        of subjects: [Subject], _ facts: [GroupVersion: OperatorFacts]
    ) async -> [String: Known<Stage>] {
        let namespaces = Set(
            subjects.map {
                Self.namespace(of: $0, facts[$0.kind.type.groupVersion] ?? OperatorFacts())
            })
        return await side(by: namespaces) { namespace in
            await ClusterSearch(
                client: client, namespace: namespace, program: context.world.programName
            ).stage()
        }
    }

    private static let verbs = ["get", "list", "patch", "watch"]

    private func rights(on places: Set<Place>) async -> [Place: Known<[String: Bool]>] {
        await side(by: places) { place in
            var rights: [String: Bool] = [:]
            for verb in Self.verbs {
                do throws(KubernetesError) {
                    rights[verb] = try await client.canI(
                        verb: verb, place.type, namespace: place.namespace
                    ).isAllowed
                } catch {
                    return .unknown(error.message)
                }
            }
            return .known(rights)
        }
    }

    // MARK: temporary changes

    /// Leases of sessions, asked for only where an object bears a record; nil: not known.
    private func sessionLeases(for subjects: [Subject]) async -> [SessionLease]? {
        let isMarked = subjects.contains {
            !Marks.records(in: $0.object, group: $0.kind.type.group).isEmpty
        }
        guard isMarked else { return [] }
        let options = ListOptions(
            labelSelector: "\(SessionLease.label)=\(SessionLease.labelValue)")
        let namespaces = Set(subjects.compactMap(\.object.namespace))
        // Who may not read Leases goes by deadlines alone.
        let lists = await side(by: namespaces) { namespace in
            try? await client.list(SessionLease.type, namespace: namespace, options: options)
        }
        guard lists.values.allSatisfy({ $0 != nil }) else { return nil }
        return lists.values.flatMap { $0?.items ?? [] }.compactMap { SessionLease($0) }
    }

    private static func changes(
        in subject: Subject, _ leases: [SessionLease]?, _ now: Timestamp
    ) -> [RecordedChange] {
        Marks.records(in: subject.object, group: subject.kind.type.group).flatMap {
            _, _, record -> [RecordedChange] in
            guard let record else { return [] }
            let isAlive = leases.map { leases in
                leases.contains { $0.session == record.session && $0.isFresh(at: now) }
            }
            return record.fields.map(\.path.description).filter { !$0.hasPrefix("metadata.") }
                .map {
                    RecordedChange(
                        session: record.session, path: $0, deadline: record.deadline,
                        isAlive: isAlive)
                }
        }
    }

    // MARK: measuring

    /// What the instances behind an object answered, and where they were slow also the others.
    private struct Measured: Sendable {
        var own: Known<[MeasuredAnswer]>
        var others: [MeasuredAnswer] = []
    }

    /// Asks every instance behind the objects once for each path.
    private func measure(_ evidence: [Evidence]) async -> [ObjectReference: Measured] {
        let asks = evidence.filter { ![.aggregate, .bundle].contains($0.category) }
        let plans = asks.map { ($0.reference, ProbePlan($0)) }
        var answers = await self.answers(of: plans.flatMap(\.1.pods), beside: [:])
        let slow = plans.map(\.1).filter { plan in
            plan.pods.contains { answers[$0]?.isSlow == true }
        }
        answers = await self.answers(of: slow.flatMap(\.others), beside: answers)
        var result: [ObjectReference: Measured] = [:]
        for (reference, plan) in plans {
            let measured = plan.pods.compactMap { answers[$0] }
            if let obstacle = plan.obstacle {
                result[reference] = Measured(own: .unknown(obstacle))
            } else if measured.isEmpty {
                result[reference] = Measured(own: .unknown("too many instances to ask them all"))
            } else {
                result[reference] = Measured(
                    own: .known(measured), others: plan.others.compactMap { answers[$0] })
            }
        }
        return result
    }

    /// The answers that there are already, and those of further pods.
    private func answers(
        of pods: [ProbePlan.Pod], beside known: [ProbePlan.Pod: MeasuredAnswer]
    ) async -> [ProbePlan.Pod: MeasuredAnswer] {
        var asked: [ProbePlan.Pod] = []
        for pod in pods where known[pod] == nil && !asked.contains(pod) { asked.append(pod) }
        let found = await side(by: Set(asked.prefix(Self.mostProbes))) { pod in
            await self.answer(of: pod)
        }
        return known.merging(found) { first, _ in first }
    }

    private func answer(of pod: ProbePlan.Pod) async -> MeasuredAnswer {
        let answer = await client.askPod(
            namespace: pod.namespace, name: pod.name, port: pod.port, path: pod.path,
            limit: Self.probeLimit)
        let outcome: MeasuredAnswer.Outcome =
            switch answer {
            case .answered(let status, let time): .answered(status, after: time)
            case .unreachable(let why): .unreachable(why)
            case .timedOut: .timedOut(after: Self.probeLimit)
            case .refused(let error) where error.isForbidden: .forbidden
            case .refused(let error) where error.isBadRequest:
                .notPassedOn(error.status?.message ?? error.message)
            case .refused(let error): .unreachable(error.message)
            }
        return MeasuredAnswer(pod: pod.name, path: pod.path, outcome: outcome)
    }
}
