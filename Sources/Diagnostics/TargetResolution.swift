import Catalog
import Documents
import KubernetesCore

/// Whom the operator calls for an object, worked out from the object, the operator's command line
/// and the workloads, in the operator's order of precedence (operator-contract.md, 3.11).
struct TargetResolution: Sendable, Hashable {
    enum Outcome: Sendable, Hashable {
        /// These pods, or one of them.
        case pods([FoundWorkload.Pod])
        /// These URLs, whatever stands behind them.
        case urls([String])
        /// Nobody.
        case nobody(String)
        /// It cannot be told from here.
        case unknown(String)
    }

    var outcome: Outcome
    /// What the spec asks for and the operator does not heed.
    var unheeded: String?

    init(_ evidence: Evidence) {
        let request = TargetRequest(evidence.object.spec, kind: evidence.kind)
        self.init(request, evidence)
    }

    private init(_ request: TargetRequest, _ evidence: Evidence) {
        let facts = evidence.operators
        if !request.baseURLs.isEmpty {
            outcome = .urls(request.baseURLs)
            return
        }
        if let urls = facts.flag("base-urls"), !urls.isEmpty {
            outcome = .urls(urls.split(separator: ",").map(String.init))
            if !request.isEmpty {
                unheeded = "the operator runs with --base-urls, which wins over pods and workloads"
            }
            return
        }
        guard case .known(let stage) = evidence.stage else {
            let why = if case .unknown(let why) = evidence.stage { why } else { "" }
            outcome = .unknown(why)
            return
        }
        if let name = request.pod {
            outcome = Self.pod(named: name, on: stage)
        } else if request.helmRelease != nil || request.statefulSet != nil
            || request.deployment != nil
        {
            outcome = Self.workload(request, facts, stage)
        } else {
            (outcome, unheeded) = Self.operatorsChoice(request, facts, stage, evidence.kind)
        }
    }

    private static func pod(named name: String, on stage: Stage) -> Outcome {
        guard let pod = stage.pods.first(where: { $0.name == name }) else {
            return .nobody("there is no pod \(name) in namespace \(stage.namespace)")
        }
        guard pod.isCallable else {
            return .nobody("pod \(name) is not running or has no address (\(pod.phase))")
        }
        return .pods([pod])
    }

    private static func workload(
        _ request: TargetRequest, _ facts: OperatorFacts, _ stage: Stage
    ) -> Outcome {
        let place = "in namespace \(stage.namespace)"
        let found = stage.workloads.filter { workload in
            if let release = request.helmRelease,
                workload.labels["app.kubernetes.io/instance"] != release
            {
                return false
            }
            if let set = request.statefulSet {
                return workload.kind == "StatefulSet" && workload.name == set
            }
            if let deployment = request.deployment {
                return workload.kind == "Deployment" && workload.name == deployment
            }
            return request.labels.allSatisfy { workload.labels[$0.key] == $0.value }
        }
        // StatefulSets first, then whichever has most replicas.
        let ranked = found.sorted {
            ($0.kind == "StatefulSet" ? 1 : 0, $0.replicas)
                > ($1.kind == "StatefulSet" ? 1 : 0, $1.replicas)
        }
        guard let workload = ranked.first else {
            let what =
                request.statefulSet.map { "StatefulSet \($0)" }
                ?? request.deployment.map { "Deployment \($0)" }
                ?? "workload of Helm release \(request.helmRelease ?? "")"
            return .nobody("there is no \(what) \(place)")
        }
        return members(of: workload, request.podOrdinal, strategy: facts.flag("strategy"))
    }

    private static func members(
        of workload: FoundWorkload, _ ordinal: Int64?, strategy: String?
    ) -> Outcome {
        if let ordinal {
            let name = "\(workload.name)-\(ordinal)"
            guard let pod = workload.pods.first(where: { $0.name == name }) else {
                return .nobody(
                    "\(workload.kind) \(workload.name) has no pod \(name): it has "
                        + "\(workload.replicas) replicas")
            }
            return pod.isCallable ? .pods([pod]) : .nobody("pod \(name) is \(pod.phase)")
        }
        let callable = workload.pods.filter(\.isCallable).sorted { $0.name < $1.name }
        guard let first = callable.first else {
            return .nobody("\(workload.kind) \(workload.name) has no running pod")
        }
        let isFirstOnly = strategy == "leader-only" || strategy == "any-healthy"
        return .pods(isFirstOnly ? [first] : callable)
    }

    private static func operatorsChoice(
        _ request: TargetRequest, _ facts: OperatorFacts, _ stage: Stage, _ kind: CatalogKind
    ) -> (Outcome, String?) {
        guard facts.isCommandKnown else {
            let why = "the operator's command line is not known, and the object names no target"
            return (.unknown(why), request.podOrdinal.map { _ in ordinalDoubt })
        }
        if let name = facts.flag("pod-name") { return (pod(named: name, on: stage), nil) }
        let set = facts.flag("statefulset-name")
        let isHeeded = facts.flag("strategy") == "by-ordinal" || kind.targeting == .flat
        let unheeded = request.podOrdinal == nil || isHeeded ? nil : ordinalDoubt
        if let url = facts.flag("base-url"), request.podOrdinal == nil || !isHeeded {
            return (.urls([url]), unheeded)
        }
        var chosen = TargetRequest(.null, kind: kind)
        chosen.statefulSet = set
        chosen.deployment = set == nil ? facts.flag("deployment-name") : nil
        chosen.helmRelease =
            set == nil && chosen.deployment == nil ? facts.flag("helm-release") : nil
        guard !chosen.isEmpty else {
            return (.unknown("the operator looks for a workload by itself"), unheeded)
        }
        if isHeeded { chosen.podOrdinal = request.podOrdinal }
        return (workload(chosen, facts, stage), unheeded)
    }

    /// operator-contract.md, 0.2.
    private static let ordinalDoubt =
        "podOrdinal alone is heeded only by an operator that runs with --strategy=by-ordinal; "
        + "name the statefulSet beside it, or the pod"

    /// The pods that may be called, where that is known.
    var pods: [FoundWorkload.Pod] {
        if case .pods(let pods) = outcome { return pods }
        return []
    }
}
