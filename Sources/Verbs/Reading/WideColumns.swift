import Catalog
import Diagnostics
import Documents
import KubernetesCore
import Render

/// What the wide format tells of an object of a generated kind beside the server's own columns:
/// whether somebody looks after it, which instance it speaks to, and what is wrong with it.
struct WideColumns: Sendable {
    private enum Part: String {
        /// Whether the API has other values than the spec asks for.
        case drift = "DRIFT"
        /// The generation of the spec, and how far the operator has come if not that far.
        case generation = "GEN"
        /// How long ago the API was read for it.
        case read = "READ"
        /// How long ago it last ran.
        case run = "LAST-RUN"
        /// The instance that the spec asks for.
        case target = "TARGET"
        /// What the operator says of an object that is not well, or why it is paused.
        case message = "MESSAGE"
    }

    private let kind: CatalogKind
    private let parts: [Part]
    private let now: @Sendable () -> Timestamp

    /// Nil for kinds that no generator made.
    ///
    /// - Parameters:
    ///   - kind: with its schema.
    ///   - now: the server's time.
    init?(_ kind: CatalogKind, now: @escaping @Sendable () -> Timestamp) {
        self.kind = kind
        self.now = now
        switch kind.category {
        case .resource: parts = [.drift, .generation, .read, .target, .message]
        case .query, .action: parts = [.generation, .run, .target, .message]
        case .aggregate, .bundle: parts = [.generation, .message]
        case .unknown: return nil
        }
    }

    /// The columns, and which of the texts they stand for: none that the server has itself.
    func columns(beside server: [TextTable.Column]) -> [(index: Int, column: TextTable.Column)] {
        let known = Set(server.map(\.title))
        return parts.enumerated().filter { !known.contains($0.element.rawValue) }.map {
            index, part in
            (index, .init(part.rawValue, fit: part == .message ? .wraps : .keeps))
        }
    }

    /// A text for each part.
    func texts(of object: KubernetesObject) -> [String] {
        let now = now()
        return parts.map { part in
            switch part {
            case .drift: drift(of: object, now)
            case .generation: Self.generation(of: object)
            case .read, .run: age(of: object, now)
            case .target: TargetRequest(object.spec, kind: kind).shortText
            case .message: message(of: object)
            }
        }
    }

    private func drift(of object: KubernetesObject, _ now: Timestamp) -> String {
        switch DriftFinding(object, kind: kind, now: now).verdict {
        case .notApplicable: "-"
        case .unknown: "Unknown"
        case .none: "No"
        case .present: "Yes"
        }
    }

    /// `2`, or `1 of 2` where the operator has not seen the latest spec.
    private static func generation(of object: KubernetesObject) -> String {
        guard let generation = object.generation else { return "-" }
        guard let observed = object.status["observedGeneration"]?.integerValue else {
            return "- of \(generation)"
        }
        return observed == generation ? "\(generation)" : "\(observed) of \(generation)"
    }

    private func age(of object: KubernetesObject, _ now: Timestamp) -> String {
        let reading = ReadingAge(object, kind: kind, now: now)
        guard let age = reading.age else { return "never" }
        return HumanDuration.text(age) + (reading.verdict == .overdue ? ", stale" : "")
    }

    private func message(of object: KubernetesObject) -> String {
        let state = kind.state(of: object)
        if state.class == .good { return "" }
        if object.spec["paused"]?.boolValue == true, let reason = object.pauseReason {
            return "paused: \(reason)"
        }
        return state.message
    }
}

extension TargetRequest {
    /// `petstore-api-2`, `pod 2`, `statefulset/petstore-api`; empty where the operator chooses.
    var shortText: String {
        if baseURLs.count > 1 { return "\(baseURLs.count) URLs" }
        if let url = baseURLs.first { return url }
        if let pod { return pod }
        let workload =
            statefulSet.map { "statefulset/\($0)" } ?? deployment.map { "deployment/\($0)" }
            ?? helmRelease.map { "release/\($0)" }
        guard let podOrdinal else { return workload ?? "" }
        return statefulSet.map { "\($0)-\(podOrdinal)" }
            ?? (workload.map { "\($0), " } ?? "") + "pod \(podOrdinal)"
    }
}
