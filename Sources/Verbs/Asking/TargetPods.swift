import Catalog
import Diagnostics
import Documents
import KubernetesCore

/// A pod that serves the application.
struct TargetPod: Sendable, Hashable {
    var workload: String
    var namespace: String
    var name: String
    /// In a StatefulSet the pod's own number, else its place among its siblings by name.
    var ordinal: Int
    var address: String
    var isReady: Bool

    /// Whether the number is the pod's own, and not only its place in a list.
    var isNumbered: Bool

    /// How the specification's tables head its column.
    var title: String { isNumbered ? "Pod-\(ordinal)" : name }
}

/// The pods behind a generated API.
struct TargetPods: Sendable {
    let pods: [TargetPod]
    /// Of the operator that asks them.
    let lease: FoundLease?
    /// What could not be looked at, for the message when a pod is missing.
    let gaps: [ClusterFindings.Gap]

    /// Looks for them, in the target's namespace where one is given.
    static func find(
        for kind: CatalogKind, namespace: String, in context: VerbContext
    ) async throws -> TargetPods {
        let search = ClusterSearch(
            client: try await context.client(), namespace: namespace,
            program: context.world.programName)
        let api = GeneratedAPI(groupVersion: kind.type.groupVersion, kinds: [kind])
        let found = await search.targets(of: api)
        return TargetPods(
            pods: found.workloads.flatMap(pods(of:)), lease: found.lease, gaps: found.gaps)
    }

    static func pods(of workload: FoundWorkload) -> [TargetPod] {
        let stem = workload.name + "-"
        let sorted = workload.pods.sorted { $0.name < $1.name }
        return sorted.enumerated().map { place, pod in
            let own =
                workload.kind == "StatefulSet" && pod.name.hasPrefix(stem)
                ? Int(pod.name.dropFirst(stem.count)) : nil
            return TargetPod(
                workload: workload.name, namespace: workload.namespace, name: pod.name,
                ordinal: own ?? place, address: pod.address, isReady: pod.isReady,
                isNumbered: own != nil)
        }.sorted { $0.ordinal < $1.ordinal }
    }

    /// The pod that people mean.
    ///
    /// - Throws: `Failure` when there is none, or several workloads have one of that number.
    func pod(_ choice: TargetChoice.Pod) throws(Failure) -> TargetPod {
        switch choice {
        case .name(let name):
            guard let pod = pods.first(where: { $0.name == name }) else {
                throw missing("pod \(name)")
            }
            return pod
        case .ordinal(let ordinal):
            let found = pods.filter { $0.ordinal == ordinal }
            guard let pod = found.first else { throw missing("pod \(ordinal)") }
            guard found.count == 1 else {
                throw Failure(
                    .mistake,
                    "several workloads have a pod \(ordinal): "
                        + found.map(\.name).joined(separator: ", "),
                    hints: ["name the pod, or say --target-statefulset"])
            }
            return pod
        }
    }

    private func missing(_ what: String) -> Failure {
        if let gap = gaps.first {
            return Failure(
                .mistake, "\(what) cannot be found: \(gap.what): \(gap.why)",
                hints: ["--target-pod NAME names a pod without looking for it"])
        }
        let names = pods.map(\.name).joined(separator: ", ")
        return Failure(
            .notFound, "there is no \(what)",
            hints: [
                names.isEmpty
                    ? "no workload of the application was found; --target-namespace says where"
                    : "the pods are \(names)"
            ])
    }
}

extension TargetChoice {
    /// The same target with a pod's number in the form that the kind's operator heeds.
    ///
    /// In the flat style the number is a field of the spec. In the nested one it alone does
    /// nothing (operator-contract.md, fact 2), so the pod's name is looked up.
    func resolved(
        for kind: CatalogKind, namespace: String, in context: VerbContext
    ) async throws -> TargetChoice {
        guard let pod else { return self }
        var choice = self
        choice.pod = nil
        switch pod {
        case .name(let name): choice.members[.pod] = .string(name)
        case .ordinal(let ordinal) where kind.targeting == .flat:
            choice.members[.podOrdinal] = .integer(Int64(ordinal))
        case .ordinal:
            let place = members[.namespace]?.stringValue ?? namespace
            let found = try await TargetPods.find(for: kind, namespace: place, in: context)
                .pod(pod)
            choice.members[.pod] = .string(found.name)
            if found.namespace != namespace {
                choice.members[.namespace] = .string(found.namespace)
            }
        }
        return choice
    }
}
