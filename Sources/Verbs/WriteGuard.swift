import Documents
import KubernetesClient

extension VerbContext {
    /// Refuses to change anything where the shell or the user's own settings say so.
    ///
    /// What takes changes back is never refused, nor what only tries something.
    ///
    /// - Throws: `Failure` that says why, and how to go on.
    func refuseForbiddenWrite(by verb: any Verb) throws {
        guard effect != .reads, verb is any ClusterVerb, !WriteGuard.takesBack(verb),
            !((verb as? any DryRunningVerb)?.isTrial ?? false)
        else { return }
        if let why = shell?.memory.refusal {
            throw Failure(
                .mistake, "nothing may be changed here: \(why)",
                hints: ["set read-only off allows it, for this shell"])
        }
        guard !isInShell else { return }
        let guarded = try WriteGuard(world: world)
        guard let name = guarded.protectedContext(of: access.settings) else { return }
        throw Failure(
            .mistake, "nothing may be changed here: the context \(name) is protected",
            hints: ["shell, then set read-only off, allows it once; \(guarded.path) says what is"])
    }
}

/// Which contexts the user has declared to be handled with care.
///
/// `protectedContexts` in `config.yaml` is a list of names of contexts; a `*` at the end of a name
/// stands for any rest.
package struct WriteGuard: Sendable {
    let path: String
    private let patterns: [String]
    private let world: World

    /// Reads the user's settings.
    ///
    /// - Throws: `Failure` when they cannot be read: then nobody knows what they protect.
    package init(world: World) throws {
        self.world = world
        let own = OwnConfiguration(folder: world.directories.configuration)
        path = own.path
        let settings = try own.settings()
        patterns = (settings["protectedContexts"]?.arrayValue ?? []).compactMap(\.stringValue)
    }

    /// The name of the context that those flags mean, if it is a protected one.
    package func protectedContext(of settings: ClusterAccess.Settings) -> String? {
        guard !patterns.isEmpty, !settings.sandbox,
            let name = ContextName.of(settings, environment: world.environment)
        else { return nil }
        return patterns.contains { Self.matches(name, $0) } ? name : nil
    }

    static func matches(_ name: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
    }

    /// Whether a verb takes changes back, or runs others that are judged one by one.
    static func takesBack(_ verb: any Verb) -> Bool {
        switch verb {
        case is Undo, is Keep, is SessionRecover, is SessionDetach, is SessionAttach, is ShellVerb:
            true
        default: false
        }
    }
}

/// What the context is called that a command works on.
package enum ContextName {
    /// - Returns: nil where no kubeconfig says one.
    package static func of(
        _ settings: ClusterAccess.Settings, environment: [String: String]
    ) -> String? {
        if settings.sandbox { return "sandbox" }
        if let name = settings.overrides.context { return name }
        return kubeconfig(settings, environment)?.currentContext
    }

    /// All contexts, by name.
    package static func all(
        _ settings: ClusterAccess.Settings, environment: [String: String]
    ) -> [String] {
        (kubeconfig(settings, environment)?.contexts.map(\.name) ?? []).sorted()
    }

    /// A kubeconfig that cannot be read is told of by whoever connects by it.
    private static func kubeconfig(
        _ settings: ClusterAccess.Settings, _ environment: [String: String]
    ) -> Kubeconfig? {
        try? Kubeconfig.read(
            environment: environment, explicitPath: settings.overrides.kubeconfig)
    }
}
