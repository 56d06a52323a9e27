package import Catalog
import Documents
import KubernetesCore

/// All checks of one object.
package struct Diagnosis: Sendable, Hashable {
    package let object: ObjectReference
    package let category: Category
    package let findings: [Finding]

    /// Runs the checks that make sense for the object's category, in the order of `CheckID`.
    package init(_ evidence: Evidence) {
        object = evidence.reference
        category = evidence.category
        let checks: [(Evidence) -> Finding?] = [
            \.stateFinding, \.driftFinding, \.responseFinding, \.responseTimeFinding,
            \.modifiedFinding, \.accessFinding, \.operatorFinding, \.scopeFinding,
            \.generationFinding, \.freshnessFinding, \.flappingFinding, \.endpointsFinding,
            \.targetFinding, \.podsFinding, \.intervalFinding, \.pausedFinding, \.stuckFinding,
            \.deletionFinding, \.timeToLiveFinding, \.ownerFinding, \.rivalsFinding,
            \.dataSourceFinding, \.membersFinding, \.computedFinding,
        ]
        findings =
            [evidence.finding(.exists, .ok, "Resource exists")]
            + checks.compactMap { $0(evidence) }
    }

    /// Of an object that is not there.
    package init(missing object: ObjectReference, category: Category, because why: String) {
        self.object = object
        self.category = category
        findings = [
            Finding(
                .exists, .fail, "Resource does not exist", cause: why,
                next: [Remedy(["get", object.type.plural], "lists those that there are")],
                object: object)
        ]
    }

    /// The worst of its findings.
    package var severity: Severity { findings.map(\.severity).max() ?? .skip }

    package func finding(_ check: CheckID) -> Finding? { findings.first { $0.check == check } }

    /// What to do, each once, that of the worst findings first.
    package var remedies: [Remedy] {
        var remedies: [Remedy] = []
        for severity in [Severity.fail, .warn] {
            for finding in findings where finding.severity == severity {
                remedies += finding.next.filter { step in
                    !remedies.contains { $0.words == step.words }
                }
            }
        }
        return remedies
    }
}

extension Evidence {
    func finding(
        _ check: CheckID, _ severity: Severity, _ summary: String, cause: String? = nil,
        next: [Remedy] = [], facts: [Finding.Fact] = []
    ) -> Finding {
        Finding(
            check, severity, summary, cause: cause, next: next, facts: facts, object: reference)
    }

    /// The words for a verb on this object, with its namespace where that is not the usual one.
    func line(_ verb: String) -> [String] {
        [verb, kind.type.kind.lowercased(), object.name]
    }

    /// The state in the operator's word, in whichever shape the kind has it.
    var stateWord: String? { kind.state(of: object).state.flatMap { $0.isEmpty ? nil : $0 } }

    var isPaused: Bool { object.spec["paused"]?.boolValue == true }
    var isObserver: Bool { object.spec["readOnly"]?.boolValue == true }

    /// How long ago the spec was last changed by anybody but the operator.
    var sinceModification: Duration? {
        (FieldWriter.lastModification(of: object)?.time ?? object.creationTimestamp)
            .map { now - $0 }
    }
}
