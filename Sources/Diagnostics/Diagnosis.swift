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
    package init(
        missing name: String, of kind: CatalogKind, namespace: String?, because why: String
    ) {
        object = ObjectReference(kind, namespace: namespace, name: name)
        category = kind.category
        findings = [
            Finding(
                .exists, .fail, "Resource does not exist", cause: why,
                next: [Remedy(["get", kind.pluralWord], "lists those that there are")],
                object: object)
        ]
    }

    /// The worst of its findings.
    package var severity: Severity { findings.map(\.severity).max() ?? .skip }

    package func finding(_ check: CheckID) -> Finding? { findings.first { $0.check == check } }

    /// Checks whose failure makes others fail, so that theirs is to be mended first.
    private static let roots: Set<CheckID> = [.exists, .operatorAlive, .operatorScope, .interval]
    /// What only an operator can do that runs and looks at the object.
    private static let operatorsWork: Set<String> = ["refresh", "compare"]

    /// The findings in the order in which they are worth reading: what failed first, and of that
    /// what makes the rest fail; then as the checks come.
    package var byWeight: [Finding] {
        let failed = findings.filter { $0.severity == .fail }
        return failed.filter { Self.roots.contains($0.check) }
            + failed.filter { !Self.roots.contains($0.check) }
            + findings.filter { $0.severity != .fail }
    }

    /// What to do, each once: that of the worst findings first, and of them what causes the others;
    /// what would let a check run that could not comes last.
    package var remedies: [Remedy] {
        let isUnattended = findings.contains {
            $0.severity == .fail && Self.roots.contains($0.check)
        }
        var remedies: [Remedy] = []
        func add(_ findings: [Finding]) {
            for step in findings.flatMap(\.next) {
                let isVain =
                    isUnattended && step.program == nil
                    && step.words.first.map(Self.operatorsWork.contains) ?? false
                if isVain || remedies.contains(where: { $0.words == step.words }) { continue }
                remedies.append(step)
            }
        }
        for severity in [Severity.fail, .warn, .skip] {
            let findings = findings.filter { $0.severity == severity && $0.check != .modified }
            add(findings.filter { Self.roots.contains($0.check) })
            add(findings.filter { !Self.roots.contains($0.check) })
        }
        // That nobody touched the spec for long is worth a step where nothing else is.
        if remedies.isEmpty { add(findings.filter { $0.check == .modified }) }
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
        [verb, kind.word, object.name]
    }

    /// A question to each pod about this object, where there are several to be asked and the
    /// object names what to ask for.
    func comparison(_ purpose: String) -> Remedy? {
        guard servingPods.count > 1, kind.targeting != .none else { return nil }
        switch category {
        case .query: break
        case .resource:
            guard kind.schema?.node(at: ["spec", "readOnly"]) != nil,
                let field = kind.keyField(among: [object]),
                object.spec[field].map({ !$0.isNull }) ?? false
                    || object.status["externalID"]?.stringValue?.isEmpty == false
            else { return nil }
        case .action, .aggregate, .bundle, .unknown: return nil
        }
        return Remedy(line("compare") + ["--across-pods"], purpose)
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
