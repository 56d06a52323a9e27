import Documents
import KubernetesCore

/// The four kinds of patch, each by its own rules.
extension ClusterState {
    enum PatchKind: String {
        case json = "application/json-patch+json"
        case merge = "application/merge-patch+json"
        case strategic = "application/strategic-merge-patch+json"
        case apply = "application/apply-patch+yaml"
    }

    /// Reads the kind off the media type.
    ///
    /// - Throws: 415 for any other; strategic merge needs types that a server was built with.
    static func patchKind(
        _ contentType: String, _ resource: ServedResource
    ) throws(APIFailure) -> PatchKind {
        var known: [PatchKind] = [.json, .merge, .apply]
        if !resource.isCustom { known.insert(.strategic, at: 2) }
        guard let kind = known.first(where: { $0.rawValue == contentType }) else {
            throw APIFailure.unsupportedMediaType(accepted: known.map(\.rawValue))
        }
        return kind
    }

    mutating func patch(
        _ body: [UInt8], kind: PatchKind, at target: Target, _ call: WriteCall
    ) throws(APIFailure) -> WriteOutcome {
        if kind == .apply { return try apply(body, at: target, call) }
        if call.force != nil {
            throw APIFailure.invalid(
                kind: "PatchOptions", group: "meta.k8s.io", name: "",
                [.forbidden("force", "may not be specified for non-apply patch")])
        }
        switch kind {
        case .json:
            let patch = try Self.jsonPatch(body)
            return try update(at: target, call, from: .patch) { current throws(APIFailure) in
                do throws(JSONPatchError) {
                    let value = try patch.applied(to: current, semantics: .kubernetes)
                    return value.asGoDecodes
                } catch {
                    throw APIFailure.rejected
                }
            }
        case .merge, .strategic, .apply:
            let patch = try Self.mergePatch(body)
            let isStrategic = kind == .strategic
            return try update(at: target, call, from: .patch) { current throws(APIFailure) in
                isStrategic
                    ? StrategicMerge.apply(patch, to: current)
                    : MergePatch.apply(patch, to: current)
            }
        }
    }

    private static func jsonPatch(_ body: [UInt8]) throws(APIFailure) -> JSONPatch {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: body, limits: .apiServer)
        } catch {
            throw APIFailure.badRequest("error decoding patch: \(error.message)")
        }
        guard document.arrayValue != nil else {
            throw APIFailure.badRequest(
                "json: cannot unmarshal \(document.typeName) into Go value of type "
                    + "jsonpatch.Patch")
        }
        do throws(JSONPatchError) {
            return try JSONPatch(parsing: body, limits: .apiServer)
        } catch {
            // An operation that is none is refused like one that fails.
            throw APIFailure.rejected
        }
    }

    private static func mergePatch(_ body: [UInt8]) throws(APIFailure) -> JSONValue {
        let patch: JSONValue
        do throws(JSONError) {
            patch = try JSONValue(parsing: body, limits: .apiServer).asGoDecodes
        } catch {
            throw APIFailure.badRequest("error decoding patch: \(error.message)")
        }
        guard patch.objectValue != nil else {
            throw APIFailure.badRequest(
                "error decoding patch: json: cannot unmarshal \(patch.typeName) into Go value of "
                    + "type map[string]interface {}")
        }
        return patch
    }

    // MARK: - Server-side apply

    private mutating func apply(
        _ body: [UInt8], at target: Target, _ call: WriteCall
    ) throws(APIFailure) -> WriteOutcome {
        guard call.givenManager != nil else {
            throw APIFailure.invalid(
                kind: "PatchOptions", group: "meta.k8s.io", name: "",
                [.required("fieldManager", "is required for apply patch")])
        }
        var patch = try BodyReading.yaml(body)
        guard patch.objectValue != nil else {
            throw APIFailure.badRequest(
                "error decoding YAML: json: cannot unmarshal \(patch.typeName) into Go value of "
                    + "type map[string]interface {}")
        }
        let version = patch["apiVersion"]?.stringValue ?? ""
        guard version == target.resource.groupVersion else {
            throw APIFailure.badRequest(
                "Incorrect version specified in apply patch. Specified patch version: \(version), "
                    + "expected: \(target.resource.groupVersion)")
        }
        if patch["kind"] == nil { patch["kind"] = .string(target.resource.kind) }
        guard patch["metadata"]?["managedFields"] == nil else {
            throw APIFailure.badRequest("metadata.managedFields must be nil")
        }
        if patch["metadata"]?["name"] == nil {
            if patch["metadata"] == nil { patch["metadata"] = [:] }
            patch["metadata"]?["name"] = .string(target.name)
        }
        if let schema = target.resource.schema {
            let unknown = Pruner.prune(patch, schema).unknown
            if let first = unknown.sorted().first {
                let place =
                    target.namespace.isEmpty
                    ? target.name : "\(target.namespace)/\(target.name)"
                throw APIFailure.internalError(
                    "failed to create typed patch object (\(place); "
                        + "\(target.resource.groupVersion), Kind=\(target.resource.kind)): "
                        + ".\(first): field not declared in schema")
            }
        }
        guard object(target.resource.key, target.key) != nil else {
            return try applyNew(patch, at: target, call)
        }
        let time = now
        return try update(
            at: target, call, from: .patch, isApplied: true,
            change: { current throws(APIFailure) in
                try FieldOwnership.apply(
                    live: current, patch: patch, call: call, target: target, time: time)
            })
    }

    private mutating func applyNew(
        _ patch: JSONValue, at target: Target, _ call: WriteCall
    ) throws(APIFailure) -> WriteOutcome {
        guard target.subresource == nil else {
            throw APIFailure.notFound(target.resource.key, target.name)
        }
        guard patch["metadata"]?["uid"] == nil else {
            throw APIFailure.conflict(
                target.resource.key, target.name,
                "uid mismatch: the provided object specified uid "
                    + "\(patch["metadata", "uid"]?.stringValue ?? ""), and no existing object was "
                    + "found")
        }
        let applied = try FieldOwnership.apply(
            live: nil, patch: patch, call: call, target: target, time: now)
        return try create(applied, at: target, call, isApplied: true)
    }
}
