package import ArgumentParser
import KubernetesClient
import KubernetesCore
import Render

/// `__complete`: the words that could stand at the end of a command line, for bash, zsh, fish and
/// kubectl.
///
/// The form is that of cobra's `__complete`, which kubectl expects of plugins too: a candidate a
/// line, a tab and a note behind it, and at the end `:` with what the shell is to do (1: nothing
/// went well, 2: no blank behind the word, 4: no names of files).
package struct CompleteVerb: Verb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("__complete get pe", "The kinds that begin with pe")
    ]
    package static let configuration = {
        var configuration = CommandConfiguration.verb(
            Self.self, name: "__complete",
            abstract: "Print the words that could stand at the end of a command line.",
            discussion: "Called by the scripts that the command completion prints.")
        configuration.shouldDisplay = false
        return configuration
    }()

    @Argument(parsing: .captureForPassthrough, help: "The line, its last word perhaps begun.")
    var words: [String] = []

    package init() {}

    package func run(in context: VerbContext) async throws {
        if words == ["--help"] || words == ["-h"] {
            return try context.write(Array((Root.helpMessage(for: Self.self) + "\n").utf8))
        }
        let plan = CompletionPlan(
            words: Array(words.dropLast()), partial: words.last ?? "", tree: CommandTree(Root.self))
        let search = LineCandidates(
            plan: plan, words: words, world: context.world,
            limit: LineCandidates.limit(context.world.environment))
        let found = await search.candidates()
        var text = ""
        for candidate in found.candidates {
            text += Escape.line(candidate.text)
            if let note = candidate.note, !note.isEmpty { text += "\t" + Escape.line(note) }
            text += "\n"
        }
        try context.write(Array((text + ":\(found.directive)\n").utf8))
    }
}

/// What a plan comes to on the cluster that the line itself names.
struct LineCandidates: Sendable {
    /// Nobody waits longer for a Tab; what is not known by then is not offered.
    ///
    /// Who works over a slow line may want to: `PETSTORE_COMPLETION_TIMEOUT=2s`. What is no such
    /// span is not heeded, since a Tab has no place for complaints.
    static func limit(_ environment: [String: String]) -> Duration {
        let asked = environment["PETSTORE_COMPLETION_TIMEOUT"]
            // Heeded or not, as said above.
            .flatMap { try? GoDuration.parse($0) }
        return asked.flatMap { $0 > .zero ? $0 : nil } ?? .milliseconds(250)
    }

    private static let noSpace = 2
    private static let noFiles = 4

    let plan: CompletionPlan
    let words: [String]
    let world: World
    let limit: Duration

    struct Found: Sendable {
        var candidates: [CandidateSearch.Candidate]
        var directive: Int
    }

    func candidates() async -> Found {
        if plan.wanted == .files { return Found(candidates: [], directive: 0) }
        let all = await offered().filter { $0.text.hasPrefix(plan.partial) }
        let whole = all.map {
            CandidateSearch.Candidate(plan.prefix + $0.text, note: $0.note)
        }
        let isOpen = whole.contains { $0.text.hasSuffix("=") || $0.text.hasSuffix("/") }
        return Found(
            candidates: whole, directive: Self.noFiles + (isOpen ? Self.noSpace : 0))
    }

    private func offered() async -> [CandidateSearch.Candidate] {
        switch plan.wanted {
        case .nothing, .files: return []
        case .commands(let commands, _): return CandidateSearch.commands(commands)
        case .flags(let flags): return CandidateSearch.flags(flags, typed: plan.partial)
        case .values(let values): return values.map { CandidateSearch.Candidate($0) }
        case .contexts:
            return ContextName.all(settings, environment: world.environment)
                .map { CandidateSearch.Candidate($0) }
        default:
            guard let question = plan.wanted.question else { return [] }
            return plan.narrowed(await ask(question))
        }
    }

    private var settings: ClusterAccess.Settings {
        guard let options = LeadingFlags.options(in: words) else { return .init() }
        return ClusterAccess.Settings(
            overrides: options.overrides, sandbox: options.sandbox)
    }

    /// An embedded cluster is not started for a Tab: it would take longer than anybody waits.
    private func ask(_ question: CandidateSearch.Question) async -> [CandidateSearch.Candidate] {
        let settings = settings
        guard !settings.sandbox else { return [] }
        var quiet = world
        quiet.errors = SilentOutput()
        let search = CandidateSearch(
            access: ClusterAccess(world: quiet, settings: settings), follows: false)
        return await withTaskGroup(of: CandidateSearch.Answer.self) { [limit, world] group in
            group.addTask { await search.answer(question) }
            group.addTask {
                // Cancelled when the answer is there.
                try? await world.clock.sleep(limit)
                return .none
            }
            let first = await group.next() ?? .none
            group.cancelAll()
            guard case .found(let candidates) = first else { return [] }
            return candidates
        }
    }
}

private struct SilentOutput: Output {
    func write(_ bytes: [UInt8]) throws(OutputClosed) {}
}

extension CompletionPlan.Wanted {
    /// What the cluster must be asked; nil where the answer lies here.
    package var question: CandidateSearch.Question? {
        switch self {
        case .kinds: .kinds
        case .names(let kind, let namespace):
            .names(kind: kind.lowercased(), namespace: namespace)
        case .fields(let kind): .fields(kind: kind.lowercased())
        case .namespaces: .namespaces
        case .pods(let namespace): .pods(namespace: namespace)
        case .labels(let kind, let namespace):
            .labels(kind: kind.lowercased(), namespace: namespace)
        case .operations(let category): .operations(category)
        case .parameters(let category, let operation, _):
            .parameters(category, operation: operation)
        case .parameterValues(let category, let operation, let parameter):
            .parameterValues(category, operation: operation, parameter: parameter)
        case .commands, .flags, .values, .contexts, .files, .nothing: nil
        }
    }
}

extension CompletionPlan {
    /// Of fields and labels first the names, then the values of one; as the rest of the word.
    ///
    /// Beside parameters stand the flags of the verb, which are known also where nobody answers.
    package func narrowed(
        _ candidates: [CandidateSearch.Candidate]
    ) -> [CandidateSearch.Candidate] {
        switch wanted {
        case .fields:
            let wantsValue = prefix.contains("=")
            return candidates.filter { $0.text.hasPrefix(prefix) }
                .map { .init(String($0.text.dropFirst(prefix.count)), note: $0.note) }
                .filter { !$0.text.isEmpty && $0.text.hasSuffix("=") != wantsValue }
        case .labels:
            let wantsValue = partial.contains("=")
            return candidates.filter { $0.text.hasSuffix("=") != wantsValue }
        case .parameters(_, _, let flags):
            // A flag of ours wins over a parameter of its name, which then goes by --param.
            let own = Set(flags.flatMap(\.names))
            return candidates.filter { !own.contains(String($0.text.prefix { $0 != "=" })) }
                + CandidateSearch.flags(flags, typed: partial)
        default: return candidates
        }
    }
}

extension CandidateSearch {
    package static func commands(_ commands: [CommandTree]) -> [Candidate] {
        commands.filter(\.isShown).map { Candidate($0.name, note: $0.abstract) }
            .sorted { $0.text < $1.text }
    }

    /// Long names; the ones that help hides only when they are begun.
    package static func flags(_ flags: [CommandTree.Argument], typed: String) -> [Candidate] {
        flags.filter { $0.isShown || typed.count > 3 }
            .compactMap { flag in
                (flag.longName ?? flag.names.first).map { Candidate($0, note: flag.help) }
            }
    }
}
