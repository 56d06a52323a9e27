import Catalog
import KubernetesCore
import Render

/// What `get` is going to fetch: kinds resolved, namespace decided.
struct GetPlan: Sendable {
    struct Part: Sendable {
        var kind: CatalogKind
        var names: [String]

        var type: ResourceType { kind.type }
    }

    var parts: [Part]
    /// Nil: all namespaces.
    var namespace: String?
    var allNamespaces: Bool

    init(_ verb: Get, _ objects: ObjectWords, in context: VerbContext) async throws {
        var parts: [Part] = []
        for selection in objects.selections {
            let kind = try await context.kind(selection.kind)
            parts.append(Part(kind: kind, names: selection.names))
        }
        self.parts = parts
        allNamespaces = verb.allNamespaces
        namespace = verb.allNamespaces ? nil : try await context.namespace()
    }

    /// Whether rows of several kinds come together, so that names alone would mislead.
    var isMixed: Bool { parts.count > 1 }

    /// Whether exactly one object was named.
    var isSingle: Bool { parts.count == 1 && parts[0].names.count == 1 }

    /// What is said when nothing was found.
    var nothingFound: String {
        let isNamespaced = parts.contains { $0.type.isNamespaced }
        guard isNamespaced, let namespace else { return "No resources found" }
        return "No resources found in \(namespace) namespace."
    }
}

extension ResourceType {
    /// `pet.petstore.example.com/fluffy`, as `-o name` prints it.
    package func qualifiedName(of name: String) -> String {
        let kind = kind.lowercased()
        return group.isEmpty ? "\(kind)/\(name)" : "\(kind).\(group)/\(name)"
    }

    /// `pet/fluffy`, as people speak of it.
    package func shortName(of name: String) -> String { "\(kind.lowercased())/\(name)" }
}

/// Several things went wrong while the rest went on: told together at the end.
struct FailureCollector {
    private var failures: [Failure] = []

    var isEmpty: Bool { failures.isEmpty }

    mutating func add(_ error: any Error, world: World) throws {
        if error is OutputClosed || error is CancellationError { throw error }
        failures.append(Failure(error, world: world))
    }

    /// The first one's kind decides; every message is printed once.
    func throwAll() throws {
        guard let first = failures.first else { return }
        var lines: [String] = []
        var hints: [String] = []
        for failure in failures {
            var bare = failure
            bare.hints = []
            let text = String(bare.text.dropLast())
            if !lines.contains(text) { lines.append(text) }
            hints += failure.hints.filter { !hints.contains($0) }
        }
        throw Failure(first.kind, lines.joined(separator: "\n"), hints: hints)
    }
}
