import Catalog
import KubernetesClient
import KubernetesCore
import StateFiles

/// Reads collections page by page and writes each page before the next is asked for.
struct ExportRun: Sendable {
    let context: VerbContext
    let scope: StateScope
    let views: [StateView]

    /// One file, on the result stream.
    func write() async throws {
        var writer = StateWriter()
        // Nothing is written before there is something: what cannot be read is no empty state.
        var head = writer.head(scope)
        var failures = FailureCollector()
        try await read(resultOnScreen: true, &failures) { _, documents in
            var bytes = head
            head = []
            for document in documents { writer.append(document, to: &bytes) }
            try context.write(bytes)
        }
        if failures.isEmpty { try context.write(head + writer.end()) }
        if failures.isEmpty, writer.count == 0 { try context.note(nothingFound) }
        try failures.throwAll()
    }

    /// A file for each object.
    func write(to folder: StateFolder) async throws {
        var folder = folder
        try folder.open()
        var failures = FailureCollector()
        try await read(resultOnScreen: false, &failures) { view, documents in
            for document in documents { try folder.write(document, of: view.kind.type) }
        }
        // What could not be read is not gone.
        if failures.isEmpty { try folder.finish() }
        try context.note(folder.summary)
        try failures.throwAll()
    }

    private var nothingFound: String {
        scope.namespace.map { "No resources found in \($0) namespace." } ?? "No resources found"
    }

    private func read(
        resultOnScreen: Bool, _ failures: inout FailureCollector,
        _ take: (StateView, [StateForm.Document]) throws -> Void
    ) async throws {
        let client = try await context.client()
        var progress = ProgressLine(context, resultOnScreen: resultOnScreen)
        var omissions = OmissionCount()
        for view in views {
            do {
                try await read(view, client, &progress, &omissions, take)
            } catch {
                try failures.add(error, world: context.world)
            }
        }
        try progress.end()
        for notice in omissions.notices { try context.note(notice) }
    }

    private func read(
        _ view: StateView, _ client: KubernetesClient, _ progress: inout ProgressLine,
        _ omissions: inout OmissionCount,
        _ take: (StateView, [StateForm.Document]) throws -> Void
    ) async throws {
        let type = view.kind.type
        // What is written cannot be taken back, so a list that grew too old goes on where it was.
        let pages = client.pages(
            type, namespace: type.isNamespaced ? scope.namespace : nil,
            options: ListOptions(labelSelector: scope.selector), whenExpired: .goOn)
        var done = 0
        for try await page in pages {
            if page.isInconsistent { try context.note(GetTables.inconsistent) }
            var documents: [StateForm.Document] = []
            for object in page.objects {
                done += 1
                switch view.sight(of: object) {
                case .state(let document): documents.append(document)
                case .omitted(let omission): omissions.add(omission)
                }
            }
            try take(view, documents)
            let total = page.remainingItemCount.map { done + Int($0) }
            try progress.tell(type.plural, done, of: total)
        }
    }
}
