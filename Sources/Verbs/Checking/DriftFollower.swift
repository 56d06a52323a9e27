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
            var early: [Update] = []
            var waiting = Set(kinds.map(\.type))
            for try await update in updates {
                if !waiting.isEmpty {
                    // What there is already stands together, in columns that fit all of it.
                    early.append(update)
                    if case .restarted = update.update { waiting.remove(update.kind.type) }
                    if waiting.isEmpty {
                        try screen.begin(with: Self.objects(of: kinds, in: early))
                    }
                    continue
                }
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

    /// The objects that the first updates leave there, kind by kind.
    private static func objects(
        of kinds: [CatalogKind], in updates: [Update]
    ) -> [(object: KubernetesObject, kind: CatalogKind)] {
        kinds.flatMap { kind in
            var objects: [KubernetesObject] = []
            func put(_ object: KubernetesObject) {
                objects.removeAll { $0.uid == object.uid }
                objects.append(object)
            }
            for update in updates where update.kind.type == kind.type {
                switch update.update {
                case .restarted(let list): objects = list.items
                case .event(.added(let object)), .event(.modified(let object)): put(object)
                case .event(.deleted(let object)): objects.removeAll { $0.uid == object.uid }
                case .event: break
                }
            }
            return objects.map { ($0, kind) }
        }
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

    /// What there is when the looking begins.
    mutating func begin(with objects: [(object: KubernetesObject, kind: CatalogKind)]) throws {
        let now = look.client.estimatedServerTime ?? context.world.clock.now()
        let findings = objects.map { object, kind in
            let finding = DriftFinding(object, kind: kind, now: now)
            shown[finding.object] = Shown(object: object, finding: finding, time: now)
            return finding
        }
        if !findings.isEmpty { try write(findings, now) }
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
        if isNews { try write([finding], now) }
    }

    mutating func forget(_ object: KubernetesObject, _ kind: CatalogKind) {
        shown[ObjectReference(object, kind: kind)] = nil
    }

    private mutating func write(_ findings: [DriftFinding], _ now: Timestamp) throws {
        func drift(_ findings: [DriftFinding]) -> DriftTable {
            DriftTable(findings: findings, showsNamespace: look.namespace == nil, now: now)
        }
        guard format.isForPeople else {
            for finding in findings { try context.report(drift([finding]).report, as: format) }
            return
        }
        var table = drift(findings).table()
        table.showsHeader = !hasHeader
        hasHeader = true
        let style = context.renderer(format).style
        try context.write(table.text(wide: format == .wide, style: style, widths: &widths))
        for finding in findings {
            guard let flapping = finding.flapping else { continue }
            try context.note(Paragraph("\(finding.object.shortName): ", flapping.text))
        }
    }
}
