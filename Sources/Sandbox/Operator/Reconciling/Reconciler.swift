import Documents
import KubernetesClient
import KubernetesCore

/// When an object wants its next pass, events apart.
enum Verdict: Sendable, Hashable {
    /// When something happens to it.
    case settled
    /// After that time.
    case again(after: Duration)
    /// Soon, and each time a little later: the pass could not be finished.
    case retry
}

/// One pass over one object.
protocol Reconciler: Sendable {
    func reconcile(_ object: KubernetesObject) async throws(KubernetesError) -> Verdict
}

/// What every pass of a kind works with.
struct KindContext: Sendable {
    let type: ResourceType
    let dialect: Dialect
    let client: KubernetesClient
    let caller: RESTCaller
    let resolver: EndpointResolver
    let configuration: OperatorConfiguration
    let cache: ObjectCache
    let registry: CacheRegistry

    private static let conflictRetries = 5

    /// The present time in whole seconds, which is all that status fields can hold.
    var now: Timestamp { Timestamp(seconds: configuration.clock.now().seconds) }

    var options: WriteOptions { WriteOptions(fieldManager: configuration.fieldManager) }

    var finalizer: String { "\(type.group)/finalizer" }

    func endpoints(for object: KubernetesObject) async throws(NoEndpoint) -> Endpoints {
        try await resolver.resolve(
            Target(spec: object.spec, dialect: dialect), namespace: object.namespace ?? "",
            dialect: dialect)
    }

    /// The interval that a spec asks for: nil when it does not say, zero or less for never.
    func interval(of spec: JSONValue) -> Result<Duration?, GoDuration.Malformed> {
        let field = dialect == .nested ? "executionInterval" : "reExecuteInterval"
        guard let text = spec[field]?.stringValue, !text.isEmpty else { return .success(nil) }
        do throws(GoDuration.Malformed) {
            return .success(try GoDuration.parse(text))
        } catch {
            return .failure(error)
        }
    }

    /// Writes a status over the version that was looked at; a conflict is the caller's.
    func replaceStatus(
        of object: KubernetesObject, _ status: JSONValue
    ) async throws(KubernetesError) -> KubernetesObject {
        guard status != object.status else { return object }
        var changed = object
        changed.status = status
        let written = try await client.replace(
            changed, type, namespace: object.namespace, name: object.name,
            subresource: "status", options: options)
        cache.refresh(written)
        return written
    }

    /// Writes a status over whatever version is there now, with the generation of that version.
    func overwriteStatus(
        of object: KubernetesObject, _ status: JSONValue
    ) async throws(KubernetesError) {
        try await write(object) { current throws(KubernetesError) in
            var status = status
            status["observedGeneration"] = current.generation.map(JSONValue.integer)
            _ = try await replaceStatus(of: current, status)
        }
    }

    /// Changes metadata and spec of the version that is there now.
    func update(
        _ object: KubernetesObject, _ change: (inout KubernetesObject) -> Void
    ) async throws(KubernetesError) {
        try await write(object) { current throws(KubernetesError) in
            var changed = current
            change(&changed)
            guard changed != current else { return }
            cache.refresh(
                try await client.replace(
                    changed, type, namespace: object.namespace, name: object.name,
                    options: options))
        }
    }

    /// Works on the newest version that is known, and after a conflict on the server's own.
    private func write(
        _ object: KubernetesObject,
        _ body: (KubernetesObject) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) {
        var known = cache[ObjectKey(object)]
        for attempt in 1... {
            do throws(KubernetesError) {
                let current: KubernetesObject
                if let known, known.uid == object.uid {
                    current = known
                } else {
                    current = try await client.get(
                        type, namespace: object.namespace, name: object.name)
                }
                guard current.uid == object.uid else { return }
                try await body(current)
                return
            } catch {
                if error.isNotFound { return }
                guard error.isConflict, attempt < Self.conflictRetries else { throw error }
                known = nil
            }
        }
    }
}
