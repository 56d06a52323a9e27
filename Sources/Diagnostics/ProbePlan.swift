import Catalog
import Documents
import KubernetesCore

/// Which pods are asked, and by which path, to measure how long the API takes to answer.
package struct ProbePlan: Sendable, Hashable {
    package struct Pod: Sendable, Hashable {
        package var namespace: String
        package var name: String
        package var port: Int64
        package var path: String
    }

    /// More than that are not asked for one object.
    private static let mostPods = 8
    private static let standardPort = Int64(8080)

    package let pods: [Pod]
    /// Others that serve the same API, to compare with.
    package let others: [Pod]
    /// Why nobody is asked.
    package let obstacle: String?

    package init(_ evidence: Evidence) {
        let facts = evidence.operators
        let resolution = TargetResolution(evidence)
        let stage = evidence.stage.value
        var found: [FoundWorkload.Pod] = []
        var why: String?
        switch resolution.outcome {
        case .pods(let pods): found = pods
        case .urls(let urls):
            // Behind a URL of the cluster there is a pod that we know.
            found = (stage?.pods ?? []).filter { pod in
                urls.contains {
                    Self.host(of: $0) == pod.address && !pod.address.isEmpty
                        || Self.host(of: $0).hasPrefix("\(pod.name).")
                }
            }
            why = "the target is a URL behind which no pod is known"
        case .nobody(let reason): why = reason
        case .unknown(let reason): why = reason
        }
        obstacle = found.isEmpty ? why ?? "no pod is known" : nil
        let path = Self.path(evidence)
        let port = facts.flag("port").flatMap { Int64($0) }
        func asked(_ pod: FoundWorkload.Pod) -> Pod {
            Pod(
                namespace: stage?.namespace ?? "", name: pod.name,
                port: port ?? pod.port ?? Self.standardPort, path: path)
        }
        pods = found.prefix(Self.mostPods).map(asked)
        others = evidence.servingPods
            .filter { pod in pod.isCallable && !found.contains { $0.name == pod.name } }
            .prefix(Self.mostPods).map(asked)
    }

    /// A path that the API surely has something to say about.
    ///
    /// The one of its last complaint, else where the API begins: any answer of the instance tells
    /// how long it takes.
    private static func path(_ evidence: Evidence) -> String {
        let message = evidence.kind.state(of: evidence.object).message
        if let url = ReportedFailure(message).url, let path = path(of: url) { return path }
        let endpoints = evidence.object.status["responses"]?.objectValue?.names ?? []
        let base =
            endpoints.first.flatMap(path(of:)) ?? evidence.operators.flag("base-path")
            ?? evidence.operators.flag("base-url").flatMap(path(of:)) ?? "/"
        return base.hasPrefix("/") ? base : "/" + base
    }

    private static func path(of url: String) -> String? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let rest = url[scheme.upperBound...]
        guard let slash = rest.firstIndex(of: "/") else { return nil }
        let path = rest[slash...].prefix { $0 != "?" && $0 != "#" }
        return isHarmless(path) ? String(path) : nil
    }

    /// Whether a path stays below the pod: it comes out of a status, which anybody may have
    /// written, and climbing out of it would ask the API server for something else.
    private static func isHarmless(_ path: Substring) -> Bool {
        let lowered = path.lowercased()
        let isPlain = lowered.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
                || "/-._~%!$&'()*+,;=:@".utf8.contains(byte)
        }
        return isPlain && !["..", "/./", "%2e", "%2f", "%5c"].contains { lowered.contains($0) }
    }

    private static func host(of url: String) -> String {
        var rest = url[...]
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        return String(rest.prefix { $0 != "/" && $0 != ":" })
    }
}
