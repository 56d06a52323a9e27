package import ArgumentParser
import Catalog
import Diagnostics
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// `targets`: the pods behind an API, as the flags that choose one want them.
package struct Targets: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("targets", "The instances of the application"),
        Example("targets petstore -o wide", "Of one API, with phase and node"),
        Example("targets --all", "All workloads of the namespace"),
        Example("targets -o name", "Pods alone, for scripts"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "targets", abstract: "Show the instances of an application.",
        discussion: """
            The StatefulSets and Deployments that serve a generated API, and their pods: name, \
            ordinal, address, readiness and age. Which those are is learnt from the operator's \
            flags, else from names and labels that speak of the API.
            """)

    @Argument(help: .init("An API by name or group (default: all).", valueName: "api"))
    var subject: String?

    @Flag(help: "All workloads of the namespace, whatever they serve.")
    var all = false

    @OptionGroup var format: OutputOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        if all, subject != nil {
            throw Failure(.usage(""), "--all shows what serves no API too, so name none")
        }
        let namespace = try await context.namespace()
        let apis = try await apis(context)
        let search = ClusterSearch(
            client: try await context.client(), namespace: namespace,
            program: context.world.programName)
        let stage = await search.stage(apis)
        try Task.checkCancellation()
        let workloads = all ? stage.workloads : stage.apps.flatMap(\.targets)
        var listing = TargetListing(workloads, now: context.world.clock.now())
        listing.gaps = stage.gaps
        if listing.isEmpty, let gap = stage.gaps.first(where: \.isRefusal) {
            throw Failure(
                .denied, "\(gap.what): \(gap.why)", hints: gap.hint.isEmpty ? [] : [gap.hint])
        }
        if listing.isEmpty, format.output.isForPeople {
            for gap in stage.gaps { try context.note("note: \(gap.what): \(gap.why)") }
            try context.note("No target pods found in \(namespace) namespace.")
            return
        }
        try context.report(listing.report, as: format.output)
    }

    private func apis(_ context: VerbContext) async throws -> [GeneratedAPI] {
        let apis = try await context.access.catalog().groups
        guard let subject else { return apis }
        let named = apis.filter { $0.displayName == subject || $0.group == subject }
        guard named.isEmpty else { return named }
        let names = apis.map(\.displayName)
        throw Failure(
            .notFound, "there is no API called \"\(subject)\"",
            hints: [
                Spelling.suggestion(for: subject, among: names).map { "did you mean \"\($0)\"?" }
                    ?? "there are: \(names.joined(separator: ", "))"
            ])
    }
}

/// Pods, each with the workload that it is an instance of.
struct TargetListing: Sendable {
    private let workloads: [FoundWorkload]
    private let now: Timestamp
    var gaps: [ClusterFindings.Gap] = []

    /// A workload that serves several APIs is listed once.
    init(_ workloads: [FoundWorkload], now: Timestamp) {
        self.workloads = workloads.reduce(into: []) { list, workload in
            let isKnown = list.contains { $0.kind == workload.kind && $0.name == workload.name }
            if !isKnown { list.append(workload) }
        }
        self.now = now
    }

    var isEmpty: Bool { workloads.isEmpty }

    var report: Report {
        Report(
            kind: "Targets", sections: [Section(nil, .table(table))], payload: payload,
            names: workloads.flatMap { $0.pods.map { "pod/\($0.name)" } },
            notices: gaps.map { "note: \($0.what): \($0.why)" })
    }

    private var table: TextTable {
        var table = TextTable(
            columns: ["WORKLOAD", "POD", "ORDINAL", "IP", "READY", "AGE"].map { .init($0) }
                + [.init("PHASE", isWide: true), .init("NODE", isWide: true)])
        for workload in workloads {
            let name = "\(workload.kind.lowercased())/\(workload.name)"
            if workload.pods.isEmpty {
                table.rows.append([.init(name), "<none>", "-", "-", "-", "-", "-", "-"])
            }
            for pod in workload.pods {
                table.rows.append([
                    .init(name), .init(pod.name),
                    .init(workload.ordinal(of: pod).map { String($0) } ?? "-"),
                    .init(pod.address.isEmpty ? "<none>" : pod.address),
                    .init(pod.isReady ? "Yes" : "No", tint: pod.isReady ? .good : .bad),
                    .init(pod.created.map { $0.age(until: now) } ?? "<unknown>"),
                    .init(pod.phase), .init(pod.node.isEmpty ? "<none>" : pod.node),
                ])
            }
        }
        return table
    }

    private var payload: JSONValue {
        [
            "kind": "Targets",
            "items": .array(
                workloads.flatMap { workload in
                    workload.pods.map { pod in
                        var value: JSONValue = [
                            "workload": [
                                "kind": .string(workload.kind), "name": .string(workload.name),
                                "replicas": .integer(workload.replicas),
                            ],
                            "namespace": .string(workload.namespace), "pod": .string(pod.name),
                        ]
                        if let ordinal = workload.ordinal(of: pod) {
                            value["ordinal"] = .integer(Int64(ordinal))
                        }
                        value["ip"] = .string(pod.address)
                        value["ready"] = .bool(pod.isReady)
                        value["phase"] = .string(pod.phase)
                        value["node"] = .string(pod.node)
                        if let created = pod.created {
                            value["created"] = .string(created.rfc3339)
                        }
                        return value
                    }
                }),
            "notListed": .array(
                gaps.map { ["what": .string($0.what), "reason": .string($0.why)] }),
        ]
    }
}

extension FoundWorkload {
    /// The number of a pod in its StatefulSet; nil for pods of other workloads.
    func ordinal(of pod: Pod) -> Int? {
        guard kind == "StatefulSet", pod.name.hasPrefix(name + "-") else { return nil }
        let digits = pod.name.dropFirst(name.count + 1)
        guard digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return Int(digits)
    }
}
