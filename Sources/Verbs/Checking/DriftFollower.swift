import Catalog
import Diagnostics
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// `drift-report --watch`: what there is, then a row for every change, live by watches.
///
/// A difference that comes back shows as the count that grows while nobody edits; in a hot loop of
/// the operator it is told at most every few seconds.
struct DriftFollower: Sendable {
    let look: DriftLook
    let kinds: [CatalogKind]
    let format: OutputFormat
    let context: VerbContext

    private struct Update: Sendable {
        var kind: CatalogKind
        var update: WatchUpdate
    }

    func run() async throws {
        let (updates, sink) = AsyncThrowingStream.makeStream(of: Update.self)
        let watches = kinds.map { kind in
            Task {
                do throws(KubernetesError) {
                    let watch = look.client.watch(
                        kind.type, namespace: look.namespace, options: look.options)
                    for try await update in watch { sink.yield(Update(kind: kind, update: update)) }
                } catch {
                    sink.finish(throwing: error)
                }
            }
        }
        defer { watches.forEach { $0.cancel() } }
        try await withTaskCancellationHandler {
            var screen = DriftScreen(look: look, format: format, context: context)
            for try await update in updates {
                switch update.update {
                case .restarted(let list):
                    for object in list.items { try screen.show(object, update.kind) }
                case .event(.added(let object)), .event(.modified(let object)):
                    try screen.show(object, update.kind)
                case .event(.deleted(let object)): screen.forget(object, update.kind)
                case .event: break
                }
            }
        } onCancel: {
            sink.finish(throwing: CancellationError())
        }
        try Task.checkCancellation()
    }
}

/// What was shown of each object, so that only news are.
private struct DriftScreen {
    let look: DriftLook
    let format: OutputFormat
    let context: VerbContext

    private struct Shown {
        var object: KubernetesObject
        var finding: DriftFinding
        /// When the count that is shown was read.
        var time: Timestamp
    }

    private var shown: [ObjectReference: Shown] = [:]
    private var widths: [Int] = []
    private var hasHeader = false

    /// A flapping object is told again after so long.
    private static let pause = Duration.seconds(2)

    init(look: DriftLook, format: OutputFormat, context: VerbContext) {
        self.look = look
        self.format = format
        self.context = context
    }

    mutating func show(_ object: KubernetesObject, _ kind: CatalogKind) throws {
        let now = look.client.estimatedServerTime ?? context.world.clock.now()
        let key = ObjectReference(object, kind: kind)
        let last = shown[key]
        let span = last.map { now - $0.time } ?? .zero
        let flapping = last.flatMap { Flapping($0.object, object, span: span) }
        if flapping != nil, span < Self.pause, last?.finding.flapping != nil { return }
        let finding = DriftFinding(object, kind: kind, now: now, flapping: flapping)
        let isNews =
            last == nil || flapping != nil || last?.finding.parts != finding.parts
            || last?.finding.corrected != finding.corrected
        // The first look stays until the count has grown, or somebody edited.
        let isSameEdit = last?.object.generation == object.generation
        if !isNews, isSameEdit { return }
        shown[key] = Shown(object: object, finding: finding, time: now)
        if isNews { try write(finding, now) }
    }

    mutating func forget(_ object: KubernetesObject, _ kind: CatalogKind) {
        shown[ObjectReference(object, kind: kind)] = nil
    }

    private mutating func write(_ finding: DriftFinding, _ now: Timestamp) throws {
        let drift = DriftTable(
            findings: [finding], showsNamespace: look.namespace == nil, now: now)
        guard format.isForPeople else { return try context.report(drift.report, as: format) }
        var table = drift.table()
        table.showsHeader = !hasHeader
        hasHeader = true
        let style = context.renderer(format).style
        try context.write(table.text(wide: format == .wide, style: style, widths: &widths))
        if let flapping = finding.flapping {
            try context.note("\(finding.object.shortName): \(flapping.text)")
        }
    }
}
