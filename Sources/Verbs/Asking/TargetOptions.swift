import ArgumentParser
import Catalog
import Documents

/// Which instance of the application is asked: all members of a target, by flags.
struct TargetOptions: ParsableArguments, Sendable {
    @Option(help: .init("Ask this pod: its number, or its name.", valueName: "pod"))
    var targetPod: String?

    @Option(
        help: .init(
            "Ask the pod of this number; needs a StatefulSet or a Helm release.",
            valueName: "number"))
    var targetPodOrdinal: Int?

    @Option(
        name: .customLong("target-statefulset"),
        help: .init("Ask the pods of this StatefulSet.", valueName: "name"))
    var targetStatefulSet: String?

    @Option(help: .init("Ask the pods of this Deployment.", valueName: "name"))
    var targetDeployment: String?

    @Option(help: .init("Ask what this Helm release installed.", valueName: "name"))
    var targetHelmRelease: String?

    @Option(
        help: .init(
            "Labels of the release's workload, such as tier=api,zone=a.", valueName: "labels"))
    var targetLabels: String?

    @Option(help: .init("Where the instance is (default: the namespace).", valueName: "name"))
    var targetNamespace: String?

    @Option(
        name: .customLong("target-base-url"),
        help: .init("Ask this URL, base path included.", valueName: "url"))
    var targetBaseURL: String?

    @Option(
        name: .customLong("target-base-urls"),
        help: .init("Ask all of these URLs, separated by commas.", valueName: "urls"))
    var targetBaseURLs: String?
}

/// A target as flags describe it; pure.
struct TargetChoice: Sendable, Hashable {
    /// A pod as people name it.
    enum Pod: Sendable, Hashable {
        case ordinal(Int)
        case name(String)

        init(_ text: String) {
            let isNumber = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            self = isNumber ? Int(text).map(Pod.ordinal) ?? .name(text) : .name(text)
        }
    }

    var members: [TargetMember: JSONValue] = [:]
    var pod: Pod?

    /// Nothing: the operator chooses.
    init() {}

    /// - Throws: `Failure` of a usage kind for flags that do not go together.
    init(_ options: TargetOptions) throws(Failure) {
        try Self.check(options)
        pod = options.targetPod.map(Pod.init)
        members[.podOrdinal] = options.targetPodOrdinal.map { .integer(Int64($0)) }
        members[.statefulSet] = options.targetStatefulSet.map(JSONValue.string)
        members[.deployment] = options.targetDeployment.map(JSONValue.string)
        members[.helmRelease] = options.targetHelmRelease.map(JSONValue.string)
        members[.namespace] = options.targetNamespace.map(JSONValue.string)
        members[.baseURL] = options.targetBaseURL.map(JSONValue.string)
        if let urls = options.targetBaseURLs {
            let all = urls.split(separator: ",").map { JSONValue.string(String($0)) }
            guard !all.isEmpty else { throw Failure(.usage(""), "--target-base-urls is empty") }
            members[.baseURLs] = .array(all)
        }
        if let labels = options.targetLabels { members[.labels] = try Self.labels(labels) }
        // A number beside its workload is the operator's own way to name a pod.
        if case .ordinal(let ordinal)? = pod, hasWorkload {
            members[.podOrdinal] = .integer(Int64(ordinal))
            pod = nil
        }
    }

    /// One pod, already found.
    init(_ pod: TargetPod, beside namespace: String) {
        members[.pod] = .string(pod.name)
        if pod.namespace != namespace { members[.namespace] = .string(pod.namespace) }
    }

    /// The pod of a number, in the style that needs nothing else.
    init(ordinal: Int) { members[.podOrdinal] = .integer(Int64(ordinal)) }

    private var hasWorkload: Bool { members[.statefulSet] != nil || members[.helmRelease] != nil }

    var isEmpty: Bool { members.isEmpty && pod == nil }

    private static func check(_ options: TargetOptions) throws(Failure) {
        func refuse(_ text: String, _ hint: String) -> Failure {
            Failure(.usage(""), text, hints: [hint])
        }
        if options.targetBaseURL != nil, options.targetBaseURLs != nil {
            throw refuse(
                "--target-base-url and --target-base-urls exclude each other", "give one of them")
        }
        if options.targetPod != nil, options.targetPodOrdinal != nil {
            throw refuse(
                "--target-pod and --target-pod-ordinal exclude each other", "give one of them")
        }
        if let ordinal = options.targetPodOrdinal {
            guard ordinal >= 0 else {
                throw refuse(
                    "--target-pod-ordinal \(ordinal): numbers begin at 0", "give 0 or more")
            }
            guard options.targetStatefulSet != nil || options.targetHelmRelease != nil else {
                throw refuse(
                    "--target-pod-ordinal needs --target-statefulset or --target-helm-release",
                    "--target-pod \(ordinal) finds the workload by itself")
            }
        }
        if options.targetLabels != nil, options.targetHelmRelease == nil {
            throw refuse(
                "--target-labels needs --target-helm-release",
                "labels choose among the workloads of a release")
        }
        let hasURL = options.targetBaseURL != nil || options.targetBaseURLs != nil
        let names = [
            options.targetPod, options.targetStatefulSet, options.targetDeployment,
            options.targetHelmRelease,
        ]
        if hasURL, names.contains(where: { $0 != nil }) {
            throw refuse(
                "a URL and a workload cannot be targeted together",
                "the operator heeds the URL alone")
        }
    }

    private static func labels(_ text: String) throws(Failure) -> JSONValue {
        var labels = JSONObject()
        for part in text.split(separator: ",") {
            guard let (name, value) = String(part).splitting(at: "="), !name.isEmpty else {
                throw Failure(
                    .usage(""), "--target-labels \(text) is not of the form name=value,…")
            }
            labels[name] = .string(value)
        }
        return .object(labels)
    }

    /// Puts the target into a spec, in the style of the kind.
    ///
    /// - Throws: `Failure` where the schema offers no such member: the server would drop it, and
    ///   any instance would answer.
    func write(into spec: inout JSONValue, of kind: CatalogKind) throws(Failure) {
        for member in TargetMember.allCases {
            guard let value = members[member] else { continue }
            guard let path = kind.path(of: member) else {
                let known = kind.targetMembers.map(\.rawValue).joined(separator: ", ")
                throw Failure(
                    .mistake,
                    "\(kind.friendlyName) cannot be targeted by \(member.rawValue):"
                        + " its schema has no such field",
                    hints: [known.isEmpty ? "it takes no target at all" : "it takes \(known)"])
            }
            if path.count == 2 {
                var target = spec[path[0]] ?? [:]
                target[path[1]] = value
                spec[path[0]] = target
            } else {
                spec[path[0]] = value
            }
        }
    }
}
