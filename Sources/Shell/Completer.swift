import Terminal
import Verbs

/// Answers Tab: from the command definitions, and from what is known of the cluster.
struct Completer: Sendable {
    let names: ClusterNames
    let tree: CommandTree

    func completion(beforeCursor text: String) -> TabAnswer {
        let plan = CompletionPlan(beforeCursor: text, tree: tree)
        switch plan.wanted {
        case .nothing: return .none
        case .commands(let commands, let withShellWords):
            return complete(plan, Completer.commands(commands, withShellWords: withShellWords))
        case .flags(let flags): return complete(plan, Completer.flags(flags, typed: plan.partial))
        case .values(let values): return complete(plan, values.map { ClusterNames.Name(text: $0) })
        case .kinds: return complete(plan, names.kinds())
        case .names(let kind, let namespace):
            return complete(plan, names.names(kind: kind, namespace: namespace))
        case .namespaces: return complete(plan, names.namespaces())
        case .fields(let kind): return fields(plan, names.fields(kind: kind))
        }
    }

    private static func commands(
        _ commands: [CommandTree], withShellWords: Bool
    ) -> [ClusterNames.Name] {
        let own = withShellWords ? CompletionPlan.shellWords : []
        return
            (commands.filter(\.isShown).map {
                ClusterNames.Name(text: $0.name, note: $0.abstract)
            } + own.map { ClusterNames.Name(text: $0, note: ShellHelp.summary(of: $0)) })
            .sorted { $0.text < $1.text }
    }

    /// Long names; the ones that help hides only when they are begun.
    private static func flags(
        _ flags: [CommandTree.Argument], typed: String
    ) -> [ClusterNames.Name] {
        flags.filter { $0.isShown || typed.count > 3 }
            .compactMap { flag in
                (flag.longName ?? flag.names.first).map {
                    ClusterNames.Name(text: $0, note: flag.help)
                }
            }
    }

    private func complete(_ plan: CompletionPlan, _ answer: ClusterNames.Answer) -> TabAnswer {
        switch answer {
        case .unknown: TabAnswer(replaced: 0, candidates: [], notice: "(no answer yet)")
        case .refused(let why): TabAnswer(replaced: 0, candidates: [], notice: why)
        case .names(let names): complete(plan, names)
        }
    }

    private func complete(_ plan: CompletionPlan, _ names: [ClusterNames.Name]) -> TabAnswer {
        TabAnswer(
            replaced: plan.replaced,
            candidates: names.filter { $0.text.hasPrefix(plan.partial) }.map { name in
                TabAnswer.Candidate(
                    CommandText.quoted(plan.prefix + name.text), shown: name.text,
                    note: name.note)
            })
    }

    /// First the names of the fields, then the values of one.
    private func fields(_ plan: CompletionPlan, _ answer: ClusterNames.Answer) -> TabAnswer {
        guard case .names(let all) = answer else { return complete(plan, answer) }
        let whole = plan.prefix + plan.partial
        let fitting = all.filter { $0.text.hasPrefix(whole) }
        let wantsValue = whole.contains("=")
        let chosen = fitting.filter { $0.text.hasSuffix("=") != wantsValue }
        return TabAnswer(
            replaced: plan.replaced,
            candidates: chosen.map { name in
                TabAnswer.Candidate(
                    CommandText.quoted(name.text),
                    shown: String(name.text.dropFirst(plan.prefix.count)), note: name.note,
                    isWhole: wantsValue)
            })
    }
}
