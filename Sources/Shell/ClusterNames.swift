import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Synchronization
import Terminal
import Verbs

/// Names for completion: answers from what is known, and learns behind.
///
/// A question that was never asked before waits a moment for its first answer, on the editor's
/// own thread; after that the last answer is given at once and refreshed when it is old.
final class ClusterNames: Sendable {
    /// The longest that a press of Tab waits for a first answer.
    private static let patience: Int32 = 800
    /// An older answer is still given, and asked for anew.
    private static let freshness: Duration = .seconds(2)
    /// So many names are kept of a kind.
    private static let mostNames = 20_000

    /// A candidate and a word about it.
    struct Name: Sendable, Hashable {
        var text: String
        var note: String?
    }

    /// What is known about one question.
    enum Answer: Sendable {
        case names([Name])
        case refused(String)
        case unknown
    }

    private enum Question: Hashable {
        case kinds
        case names(kind: String, namespace: String?)
        case fields(kind: String)
        case namespaces
    }

    private struct Entry {
        var answer = Answer.unknown
        var asked: ContinuousClock.Instant?
        var isAsking = false
        var latch: Latch?
    }

    private let access: ClusterAccess
    private let entries = Mutex<[Question: Entry]>([:])

    init(access: ClusterAccess) { self.access = access }

    /// Asks for the kinds before anybody wants them.
    func warmUp() { ask(.kinds) }

    func kinds() -> Answer { answer(.kinds) }

    func names(kind: String, namespace: String?) -> Answer {
        answer(.names(kind: kind.lowercased(), namespace: namespace))
    }

    /// `field=` with the type as a note; the notes of enumerations are their values.
    func fields(kind: String) -> Answer { answer(.fields(kind: kind.lowercased())) }

    func namespaces() -> Answer { answer(.namespaces) }

    // MARK: Answers

    private func answer(_ question: Question) -> Answer {
        ask(question)
        let (known, latch) = entries.withLock { entries in
            let entry = entries[question]
            return (entry?.answer ?? .unknown, entry?.latch)
        }
        guard case .unknown = known, let latch, latch.wait(milliseconds: Self.patience) else {
            return known
        }
        return entries.withLock { $0[question]?.answer ?? .unknown }
    }

    /// Starts a question unless its answer is fresh or under way.
    private func ask(_ question: Question) {
        let latch = entries.withLock { entries -> Latch? in
            var entry = entries[question, default: Entry()]
            if entry.isAsking { return nil }
            if let asked = entry.asked, ContinuousClock.now - asked < Self.freshness { return nil }
            // Without a pipe for it the answer simply comes with the next press of Tab.
            guard let latch = try? Latch() else { return nil }
            entry.isAsking = true
            entry.latch = latch
            entries[question] = entry
            return latch
        }
        guard let latch else { return }
        Task {
            let found = await self.found(question)
            entries.withLock { entries in
                entries[question]?.isAsking = false
                entries[question]?.asked = .now
                // A question that fails now and was answered before keeps its old answer.
                if case .unknown = found { return }
                entries[question]?.answer = found
            }
            latch.open()
        }
    }

    private func found(_ question: Question) async -> Answer {
        do {
            switch question {
            case .kinds: return .names(try await foundKinds())
            case .names(let kind, let namespace):
                return .names(try await foundNames(kind, namespace))
            case .fields(let kind): return .names(try await foundFields(kind))
            case .namespaces:
                let type = ResourceType(
                    group: "", version: "v1", plural: "namespaces", kind: "Namespace",
                    isNamespaced: false)
                return .names(try await names(of: type, in: nil))
            }
        } catch let error as KubernetesError where error.isForbidden {
            return .refused("(forbidden)")
        } catch {
            return .unknown
        }
    }

    private func foundKinds() async throws -> [Name] {
        let catalog = try await access.discovery(.custom).catalog
        return catalog.kinds.map { Name(text: $0.type.plural, note: $0.type.kind) }
            .sorted { $0.text < $1.text }
    }

    private func foundNames(_ word: String, _ namespace: String?) async throws -> [Name] {
        do {
            return try await foundNames(word, namespace, .cached)
        } catch let error as KubernetesError where error.isUnservedKind {
            // What the cache told of is not served any more: perhaps something else is.
            return try await foundNames(word, namespace, .verified)
        }
    }

    private func foundNames(
        _ word: String, _ namespace: String?, _ freshness: Freshness
    ) async throws -> [Name] {
        let kind = try await access.kind(word, schemas: false, freshness)
        let standard = try await access.connection().namespace
        return try await names(
            of: kind.type, in: kind.type.isNamespaced ? namespace ?? standard : nil)
    }

    /// The names as a watch keeps them; only the first question waits for the server.
    private func names(of type: ResourceType, in namespace: String?) async throws -> [Name] {
        guard type.supports("watch") else {
            let list = try await access.client().list(type, namespace: namespace, form: .metadata)
            return Self.names(list.items.map(\.name))
        }
        let store = try await access.watched(type, namespace: namespace)
        guard let snapshot = await store.first(where: { $0.isFilled || $0.trouble != nil }) else {
            throw CancellationError()
        }
        if let trouble = snapshot.trouble, !snapshot.isFilled || trouble.isUnservedKind {
            throw trouble
        }
        return Self.names(snapshot.entries.keys.map(\.name))
    }

    private static func names(_ names: [String]) -> [Name] {
        names.sorted().prefix(mostNames).map { Name(text: $0) }
    }

    private func foundFields(_ word: String) async throws -> [Name] {
        let kind = try await access.kind(word, schemas: true, .cached)
        return kind.parameters.flatMap { parameter in
            [Name(text: parameter.name + "=", note: parameter.type)]
                + parameter.allowedValues.map { Name(text: parameter.name + "=" + $0) }
        }
    }
}
