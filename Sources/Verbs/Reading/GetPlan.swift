import Catalog
import KubernetesClient
import KubernetesCore
import Render

/// What `get` is going to fetch: kinds resolved, namespace decided, wishes read.
struct GetPlan: Sendable {
    struct Part: Sendable {
        var kind: CatalogKind
        var names: [String]
        /// Nil: all namespaces.
        var namespace: String?

        var type: ResourceType { kind.type }
    }

    var parts: [Part]
    /// Nil: all namespaces.
    var namespace: String?
    var filter: ObjectFilter
    var order: SortOrder?
    /// What rows show; see `shape(of:)`.
    var shape: RowShape
    /// The server's time, where rows tell more than the server's cells.
    private let now: (@Sendable () -> Timestamp)?
    /// Whether what is not there is passed over without a word.
    let isQuietWhenMissing: Bool

    init(_ verb: Get, _ objects: ObjectWords?, in context: VerbContext) async throws {
        filter = try ObjectFilter(
            states: verb.states.flatMap { $0.split(separator: ",").map(String.init) },
            onlyDrifting: verb.drift, condition: verb.condition)
        order = try verb.sortBy.map { text throws(Failure) in try SortOrder(text) }
        let isWide = verb.format.output == .wide
        var parts: [Part] = []
        let place = verb.allNamespaces ? nil : try await context.namespace()
        for selection in objects?.selections ?? [] {
            // What a state or a drift is depends on the kind's category, and with it whether an
            // answer is as new as the state.
            let asksForState = !verb.states.isEmpty || verb.drift || verb.showResponse
            var kind = try await context.kind(selection.kind, schemas: asksForState)
            if isWide, !asksForState, !kind.type.groupVersion.isBuiltIn {
                kind = try await context.kind(selection.kind, schemas: true)
            }
            parts.append(Part(kind: kind, names: selection.names, namespace: place))
        }
        for meant in try await verb.files.meant(given: verb.cluster.namespace, in: context) {
            if let last = parts.last, last.type == meant.kind.type,
                last.namespace == meant.namespace
            {
                parts[parts.count - 1].names.append(meant.name)
            } else {
                parts.append(
                    Part(kind: meant.kind, names: [meant.name], namespace: meant.namespace))
            }
        }
        if isWide {
            let (client, clock) = (try await context.client(), context.world.clock)
            now = { client.estimatedServerTime ?? clock.now() }
        } else {
            now = nil
        }
        self.parts = parts
        namespace = place
        shape = RowShape(
            namespace: verb.allNamespaces || Set(parts.map(\.namespace)).count > 1,
            kind: Set(parts.map(\.type)).count > 1 || verb.showKind,
            labels: verb.labelColumns.flatMap { $0.split(separator: ",").map(String.init) },
            allLabels: verb.showLabels)
        isQuietWhenMissing = verb.ignoreNotFound
    }

    /// Objects that belong to no namespace have no column for it.
    func shape(of part: Part) -> RowShape {
        var shape = shape
        shape.namespace = shape.namespace && part.type.isNamespaced
        shape.wide = now.flatMap { WideColumns(part.kind, now: $0) }
        return shape
    }

    /// An object as a line of a shell can mean it later.
    func listed(_ object: KubernetesObject, of part: Part, _ verb: Get) -> ListedObject {
        ListedObject(
            kind: part.type.qualifiedKind,
            namespace: part.namespace == nil ? object.namespace : spoken(of: part, verb),
            name: object.name)
    }

    /// The namespace that later lines have to name; nil: the one that they work in.
    func spoken(of part: Part, _ verb: Get) -> String? {
        verb.files.filename.isEmpty ? verb.cluster.namespace : part.namespace
    }

    /// Whether exactly one object was named.
    var isSingle: Bool { parts.count == 1 && parts[0].names.count == 1 }

    /// What is said when nothing was found.
    var nothingFound: String {
        let isNamespaced = parts.contains { $0.type.isNamespaced }
        guard isNamespaced, let namespace else { return "No resources found" }
        return "No resources found in \(namespace) namespace."
    }
}
