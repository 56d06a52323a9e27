import Catalog
import Documents
import KubernetesCore

// The operator behind an object.
extension Evidence {
    /// Whoever wrote a status so lately is alive, Lease or not.
    private static let recent = Duration.seconds(120)

    var operatorFinding: Finding? {
        let written = operators.lastStatusWrite.map { now - $0 }
        let isWriting = written.map { $0 < Self.recent } ?? false
        let trace = written.map { "status written \(HumanDuration.text($0)) ago" }
        if let lease = operators.lease {
            if lease.isHeld(at: now) {
                let renewed = lease.renewed.map { HumanDuration.text(now - $0) } ?? "?"
                return finding(.operatorAlive, .ok, "Operator alive (Lease renewed \(renewed) ago)")
            }
            // Who writes long after the Lease ran out works without one.
            let end = lease.renewed.map { $0 + lease.duration * 2 }
            if isWriting, let end, let written = operators.lastStatusWrite, written > end {
                return finding(.operatorAlive, .ok, "Operator alive (\(trace ?? ""))")
            }
            return deadFinding(lease.text(at: now), trace)
        }
        if isWriting { return finding(.operatorAlive, .ok, "Operator alive (\(trace ?? ""))") }
        if let deployment = operators.deployment {
            guard deployment.ready > 0 else { return deadFinding(deployment.text, trace) }
            return finding(
                .operatorAlive, .ok, "Operator's Deployment is ready", cause: trace)
        }
        if !operators.gaps.isEmpty {
            return finding(
                .operatorAlive, .skip,
                "Operator not checked: \(operators.gaps.joined(separator: "; "))")
        }
        return finding(
            .operatorAlive, .fail, "No operator was found",
            cause: "there is neither its Lease nor its Deployment"
                + (trace.map { ", and the last \($0)" } ?? ""),
            next: [Remedy(["init"], "shows where it was looked for")])
    }

    private func deadFinding(_ what: String, _ trace: String?) -> Finding {
        var next = [Remedy(["init"], "shows what was found of it")]
        if let deployment = operators.deployment {
            next.append(
                .kubectl(
                    ["-n", deployment.namespace, "logs", "deployment/\(deployment.name)"],
                    "tells why it ended"))
        }
        return finding(
            .operatorAlive, .fail, "The operator does not run",
            cause: what + (trace.map { "; the last \($0)" } ?? ""), next: next)
    }

    var scopeFinding: Finding? {
        let facts = operators
        guard facts.isCommandKnown else {
            let hasReported = stateWord != nil
            return hasReported
                ? finding(.operatorScope, .ok, "The operator reports on it")
                : finding(
                    .operatorScope, .skip,
                    "Scope not checked: the operator's command line is not known")
        }
        let namespace = object.namespace ?? ""
        let watched = facts.flag("watch-namespaces").map {
            $0.split(separator: ",").map { String($0) }
        }
        let isOwnOnly = facts.deployment?.isSet("namespace-scoped") == true
        let places = watched ?? (isOwnOnly ? [facts.deployment?.namespace ?? ""] : nil)
        let command = facts.deployment.map { deployment in
            Remedy.kubectl(
                ["-n", deployment.namespace, "edit", "deployment/\(deployment.name)"],
                "changes its command line")
        }
        if let places, !places.contains(namespace) {
            return finding(
                .operatorScope, .fail, "The operator does not look at namespace \(namespace)",
                cause: "it was started for \(places.joined(separator: ", ")) only",
                next: [command].compactMap { $0 })
        }
        if let text = facts.flag("watch-labels"),
            // What is no selector is not ours to judge.
            let selector = try? LabelSelector.parse(text), !selector.matches(object.labels)
        {
            return finding(
                .operatorScope, .fail, "The operator does not look at objects with these labels",
                cause: "it was started with --watch-labels=\(text)",
                next: [command].compactMap { $0 })
        }
        return finding(.operatorScope, .ok, "The operator looks at namespace \(namespace)")
    }

    /// One interval that cannot be read stops the operator for the whole kind, and then as a whole
    /// (operator-contract.md, Seen live 4).
    var intervalFinding: Finding? {
        guard category != .aggregate, category != .bundle else { return nil }
        if let text = Self.badInterval(object, kind) {
            return finding(
                .interval, .fail, "The operator cannot read its interval \"\(text)\"",
                cause: "an interval is a duration such as 30s, 5m or 1h30m; at one that it cannot "
                    + "read the operator stops, for all objects of the kind",
                next: [Remedy(line("edit"), "puts it right")])
        }
        let others = (siblings.value ?? []).filter { $0.uid != object.uid }
        for other in others {
            guard let text = Self.badInterval(other, kind) else { continue }
            let name = kind.shownName(of: other.name)
            return finding(
                .interval, .fail, "\(name) has the interval \"\(text)\", which stops the operator",
                cause: "one object of the kind is enough to stop them all",
                next: [Remedy(["edit", kind.word, other.name], "puts it right")])
        }
        guard case .known = siblings else {
            return finding(.interval, .ok, "Its own interval can be read")
        }
        return finding(.interval, .ok, "The intervals of the kind can be read")
    }

    private static func badInterval(_ object: KubernetesObject, _ kind: CatalogKind) -> String? {
        guard let value = object.spec[kind.intervalField ?? "executionInterval"],
            let text = value.stringValue, !text.isEmpty
        else { return nil }
        // Only whether it can be read counts, not where reading stopped.
        return (try? GoDuration.parse(text)) == nil ? text : nil
    }

    var accessFinding: Finding? {
        guard case .known(let rights) = rights else {
            let why = if case .unknown(let why) = rights { why } else { "" }
            return finding(.access, .skip, "Rights not checked: \(why)")
        }
        let missing = rights.filter { !$0.value }.map(\.key).sorted()
        guard !missing.isEmpty else {
            let granted = rights.keys.sorted().joined(separator: ", ")
            return finding(.access, .ok, "You may \(granted) \(kind.type.plural)")
        }
        return finding(
            .access, .warn,
            "You may not \(missing.joined(separator: ", ")) \(kind.type.plural) in "
                + "\(object.namespace ?? "the cluster")",
            cause: missing.contains("patch")
                ? "temporary changes and refreshing need the right to patch"
                : "some of what is said here may be incomplete",
            next: [
                .kubectl(
                    ["auth", "can-i", "--list"] + (object.namespace.map { ["-n", $0] } ?? []),
                    "lists what you may do")
            ])
    }
}
