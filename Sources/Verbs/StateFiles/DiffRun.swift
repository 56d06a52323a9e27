import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import StateFiles

/// Holds the wanted state against the cluster's.
struct DiffRun: Sendable {
    let context: VerbContext
    let wanted: WantedState
    let map: NamespaceMap
    let ignored: [PathPattern]
    let isThreeWay: Bool
    let isAsIs: Bool

    private struct Identity: Hashable {
        var kind: String
        var key: WantedState.Key
    }

    func compare() async throws -> StateDifferences {
        let client = try await context.client()
        var found = StateDifferences()
        var items: [Identity: (Int, WantedState.Item)] = [:]
        for (number, item) in wanted.items.enumerated() { items[identity(item)] = (number, item) }
        var progress = ProgressLine(context, resultOnScreen: false)
        for file in wanted.files {
            guard let scope = file.scope else { continue }
            if !file.isWhole {
                found.notices.append(
                    "note: \(file.name) lacks its last line: it was cut off, or edited")
            }
            for kind in try await kinds(of: scope) {
                try await cover(kind, scope, client, &items, &found, &progress)
            }
        }
        if wanted.files.allSatisfy({ $0.scope == nil }) {
            found.notices.append(
                "note: the file does not say what it covers, so objects that only the cluster has"
                    + " are not looked for")
        }
        let rest = items.values.sorted { $0.0 < $1.0 }
        let numbers = Dictionary(uniqueKeysWithValues: rest.map { (identity($0.1), $0.0) })
        try await LiveState(client: client).find(rest.map(\.1)) { item, live in
            judge(item, numbers[identity(item)] ?? 0, live, into: &found)
        }
        try progress.end()
        found.sort()
        return found
    }

    private func identity(_ item: WantedState.Item) -> Identity {
        Identity(kind: item.type.qualifiedName, key: item.key)
    }

    private func kinds(of scope: StateScope) async throws -> [CatalogKind] {
        var kinds: [CatalogKind] = []
        for word in scope.kinds { kinds.append(try await context.kind(word, schemas: true)) }
        return kinds
    }

    /// Goes through what the file covers of one kind.
    private func cover(
        _ kind: CatalogKind, _ scope: StateScope, _ client: KubernetesClient,
        _ items: inout [Identity: (Int, WantedState.Item)], _ found: inout StateDifferences,
        _ progress: inout ProgressLine
    ) async throws {
        let type = kind.type
        let view = StateView(
            kind, isAsIs: isAsIs || scope.isAsIs, includesDiagnostics: scope.includesDiagnostics)
        let namespace = type.isNamespaced ? scope.namespace.map(map.place(of:)) : nil
        let pages = client.pages(
            type, namespace: namespace, options: ListOptions(labelSelector: scope.selector),
            whenExpired: .goOn)
        var done = 0
        for try await page in pages {
            if page.isInconsistent { try context.note(GetTables.inconsistent) }
            for object in page.objects {
                done += 1
                let key = WantedState.Key(namespace: object.namespace, name: object.name)
                if let (number, item) = items.removeValue(
                    forKey: Identity(kind: type.qualifiedName, key: key))
                {
                    judge(item, number, object, into: &found)
                } else if case .state(let document) = view.sight(of: object) {
                    found.add(onlyLive: document, type)
                }
            }
            try progress.tell(type.plural, done, of: page.remainingItemCount.map { done + Int($0) })
        }
    }

    private func judge(
        _ item: WantedState.Item, _ number: Int, _ live: KubernetesObject?,
        into found: inout StateDifferences
    ) {
        found.count += 1
        let isAsIs = isAsIs || wanted.files[item.file].scope?.isAsIs ?? false
        let view = StateView(item.kind, isAsIs: isAsIs, includesDiagnostics: true)
        let want = view.document(of: item.object)
        guard let live, let have = view.document(ofLive: live) else {
            found.add(onlyWanted: want, item, number)
            return
        }
        found.addSecrets(have.secrets + want.secrets, of: item)
        let comparison = StateComparison(
            item.kind, ignored: ignored,
            countsWhenOnlyLive: isThreeWay ? AppliedFields(live).contain : nil)
        let fields = comparison.differences(live: have.json, wanted: want.json)
        guard !fields.isEmpty else { return }
        found.add(fields, live: have, wanted: want, item, number)
    }
}

/// What an earlier import, or kubectl's apply, put into an object.
struct AppliedFields: Sendable {
    private let fields: [FieldSet]
    private let lastApplied: JSONValue?

    /// - Parameters:
    ///   - object: with its managed fields.
    ///   - manager: nil: of every manager that applies.
    init(_ object: KubernetesObject, manager: String? = nil) {
        fields = object.managedFields.filter {
            $0["operation"]?.stringValue == "Apply"
                && (manager == nil || $0["manager"]?.stringValue == manager)
        }.compactMap { $0["fieldsV1"].flatMap { FieldSet(fieldsV1: $0) } }
        let key = "kubectl.kubernetes.io/last-applied-configuration"
        // A text that is no JSON says nothing.
        lastApplied = object.annotations[key].flatMap { try? JSONValue(parsing: $0) }
    }

    /// Whether that member, or something in it, was put there.
    func contain(_ place: JSONPointer) -> Bool {
        let steps = place.tokens.map(FieldStep.field)
        return fields.contains { $0.below(steps) != nil }
            || lastApplied?.value(at: place) != nil
    }
}
