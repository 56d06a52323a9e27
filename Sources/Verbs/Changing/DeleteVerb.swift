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
        Example("delete pets -l environment=test --yes", "All that have a label"),
        Example("delete -f query.yaml --ignore-not-found --yes", "What a file describes, if there"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "delete", abstract: "Delete resources for good.",
        discussion: """
            Says what the deletion does outside the cluster (the operator may delete the object \
            in the API as well), asks, deletes exactly the object that was looked at, and waits \
            until it has gone. --on-delete first tells the operator what to do with the object \
            in the API: delete it, orphan it (leave it there), or restore it to what it was \
            before the operator took it over.

            Objects are named, chosen by labels and fields, all of a kind (--all), or those that \
            files describe (-f). Where one that was named is not there, nothing is deleted; one that \
            the server does not delete does not stop the others.

            --dry-run says what would be deleted and what that would do outside, asks nothing, and \
            deletes nothing; --dry-run=server has the server judge each deletion as well.
            """)

    @Argument(
        help: .init("KIND NAME… or KIND/NAME…; KIND with -l or --all.", valueName: "resource"))
    var words: [String] = []

    @Option(
        name: [.customShort("l", allowingJoined: true), .customLong("selector")],
        help: "The objects with these labels: environment=test,!keep")
    var selector: String?

    @Option(help: "The objects with these fields, as far as the server knows the fields.")
    var fieldSelector: String?

    @Flag(help: "All objects of the kind, in the namespace.")
    var all = false

    @Flag(name: [.customShort("A"), .long], help: "Choose in all namespaces.")
    var allNamespaces = false

    @OptionGroup var files: ManifestOptions

    @Flag(help: "Objects that are not there are no mistake.")
    var ignoreNotFound = false

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

    /// So many objects are named in a question; more are counted.
    private static let mostNamed = 5

    package func run(in context: VerbContext) async throws {
        let search = DeletionSearch(verb: self, context: context)
        let doomed = try await search.run()
        guard !doomed.isEmpty else { return try context.note(try await search.nothingFound()) }
        let isLong = doomed.count > Self.mostNamed
        for object in doomed {
            if let text = object.effect.text {
                try context.note("\(object.shown): when it is deleted, \(text)")
            } else if isLong, !isTrial {
                try context.note(object.shown)
            }
        }
        var failures = FailureCollector()
        guard !isTrial else {
            _ = try await each(doomed, &failures, context) { try await rehearse($0, context) }
            return try failures.throwAll()
        }
        let names =
            isLong ? "these \(doomed.count) objects" : doomed.map(\.shown).joined(separator: ", ")
        try await context.confirm("Delete \(names) for good", yes: yes)
        // All are on their way before the first is waited for.
        let sent = try await each(doomed, &failures, context) { try await delete($0, context) }
        _ = try await each(sent, &failures, context) { object in
            var isGone: Bool?
            if !noWait { isGone = try await wait(for: object, context) }
            try report(
                object, isGone == true ? "deleted for good" : "is being deleted", isGone: isGone,
                context)
        }
        try failures.throwAll()
    }

    /// Does something with one after another; what fails does not stop the rest, unless nobody
    /// answers any more.
    ///
    /// - Returns: those with which it was done.
    private func each(
        _ objects: [Doomed], _ failures: inout FailureCollector, _ context: VerbContext,
        _ work: (Doomed) async throws -> Void
    ) async throws -> [Doomed] {
        var done: [Doomed] = []
        for object in objects {
            do {
                try await work(object)
                done.append(object)
            } catch {
                try failures.add(error, world: context.world)
                if Failure(error, world: context.world).kind == .unreachable { break }
            }
        }
        return done
    }

    /// What `delete` would do; the server judges right, preconditions and admission if it is asked.
    private func rehearse(_ candidate: Doomed, _ context: VerbContext) async throws {
        if mode == .server {
            if let change = policyChange(of: candidate) {
                _ = try await context.session().preview(change)
            }
            _ = try await context.client().delete(
                candidate.kind.type, namespace: candidate.namespace, name: candidate.name,
                options: DeleteOptions(uid: candidate.object.uid, dryRun: true))
        }
        let told =
            mode == .server
            ? "would be deleted for good; the server agrees"
            : "would be deleted for good; the server was not asked"
        try report(candidate, told + " (dry run)", isGone: nil, context)
    }

    private func delete(_ candidate: Doomed, _ context: VerbContext) async throws {
        let session = try await context.session()
        if let change = policyChange(of: candidate) { _ = try await session.change(change) }
        _ = try await session.delete(
            DeleteRequest(
                target: ChangeTarget(candidate.kind), namespace: candidate.namespace,
                name: candidate.name, uid: candidate.object.uid, acceptsEffects: true))
    }

    /// The change that tells the operator what to do in the API; nil where nothing is to be changed.
    private func policyChange(of candidate: Doomed) -> ChangeRequest? {
        guard let onDelete, candidate.object.spec["onDelete"]?.stringValue != onDelete.value else {
            return nil
        }
        let place = JSONPointer(tokens: ["spec", "onDelete"])
        return ChangeRequest(
            target: ChangeTarget(candidate.kind), namespace: candidate.namespace,
            name: candidate.name, edits: [Edit(set: place, to: .string(onDelete.value))],
            isTemporary: false)
    }

    private func report(
        _ candidate: Doomed, _ text: String, isGone: Bool?, _ context: VerbContext
    ) throws {
        var payload: JSONValue = [
            "kind": "Deletion",
            "object": .string(candidate.kind.shownName(of: candidate.name)),
            "uid": .string(candidate.object.uid),
            "gone": isGone.map(JSONValue.bool) ?? .null,
            "outside": candidate.effect.text.map(JSONValue.string) ?? .null,
        ]
        if let namespace = candidate.namespace { payload["namespace"] = .string(namespace) }
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

    private func wait(for candidate: Doomed, _ context: VerbContext) async throws -> Bool {
        let client = try await context.client()
        let (type, namespace) = (candidate.kind.type, candidate.namespace)
        let (name, uid) = (candidate.name, candidate.object.uid)
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
