package import ArgumentParser
import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// `activity`: what happened to an object, as far as it tells itself, and what happens now.
package struct Activity: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("activity pet fluffy", "What happened, and who did it"),
        Example("activity order/order-456 -o wide", "With the time of each step"),
        Example("activity pet fluffy -o json", "The same for a program"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "activity", abstract: "Show what happened to a resource.",
        discussion: """
            Generated operators write no events. What is known stands in the object itself: who \
            wrote which fields and when (managedFields), when conditions changed, when the \
            operator read, wrote or ran. With -w every further step is shown as it is seen.
            """)

    @Argument(help: .init("KIND NAME or KIND/NAME.", valueName: "resource"))
    var words: [String] = []

    @Flag(name: [.short, .long], help: "Go on with every further step, until it is ended.")
    var watch = false

    @OptionGroup var format: OutputOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package var goesOn: Bool { watch }

    package init() {}

    package func run(in context: VerbContext) async throws {
        let (word, name) = try ObjectWords.one(words, verb: "activity")
        let kind = try await context.kind(word, schemas: true)
        let namespace = try await context.namespace()
        let client = try await context.client()
        let object = try await client.get(kind.type, namespace: namespace, name: name)
        let timeline = ActivityTimeline(object, kind: kind)
        let now = context.world.clock.now()
        try context.report(timeline.report(until: now), as: format.output)
        guard watch else { return }
        let stream = client.watch(
            kind.type, namespace: namespace,
            options: ListOptions(fieldSelector: "metadata.name=\(name)"))
        var follower = ActivityFollower(timeline, object, kind)
        for try await update in stream {
            let steps = follower.take(update, at: context.world.clock.now())
            guard !steps.isEmpty else { continue }
            try show(steps, kind, name, context)
        }
        try Task.checkCancellation()
    }

    /// Steps below those that were shown; a heading stands above already.
    private func show(
        _ steps: [ActivityTimeline.Step], _ kind: CatalogKind, _ name: String,
        _ context: VerbContext
    ) throws {
        let now = context.world.clock.now()
        var report = ActivityTimeline(steps, of: kind.type, name).report(until: now)
        if case .table(var table) = report.sections[0].body {
            table.showsHeader = false
            report.sections[0].body = .table(table)
        }
        try context.report(report, as: format.output)
    }
}
