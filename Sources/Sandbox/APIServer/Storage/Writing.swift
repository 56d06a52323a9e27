import Documents
import KubernetesCore

/// Creating and updating: everything between a readable body and a stored object.
extension ClusterState {
    // MARK: - Create

    /// Stores a new object; one that an apply makes has its `managedFields` already.
    mutating func create(
        _ body: JSONValue, at target: Target, _ call: WriteCall, isApplied: Bool = false
    ) throws(APIFailure) -> WriteOutcome {
        let resource = target.resource
        let (taken, warnings) = try Intake.take(body, resource, call, from: .body)
        var object = taken
        var target = target
        try place(&object, &target)
        if resource.isNamespaced { try checkNamespace(target, resource) }
        try checkDefinition(resource)
        if object["metadata", "resourceVersion"] != nil {
            throw APIFailure.internalError(
                "resourceVersion should not be set on objects to be created")
        }
        for name in ["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"] {
            object["metadata"]?[name] = nil
        }
        object["metadata"]?["uid"] = .string(newUID())
        object["metadata"]?["creationTimestamp"] = .string(now.rfc3339)
        object["metadata"]?["generation"] = resource.tracksGeneration ? 1 : nil
        if resource.isCustom {
            if resource.hasStatus { object["status"] = nil }
        } else {
            object = BuiltInDefaults.complete(object, resource)
        }
        let errors = Intake.problems(object, old: nil, resource)
        guard errors.isEmpty else { throw invalid(errors, object, resource) }
        if let there = self.object(resource.key, target.key) {
            var failure = APIFailure.alreadyExists(resource.key, target.name)
            if there["metadata", "deletionTimestamp"] != nil {
                failure.message = "object is being deleted: " + failure.message
            }
            throw failure
        }
        if resource.key == .definitions {
            object = CustomTypes.withStatus(object, now: now)
        }
        if !isApplied {
            object = FieldOwnership.afterUpdate(
                live: nil, new: object, call: call, target: target, time: now)
        }
        object = JSONOrder.sorted(object)
        if !call.isDryRun { object = put(object, resource.key, target.key) }
        return WriteOutcome(object: object, warnings: warnings, created: true)
    }

    /// Makes name and namespace of body and path agree.
    private mutating func place(
        _ object: inout JSONValue, _ target: inout Target
    ) throws(APIFailure) {
        let given = object["metadata", "namespace"]?.stringValue ?? ""
        if !given.isEmpty, given != target.namespace, target.resource.isNamespaced {
            throw APIFailure.badRequest(
                "the namespace of the provided object does not match the namespace sent on the "
                    + "request")
        }
        object["metadata"]?["namespace"] =
            target.resource.isNamespaced ? .string(target.namespace) : nil
        var name = object["metadata", "name"]?.stringValue ?? ""
        if name.isEmpty, let prefix = object["metadata", "generateName"]?.stringValue {
            name = prefix + newSuffix()
            object["metadata"]?["name"] = .string(name)
        }
        if !target.name.isEmpty, !name.isEmpty, name != target.name {
            throw APIFailure.badRequest(
                "the name of the object (\(name)) does not match the name on the URL "
                    + "(\(target.name))")
        }
        target.name = name
    }

    /// Nothing is created of a kind whose definition is on its way out.
    private func checkDefinition(_ resource: ServedResource) throws(APIFailure) {
        guard resource.isCustom else { return }
        let key = ObjectKey(namespace: "", name: resource.key.qualifiedName)
        guard object(.definitions, key)?["metadata", "deletionTimestamp"] != nil else { return }
        throw APIFailure(
            405, "MethodNotAllowed",
            "create not allowed while custom resource definition is terminating",
            details: .init(group: resource.group, kind: resource.plural))
    }

    private func checkNamespace(_ target: Target, _ resource: ServedResource) throws(APIFailure) {
        let key = ObjectKey(namespace: "", name: target.namespace)
        guard let namespace = object(.namespaces, key) else {
            throw APIFailure.notFound(.namespaces, target.namespace)
        }
        guard namespace["metadata", "deletionTimestamp"] == nil else {
            var failure = APIFailure(
                403, "Forbidden",
                "\(resource.key.qualifiedName) \(target.name.goQuoted) is forbidden: unable to "
                    + "create new content in namespace \(target.namespace) because it is being "
                    + "terminated")
            failure.details = .init(
                name: target.name, group: resource.group, kind: resource.plural,
                causes: [
                    .init(
                        reason: "NamespaceTerminating",
                        message: "namespace \(target.namespace) is being terminated",
                        field: "metadata.namespace")
                ])
            throw failure
        }
    }

    func invalid(
        _ errors: [FieldError], _ object: JSONValue, _ resource: ServedResource
    ) -> APIFailure {
        .invalid(
            kind: object["kind"]?.stringValue ?? resource.kind, group: resource.group,
            name: object["metadata", "name"]?.stringValue ?? "", errors)
    }

    // MARK: - Update

    /// Changes an object that exists.
    ///
    /// `change` makes the new object from the current one, both in the served version; a whole
    /// body and a patch (`source`) fail differently. What an apply makes has its `managedFields`
    /// already.
    mutating func update(
        at target: Target, _ call: WriteCall, from source: Intake.Source, isApplied: Bool = false,
        change: (JSONValue) throws(APIFailure) -> JSONValue
    ) throws(APIFailure) -> WriteOutcome {
        let resource = target.resource
        guard let old = object(resource.key, target.key) else {
            throw APIFailure.notFound(resource.key, target.name)
        }
        let candidate = try change(resource.present(old))
        try Self.checkName(candidate, target)
        let (taken, warnings) = try Intake.take(
            candidate, resource, call, from: source)
        var object = taken
        try checkRevision(&object, old, target, source)
        if target.writesStatus {
            object = Self.statusChange(of: old, by: object)
        } else if resource.hasStatus {
            object["status"] = old["status"]
        }
        keepServerFields(&object, from: old)
        if resource.key == .namespaces { object["spec"] = old["spec"] }
        let errors = Intake.problems(object, old: old, resource)
        guard errors.isEmpty else { throw invalid(errors, object, resource) }
        moveGeneration(&object, from: old, resource)
        if resource.key == .definitions, !target.writesStatus {
            object = CustomTypes.withStatus(object, now: now)
        }
        if !isApplied {
            object = FieldOwnership.afterUpdate(
                live: old, new: object, call: call, target: target, time: now)
        }
        object["metadata"] = Intake.tidy(object["metadata"] ?? [:])
        object = JSONOrder.sorted(object)
        if FieldOwnership.isSame(old, object) {
            return WriteOutcome(object: old, warnings: warnings)
        }
        guard !call.isDryRun else { return WriteOutcome(object: object, warnings: warnings) }
        if isReadyToGo(object, resource.key, target.key) {
            // Nothing holds it any more: it goes as it was, and this change is never stored.
            destroy(resource.key, target.key)
            return WriteOutcome(object: object, warnings: warnings)
        }
        let stored = put(object, resource.key, target.key)
        return WriteOutcome(object: stored, warnings: warnings)
    }

    private static func checkName(
        _ object: JSONValue, _ target: Target
    ) throws(APIFailure) {
        let name = object["metadata"]?["name"]?.stringValue ?? ""
        guard !name.isEmpty else {
            throw APIFailure.badRequest(
                "the name of the object (\(target.name) based on URL) was undeterminable: name "
                    + "must be provided")
        }
        guard name == target.name else {
            throw APIFailure.badRequest(
                "the name of the object (\(name)) does not match the name on the URL "
                    + "(\(target.name))")
        }
        let namespace = object["metadata"]?["namespace"]?.stringValue ?? ""
        guard namespace.isEmpty || namespace == target.namespace else {
            throw APIFailure.badRequest(
                "the namespace of the object (\(namespace)) does not match the namespace on the "
                    + "request (\(target.namespace))")
        }
    }

    /// Optimistic concurrency: who names a revision must name the current one.
    private func checkRevision(
        _ object: inout JSONValue, _ old: JSONValue, _ target: Target, _ source: Intake.Source
    ) throws(APIFailure) {
        let key = target.resource.key
        let uid = object["metadata", "uid"]?.stringValue ?? ""
        let oldUID = old["metadata", "uid"]?.stringValue ?? ""
        if case .body = source, !uid.isEmpty, uid != oldUID {
            throw APIFailure.conflict(
                key, target.name,
                "StorageError: invalid object, Code: 4, Key: \(target.storagePath), "
                    + "ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in "
                    + "precondition: \(uid), UID in object meta: \(oldUID)")
        }
        let current = old["metadata", "resourceVersion"]
        if let given = object["metadata", "resourceVersion"] {
            guard given == current else { throw APIFailure.modified(key, target.name) }
        } else if target.resource.isCustom || target.resource.key == .definitions {
            let error = FieldError(
                type: .invalid, field: "metadata.resourceVersion",
                body: "Invalid value: 0x0: must be specified for an update")
            throw APIFailure.invalid(
                kind: key.plural, group: key.group, name: target.name, [error])
        }
        object["metadata"]?["resourceVersion"] = current
    }

    /// The old object with the new status: a write of status changes nothing else.
    private static func statusChange(of old: JSONValue, by new: JSONValue) -> JSONValue {
        var object = old
        object["status"] = new["status"]
        object["metadata"]?["managedFields"] = new["metadata", "managedFields"]
        object["metadata"]?["uid"] = new["metadata", "uid"]
        return object
    }

    /// Puts back what clients cannot change, where they left it out or wrote something else.
    private func keepServerFields(_ object: inout JSONValue, from old: JSONValue) {
        let metadata = old["metadata"] ?? [:]
        object["metadata"]?["creationTimestamp"] = metadata["creationTimestamp"]
        object["metadata"]?["generation"] = metadata["generation"]
        object["metadata"]?["selfLink"] = nil
        for name in ["uid", "namespace"] where object["metadata", name] == nil {
            object["metadata"]?[name] = metadata[name]
        }
        if let deletion = metadata["deletionTimestamp"] {
            object["metadata"]?["deletionTimestamp"] = deletion
            object["metadata"]?["deletionGracePeriodSeconds"] =
                metadata["deletionGracePeriodSeconds"]
        }
    }

    /// The generation moves when something outside metadata and status changes.
    private func moveGeneration(
        _ object: inout JSONValue, from old: JSONValue, _ resource: ServedResource
    ) {
        guard resource.tracksGeneration else { return }
        var before = old
        var after = object
        for name in ["metadata"] + (resource.hasStatus ? ["status"] : []) {
            before[name] = nil
            after[name] = nil
        }
        before["apiVersion"] = nil
        after["apiVersion"] = nil
        guard before != after else { return }
        let generation = old["metadata", "generation"]?.integerValue ?? 0
        object["metadata"]?["generation"] = .integer(generation + 1)
    }

    // MARK: - Delete

    /// Deletes one object, or begins to, as a `DeleteOptions` document says.
    ///
    /// Gives the object where it is still there, else a `Status` of success.
    mutating func delete(
        at target: Target, options: JSONValue, isDryRun: Bool
    ) throws(APIFailure) -> JSONValue {
        let resource = target.resource
        guard let object = object(resource.key, target.key) else {
            throw APIFailure.notFound(resource.key, target.name)
        }
        try checkPreconditions(options["preconditions"], object, target)
        let propagation = try Self.propagation(options)
        let uid = object["metadata", "uid"]?.stringValue ?? ""
        if !isDryRun, let rest = retire(resource, target.key, propagation) { return rest }
        if resource.key == .namespaces {
            // Gone already, but told as one that goes: clients wait for the end themselves.
            var last = object
            last["metadata"]?["deletionTimestamp"] = .string(now.rfc3339)
            last["status"] = ["phase": "Terminating"]
            return JSONOrder.sorted(last)
        }
        return [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success",
            "details": APIFailure.Details(
                name: target.name, group: resource.group, kind: resource.plural, uid: uid
            ).json,
        ]
    }

    private func checkPreconditions(
        _ conditions: JSONValue?, _ object: JSONValue, _ target: Target
    ) throws(APIFailure) {
        for (member, title, hint) in [
            ("uid", "UID", "The object might have been deleted and then recreated"),
            ("resourceVersion", "ResourceVersion", "The object might have been modified"),
        ] {
            guard let wanted = conditions?[member]?.stringValue else { continue }
            let found = object["metadata"]?[member]?.stringValue ?? ""
            guard wanted == found else {
                // The real server names the kind here, not the resource.
                throw APIFailure.conflict(
                    ResourceKey(target.resource.group, target.resource.kind), target.name,
                    "the \(title) in the precondition (\(wanted)) does not match the \(title) in "
                        + "record (\(found)). \(hint)")
            }
        }
    }

    static func propagation(_ options: JSONValue) throws(APIFailure) -> Propagation {
        if let text = options["propagationPolicy"]?.stringValue {
            guard let known = Propagation(rawValue: text) else {
                throw APIFailure.invalid(
                    kind: "DeleteOptions", group: "meta.k8s.io", name: "",
                    [
                        .notSupported(
                            "propagationPolicy", .string(text),
                            ["Foreground", "Background", "Orphan", "nil"])
                    ])
            }
            return known
        }
        return options["orphanDependents"] == true ? .orphan : .background
    }
}
