import Documents
import HTTP
import KubernetesClient
import KubernetesCore

/// The few calls that a session makes, on one cluster.
struct ObjectAccess: Sendable {
    let client: KubernetesClient
    let clock: SessionClock
    let manager: String
    let timeout: Duration

    /// The server's clock in whole seconds, or ours where it has not told any yet.
    var now: Timestamp {
        Timestamp(seconds: (client.estimatedServerTime ?? clock.now()).seconds)
    }

    func read(_ key: ObjectKey) async throws(KubernetesError) -> KubernetesObject {
        try await client.get(key.type, namespace: key.namespace, name: key.name)
    }

    /// Sends a guarded patch, in the text form that `test` compares (undo.md, fact 3).
    ///
    /// `shortEscapes` says whether `\b` and `\f` are written so, as newer servers do; `validation`
    /// what becomes of unknown fields, where the server heeds that.
    func patch(
        _ patch: JSONPatch, _ key: ObjectKey, dryRun: Bool = false, shortEscapes: Bool = true,
        validation: FieldValidation? = nil
    ) async throws(KubernetesError) -> KubernetesObject {
        let options = WriteOptions(
            dryRun: dryRun, fieldManager: manager, fieldValidation: validation, timeout: timeout)
        var request = KubernetesRequest.patch(
            .json(patch), key.type, namespace: key.namespace, name: key.name, options: options)
        request.body = patch.json.bytes(.goText(shortEscapes: shortEscapes))
        let (_, bytes) = try await client.send(request)
        guard let json = try? JSONValue(parsing: bytes), json.objectValue != nil else {
            // It was taken, but what came of it is not known.
            throw KubernetesError(
                .outcomeUnknown(
                    TransportError(
                        .protocolViolation, "the server's answer is no object", sent: true),
                    until: now + timeout))
        }
        return KubernetesObject(json)
    }

    func create(
        _ object: KubernetesObject, _ key: ObjectKey, dryRun: Bool = false
    ) async throws(KubernetesError) -> KubernetesObject {
        try await client.create(
            object, key.type, namespace: key.namespace,
            options: WriteOptions(
                dryRun: dryRun, fieldManager: manager, fieldValidation: .strict, timeout: timeout))
    }

    func delete(
        _ key: ObjectKey, resourceVersion: String? = nil,
        propagation: DeletionPropagation? = nil, dryRun: Bool = false
    ) async throws(KubernetesError) -> DeleteResult {
        try await client.delete(
            key.type, namespace: key.namespace, name: key.name,
            options: DeleteOptions(
                uid: key.uid.isEmpty ? nil : key.uid, resourceVersion: resourceVersion,
                propagation: propagation, dryRun: dryRun, timeout: timeout))
    }

    /// Whether we may do that; nil where the server would not say.
    func may(_ verb: String, _ key: ObjectKey) async throws(KubernetesError) -> Bool? {
        do throws(KubernetesError) {
            return try await client.canI(
                verb: verb, key.type, namespace: key.namespace, name: key.name, subresource: nil
            ).isAllowed
        } catch  where error.isForbidden || error.isNotFound || error.isMethodNotAllowed {
            return nil
        }
    }
}

extension KubernetesError {
    /// The same error with texts masked that the server may have quoted.
    func masking(_ secrets: [String]) -> KubernetesError {
        guard !secrets.isEmpty else { return self }
        var copy = self
        if case .status(let status) = kind { copy.kind = .status(status.masking(secrets)) }
        copy.answer = answer?.masking(secrets)
        return copy
    }

    /// Whether the server says that this very object does not exist.
    func names(_ object: ObjectKey) -> Bool {
        isNotFound && status?.details?.name == object.name
    }

    /// Something that the server or the network may do better the next time.
    var isTransient: Bool {
        isUnreachable || isTimeout || isOutcomeUnknown || isTooManyRequests || isConflict
            || (status?.code ?? 0) >= 500
    }

    /// A guard of ours failed, or the patch met another shape: 422 without causes (fact 1).
    var isGuardFailure: Bool {
        guard isInvalid, let status else { return false }
        return (status.details?.causes ?? []).isEmpty
    }
}

extension Status {
    fileprivate func masking(_ secrets: [String]) -> Status {
        Status(Self.masking(secrets, in: json))
    }

    private static func masking(_ secrets: [String], in value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text):
            return .string(
                secrets.reduce(text) { $0.replacing($1, with: ValueText.mask) })
        case .array(let items): return .array(items.map { masking(secrets, in: $0) })
        case .object(var object):
            for member in object { object[member.name] = masking(secrets, in: member.value) }
            return .object(object)
        default: return value
        }
    }
}
