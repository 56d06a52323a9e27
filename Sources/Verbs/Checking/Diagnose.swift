package import ArgumentParser
import Catalog
import Diagnostics
import KubernetesClient
import KubernetesCore
import Render

/// `diagnose`: finds out what is wrong with an object, and why.
package struct Diagnose: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("diagnose pet fluffy", "What is wrong, and what to do"),
        Example("diagnose order/order-456 -o wide", "With the checks that found nothing, too"),
        Example("diagnose pets -l environment=production", "By label"),
        Example("diagnose --all --strict -o json", "Everything, for a program"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "diagnose", abstract: "Find out what is wrong with a resource, and why.",
        discussion: """
            Runs the checks that make sense for the kind: state and answer of the API, drift, \
            response time, target and pods, operator, interval, hanging states, temporary \
            changes, others that write to the same object. [OK], [WARN] and [FAIL] say what was \
            found, [SKIP] that a check could not run, and why. The response time is measured \
            through the API server (pods/proxy). Ends with 1 on a [FAIL], with --strict on a \
            [WARN] as well, and with 4 when an object does not exist.
            """)

    @Argument(
        help: .init(
            "KIND NAME…, or KIND/NAME…; KIND alone with -l or --all.", valueName: "resource"))
    var words: [String] = []

    @Option(
        name: [.customShort("l", allowingJoined: true), .customLong("selector")],
        help: "All objects with these labels.")
    var selector: String?

    @Flag(help: "All objects of the kind; without a kind all objects.")
    var all = false

    @Flag(name: [.customShort("A"), .long], help: "Look in all namespaces.")
    var allNamespaces = false

    @Flag(help: "End with 1 on a [WARN], too.")
    var strict = false

    @Option(
        help: "The time between two looks at what may be flapping; 0: look once.",
        transform: DurationArgument.zeroOrMore)
    var sample: Duration = DriftReport.standardSample

    @Option(
        help: "Warn when nobody modified the spec for so long; 0: never.",
        transform: DurationArgument.zeroOrMore)
    var modifiedWithin: Duration = Self.standardAge

    @OptionGroup var format: OutputOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    private static let standardAge = Duration.seconds(86_400)

    package func run(in context: VerbContext) async throws {
        let selections = try selections()
        let client = try await context.client()
        let namespace = allNamespaces ? nil : try await context.namespace()
        let hunt = DiagnosisHunt(
            client: client, namespace: namespace, selector: selector, context: context)
        let found = try await hunt.find(selections)
        let examination = Examination(
            context: context, client: client, sample: sample,
            modificationLimit: modifiedWithin > .zero ? modifiedWithin : nil)
        var diagnoses = try await examination.diagnoses(of: found.subjects, beside: found.lists)
        // Where nothing else is told, the error alone says that it is missing.
        if !diagnoses.isEmpty || !format.output.isForPeople {
            diagnoses = found.missing + diagnoses
        }
        for gap in found.gaps { try context.remark(gap) }
        if diagnoses.isEmpty, found.failures.isEmpty {
            let place = namespace.map { " in \($0) namespace" } ?? ""
            try context.note("No resources found\(place).")
        }
        if !diagnoses.isEmpty || found.failures.isEmpty && !format.output.isForPeople {
            let report = DiagnosisReport(
                diagnoses, showsAll: format.output == .wide,
                namespace: try await context.namespace(),
                standing: try await context.standingPlace())
            try context.report(report.report, as: format.output)
        }
        try found.failures.throwAll()
        let worst = diagnoses.map(\.severity).max() ?? .ok
        guard worst < (strict ? .warn : .fail) else { throw Failure(.answeredNo, "") }
    }

    private func selections() throws(Failure) -> [ObjectWords.Selection] {
        if words.isEmpty {
            guard all || selector != nil else {
                throw Failure(
                    .usage(""), "which resource? For example: diagnose pet fluffy",
                    hints: ["diagnose --all looks at everything"])
            }
            return []
        }
        let objects = try ObjectWords(words)
        if objects.hasNames {
            guard selector == nil, !all else {
                throw Failure(
                    .usage(""), "a name cannot be given together with a selector or --all")
            }
            guard !allNamespaces else {
                throw Failure(
                    .usage(""), "a name cannot be looked up in all namespaces",
                    hints: ["name the namespace with -n, or leave the name away"])
            }
        } else if selector == nil, !all {
            throw Failure(
                .usage(""), "\"\(words[0])\" alone says no object: give a kind and a name",
                hints: [
                    "for example: diagnose pet fluffy", "diagnose pets --all takes all of a kind",
                ])
        }
        return objects.selections
    }
}
