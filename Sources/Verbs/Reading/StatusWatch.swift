import Catalog
import Diagnostics
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// `status --watch`: the status as watches show it, until somebody ends it.
struct StatusWatch: Sendable {
    let apis: [GeneratedAPI]
    let namespace: String?
    let view: StatusView
    let context: VerbContext

    /// Changes that come closer together than this are shown together.
    private static let pause = Duration.milliseconds(100)

    func run() async throws {
        let client = try await context.client()
        let feeders = Survey.kinds(of: apis).map { _, kind in
            StoreFeeder(
                client: client, type: kind.type, namespace: namespace, form: .objects)
        }
        let (ticks, ticker) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for feeder in feeders {
                group.addTask { await feeder.run() }
                group.addTask {
                    for await _ in feeder.store.revisions() { ticker.yield() }
                }
            }
            defer { group.cancelAll() }
            var screen = StatusScreen(view: view, context: context)
            for await _ in ticks {
                let snapshots = feeders.map(\.store.snapshot)
                guard snapshots.allSatisfy({ $0.isFilled || $0.trouble != nil }) else { continue }
                let now = client.estimatedServerTime ?? context.world.clock.now()
                let answers = zip(snapshots, Survey.kinds(of: apis)).map {
                    Self.answer($0, $1, now)
                }
                try screen.show(try Survey(of: apis, answers: answers))
                try await context.world.clock.sleep(Self.pause)
            }
        }
        try Task.checkCancellation()
    }

    /// What was seen last counts while a watch is in trouble.
    private static func answer(
        _ snapshot: ObjectStore.Snapshot, _ asked: (api: String, kind: CatalogKind),
        _ now: Timestamp
    ) -> Survey.Answer {
        if let trouble = snapshot.trouble, !snapshot.isFilled { return .failure(trouble) }
        let objects = snapshot.keys.compactMap { snapshot.entries[$0]?.object }
        return .success(objects.map { Survey.Member($0, asked.kind, api: asked.api, now: now) })
    }
}

/// Shows one status after the other, as the reader can take it.
private struct StatusScreen {
    let view: StatusView
    let context: VerbContext
    private var last: (survey: Survey, report: Report)?
    /// How many lines stand on the terminal that are to be overwritten.
    private var height = 0

    init(view: StatusView, context: VerbContext) {
        self.view = view
        self.context = context
    }

    mutating func show(_ survey: Survey) throws {
        let status = try view.status(of: survey)
        let report = view.report(of: status)
        let before = last
        last = (survey, report)
        // A line for each change tells more than the report has in it.
        let isByLine = view.format.isForPeople && !context.world.terminal.outputIsTerminal
        guard before?.report != report || isByLine else { return }
        for notice in report.notices where before?.report.notices.contains(notice) != true {
            try context.note(notice)
            // What stands above the remark stays there.
            height = 0
        }
        guard view.format.isForPeople else { return try write(report, isFirst: before == nil) }
        if context.world.terminal.outputIsTerminal { return try draw(report) }
        guard let before else { return try write(report, isFirst: true) }
        let time = context.world.clock.now().rfc3339
        let lines = StatusChanges.lines(from: before.survey, to: survey).map { "\(time) \($0)\n" }
        try context.write(Array(lines.joined().utf8))
    }

    private func write(_ report: Report, isFirst: Bool) throws {
        let separator = view.format == .yaml && !isFirst ? "---\n" : ""
        try context.write(
            Array(separator.utf8) + context.renderer(view.format).render(report))
    }

    /// Over what was drawn before: up to its first line, and everything below is made anew.
    ///
    /// Not more than the terminal holds, because the cursor cannot go up beyond it.
    private mutating func draw(_ report: Report) throws {
        let facts = context.world.terminal
        let columns = max(facts.columns ?? 80, 1)
        let room = max((facts.rows ?? 24) - 2, 1)
        let plain = Renderer(view.format, style: Style(width: facts.columns))
        let bare = Self.lines(try plain.render(report))
        let drawn = Self.lines(try context.renderer(view.format).render(report))
        var text = height > 0 ? "\u{1B}[\(height)A\r\u{1B}[J" : ""
        height = 0
        for (index, (bare, drawn)) in zip(bare, drawn).enumerated() {
            let needed = max((bare.displayWidth + columns - 1) / columns, 1)
            guard height + needed < room || (index == bare.count - 1 && height + needed == room)
            else {
                text += "…\n"
                height += 1
                break
            }
            text += drawn + "\n"
            height += needed
        }
        try context.write(Array(text.utf8))
    }

    private static func lines(_ bytes: [UInt8]) -> [String] {
        bytes.dropLast(bytes.last == 0x0A ? 1 : 0)
            .split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}

/// What became different between two looks at an application.
enum StatusChanges {
    private struct Place: Hashable {
        var type: ResourceType
        var namespace: String
        var name: String
    }

    /// A line for each object whose state is another one: `order/order-456 Synced → Failed: …`.
    static func lines(from before: Survey, to after: Survey) -> [String] {
        let old = states(before)
        let new = states(after)
        let places = Set(old.keys).union(new.keys).sorted {
            ($0.type.kind, $0.namespace, $0.name) < ($1.type.kind, $1.namespace, $1.name)
        }
        return places.compactMap { place in
            let (was, now) = (old[place], new[place])
            guard was != now else { return nil }
            let what = Escape.line(place.type.shortName(of: place.name))
            guard let now else { return "\(what) deleted" }
            let move =
                was.map { $0.word == now.word ? now.word : "\($0.word) → \(now.word)" }
                ?? "new: \(now.word)"
            let message = now.message.isEmpty ? "" : ": \(now.message)"
            return "\(what) \(Escape.line(move + message))"
        }
    }

    private struct Shown: Equatable {
        var word: String
        var message: String
    }

    private static func states(_ survey: Survey) -> [Place: Shown] {
        var states: [Place: Shown] = [:]
        for member in survey.members + survey.summaries {
            let place = Place(
                type: member.kind.type, namespace: member.object.namespace ?? "",
                name: member.object.name)
            let isSummary = member.kind.category == .aggregate || member.kind.category == .bundle
            let summary = HealthSummary(member.object, kind: member.kind)
            states[place] = Shown(
                word: isSummary ? summary.text : member.state.state ?? "no status yet",
                message: member.state.class == .good ? "" : member.state.message)
        }
        return states
    }
}
