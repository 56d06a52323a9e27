package import ArgumentParser
import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Session

/// `pause`: has the operator leave an object alone.
package struct Pause: UndoingVerb {
    package static let effect = Effect.journaled
    package static let examples = [
        Example("pause pet fluffy --reason 'looking at the API'", "Until somebody unpauses it"),
        Example("pause pet/fluffy --ttl 15m", "And have it go on in a quarter of an hour"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "pause", abstract: "Have the operator leave a resource alone.",
        discussion: """
            Sets spec.paused: the operator still reads, but writes nothing to the API, and its \
            status grows old. Deleting a paused object has the same effect as ever. With --ttl \
            the pause ends by itself; inside the shell "undo" ends it as well. The reason stays with \
            the object until the pause ends: "describe" and "diagnose" tell it.

            A query or an action never goes on after a pause, so those are refused unless --yes \
            says that it is to be for good.
            """)

    @Argument(help: .init("KIND NAME or KIND/NAME.", valueName: "resource"))
    var words: [String] = []

    @OptionGroup var change: ChangeOptions
    @OptionGroup var format: OutputOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    var undoOptions: UndoOptions { change.waiting.options }

    package func run(in context: VerbContext) async throws {
        try await PauseSwitch(verb: "pause", paused: true).turn(
            words, change, format, in: context)
    }
}

/// `unpause`: has the operator go on.
package struct Unpause: UndoingVerb {
    package static let effect = Effect.journaled
    package static let examples = [
        Example("unpause pet max", "The operator works on it again")
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "unpause", abstract: "Have the operator work on a resource again.",
        discussion: """
            Sets spec.paused back. What was changed meanwhile is carried to the API now. A pause \
            that would have ended by itself is over with it. With --ttl it is paused again after \
            that time.
            """)

    @Argument(help: .init("KIND NAME or KIND/NAME.", valueName: "resource"))
    var words: [String] = []

    @OptionGroup var change: ChangeOptions
    @OptionGroup var format: OutputOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    var undoOptions: UndoOptions { change.waiting.options }

    package func run(in context: VerbContext) async throws {
        try await PauseSwitch(verb: "unpause", paused: false).turn(
            words, change, format, in: context)
    }
}

/// What both verbs do.
struct PauseSwitch: Sendable {
    let verb: String
    let paused: Bool

    private static let place = JSONPointer(tokens: ["spec", "paused"])
    /// The end of the annotation's name, whoever wrote it.
    private static let reason = "/paused-reason"

    func turn(
        _ words: [String], _ change: ChangeOptions, _ format: OutputOptions,
        in context: VerbContext
    ) async throws {
        let (word, name) = try ObjectWords.one(words, verb: verb)
        let kind = try await context.kind(word, schemas: true)
        let namespace = try await context.namespace()
        let object = try await context.client().get(kind.type, namespace: namespace, name: name)
        let shown = kind.shownName(of: name)
        try check(kind, object, shown, accepts: change.yes)
        let isPaused = object.spec["paused"]?.boolValue == true
        guard isPaused != paused else {
            return try context.note("\(shown) is \(paused ? "paused" : "not paused") already")
        }
        let course = ChangeCourse(context, change, undoes: false)
        let entry = try await course.change(
            kind, namespace, name,
            [Edit(Self.place, paused ? .present(true) : ended(in: object, kind))]
                + reasons(object, kind, course.isTemporary ? nil : change.reason))
        try ChangeVoice.tell([entry], course, as: format.output)
        if !paused, Self.neverGoesOn(kind) {
            try context.note(
                "note: the operator does not leave the state Paused of "
                    + "\(kind.category == .query ? "a query" : "an action") by itself")
        }
        try await course.finish(holding: "the pause of \(entry.objectText)")
    }

    /// What ends a pause: where a temporary one made the field, nothing of it is to stay.
    private func ended(in object: KubernetesObject, _ kind: CatalogKind) -> FieldValue {
        let path = FieldPath(members: "spec", "paused")
        let isMade = Marks.records(in: object, group: kind.type.group).contains { found in
            guard let record = found.record, record.uid == object.uid else { return false }
            return record.fields.contains { $0.path == path && $0.before.isAbsent }
        }
        return isMade ? .absent : .present(false)
    }

    /// The annotation that says why it is paused, or that says it no longer.
    ///
    /// A pause that ends by itself has its reason beside its record.
    private func reasons(
        _ object: KubernetesObject, _ kind: CatalogKind, _ reason: String?
    ) -> [Edit] {
        let place = JSONPointer(tokens: ["metadata", "annotations"])
        guard paused else {
            return object.annotations.keys.filter { $0.hasSuffix(Self.reason) }.sorted()
                .map { Edit(remove: place.appending($0)) }
        }
        let key = Marks.prefix(group: kind.type.group) + Self.reason
        return reason.map { [Edit(set: place.appending(key), to: .string($0))] } ?? []
    }

    private func check(
        _ kind: CatalogKind, _ object: KubernetesObject, _ shown: String, accepts: Bool
    ) throws(Failure) {
        if let spec = kind.schema?.node(at: ["spec"]), spec.property("paused") == nil {
            throw Failure(
                .mistake, "\(shown) cannot be paused: \(kind.type.kind) has no field \"paused\"",
                hints: ["edit \(shown) shows the fields that it has"])
        }
        guard paused, Self.neverGoesOn(kind), !accepts else { return }
        let what = kind.category == .query ? "a query" : "an action"
        throw Failure(
            .mistake, "\(shown) is \(what), and \(what) never goes on after a pause",
            hints: ["add --yes to pause it for good; to run it again later, make a new one"])
    }

    /// The state machine of the operator has no exit from Paused there.
    private static func neverGoesOn(_ kind: CatalogKind) -> Bool {
        kind.category == .query || kind.category == .action
    }
}
