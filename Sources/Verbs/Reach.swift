import Diagnostics
import KubernetesClient
import Render

/// How another command line reaches the cluster that this one reached.
///
/// A next step is there to be copied, and must not meet another cluster then: it carries the flags
/// that chose this one. What only tunes the calls (`-v`, `--request-timeout`, where the cache lies)
/// stays away; where a secret was given only the place of it is named.
struct Reach: Sendable, Hashable {
    /// The flags with their values, as words; kubectl has the same ones.
    private(set) var flags: [String] = []
    /// What `-n` said; nil: nothing.
    private(set) var namespace: String?
    /// Whether it is a cluster inside this very program, which no other program reaches.
    private(set) var isEmbedded = false

    /// From within a shell that is on that cluster: nothing has to be said.
    static let inPlace = Reach()

    private init() {}

    init(_ settings: ClusterAccess.Settings) {
        let given = settings.overrides
        isEmbedded = settings.sandbox
        let values: [(String, String?)] = [
            ("--kubeconfig", given.kubeconfig), ("--context", given.context),
            ("--cluster", given.cluster), ("--user", given.user), ("--server", given.server),
            ("--token", given.token.map { _ in "TOKEN" }), ("--as", given.asUser),
            ("--as-uid", given.asUID), ("--tls-server-name", given.tlsServerName),
            ("--client-certificate", given.clientCertificate), ("--client-key", given.clientKey),
            ("--certificate-authority", given.certificateAuthority),
        ]
        let groups = given.asGroups.map { ("--as-group", Optional($0)) }
        for (flag, value) in values + groups {
            if let value { flags += [flag, value] }
        }
        if given.insecureSkipTLSVerify == true { flags.append("--insecure-skip-tls-verify") }
    }

    /// - Parameters:
    ///   - options: of the command.
    ///   - inShell: whether its next steps are typed where it was typed.
    init(_ options: ClusterOptions, inShell: Bool) {
        if !inShell || options.asksForOwnConnection {
            self.init(
                ClusterAccess.Settings(overrides: options.overrides, sandbox: options.sandbox))
        } else {
            self.init()
        }
        namespace = options.namespace
    }

    /// What one of our commands has to be told.
    var words: [String] { flags + (isEmbedded ? ["--sandbox"] : []) }

    /// What kubectl has to be told.
    var wordsOfOthers: [String] { isEmbedded ? [] : flags }

    /// How our commands begin that reach the cluster: `petstore-cli --context a`.
    func typed(after program: String) -> String {
        ([program] + flags.map(StepText.quoted)).joined(separator: " ")
    }

    /// A step as it works from any other command line.
    ///
    /// - Parameter step: proposed by whoever did not know how the cluster was chosen.
    /// - Returns: the same with what it lacks; help needs no cluster.
    func completed(_ step: NextStep) -> NextStep {
        guard step.program == nil, step.words.last != "--help",
            Roster.verb(named: step.words) is any ClusterVerb.Type
        else { return step }
        var missing: [String] = []
        if let namespace, !step.words.contains(where: Self.namespaceFlags.contains) {
            missing += ["-n", namespace]
        }
        var step = step
        let end = step.words.firstIndex(of: "--") ?? step.words.endIndex
        step.words.insert(contentsOf: missing + words, at: end)
        return step
    }

    private static let namespaceFlags: Set<String> = [
        "-n", "--namespace", "-A", "--all-namespaces",
    ]
}

/// Where the next command works by itself, and what it must be told otherwise.
struct StandingPlace: Sendable, Hashable {
    /// Nil: not known.
    private let namespace: String?
    private let reach: Reach
    /// How programs reach the cluster that know nothing of a shell of ours.
    private let reachOfOthers: Reach

    init(_ namespace: String?, reach: Reach = .inPlace, ofOthers: Reach = .inPlace) {
        self.namespace = namespace
        self.reach = reach
        reachOfOthers = ofOthers
    }

    /// What a command has to be told so that it works there.
    ///
    /// - Parameter place: the namespace of an object; nil for one outside namespaces.
    /// - Returns: the words; none where it does so by itself.
    func words(for place: String?) -> [String] {
        let isElsewhere = place != nil && place != namespace
        return (isElsewhere ? ["-n", place ?? ""] : []) + reach.words
    }

    /// A remedy as it works from where the next command is typed.
    ///
    /// - Parameters:
    ///   - remedy: as the checks propose it.
    ///   - place: the namespace of the object that it is for.
    /// - Returns: the step; nil for a command of another program where that cannot reach the cluster.
    func step(_ remedy: Remedy, for place: String?) -> NextStep? {
        guard let program = remedy.program else {
            return NextStep(remedy.words + words(for: place), remedy.purpose)
        }
        guard !reachOfOthers.isEmbedded else { return nil }
        return NextStep(
            remedy.words + reachOfOthers.wordsOfOthers, remedy.purpose, program: program)
    }
}
