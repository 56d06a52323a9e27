package import Catalog
import Documents
package import KubernetesCore

/// Whether the application's API has other values than the spec asks for.
///
/// The operator's own flag is false again as soon as it has corrected a difference, so spec and
/// answer are compared here, by its rules (`DriftComparison`) and for each endpoint.
package struct DriftFinding: Sendable, Hashable {
    package enum Verdict: Sendable, Hashable {
        case notApplicable
        /// Nothing sound can be said, for that reason.
        case unknown(String)
        case none
        /// There is a difference; which one may be unknown, where only the operator's flag tells.
        case present
    }

    /// What one endpoint has.
    package struct Part: Sendable, Hashable {
        /// The base URL; nil where the object speaks to one endpoint and does not name it.
        package var endpoint: String?
        package var verdict: Verdict
        package var differences: [DriftComparison.Difference]
    }

    package let object: ObjectReference
    /// At least one.
    package let parts: [Part]
    /// How often the operator has counted a difference, legitimate edits included.
    package let count: Int64
    /// When the operator last put a difference right that nobody's edit had caused.
    package let corrected: Timestamp?
    /// Set where the difference comes back again and again.
    package let flapping: Flapping?
    /// Whether the operator's last call did not get what it wanted, so that to look again is not
    /// enough.
    package let isCallLost: Bool

    /// - Parameters:
    ///   - object: as read, with its managed fields where it is to be told who wrote.
    ///   - kind: of the object.
    ///   - now: the server's time; nil: an old answer is taken as it is.
    ///   - flapping: what a second look at the object showed.
    package init(
        _ object: KubernetesObject, kind: CatalogKind, now: Timestamp? = nil,
        flapping: Flapping? = nil
    ) {
        self.object = ObjectReference(object, kind: kind)
        self.flapping = flapping
        isCallLost = [.failed, .notFound].contains(kind.state(of: object).class)
        count = object.status["driftDetectedCount"]?.integerValue ?? 0
        guard kind.category == .resource else {
            parts = [Part(endpoint: nil, verdict: .notApplicable, differences: [])]
            corrected = nil
            return
        }
        if let why = Self.unsound(object, kind, now) {
            parts = [Part(endpoint: nil, verdict: .unknown(why), differences: [])]
        } else {
            parts = Self.parts(of: object, kind)
        }
        let isClean = parts.allSatisfy { $0.verdict == .none }
        corrected = isClean && count > 0 ? Self.correction(of: object) : nil
    }

    /// The worst of its parts.
    package var verdict: Verdict {
        if let present = parts.first(where: { $0.verdict == .present }) { return present.verdict }
        return parts.first { $0.verdict != .none }?.verdict ?? .none
    }

    package var isUnknown: Bool {
        if case .unknown = verdict { return true }
        return false
    }

    package var isPresent: Bool { verdict == .present || flapping != nil }

    package var differences: [DriftComparison.Difference] { parts.flatMap(\.differences) }

    /// Why the last answer says nothing about how things are now.
    private static func unsound(
        _ object: KubernetesObject, _ kind: CatalogKind, _ now: Timestamp?
    ) -> String? {
        let status = object.status
        switch status["state"]?.stringValue {
        case nil, "": return "not reported yet"
        case "Failed":
            let hasAnswer = ObjectResponses(object).answers.contains { $0.data != nil }
            return hasAnswer
                ? "the last call failed, so its answer is old" : "no call has worked yet"
        case "NotFound":
            // The operator calls a fan-out that failed so, too.
            let isGone = ObjectResponses(object).answers.allSatisfy {
                $0.isSuccess || $0.statusCode == 404
            }
            return isGone ? "the API has no such object" : "no endpoint gave a good answer"
        // While paused the operator looks, compares and sets its flag, but keeps no answer.
        case "Paused": return status["driftDetected"] == nil ? "it is paused" : nil
        default: break
        }
        if let generation = object.generation,
            let observed = status["observedGeneration"]?.integerValue, observed < generation
        {
            return "the operator has not seen the latest spec yet"
        }
        guard let now else { return nil }
        let reading = ReadingAge(object, kind: kind, now: now)
        guard reading.verdict == .overdue, let time = reading.time else { return nil }
        return "the answer is \(time.age(until: now)) old, so it may have changed since"
    }

    private static func parts(of object: KubernetesObject, _ kind: CatalogKind) -> [Part] {
        let responses = ObjectResponses(object)
        let isFlagged = object.status["driftDetected"]?.boolValue == true
        let comparison = DriftComparison(object, kind: kind)
        if object.status["state"]?.stringValue == "Paused" {
            let differences = responses.answers.first?.data.map(comparison.differences) ?? []
            return [
                Part(
                    endpoint: nil, verdict: isFlagged ? .present : .none,
                    differences: isFlagged ? differences : [])
            ]
        }
        guard !responses.answers.isEmpty else {
            return [
                Part(
                    endpoint: nil,
                    verdict: isFlagged ? .present : .unknown("no answer to compare with"),
                    differences: [])
            ]
        }
        let isOne = responses.answers.count == 1
        return responses.answers.map { answer in
            guard answer.isSuccess, let data = answer.data else {
                let why = answer.error ?? "no answer to compare with"
                return Part(
                    endpoint: answer.endpoint,
                    verdict: isOne && isFlagged ? .present : .unknown(why), differences: [])
            }
            let found = comparison.differences(from: data)
            let isPresent = !found.isEmpty || isOne && isFlagged
            return Part(
                endpoint: answer.endpoint, verdict: isPresent ? .present : .none,
                differences: found)
        }
    }

    /// The operator writes to the API soon after somebody has edited the spec; a later write put
    /// something right. (The count alone proves nothing: edits raise it, too.)
    private static func correction(of object: KubernetesObject) -> Timestamp? {
        guard
            let written = object.status["lastSyncTime"]?.stringValue
                .flatMap({ Timestamp(rfc3339: $0) }),
            let edited = FieldWriter.lastModification(of: object)?.time
                ?? object.creationTimestamp,
            written - edited > longestReaction
        else { return nil }
        return written
    }

    /// A call may take 30 s, and passes of one kind queue behind each other.
    private static let longestReaction = Duration.seconds(90)
}

/// A difference that comes back, seen by looking at an object twice.
///
/// The count grows by one for each edit of a spec as well; growth while the generation stays says
/// that nobody edited (operator-contract.md, Seen live 2).
package struct Flapping: Sendable, Hashable {
    /// `driftDetectedCount` at both looks; equal where only the time of the last write moved.
    package var before: Int64
    package var after: Int64
    /// The time between the looks.
    package var span: Duration

    /// Nil where the second look shows no difference that comes back.
    package init?(_ first: KubernetesObject, _ second: KubernetesObject, span: Duration) {
        guard first.uid == second.uid, first.generation == second.generation,
            let observed = first.status["observedGeneration"]?.integerValue,
            observed == first.generation
        else { return nil }
        before = first.status["driftDetectedCount"]?.integerValue ?? 0
        after = second.status["driftDetectedCount"]?.integerValue ?? 0
        self.span = span
        let writes = [first, second].map { $0.status["lastSyncTime"]?.stringValue }
        let isRewritten = writes[0] != nil && writes[0] != writes[1]
        guard after > before && after > 1 || isRewritten else { return nil }
    }

    /// Whether a second look is worth its time: nothing was ever counted or written without an
    /// edit otherwise.
    package static func isPossible(in object: KubernetesObject, now: Timestamp) -> Bool {
        if object.status["driftDetectedCount"]?.integerValue ?? 0 > 0 { return true }
        guard
            let written = object.status["lastSyncTime"]?.stringValue
                .flatMap({ Timestamp(rfc3339: $0) }),
            let edited = FieldWriter.lastModification(of: object)?.time
                ?? object.creationTimestamp
        else { return false }
        // Written just now although nobody edited: perhaps it is written all the time.
        return now - written < .seconds(5) && written - edited > .seconds(5)
    }
}
