import KubernetesClient
import KubernetesCore

// Kinds that changed under a record (undo.md, P18): the record stays, and the message says what a
// person can do about it.
extension Session {
    /// What a 404 means that does not name the object: its kind, or its version, is not served.
    func notServed(_ key: ObjectKey) async -> String {
        let kind = key.type.qualifiedName
        var served: [String] = []
        do throws(KubernetesError) {
            served = try await access.client.discoverGroups().filter { $0.name == key.group }
                .flatMap(\.versions).map(\.version)
        } catch {
            // What it serves instead would only have made the message better.
            served = []
        }
        let others = served.filter { $0 != key.version }
        let now =
            others.isEmpty || served.contains(key.version)
            ? "" : " (it serves \(others.joined(separator: ", ")) now)"
        return "the server does not serve \(kind) in version \(key.version) any more\(now):"
            + " the record stays in the object; \(environment.program) session forget \(id)"
            + " gives the change up"
    }

    /// A field that looks as if somebody had removed it, but which the schema no longer has.
    ///
    /// Bringing it back is rehearsed: what the server drops then was no one's decision to respect,
    /// and the record has to stay for the day on which the field is back.
    func prunedField(
        _ plan: UndoPlan, on object: KubernetesObject, _ entry: JournalEntry
    ) async -> FieldPath? {
        for finding in plan.conflicts {
            guard case .foreign(.absent) = finding.outcome, !finding.field.before.isAbsent else {
                continue
            }
            let path = finding.field.path
            var draft = PatchDraft(object.json)
            _ = draft.makeParents(of: path)
            draft.bring(path, to: finding.field.before)
            do throws(KubernetesError) {
                let answer = try await access.patch(draft.patch, entry.object, dryRun: true)
                if path.value(in: answer.json).isAbsent { return path }
            } catch {
                // Refused for another reason, or not reached: then it is somebody's removal.
                continue
            }
        }
        return nil
    }
}
