import Catalog
import KubernetesClient
import KubernetesCore
import Render
import Session

/// One object that is to be deleted, as it was looked at.
struct Doomed: Sendable {
    var kind: CatalogKind
    /// Nil where its kind has none.
    var namespace: String?
    var object: KubernetesObject
    /// As people read it, with the namespace where several are meant.
    var shown: String
    var effect: DeletionEffect

    var name: String { object.name }

    /// What tells the operator what to do in the API is in the spec by then.
    init(
        _ object: KubernetesObject, of kind: CatalogKind, in namespace: String?,
        _ policy: OnDelete?
    ) {
        self.kind = kind
        self.namespace = namespace
        self.object = object
        shown = kind.shownName(of: object.name)
        var planned = object
        if let policy { planned.set(policy) }
        effect = DeletionEffect.of(planned, category: kind.category)
    }
}

/// Finds what a deletion is about: objects by their names, by labels and fields, all of a kind, or
/// those that files describe.
struct DeletionSearch: Sendable {
    let verb: DeleteVerb
    let context: VerbContext

    /// - Returns: each object once, in the order in which they were meant.
    /// - Throws: `Failure` for words that mean nothing together, `KubernetesError` where an object
    ///   is not there and has to be: then nothing is deleted.
    func run() async throws -> [Doomed] {
        try check()
        var found: [Doomed] = []
        for meant in try await verb.files.meant(given: verb.cluster.namespace, in: context) {
            if let onDelete = verb.onDelete { try onDelete.check(meant.kind) }
            found += try await named(meant.name, meant.kind, meant.namespace)
        }
        if !verb.words.isEmpty { found += try await chosen(try ObjectWords(verb.words)) }
        var seen: Set<String> = []
        found = found.filter { seen.insert($0.object.uid).inserted }
        if Set(found.map(\.namespace)).count > 1 {
            for index in found.indices {
                guard let namespace = found[index].namespace else { continue }
                found[index].shown += " (\(namespace))"
            }
        }
        return found
    }

    /// What is said where nothing was found.
    func nothingFound() async throws -> String {
        if verb.allNamespaces { return "No resources found" }
        return "No resources found in \(try await context.namespace()) namespace."
    }

    private var selects: Bool { verb.selector != nil || verb.fieldSelector != nil }

    private func check() throws(Failure) {
        let isChosen = selects || verb.all || verb.allNamespaces
        try verb.files.refuseOthers(verb.words, isChosen: isChosen)
        guard verb.files.filename.isEmpty else { return }
        if verb.all, selects {
            throw Failure(.usage(""), "--all and a selector cannot be given together")
        }
        if let selector = verb.selector { try SelectorWords.check(selector) }
        let words = try ObjectWords(verb.words)
        if words.hasNames, isChosen {
            let flag = verb.all ? "--all" : selects ? "a selector" : "-A"
            throw Failure(.usage(""), "a name and \(flag) cannot be given together")
        }
        guard words.hasNames || selects || verb.all else {
            let kind = words.selections[0].kind
            throw Failure(
                .usage(""), "which objects are to be deleted? delete takes names, -l, --all or -f",
                hints: [
                    "for example: delete pet fluffy, delete \(kind) -l app=test, delete \(kind) --all"
                ])
        }
    }

    private func chosen(_ words: ObjectWords) async throws -> [Doomed] {
        let namespace = try await context.namespace()
        var found: [Doomed] = []
        for selection in words.selections {
            let kind = try await context.kind(selection.kind, schemas: true)
            if let onDelete = verb.onDelete { try onDelete.check(kind) }
            if selection.names.isEmpty {
                let list = try await context.client().list(
                    kind.type, namespace: verb.allNamespaces ? nil : namespace,
                    options: ListOptions(
                        labelSelector: verb.selector, fieldSelector: verb.fieldSelector))
                found += list.items.map { object in
                    Doomed(object, of: kind, in: object.namespace, verb.onDelete)
                }
            }
            for name in selection.names { found += try await named(name, kind, namespace) }
        }
        return found
    }

    /// One object, or none where it need not be there.
    private func named(
        _ name: String, _ kind: CatalogKind, _ namespace: String
    ) async throws -> [Doomed] {
        let place = kind.type.isNamespaced ? namespace : nil
        let client = try await context.client()
        do throws(KubernetesError) {
            let object = try await client.get(kind.type, namespace: place, name: name)
            return [Doomed(object, of: kind, in: place, verb.onDelete)]
        } catch {
            if verb.ignoreNotFound, error.isNotFound, error.status?.details?.name == name {
                return []
            }
            throw error
        }
    }
}
