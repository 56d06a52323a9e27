package import ArgumentParser
import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Render
import Session

/// `edit`: changes an object in the user's editor.
package struct EditVerb: UndoingVerb, DryRunningVerb {
    package static let effect = Effect.journaled
    package static let examples = [
        Example("edit pet fluffy", "Change it in $KUBE_EDITOR, $EDITOR or vi"),
        Example("edit pet/fluffy --temporary", "And undo the change at the end"),
        Example("edit pet fluffy --ttl 10m", "And have it undone in ten minutes"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "edit", abstract: "Change a resource in your editor.",
        discussion: """
            Opens the object as YAML in the editor that KUBE_EDITOR or EDITOR names, else in vi. \
            What you save is checked and becomes the change; only what you touched is sent. A \
            text that cannot be used comes back with the reason at its top, and is never lost.

            With --temporary the change is undone: in the shell when you leave it, outside when \
            you press Ctrl-C or the input ends. With --ttl it is undone after that time at the \
            latest. Passwords and the like are left out unless --show-secrets is given.

            --dry-run shows what the saved text would change, and writes nothing; \
            --dry-run=server has the server try it as well.
            """)

    @Argument(help: .init("KIND NAME or KIND/NAME.", valueName: "resource"))
    var words: [String] = []

    @Flag(help: "Undo the change when the shell or the hold ends.")
    var temporary = false

    @OptionGroup var trial: DryRunOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var secrets: SecretOptions
    @OptionGroup var format: OutputOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    var undoOptions: UndoOptions { change.waiting.options }

    package func run(in context: VerbContext) async throws {
        let (word, name) = try ObjectWords.one(words, verb: "edit")
        let kind = try await context.kind(word, schemas: true)
        let namespace = try await context.namespace()
        let object = try await context.client().get(kind.type, namespace: namespace, name: name)
        let text = EditText(object, of: kind, showsSecrets: secrets.showSecrets)
        let course = ChangeCourse(context, change, undoes: temporary, mode: mode)
        let rounds = EditRounds(context: context, text: text, namespace: namespace)
        guard !isTrial else {
            let preview = try await rounds.run { edits in
                try await course.preview(kind, namespace, name, edits)
            }
            guard let preview else { return try Self.tellUnchanged(context) }
            return try TrialVoice.tell(preview, course, as: format.output)
        }
        guard
            let entry = try await rounds.run({ edits in
                try await course.change(kind, namespace, name, edits)
            })
        else { return try Self.tellUnchanged(context) }
        try ChangeVoice.tell([entry], course, as: format.output)
        try await course.finish(holding: "the change of \(entry.objectText)")
    }

    private static func tellUnchanged(_ context: VerbContext) throws(OutputClosed) {
        try context.note("Edit cancelled, no changes made.")
    }
}

/// Editor, check, change: again and again until the change is made or given up.
struct EditRounds: Sendable {
    /// An editor that never ends saving other nonsense is a script gone wrong.
    private static let mostRounds = 20

    let context: VerbContext
    let text: EditText
    let namespace: String

    /// - Returns: what `change` made of it; nil when nothing was to be changed.
    func run<Outcome>(
        _ change: ([Edit]) async throws -> Outcome
    ) async throws -> Outcome? {
        let file = try EditFile(name: text.object.name, environment: context.world.environment)
        var body: String?
        var complaint: [String] = []
        for _ in 1...Self.mostRounds {
            let offered = text.text(body: body, complaint: complaint)
            try file.write(offered)
            let saved: String
            do {
                saved = try await edited(file)
            } catch {
                // The editor may have written before it failed.
                let left = (try? file.read()).flatMap { $0 == offered ? nil : $0 }
                throw keeping(file, left ?? body, error)
            }
            if saved == offered {
                guard complaint.isEmpty else {
                    throw keeping(
                        file, body,
                        Failure(.mistake, "Edit cancelled: no text was saved that can be used"))
                }
                file.remove()
                return nil
            }
            do {
                guard let edits = try text.edits(from: saved), !edits.isEmpty else {
                    file.remove()
                    return nil
                }
                try await refuseRivals(edits)
                let outcome = try await change(edits)
                file.remove()
                return outcome
            } catch {
                guard Self.isMendable(error) else { throw keeping(file, saved, error) }
                let failure = Failure(error, world: context.world)
                complaint = [failure.message] + failure.hints
                body = EditText.body(of: saved)
            }
        }
        throw keeping(
            file, body, Failure(.mistake, "given up after \(Self.mostRounds) texts in a row"))
    }

    private func edited(_ file: EditFile) async throws -> String {
        let environment = context.world.environment
        let editor =
            ["KUBE_EDITOR", "EDITOR"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? "vi"
        // By a shell, as everywhere: an editor may be several words.
        let status = try await context.world.runCommand(
            ["/bin/sh", "-c", "\(editor) \"$1\"", "petstore-cli", file.path])
        guard status == 0 else {
            throw Failure(
                .mistake, "the editor \"\(editor)\" ended with status \(status)",
                hints: ["KUBE_EDITOR or EDITOR names another one"])
        }
        return try file.read()
    }

    /// Others may have changed the same while the editor was open.
    private func refuseRivals(_ edits: [Edit]) async throws {
        let now = try await context.client().get(
            text.kind.type, namespace: namespace, name: text.object.name)
        guard let place = text.rival(of: edits, in: now) else { return }
        throw Failure(
            .conflict, "somebody else has changed \(place) while you were editing",
            hints: ["look at it with get -o yaml, and edit again"])
    }

    /// Whether another text could help.
    private static func isMendable(_ error: any Error) -> Bool {
        switch error {
        case is CatalogError: return true
        case let failure as Failure: return failure.kind == .mistake
        case let error as SessionError:
            switch error.kind {
            case .invalid: return true
            case .server:
                return error.cause.map { $0.isInvalid || $0.isBadRequest } ?? false
            default: return false
            }
        default: return false
        }
    }

    /// The same failure with the place where the text is; a file without one goes.
    private func keeping(_ file: EditFile, _ edited: String?, _ error: any Error) -> any Error {
        guard edited != nil else {
            file.remove()
            return error
        }
        var failure = Failure(error, world: context.world)
        failure.hints.append("your text is kept in \(file.path)")
        return failure
    }
}
