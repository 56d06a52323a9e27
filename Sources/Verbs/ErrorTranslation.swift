import ArgumentParser
import Catalog
import Documents
import FoundationEssentials
import HTTP
import KubernetesClient
import KubernetesCore
import Render
import Session

extension Failure {
    /// What any error means to the person who typed the command: the only place that knows.
    package init(_ error: any Error, world: World) {
        self.init(translating: error, world: world)
        message = Self.withoutDump(message)
    }

    /// Some servers quote the whole object (secrets included) as the value that is invalid.
    private static func withoutDump(_ text: String) -> String {
        let start = "Invalid value: \"{"
        guard text.utf8.count > longestQuote, let (before, rest) = text.splitting(at: start),
            let end = rest.ranges(of: "}\": ").last
        else { return text }
        return "\(before)Invalid value: {…}: \(rest[end.upperBound...])"
    }

    private static let longestQuote = 400

    private init(translating error: any Error, world: World) {
        switch error {
        case let failure as Failure: self = failure
        case let error as KubernetesError: self = Self.of(error, world: world)
        case let error as SessionError: self = Self.of(error, world: world)
        case let error as CatalogError:
            let kind: Kind = error.isUnknown ? .notFound : .mistake
            let hints = error.hint.map { [$0] } ?? []
            self.init(
                kind, error.message, hints: hints,
                steps: hints.isEmpty && error.isUnknown ? [Self.kindsOffered] : [])
        case let error as KubeconfigError:
            var hints = error.hint.map { [$0] } ?? []
            if error.kind == .noConfiguration { hints += Self.sandboxHints(world) }
            self.init(.mistake, error.message, hints: hints)
        case let error as CredentialsError:
            self.init(.denied, error.message, hints: error.hint.map { [$0] } ?? [])
        case let error as TransportError:
            self = Self.of(KubernetesError(.transport(error)), world: world)
        case let error as JSONPathError: self.init(.mistake, "the path: \(error.description)")
        case is CancellationError:
            self.init(.ended(by: Interrupt.interrupt.rawValue), "")
        case let error as ValidationError:
            self.init(.usage(""), error.message)
        default:
            self.init(.ours, "\(error)")
        }
    }

    private static func of(_ error: KubernetesError, world: World) -> Failure {
        let program = world.programName
        if error.isCancelled { return Failure(.ended(by: Interrupt.interrupt.rawValue), "") }
        if error.isTimeout { return Failure(.timedOut, error.message, hints: timeoutHints(error)) }
        if case .transport(let cause) = error.kind, cause.isAboutClientCertificate {
            return Failure(
                .denied, error.message,
                hints: [
                    "client-certificate and client-key of the kubeconfig's user must belong"
                        + " together and be valid; --client-certificate and --client-key name others"
                ])
        }
        if error.isUnreachable {
            return Failure(.unreachable, error.message, hints: connectionHints(error, program))
        }
        if error.isNotFound {
            return Failure(.notFound, error.message, steps: [stepOnAbsence(error)])
        }
        if error.isUnauthorized {
            return Failure(
                .denied, error.message,
                hints: ["check the credentials of the context, or choose one with --context"])
        }
        if error.isForbidden {
            return Failure(
                .denied, error.message,
                hints: [
                    "ask whoever runs the cluster for that right, or choose another context"
                        + " with --context"
                ])
        }
        if error.isConflict || error.isAlreadyExists {
            return Failure(.conflict, error.message)
        }
        switch error.kind {
        case .invalidRequest: return Failure(.mistake, error.message)
        case .status where error.isInvalid || error.isBadRequest:
            return Failure(.mistake, error.message)
        default: return Failure(.ours, error.message)
        }
    }

    private static let kindsOffered = NextStep(
        ["init"], "lists the kinds that the cluster offers")

    /// Where to look for what does exist.
    private static func stepOnAbsence(_ error: KubernetesError) -> NextStep {
        guard let details = error.status?.details, !details.kind.isEmpty, !details.name.isEmpty
        else { return NextStep(["init"], "lists what the cluster offers") }
        let group = details.group
        let isCustom = !GroupVersion(group: group, version: "").isBuiltIn
        return NextStep(
            ["get", isCustom ? "\(details.kind).\(group)" : details.kind],
            "lists those that there are; -A looks everywhere")
    }

    private static func timeoutHints(_ error: KubernetesError) -> [String] {
        error.isOutcomeUnknown ? [] : ["--request-timeout sets another limit"]
    }

    /// How to have a cluster without having one.
    private static func sandboxHints(_ world: World) -> [String] {
        let program = world.programName
        // The file is there as long as a sandbox serves.
        guard let path = world.sandbox?.kubeconfigPath,
            FileManager.default.fileExists(atPath: path)
        else { return ["\(program) shell --sandbox needs no cluster at all"] }
        return ["export KUBECONFIG=\"$(\(program) sandbox kubeconfig)\" for the sandbox that runs"]
    }

    private static func connectionHints(_ error: KubernetesError, _ program: String) -> [String] {
        if case .transport(let cause) = error.kind, cause.kind == .tls {
            return [
                "the authority that signed the server's certificate must be in the kubeconfig,"
                    + " or be named by --certificate-authority"
            ]
        }
        return ["\(program) shell --sandbox needs no cluster at all"]
    }

    private static func of(_ error: SessionError, world: World) -> Failure {
        let kind: Kind =
            switch error.kind {
            case .server: error.cause.map { of($0, world: world).kind } ?? .ours
            case .refused, .invalid, .nothingToChange, .closed: .mistake
            case .conflict, .alive: .conflict
            case .outcomeUnknown: .undoIncomplete
            case .journal: .ours
            case .notFound: .notFound
            }
        var hints = error.hints
        guard hints.isEmpty, let cause = error.cause else {
            return Failure(kind, error.message, hints: hints)
        }
        let origin = of(cause, world: world)
        hints = origin.hints
        return Failure(kind, error.message, hints: hints, steps: origin.steps)
    }
}
