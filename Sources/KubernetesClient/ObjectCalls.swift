import Documents
import HTTP
package import KubernetesCore
import Synchronization

// Calls on single objects.
extension KubernetesClient {
    /// Reads one object.
    package func get(
        _ type: ResourceType, namespace: String?, name: String
    ) async throws(KubernetesError) -> KubernetesObject {
        try await object(.get(type, namespace: namespace, name: name))
    }

    /// Stores a new object.
    ///
    /// - Throws: `KubernetesError`; `isAlreadyExists` where the name is taken, `.outcomeUnknown`
    ///   where it may have been stored nevertheless.
    package func create(
        _ object: KubernetesObject, _ type: ResourceType, namespace: String?,
        options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> KubernetesObject {
        try await self.object(.create(object, type, namespace: namespace, options: options))
    }

    /// Replaces an object; a resource version in it is a precondition.
    package func replace(
        _ object: KubernetesObject, _ type: ResourceType, namespace: String?, name: String,
        subresource: String? = nil, options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> KubernetesObject {
        try await self.object(
            .replace(
                object, type, namespace: namespace, name: name, subresource: subresource,
                options: options))
    }

    /// Changes an object.
    package func patch(
        _ patch: Patch, _ type: ResourceType, namespace: String?, name: String,
        subresource: String? = nil, options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> KubernetesObject {
        try await object(
            .patch(
                patch, type, namespace: namespace, name: name, subresource: subresource,
                options: options))
    }

    /// Deletes an object.
    package func delete(
        _ type: ResourceType, namespace: String?, name: String,
        options: DeleteOptions = DeleteOptions()
    ) async throws(KubernetesError) -> DeleteResult {
        let json = try await value(
            .delete(type, namespace: namespace, name: name, options: options))
        return Status.isStatus(json) ? .deleted(Status(json)) : .pending(KubernetesObject(json))
    }

    /// Asks whether we may do something; RBAC of the server decides.
    package func canI(
        verb: String, _ type: ResourceType, namespace: String?, name: String? = nil,
        subresource: String? = nil
    ) async throws(KubernetesError) -> AccessDecision {
        let status = try await value(
            .canI(
                verb: verb, type, namespace: namespace, name: name, subresource: subresource)
        )["status"]
        return AccessDecision(
            isAllowed: status?["allowed"]?.boolValue ?? false,
            reason: status?["reason"]?.stringValue
                ?? status?["evaluationError"]?.stringValue ?? "")
    }

    func object(_ request: KubernetesRequest) async throws(KubernetesError) -> KubernetesObject {
        KubernetesObject(try await value(request))
    }

    /// Sends a request, and remembers when the server did not know the kind that it is about.
    func ask(
        _ request: KubernetesRequest
    ) async throws(KubernetesError) -> (response: HTTPResponse, bytes: [UInt8]) {
        defer {
            if request.call == .write { memory.withLock { $0.lastWrite = policy.now() } }
        }
        do throws(KubernetesError) {
            return try await send(request)
        } catch {
            if error.isUnservedKind { memory.withLock { $0.metUnservedKind = true } }
            throw error
        }
    }

    /// The JSON that a request is answered with.
    func value(_ request: KubernetesRequest) async throws(KubernetesError) -> JSONValue {
        let (response, bytes) = try await ask(request)
        do throws(JSONError) {
            return try JSONValue(parsing: bytes)
        } catch {
            let type = response.headers["Content-Type"] ?? "no content type"
            let text = "\(error.message) (\(request.target), \(type))"
            guard request.call == .write else {
                throw KubernetesError(.undecodable(text), server: serverPlace)
            }
            // It may have been carried out, whoever answered there.
            throw KubernetesError(
                .outcomeUnknown(
                    TransportError(.protocolViolation, text, sent: true),
                    until: latestCommit(of: request, nil)), server: serverPlace)
        }
    }
}

/// What became of a deletion.
package enum DeleteResult: Sendable {
    /// It is gone (or, as a dry run, would be).
    case deleted(Status)
    /// It is marked for deletion; its finalizers still hold it.
    case pending(KubernetesObject)

    package var isGone: Bool {
        if case .deleted = self { return true }
        return false
    }
}

/// Whether we may do something, and what the server says about it.
package struct AccessDecision: Sendable, Hashable {
    package var isAllowed: Bool
    package var reason: String

    package init(isAllowed: Bool, reason: String) {
        self.isAllowed = isAllowed
        self.reason = reason
    }
}
