package import Catalog
import Documents
import KubernetesClient
import KubernetesCore

/// Asks a cluster for words that could stand at the cursor.
package struct CandidateSearch: Sendable {
    /// So many names are taken of a kind.
    private static let mostNames = 20_000

    package enum Question: Sendable, Hashable {
        case kinds
        case names(kind: String, namespace: String?)
        case fields(kind: String)
        case namespaces
        case pods(namespace: String?)
        case labels(kind: String, namespace: String?)
        case operations(Category)
        case parameters(Category, operation: String)
        case parameterValues(Category, operation: String, parameter: String)
    }

    /// A word and a few about it.
    package struct Candidate: Sendable, Hashable {
        package var text: String
        package var note: String?

        package init(_ text: String, note: String? = nil) {
            self.text = text
            self.note = note
        }
    }

    /// What came of a question.
    package enum Answer: Sendable, Hashable {
        /// Sorted by their texts.
        case found([Candidate])
        case forbidden
        case none
    }

    let access: ClusterAccess
    /// Whether a watch keeps the answer for the next time.
    let follows: Bool

    package init(access: ClusterAccess, follows: Bool) {
        self.access = access
        self.follows = follows
    }

    package func answer(_ question: Question) async -> Answer {
        do {
            return .found(try await candidates(question))
        } catch let error as KubernetesError where error.isForbidden {
            return .forbidden
        } catch {
            return .none
        }
    }

    private func candidates(_ question: Question) async throws -> [Candidate] {
        switch question {
        case .kinds: return try await kinds()
        case .names(let kind, let namespace):
            return Self.names(try await names(of: kind, in: namespace))
        case .fields(let kind): return try await fields(kind)
        case .namespaces:
            let type = ResourceType(
                group: "", version: "v1", plural: "namespaces", kind: "Namespace",
                isNamespaced: false)
            return Self.names(try await names(of: type, in: nil))
        case .pods(let namespace):
            let standard = try await access.connection().namespace
            let type = ResourceType(group: "", version: "v1", plural: "pods", kind: "Pod")
            return Self.pods(try await objects(of: type, in: namespace ?? standard))
        case .labels(let kind, let namespace):
            return Self.labels(try await objects(of: kind, in: namespace))
        case .operations(let category):
            return OperationCandidates.names(
                category, in: try await access.catalog(of: nil, .cached))
        case .parameters(let category, let operation):
            return OperationCandidates.flags(of: try await kind(operation, category))
        case .parameterValues(let category, let operation, let parameter):
            return OperationCandidates.values(
                of: parameter, of: try await kind(operation, category))
        }
    }

    private func kinds() async throws -> [Candidate] {
        let catalog = try await access.discovery(.custom, .cached).catalog
        return catalog.kinds.map { Candidate($0.type.plural, note: $0.type.kind) }
            .sorted { $0.text < $1.text }
    }

    private func fields(_ word: String) async throws -> [Candidate] {
        let kind = try await access.kind(word, schemas: true, .cached)
        return kind.parameters.flatMap { parameter in
            [Candidate(parameter.name + "=", note: parameter.type)]
                + parameter.allowedValues.map { Candidate(parameter.name + "=" + $0) }
        }
    }

    private func kind(_ operation: String, _ category: Category) async throws -> CatalogKind? {
        try await OperationSearch.found(operation, category, in: access, .cached)
    }

    // MARK: Objects

    private func objects(
        of word: String, in namespace: String?
    ) async throws -> [KubernetesObject] {
        try await looked(for: word, in: namespace) { try await objects(of: $0, in: $1) }
    }

    /// What is found of the kind that a word names.
    private func looked<Found>(
        for word: String, in namespace: String?,
        _ look: (ResourceType, String?) async throws -> Found
    ) async throws -> Found {
        do {
            return try await looked(for: word, in: namespace, .cached, look)
        } catch let error as KubernetesError where error.isUnservedKind {
            // What the cache told of is not served any more: perhaps something else is.
            return try await looked(for: word, in: namespace, .verified, look)
        }
    }

    private func looked<Found>(
        for word: String, in namespace: String?, _ freshness: Freshness,
        _ look: (ResourceType, String?) async throws -> Found
    ) async throws -> Found {
        let kind = try await access.kind(word, schemas: false, freshness)
        let standard = try await access.connection().namespace
        return try await look(kind.type, kind.type.isNamespaced ? namespace ?? standard : nil)
    }

    /// As a watch keeps them; only the first question waits for the server.
    private func objects(
        of type: ResourceType, in namespace: String?
    ) async throws -> [KubernetesObject] {
        guard follows, type.supports("watch") else {
            let list = try await access.client().list(type, namespace: namespace, form: .metadata)
            return list.items
        }
        let store = try await access.watched(type, namespace: namespace)
        guard let snapshot = await store.first(where: { $0.isFilled || $0.trouble != nil }) else {
            throw CancellationError()
        }
        if let trouble = snapshot.trouble, !snapshot.isFilled || trouble.isUnservedKind {
            throw trouble
        }
        return snapshot.entries.values.map(\.object)
    }

    private func names(of word: String, in namespace: String?) async throws -> [String] {
        try await looked(for: word, in: namespace) { try await names(of: $0, in: $1) }
    }

    /// So long a watch may take to know a collection before its names are asked for by themselves.
    private static let patience = Duration.milliseconds(200)

    /// As a watch keeps them.
    ///
    /// One that begins reads all metadata first, page by page, which takes seconds for thousands of
    /// objects; whoever asks meanwhile gets the names without them.
    private func names(of type: ResourceType, in namespace: String?) async throws -> [String] {
        guard follows, type.supports("watch") else {
            return try await bareNames(of: type, in: namespace)
        }
        guard try await !access.watched(type, namespace: namespace).snapshot.isFilled else {
            return try await objects(of: type, in: namespace).map(\.name)
        }
        return try await withThrowingTaskGroup(of: [String].self) { group in
            defer { group.cancelAll() }
            group.addTask { try await objects(of: type, in: namespace).map(\.name) }
            group.addTask {
                try await Task.sleep(for: Self.patience)
                return try await bareNames(of: type, in: namespace)
            }
            return try await group.next() ?? []
        }
    }

    /// The server's rows have the names, at a hundredth of the objects' bytes.
    private func bareNames(of type: ResourceType, in namespace: String?) async throws -> [String] {
        let table = try await access.client().table(
            type, namespace: namespace, includeObject: .none)
        // Of built-in and custom kinds alike, one column is marked as the name.
        guard let place = table.columns.firstIndex(where: { $0.format == "name" }) else {
            return try await objects(of: type, in: namespace).map(\.name)
        }
        return table.rows.compactMap { row in
            row.cells.indices.contains(place) ? row.cells[place].stringValue : nil
        }
    }

    private static func names(_ names: [String]) -> [Candidate] {
        names.sorted().prefix(mostNames).map { Candidate($0) }
    }

    /// The ordinals of stateful pods, then all names.
    private static func pods(_ objects: [KubernetesObject]) -> [Candidate] {
        let names = objects.map(\.name).sorted()
        let ordinals = names.compactMap { name -> Candidate? in
            guard let end = name.split(separator: "-").last, let number = Int(end) else {
                return nil
            }
            return Candidate(String(number), note: name)
        }
        return ordinals + names.map { Candidate($0) }
    }

    /// `key=` and `key=value` of the labels that there are.
    private static func labels(_ objects: [KubernetesObject]) -> [Candidate] {
        var found: Set<String> = []
        for object in objects {
            for (key, value) in object.labels {
                found.insert(key + "=")
                if !value.isEmpty { found.insert("\(key)=\(value)") }
            }
        }
        return found.sorted().map { Candidate($0) }
    }
}
