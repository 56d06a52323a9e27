import Catalog
import Diagnostics
import KubernetesClient
import KubernetesCore

/// Looks for operators and targets of generated APIs; all questions are asked side by side.
struct ClusterSearch: Sendable {
    let client: KubernetesClient
    /// Where the application is expected.
    let namespace: String
    let program: String

    private static let leases = ResourceType(
        group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease")
    private static let deployments = ResourceType(
        group: "apps", version: "v1", plural: "deployments", kind: "Deployment")
    private static let statefulSets = ResourceType(
        group: "apps", version: "v1", plural: "statefulsets", kind: "StatefulSet")
    /// What generated operators' Deployments are labelled with.
    private static let operatorLabel = "control-plane=controller-manager"

    typealias Gap = ClusterFindings.Gap
    private typealias Answer = Result<[KubernetesObject], KubernetesError>

    /// Everything about those APIs that the cluster tells.
    func findings(_ apis: [GeneratedAPI]) async -> ClusterFindings {
        async let version = serverVersion()
        async let managers = operators()
        async let scenery = scenery()
        async let rights = forbidden(apis)
        let found = await withTaskGroup(of: (Int, FoundLease?, Gap?).self) { group in
            for (index, api) in apis.enumerated() {
                group.addTask {
                    let (lease, gap) = await lease(of: api)
                    return (index, lease, gap)
                }
            }
            var found: [Int: (FoundLease?, Gap?)] = [:]
            for await (index, lease, gap) in group { found[index] = (lease, gap) }
            return found
        }
        let (deployments, managerGaps) = await managers
        let workloads = await scenery.workloads
        let stageGaps = await scenery.refusals.map(gap)
        var gaps = await managerGaps + stageGaps + rights
        var apps: [FoundApp] = []
        for (index, api) in apis.enumerated() {
            if let gap = found[index]?.1 { gaps.append(gap) }
            let app = Self.app(api, found[index]?.0, deployments, workloads)
            gaps += absences(app, workloads: workloads, isBlind: !stageGaps.isEmpty)
            apps.append(app)
        }
        return ClusterFindings(
            server: client.connection.server, context: client.connection.contextName,
            namespace: namespace, version: await version, apps: apps, gaps: gaps)
    }

    /// What is there of the operator behind one API.
    func operatorFacts(of api: GeneratedAPI) async -> OperatorFacts {
        async let managers = operators()
        let (lease, gap) = await lease(of: api)
        let (deployments, gaps) = await managers
        var app = FoundApp(api: api, lease: lease)
        app.deployment = Self.deployment(of: app, among: deployments)
        var facts = OperatorFacts()
        facts.lease = lease
        facts.deployment = app.deployment
        facts.gaps = ([gap].compactMap { $0 } + gaps).map { "\($0.what): \($0.why)" }
        return facts
    }

    /// The workloads and pods of the namespace.
    func stage() async -> Known<Stage> {
        let scenery = await scenery()
        guard let pods = scenery.pods else {
            return .unknown("you may not list pods in namespace \(namespace)")
        }
        guard scenery.refusals.count < 2 else {
            return .unknown(scenery.refusals[0].error.message)
        }
        return .known(
            Stage(
                namespace: namespace, workloads: scenery.workloads,
                pods: pods.map(FoundWorkload.Pod.init)))
    }

    /// The workloads of the namespace with their pods, and which of them serve which API.
    ///
    /// The pods are one list, whatever the number of workloads.
    func stage(
        _ apis: [GeneratedAPI]
    ) async -> (apps: [FoundApp], workloads: [FoundWorkload], gaps: [Gap]) {
        async let managers = operators()
        let scenery = await scenery()
        // Without them names and labels decide.
        let (deployments, _) = await managers
        let apps = apis.map { Self.app($0, nil, deployments, scenery.workloads) }
        return (apps, scenery.workloads, scenery.refusals.map(gap))
    }

    /// Who serves an application, and who works its kinds.
    struct Targets: Sendable {
        /// With their pods.
        var workloads: [FoundWorkload]
        var lease: FoundLease?
        /// What could not be seen.
        var gaps: [Gap]
    }

    /// The workloads that serve one application.
    ///
    /// Where none mentions the application, a namespace's only workload is taken for it.
    func targets(of api: GeneratedAPI) async -> Targets {
        async let lease = lease(of: api)
        async let managers = operators()
        let scenery = await scenery()
        let held = await lease.0
        let app = Self.app(api, held, await managers.0, scenery.workloads)
        return Targets(
            workloads: Self.serving(app, among: scenery.workloads), lease: held,
            gaps: scenery.refusals.map(gap))
    }

    /// The workloads that serve an application, of a namespace's.
    static func serving(
        _ app: FoundApp, among workloads: [FoundWorkload]
    ) -> [FoundWorkload] {
        let found = targets(of: app, among: workloads)
        let served = workloads.filter { !$0.pods.isEmpty }
        return found.isEmpty && served.count == 1 ? served : found
    }

    /// Since when the operator of an application holds its Lease; nil where nobody can tell.
    func leaseHeldSince(of api: GeneratedAPI) async -> Timestamp? {
        await lease(of: api).0?.acquired
    }

    // MARK: Choosing

    private static func app(
        _ api: GeneratedAPI, _ lease: FoundLease?, _ deployments: [FoundWorkload],
        _ workloads: [FoundWorkload]
    ) -> FoundApp {
        var app = FoundApp(api: api, lease: lease)
        app.deployment = deployment(of: app, among: deployments)
        app.targets = targets(of: app, among: workloads)
        return app
    }

    /// The operator's Deployment: beside its Lease, in the namespace that the generator gives it,
    /// or named after the application.
    static func deployment(
        of app: FoundApp, among deployments: [FoundWorkload]
    ) -> FoundWorkload? {
        let places = [app.lease?.namespace, "\(app.name)-system"]
        return deployments.first { places.contains($0.namespace) }
            ?? deployments.first { $0.mentions(app.name) }
    }

    /// The workloads that serve the application: those that the operator was told, else those
    /// whose name or labels speak of it.
    static func targets(
        of app: FoundApp, among workloads: [FoundWorkload]
    ) -> [FoundWorkload] {
        let others = workloads.filter {
            $0.kind != "Deployment" || $0.labels["control-plane"] == nil
        }
        let told = [
            ("StatefulSet", app.deployment?.flag("statefulset-name")),
            ("Deployment", app.deployment?.flag("deployment-name")),
        ]
        let named = others.filter { workload in
            told.contains { $0.0 == workload.kind && $0.1 == workload.name }
        }
        return named.isEmpty ? others.filter { $0.mentions(app.name) } : named
    }

    private func absences(
        _ app: FoundApp, workloads: [FoundWorkload], isBlind: Bool
    ) -> [Gap] {
        var gaps: [Gap] = []
        if app.lease == nil, app.deployment == nil {
            gaps.append(
                Gap(
                    what: "operator of \(app.api.group)",
                    why: "neither a Lease \(app.leaseName) nor a Deployment labelled "
                        + "\(Self.operatorLabel) was found",
                    hint: "states stay as they are without one; to try it here: "
                        + "\(program) sandbox operate"))
        }
        if app.targets.isEmpty, !isBlind {
            gaps.append(
                Gap(
                    what: "target pods of \(app.name)",
                    why: workloads.isEmpty
                        ? "namespace \(namespace) has no StatefulSet and no Deployment"
                        : "no StatefulSet or Deployment in \(namespace) mentions \(app.name)",
                    hint: "-n names the namespace in which the application runs"))
        }
        return gaps
    }

    // MARK: Asking

    private func serverVersion() async -> String? {
        // Left out of the report where the server does not tell it.
        try? await client.serverVersion().gitVersion
    }

    /// The Lease that a generated operator holds is named after application and group.
    private func lease(of api: GeneratedAPI) async -> (FoundLease?, Gap?) {
        let name = FoundApp(api: api).leaseName
        let everywhere = await list(
            Self.leases, nil, ListOptions(fieldSelector: "metadata.name=\(name)"))
        switch everywhere {
        case .success(let leases):
            // A selector that a server does not know would let all of them through.
            let named = leases.filter { $0.name == name }.map(FoundLease.init)
            guard var lease = named.first else { return (nil, nil) }
            lease.isOnly = named.count == 1
            return (lease, nil)
        case .failure(let error):
            let place = "\(api.displayName)-system"
            do throws(KubernetesError) {
                let lease = try await client.get(Self.leases, namespace: place, name: name)
                return (FoundLease(lease), nil)
            } catch let second {
                return (nil, second.isNotFound ? nil : gap("Lease \(name)", error, "leases", place))
            }
        }
    }

    private func operators() async -> ([FoundWorkload], [Gap]) {
        switch await list(
            Self.deployments, nil, ListOptions(labelSelector: Self.operatorLabel))
        {
        case .success(let objects):
            return (objects.map { FoundWorkload($0, kind: "Deployment") }, [])
        case .failure(let error):
            return (
                [], [gap("operator Deployments", error, "deployments.apps", "all namespaces")]
            )
        }
    }

    /// What a namespace shows of an application.
    private struct Scenery {
        /// With their pods.
        var workloads: [FoundWorkload] = []
        /// Nil: they could not be listed.
        var pods: [KubernetesObject]?
        var refusals: [Refusal] = []

        struct Refusal {
            /// What could not be listed, for people and as roles name it.
            var what: String
            var resource: String
            var error: KubernetesError
        }
    }

    /// The workloads and pods of the namespace, by three lists side by side.
    private func scenery() async -> Scenery {
        async let sets = list(Self.statefulSets, namespace)
        async let deployments = list(Self.deployments, namespace)
        async let pods = list(.pods, namespace)
        var scenery = Scenery()
        for (kind, resource, answer) in [
            ("StatefulSet", "statefulsets.apps", await sets),
            ("Deployment", "deployments.apps", await deployments),
        ] {
            switch answer {
            case .success(let objects):
                scenery.workloads += objects.map { FoundWorkload($0, kind: kind) }
            case .failure(let error):
                scenery.refusals.append(.init(what: "\(kind)s", resource: resource, error: error))
            }
        }
        switch await pods {
        case .success(let objects):
            scenery.pods = objects
            for index in scenery.workloads.indices {
                let workload = scenery.workloads[index]
                scenery.workloads[index].pods = objects.filter(workload.owns)
                    .map(FoundWorkload.Pod.init)
            }
        case .failure(let error):
            scenery.refusals.append(.init(what: "pods", resource: "pods", error: error))
        }
        return scenery
    }

    private func gap(_ refusal: Scenery.Refusal) -> Gap {
        gap(refusal.what, refusal.error, refusal.resource, "namespace \(namespace)")
    }

    /// The kinds that we may not list, one gap for each API.
    private func forbidden(_ apis: [GeneratedAPI]) async -> [Gap] {
        let types = apis.flatMap { $0.kinds.map(\.type) }
        let refused = await withTaskGroup(of: ResourceType?.self) { group in
            for type in types {
                group.addTask {
                    // Who may not even ask is told by the first verb that needs the right.
                    let decision = try? await client.canI(
                        verb: "list", type, namespace: namespace)
                    return decision?.isAllowed == false ? type : nil
                }
            }
            return await group.reduce(into: Set<ResourceType>()) { set, type in
                if let type { set.insert(type) }
            }
        }
        return apis.compactMap { api in
            let names = api.kinds.filter { refused.contains($0.type) }.map(\.type.plural).sorted()
            guard !names.isEmpty else { return nil }
            return Gap(
                what: names.joined(separator: ", "),
                why: "you may not list them in namespace \(namespace)",
                hint: "ask for a role with get, list and watch on \(api.group)")
        }
    }

    private func list(
        _ type: ResourceType, _ namespace: String?, _ options: ListOptions = ListOptions()
    ) async -> Answer {
        do throws(KubernetesError) {
            return .success(
                try await client.list(type, namespace: namespace, options: options).items)
        } catch {
            return .failure(error)
        }
    }

    private func gap(
        _ what: String, _ error: KubernetesError, _ resource: String, _ place: String
    ) -> Gap {
        guard error.isForbidden else { return Gap(what: what, why: error.message, hint: "") }
        return Gap(
            what: what, why: "you may not look at them in \(place)",
            hint: "ask for a role with get and list on \(resource)", isRefusal: true)
    }
}

extension FoundApp {
    /// What a generated operator calls its Lease.
    var leaseName: String { "\(name).\(api.group)" }
}
