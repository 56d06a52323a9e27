import Catalog
import Documents
import KubernetesCore

// Whether the API has what the spec asks for, and keeps it.
extension Evidence {
    /// So many differences are named in one finding.
    private static let namedDifferences = 3

    var driftFinding: Finding? {
        guard category == .resource else { return nil }
        let drift = DriftFinding(object, kind: kind, now: now, flapping: flapping)
        let next = [
            Remedy(["drift-report", kind.pluralWord], "shows all differences, field by field")
        ]
        switch drift.verdict {
        case .notApplicable: return nil
        case .unknown(let why):
            let isOfOne = drift.parts.count > 1
            return finding(
                .drift, .skip, "Drift not known\(isOfOne ? " of one endpoint" : ""): \(why)")
        case .none:
            let corrected = drift.corrected.map {
                " (put right \(HumanDuration.text(now - $0)) ago)"
            }
            return finding(.drift, .ok, "No drift detected\(corrected ?? "")")
        case .present:
            let differences = drift.differences
            guard let first = differences.first else {
                return finding(.drift, .fail, "Drift detected by the operator", next: next)
            }
            let named = differences.prefix(Self.namedDifferences).map {
                "\($0.field) is \($0.actualText), the spec asks for \($0.wantedText)"
            }
            let more = differences.count - named.count
            return finding(
                .drift, .fail,
                "Drift detected: \(named.joined(separator: "; "))"
                    + (more > 0 ? "; and \(more) more" : ""),
                cause: cause(of: first), next: next,
                facts: differences.map { .init("field", $0.field) })
        }
    }

    private func cause(of difference: DriftComparison.Difference) -> String? {
        if difference.isNeverWritten {
            return "in merge mode the operator never writes \(difference.wantedText), so it stays"
        }
        guard isPaused || isObserver else {
            return difference.writer.map { writer in
                let age = writer.time.map { " \(HumanDuration.text(now - $0)) ago" } ?? ""
                return "\(writer.manager) asked for it\(age); something else changes it in the API"
            }
        }
        return isPaused
            ? "nothing is carried to the API while it is paused"
            : "an observer never writes"
    }

    var flappingFinding: Finding? {
        guard category == .resource else { return nil }
        guard let flapping else {
            let count = object.status["driftDetectedCount"]?.integerValue ?? 0
            guard count == 0 || hasSecondLook else {
                return finding(.flapping, .skip, "Flapping not checked: looked at once only")
            }
            // The count grows with each edit as well, so by itself it says nothing.
            return finding(
                .flapping, .ok,
                count == 0 ? "No difference was ever counted" : "The count of differences stands")
        }
        let seconds = flapping.span.components.seconds
        let time = seconds > 1 ? "\(seconds)s" : "about a second"
        let isCounted = flapping.after > flapping.before
        return finding(
            .flapping, .fail,
            isCounted
                ? "Flapping: differs again after each write (\(flapping.before) → "
                    + "\(flapping.after) within \(time))"
                : "Written again and again, twice within \(time)",
            cause: isCounted
                ? "nobody edited the spec meanwhile; the API does not keep what is written, or "
                    + "the spec asks for what it never returns"
                : "the API has the object under another key than it is looked for, so it is "
                    + "created each time",
            next: [
                Remedy(
                    ["drift-report", kind.pluralWord, "--watch"], "shows what comes back, live"),
                Remedy(line("pause"), "stops the writes"),
            ],
            facts: [
                .init("before", String(flapping.before)), .init("after", String(flapping.after)),
            ])
    }
}
