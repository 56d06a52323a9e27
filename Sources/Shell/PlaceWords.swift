import Catalog
import KubernetesClient
import KubernetesCore
import Render
import Session
import Terminal
import Verbs

// Where the shell is, and how to get elsewhere.
extension OwnWords {
    private var places: ShellPlaces { runner.shell.places }

    /// `use CONTEXT[/NAMESPACE]`, `use -`.
    func use(_ words: [String]) async -> ExitStatus {
        guard words.count == 1 else {
            return words.isEmpty
                ? show(await stateText())
                : mistake("use takes one context", "for example: use prod/team-a")
        }
        if words[0] == ShellPlaces.back { return await goBack() }
        let contexts = places.contexts
        var place = ShellPlaces.Place(context: words[0])
        // A name may hold slashes itself, so the longest that there is counts.
        if !contexts.contains(words[0]), let slash = words[0].lastIndex(of: "/") {
            place.context = String(words[0][..<slash])
            place.namespace = String(words[0][words[0].index(after: slash)...])
        }
        guard let name = place.context, contexts.contains(name) else {
            let name = place.context ?? words[0]
            let meant = Spelling.suggestion(for: name, among: contexts)
            return mistake(
                "there is no context \"\(name)\"",
                meant.map { "did you mean \"\($0)\"?" }
                    ?? (contexts.isEmpty
                        ? "no kubeconfig names any"
                        : "they are \(contexts.joined(separator: ", "))"))
        }
        return await go(to: place)
    }

    /// `ns NAMESPACE`, `ns -`.
    func namespace(_ words: [String]) async -> ExitStatus {
        guard words.count == 1, !words[0].isEmpty, !words[0].contains("/") else {
            return words.isEmpty
                ? show(await stateText())
                : mistake("ns takes one namespace", "for example: ns team-a")
        }
        if words[0] == ShellPlaces.back { return await goBack() }
        var place = ShellPlaces.Place(context: places.current.context, namespace: words[0])
        // Where nothing can be reached, the name says it as well.
        let standard = try? await places.shell.access.standardNamespace()
        if standard == words[0] { place.namespace = nil }
        return await go(to: place)
    }

    private func goBack() async -> ExitStatus {
        guard let previous = places.previous else {
            return mistake(
                "there is nowhere to go back to", "use CONTEXT and ns NAMESPACE go elsewhere")
        }
        return await go(to: previous)
    }

    private func go(to place: ShellPlaces.Place) async -> ExitStatus {
        let left = places.shell
        await places.go(to: place)
        runner.shell.judgeWrites()
        if places.shell !== left, let session = await left.access.begunSession() {
            let pending = await session.pendingCount
            if pending > 0 {
                let name = places.context(of: left) ?? "the other cluster"
                runner.shell.say(
                    "note: \(ShellSignals.changes(pending)) in \(name) \(pending == 1 ? "stays" : "stay")"
                        + " in place until you leave the shell")
            }
        }
        return .done
    }

    /// The prompt in words: where the shell is, and what leaving would undo.
    func stateText() async -> String {
        let shell = runner.shell
        var rows: [(String, String)] = []
        rows.append(("Context", places.current.context ?? "none"))
        do {
            let connection = try await places.shell.access.connection()
            rows.append(("Namespace", connection.namespace))
            rows.append(("Server", connection.server))
        } catch {
            rows.append(("Server", "no connection: \(Failure(error, world: shell.world).message)"))
        }
        rows.append(("Writes", places.shell.memory.refusal.map { "refused: \($0)" } ?? "allowed"))
        for opened in places.opened {
            guard let session = await opened.access.begunSession() else { continue }
            let count = await session.pendingCount
            let name =
                places.opened.count > 1 ? places.context(of: opened).map { " in \($0)" } : nil
            var text = count == 0 ? "none" : "\(count) to be undone"
            if let deadline = await session.nextDeadline {
                text += ", the next in \(await session.serverNow.age(until: deadline))"
            }
            rows.append(("Changes" + (name ?? ""), text))
            rows.append(("Session" + (name ?? ""), session.id))
        }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { label, value in
            "\(label):" + String(repeating: " ", count: width - label.count + 2)
                + Escape.line(value) + "\n"
        }.joined()
    }
}
