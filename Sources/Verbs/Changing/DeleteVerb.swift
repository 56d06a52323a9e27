package import ArgumentParser
import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Render
import Session

/// `delete`: deletes objects for good, and says beforehand what goes with them.
package struct DeleteVerb: DryRunningVerb {
    package static let effect = Effect.irreversible(
        because: "a deleted object cannot be brought back as it was; the ledger only tells it")
    package static let examples = [
        Example("delete order order-789 --yes", "Delete it; --yes answers the question"),
        Example(
            "delete pet/buddy --on-delete orphan --yes",
            "Delete the resource, and leave the pet in the API"),
        Example("delete pet buddy --dry-run", "Say what would go with it, and delete nothing"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "delete", abstract: "Delete resources for good.",
        discussion: """
            Says what the deletion does outside the cluster (the operator may delete the object \
            in the API as well), asks, deletes exactly the object that was looked at, and waits \
            until it has gone. --on-delete first tells the operator what to do with the object \
            in the API: delete it, orphan it (leave it there), or restore it to what it was \
            before the operator took it over.

            --dry-run says what would be deleted and what that would do outside, asks nothing, and \
            deletes nothing; --dry-run=server has the server judge each deletion as well.
            """)

    @Argument(
        help: .init("KIND NAME… or KIND/NAME….", valueName: "resource"))
    var words: [String] = []

    @Option(
        help: .init(
            "What happens to the object in the API: delete, orphan or restore.",
            valueName: "policy"))
    var onDelete: OnDelete?

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @Flag(help: "Do not wait until the objects have gone.")
    var noWait = false

    @Option(
        help: "The most time to wait for each, such as 2m (default: 30s).",
        transform: DurationArgument.positive)
    var timeout: Duration?

    @OptionGroup var trial: DryRunOptions
    @OptionGroup var format: OutputOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    private static let standardTimeout = Duration.seconds(30)

    /// One object that is to go, as it was looked at.
    private struct Candidate: Sendable {
        var kind: CatalogKind
        var object: KubernetesObject
        var shown: String
        var effect: DeletionEffect
    }

    package func run(in context: VerbContext) async throws {
        let chosen = try ObjectWords(words)
        guard chosen.selections.allSatisfy({ !$0.names.isEmpty }) else {
            throw Failure(
                .usage(""), "which objects are to be deleted? delete takes names",
                hints: ["for example: delete pet fluffy"])
        }
        let namespace = try await context.namespace()
        var candidates: [Candidate] = []
        for selection in chosen.selections {
            let kind = try await context.kind(selection.kind, schemas: true)
            if let onDelete { try onDelete.check(kind) }
            for name in selection.names {
                candidates.append(try await candidate(kind, namespace, name, context))
            }
        }
        for candidate in candidates {
            guard let text = candidate.effect.text else { continue }
            try context.note("\(candidate.shown): when it is deleted, \(text)")
        }
        guard !isTrial else {
            for candidate in candidates { try await rehearse(candidate, namespace, context) }
            return
        }
        let names = candidates.map(\.shown).joined(separator: ", ")
        try await context.confirm("Delete \(names) for good", yes: yes)
        for candidate in candidates { try await delete(candidate, namespace, context) }
    }

    private func candidate(
        _ kind: CatalogKind, _ namespace: String, _ name: String, _ context: VerbContext
    ) async throws -> Candidate {
        let object = try await context.client().get(kind.type, namespace: namespace, name: name)
        var planned = object
        if let onDelete { planned.set(onDelete) }
        return Candidate(
            kind: kind, object: object, shown: kind.type.shortName(of: name),
            effect: DeletionEffect.of(planned, category: kind.category))
    }

    /// What `delete` would do; the server judges right, preconditions and admission if it is asked.
    private func rehearse(
        _ candidate: Candidate, _ namespace: String, _ context: VerbContext
    ) async throws {
        let (type, name) = (candidate.kind.type, candidate.object.name)
        if mode == .server {
            if let change = policyChange(of: candidate, namespace) {
                _ = try await context.session().preview(change)
            }
            _ = try await context.client().delete(
                type, namespace: type.isNamespaced ? namespace : nil, name: name,
                options: DeleteOptions(uid: candidate.object.uid, dryRun: true))
        }
        let told =
            mode == .server
            ? "would be deleted for good; the server agrees"
            : "would be deleted for good; the server was not asked"
        try report(candidate, told + " (dry run)", isGone: nil, context)
    }

    private func delete(
        _ candidate: Candidate, _ namespace: String, _ context: VerbContext
    ) async throws {
        let session = try await context.session()
        let name = candidate.object.name
        if let change = policyChange(of: candidate, namespace) {
            _ = try await session.change(change)
        }
        _ = try await session.delete(
            DeleteRequest(
                target: ChangeTarget(candidate.kind), namespace: namespace, name: name,
                acceptsEffects: true))
        var isGone: Bool?
        if !noWait { isGone = try await wait(for: candidate, namespace, context) }
        try report(
            candidate, isGone == true ? "deleted for good" : "is being deleted", isGone: isGone,
            context)
    }

    /// The change that tells the operator what to do in the API; nil where nothing is to be changed.
    private func policyChange(
        of candidate: Candidate, _ namespace: String
    ) -> ChangeRequest? {
        guard let onDelete, candidate.object.spec["onDelete"]?.stringValue != onDelete.value else {
            return nil
        }
        let place = JSONPointer(tokens: ["spec", "onDelete"])
        return ChangeRequest(
            target: ChangeTarget(candidate.kind), namespace: namespace,
            name: candidate.object.name, edits: [Edit(set: place, to: .string(onDelete.value))],
            isTemporary: false)
    }

    private func report(
        _ candidate: Candidate, _ text: String, isGone: Bool?, _ context: VerbContext
    ) throws {
        var payload: JSONValue = [
            "kind": "Deletion", "object": .string(candidate.shown),
            "uid": .string(candidate.object.uid),
            "gone": isGone.map(JSONValue.bool) ?? .null,
            "outside": candidate.effect.text.map(JSONValue.string) ?? .null,
        ]
        if isTrial { payload["dryRun"] = .string(mode.rawValue) }
        try context.report(
            Report(
                kind: "Deletion",
                sections: [
                    Section(nil, .paragraphs([Paragraph("\(candidate.shown): ", text)]))
                ],
                payload: payload,
                names: [candidate.kind.type.qualifiedName(of: candidate.object.name)]),
            as: format.output)
    }

    private func wait(
        for candidate: Candidate, _ namespace: String, _ context: VerbContext
    ) async throws -> Bool {
        let client = try await context.client()
        let (type, name, uid) =
            (candidate.kind.type, candidate.object.name, candidate.object.uid)
        let limit = timeout ?? Self.standardTimeout
        let gone = try await waited(limit, context) { () async throws -> Bool? in
            do throws(KubernetesError) {
                let object = try await client.get(type, namespace: namespace, name: name)
                return object.uid == uid ? nil : true
            } catch {
                guard error.isNotFound else { throw error }
                return true
            }
        }
        if gone == true { return true }
        throw Failure(
            .timedOut,
            "\(candidate.shown) is being deleted, but has not gone within "
                + GoDuration.format(limit),
            hints: [
                "its operator must take its finalizers off: "
                    + candidate.object.finalizers.joined(separator: ", ")
            ])
    }
}

/// What the operator does with the object in the API when its resource is deleted.
enum OnDelete: String, ExpressibleByArgument, CaseIterable, Sendable {
    case delete, orphan, restore

    /// As the spec has it.
    var value: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    /// - Throws: `Failure` where the operator of that kind does not offer it.
    func check(_ kind: CatalogKind) throws(Failure) {
        let name = kind.type.kind
        guard let schema = kind.schema, let field = schema.node(at: ["spec", "onDelete"]) else {
            throw Failure(
                .mistake, "--on-delete: \(name) offers no such choice",
                hints: ["its spec has no field onDelete"])
        }
        let offered = field.enumValues.compactMap(\.stringValue)
        guard offered.isEmpty || offered.contains(value) else {
            throw Failure(
                .mistake, "--on-delete: \(name) does not offer \(value)",
                hints: ["it offers \(offered.joined(separator: ", "))"])
        }
        // Accepted by the schema of every resource, and kept by those that note the original.
        if self == .restore, schema.node(at: ["status", "originalState"]) == nil {
            throw Failure(
                .mistake,
                "--on-delete: the operator does not note what \(name) was before, and would"
                    + " leave it as it is", hints: ["orphan says the same openly"])
        }
    }
}

extension KubernetesObject {
    mutating func set(_ policy: OnDelete) {
        var spec = spec
        spec["onDelete"] = .string(policy.value)
        json["spec"] = spec
    }
}

extension DeletionEffect {
    /// What it does outside, for people; nil where nothing.
    var text: String? {
        switch self {
        case .none: nil
        case .external(let what), .needsOperator(let what): what
        }
    }
}
