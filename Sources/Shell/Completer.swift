import Synchronization
import Terminal
import Verbs

/// Answers Tab: from the command definitions, and from what is known of the cluster.
final class Completer: Sendable {
    private let places: ShellPlaces
    private let settings: ShellSettings
    private let tree: CommandTree
    private let names = Mutex<[ObjectIdentifier: ClusterNames]>([:])
    private let editor = Mutex<LineEditor?>(nil)

    init(places: ShellPlaces, settings: ShellSettings, tree: CommandTree) {
        self.places = places
        self.settings = settings
        self.tree = tree
    }

    /// The editor whose line is completed when a late answer comes.
    func attach(_ editor: LineEditor) { self.editor.withLock { $0 = editor } }

    func warmUp() { clusterNames.warmUp() }

    private var clusterNames: ClusterNames {
        let shell = places.shell
        return names.withLock { names in
            if let known = names[ObjectIdentifier(shell)] { return known }
            let made = ClusterNames(access: shell.access) { [weak self] in
                self?.editor.withLock { $0 }?.completeAgain()
            }
            names[ObjectIdentifier(shell)] = made
            return made
        }
    }

    func completion(beforeCursor text: String) -> TabAnswer {
        let plan = LinePlan(
            beforeCursor: text, tree: tree, aliases: settings.aliases)
        let words = plan.words
        switch words.wanted {
        case .nothing: return .none
        case .commands(let commands, let withShellWords):
            let own = withShellWords ? ownWords : []
            let all = CandidateSearch.commands(commands) + own
            return answer(plan, all.sorted { $0.text < $1.text })
        case .flags(let flags):
            return answer(plan, CandidateSearch.flags(flags, typed: words.partial))
        case .values(let values): return answer(plan, values.map { ClusterNames.Name($0) })
        case .contexts: return answer(plan, contexts(words.partial))
        case .files: return files(plan)
        case .kinds, .names, .fields, .namespaces, .pods, .labels, .operations, .parameters,
            .parameterValues:
            guard let question = words.wanted.question else { return .none }
            return answer(plan, clusterNames.answer(question))
        }
    }

    private var ownWords: [ClusterNames.Name] {
        ShellWord.allCases.map { ClusterNames.Name($0.rawValue, note: $0.summary) }
            + settings.aliases.map {
                ClusterNames.Name($0.key, note: $0.value.joined(separator: " "))
            }
    }

    private func contexts(_ typed: String) -> [ClusterNames.Name] {
        places.contexts.map { ClusterNames.Name($0) } + [ClusterNames.Name("-", note: "back")]
    }

    private func answer(_ plan: LinePlan, _ answer: ClusterNames.Answer) -> TabAnswer {
        switch answer {
        case .pending: return .pending
        case .unknown:
            var found = self.answer(plan, plan.words.narrowed([]))
            if found.candidates.isEmpty { found.replaced = 0 }
            found.notice = "(no answer)"
            return found
        case .forbidden(let isNew):
            return TabAnswer(
                replaced: 0, candidates: [], notice: isNew ? "(forbidden)" : nil)
        case .names(let names, let age):
            var found = self.answer(plan, plan.words.narrowed(names))
            if let age { found.notice = "(as of \(age.components.seconds) s ago)" }
            return found
        }
    }

    private func answer(_ plan: LinePlan, _ names: [ClusterNames.Name]) -> TabAnswer {
        let words = plan.words
        var fitting = Self.fitting(words.partial, names)
        let unlisted = max(0, fitting.count - Self.mostListed)
        if unlisted > 0, let last = fitting.last {
            // No screen lists so many; what all share is what the first and the last share.
            fitting = fitting.prefix(Self.mostListed - 1) + [last]
        }
        var answer = TabAnswer(
            replaced: words.replaced,
            candidates: fitting.map { name in
                TabAnswer.Candidate(
                    CommandText.quoted(words.prefix + name.text), shown: name.text,
                    note: name.note, isWhole: !name.text.hasSuffix("="))
            })
        answer.unlisted = unlisted
        return answer
    }

    /// More than fit on any screen.
    private static let mostListed = 1000

    /// The names that begin so; many names are sorted, so these stand together.
    static func fitting(
        _ begun: String, _ names: [ClusterNames.Name]
    ) -> ArraySlice<ClusterNames.Name> {
        guard names.count > mostListed else {
            return names.filter { $0.text.hasPrefix(begun) }[...]
        }
        func first(from start: Int, where holds: (String) -> Bool) -> Int {
            var (low, high) = (start, names.count)
            while low < high {
                let middle = (low + high) / 2
                if holds(names[middle].text) { high = middle } else { low = middle + 1 }
            }
            return low
        }
        let start = first(from: 0) { $0 >= begun }
        return names[start..<first(from: start) { !$0.hasPrefix(begun) }]
    }

    /// Names of files below the folder that is typed.
    private func files(_ plan: LinePlan) -> TabAnswer {
        let typed = plan.words.partial
        let slash = typed.lastIndex(of: "/")
        let folder = slash.map { String(typed[...$0]) } ?? ""
        let begun = slash.map { String(typed[typed.index(after: $0)...]) } ?? typed
        let home = settings.home
        let place = folder.isEmpty ? "." : ResultPlace.path(folder, home: home)
        let fitting = FilePlace.names(in: place).filter {
            $0.hasPrefix(begun) && (begun.hasPrefix(".") || !$0.hasPrefix("."))
        }
        return TabAnswer(
            replaced: plan.words.replaced,
            candidates: fitting.map { name in
                // The home folder stays as it was typed; a quoted ~ would be a name.
                let whole = plan.words.prefix + folder + name
                return TabAnswer.Candidate(
                    whole.hasPrefix("~/")
                        ? "~/" + CommandText.quoted(String(whole.dropFirst(2)))
                        : CommandText.quoted(whole),
                    shown: name, isWhole: !name.hasSuffix("/"))
            })
    }
}
