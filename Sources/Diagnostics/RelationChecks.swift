import Catalog
import Documents
import KubernetesCore

// What an object has to do with others: owners, rivals, members, and those who changed it for a
// while.
extension Evidence {
    var timeToLiveFinding: Finding? {
        let prefix = kind.type.group + "/"
        let expiry = object.annotations[prefix + "patch-expires"]
        guard expiry != nil || !changes.isEmpty else {
            return finding(.timeToLive, .ok, "No temporary change")
        }
        if let expiry { return expiryFinding(expiry) }
        let expired = changes.filter { change in change.deadline.map { $0 < now } ?? false }
        if let change = expired.first, let deadline = change.deadline {
            return finding(
                .timeToLive, .fail,
                "A temporary change of \(change.path) ended \(HumanDuration.text(now - deadline)) "
                    + "ago and is still there",
                cause: "session \(change.session) made it and is gone",
                next: [
                    Remedy(["session", "recover", change.session], "puts back what was there")
                ])
        }
        let left = changes.filter { $0.isAlive == false && $0.deadline == nil }
        if let change = left.first {
            return finding(
                .timeToLive, .warn, "A temporary change of \(change.path) was left behind",
                cause: "session \(change.session) gives no sign of life",
                next: [
                    Remedy(["session", "recover", change.session], "puts back what was there")
                ])
        }
        let paths = changes.map(\.path).joined(separator: ", ")
        return finding(.timeToLive, .ok, "Temporarily changed, and recorded: \(paths)")
    }

    /// The operator's own clean-up works for resources alone, and only when a pass comes by
    /// (operator-contract.md, 0.6 and 3.5).
    private func expiryFinding(_ text: String) -> Finding {
        guard let expires = Timestamp(rfc3339: text) else {
            return finding(
                .timeToLive, .warn, "The end of its temporary change cannot be read (\"\(text)\")",
                cause: "the operator passes over an annotation patch-expires that is no instant",
                next: [Remedy(line("describe"), "shows the annotations")])
        }
        guard category == .resource else {
            return finding(
                .timeToLive, .warn, "Nobody will end its temporary change",
                cause: "operators heed patch-expires on resources only",
                next: [Remedy(line("edit"), "puts it back by hand")])
        }
        guard expires < now else {
            return finding(
                .timeToLive, .ok,
                "Temporary change until \(expires.rfc3339) (in \(HumanDuration.text(expires - now)))"
            )
        }
        let age = HumanDuration.text(now - expires)
        let cause: String
        if !isPeriodic {
            cause = "with an interval of 0 no pass comes by that would restore it"
        } else if kind.state(of: object).class == .failed {
            cause = "the last call failed, and after a refusal the operator waits for an event"
        } else if operators.lease.map({ !$0.isHeld(at: now) }) ?? false {
            cause = "the operator does not run"
        } else {
            cause = "the operator restores at its next pass"
        }
        return finding(
            .timeToLive, .fail, "A temporary change expired \(age) ago and was not restored",
            cause: cause, next: [Remedy(line("refresh"), "makes a pass come by")])
    }

    var ownerFinding: Finding? {
        guard let owner = object.ownerReferences.first(where: \.isController) else {
            return finding(.owner, .ok, "Nobody else owns it")
        }
        let group = GroupVersion(owner.apiVersion)?.group ?? ""
        let word = kind.names.word(owner.kind, group: group)
        let name = "\(word)/\(owner.name)"
        let bundle = Remedy(["describe", word, owner.name], "shows its owner")
        if isPaused || isObserver {
            return finding(
                .owner, .warn, "Owned by \(name), whose status freezes meanwhile",
                cause: "a bundle cannot report on a child that is "
                    + (isPaused ? "paused" : "read-only"), next: [bundle])
        }
        if !changes.isEmpty {
            return finding(
                .owner, .warn, "Owned by \(name), which overwrites its spec",
                cause: "a temporary change here lasts only until the owner looks", next: [bundle])
        }
        return finding(.owner, .ok, "Owned by \(name): change it there")
    }

    // MARK: others on the same object of the API

    var rivalsFinding: Finding? {
        guard category == .resource else { return nil }
        guard case .known(let siblings) = siblings else {
            let why = if case .unknown(let why) = siblings { why } else { "" }
            return finding(.rivals, .skip, "Rivals not looked for: \(why)")
        }
        guard !isObserver, let key = Self.key(of: object) else {
            return finding(
                .rivals, .ok,
                isObserver ? "An observer is nobody's rival" : "It names no object of the API yet")
        }
        let target = TargetRequest(object.spec, kind: kind)
        let rivals = siblings.filter { other in
            other.uid != object.uid && Self.key(of: other) == key
                && other.spec["readOnly"]?.boolValue != true
                && other.spec["paused"]?.boolValue != true
                && TargetRequest(other.spec, kind: kind) == target
        }
        guard let rival = rivals.first else {
            return finding(.rivals, .ok, "The only one that writes to \(key)")
        }
        let names = rivals.map { kind.shownName(of: $0.name) }
        let fields = Self.contradictions(object, rival, kind)
        let next = [
            Remedy(["pause", kind.word, rival.name], "stops one of them"),
            Remedy(["describe", kind.word, rival.name], "shows the other one"),
        ]
        return finding(
            .rivals, fields.isEmpty ? .warn : .fail,
            "\(names.joined(separator: ", ")) write\(names.count == 1 ? "s" : "") to the same "
                + "object of the API (\(key))",
            cause: fields.isEmpty
                ? "they agree now; whoever is deleted first may delete it for both"
                : "they ask for different values of \(fields.joined(separator: ", ")), so that "
                    + "each overwrites the other", next: next,
            facts: rivals.map { .init("rival", $0.name) })
    }

    /// What names the object in the API: the id that the operator reports, else that of the spec.
    private static func key(of object: KubernetesObject) -> String? {
        if let id = object.status["externalID"]?.stringValue, !id.isEmpty { return id }
        return object.spec["id"].map(\.plainText)
    }

    private static func contradictions(
        _ one: KubernetesObject, _ other: KubernetesObject, _ kind: CatalogKind
    ) -> [String] {
        (one.spec.objectValue?.names ?? []).filter { name in
            guard !kind.steers(name), let left = one.spec[name], let right = other.spec[name] else {
                return false
            }
            // What is empty asks for nothing.
            return !DriftComparison.isEmpty(left) && !DriftComparison.isEmpty(right)
                && left != right && !left.isNumericallyEqual(to: right)
        }
    }

    // MARK: categories with needs of their own

    private static let sources = ["data", "dataFrom", "dataURL", "dataFromFile"]

    var dataSourceFinding: Finding? {
        guard category == .action else { return nil }
        let offered = Self.sources.filter { name in kind.parameters.contains { $0.name == name } }
        guard !offered.isEmpty else { return nil }
        let given = offered.filter { object.spec[$0].map { !$0.isNull } ?? false }
        if given.isEmpty {
            return finding(
                .dataSource, .fail, "It has nothing to send",
                cause: "without one of \(offered.joined(separator: ", ")) it fails before any call",
                next: [Remedy(line("describe"), "shows its spec")])
        }
        if given.contains("dataFrom") {
            return finding(
                .dataSource, .warn, "It takes its data from a ConfigMap or Secret",
                cause: "with the rights that come with the operator it may not read them; then the "
                    + "kind stands still until the operator restarts")
        }
        return finding(.dataSource, .ok, "Data comes from \(given.joined(separator: ", "))")
    }

    var membersFinding: Finding? {
        guard category == .aggregate || category == .bundle else { return nil }
        guard let members = object.status["resources"]?.arrayValue else {
            return finding(.members, .skip, "Members not checked: nothing is reported yet")
        }
        guard !members.isEmpty else {
            return finding(
                .members, .warn, "It looks at nothing",
                cause: "no object of its namespace matches; a kind that is misspelt in a selector "
                    + "is passed over in silence", next: [Remedy(line("edit"), "changes selectors")]
            )
        }
        func name(_ member: JSONValue) -> String {
            let kind = member["kind"]?.stringValue?.lowercased() ?? ""
            return "\(kind)/\(member["name"]?.stringValue ?? "")"
        }
        let bad = illMembers
        guard let first = bad.first else {
            return finding(.members, .ok, "None of its \(members.count) members failed")
        }
        return finding(
            .members, .fail,
            "\(bad.count) of \(members.count) members failed: "
                + bad.map(name).joined(separator: ", "),
            cause: first["message"]?.stringValue,
            next: memberRemedies, facts: bad.map { .init("member", name($0)) })
    }

    private var illMembers: [JSONValue] {
        (object.status["resources"]?.arrayValue ?? []).filter {
            ["failed", "notfound", "degraded"].contains(
                $0["state"]?.stringValue?.lowercased() ?? "")
        }
    }

    /// Where to look on when members failed: at the first of them.
    var memberRemedies: [Remedy] {
        guard let first = illMembers.first, let member = first["kind"]?.stringValue,
            let name = first["name"]?.stringValue
        else { return [] }
        // Members are of the aggregate's own group.
        let word = kind.names.word(member, group: kind.type.group)
        return [Remedy(["diagnose", word, name], "finds out why it failed")]
    }

    var computedFinding: Finding? {
        guard category == .aggregate || category == .bundle else { return nil }
        let values =
            (object.status["computedValues"]
            ?? object.status["aggregatedHealth", "computedValues"])?.arrayValue ?? []
        let broken = values.filter { $0["error"]?.stringValue?.isEmpty == false }
        guard let first = broken.first else {
            return finding(.computedValues, .ok, "All \(values.count) computed values are there")
        }
        return finding(
            .computedValues, .warn,
            "\(broken.count) of \(values.count) computed values could not be computed",
            cause: "\(first["name"]?.stringValue ?? ""): \(first["error"]?.stringValue ?? "")",
            next: [Remedy(line("edit"), "puts the expression right")])
    }
}
