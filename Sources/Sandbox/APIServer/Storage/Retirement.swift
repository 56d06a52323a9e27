import Documents
import KubernetesCore

/// How objects go: finalizers, dependents, and what a namespace holds.
extension ClusterState {
    enum Propagation: String {
        case background = "Background", foreground = "Foreground", orphan = "Orphan"
    }

    private static let foregroundFinalizer: JSONValue = "foregroundDeletion"

    /// Begins or carries out the deletion of an object that exists.
    ///
    /// - Returns: the object as it stands afterwards when it is still there, else nil.
    mutating func retire(
        _ resource: ServedResource, _ key: ObjectKey, _ propagation: Propagation
    ) -> JSONValue? {
        guard var object = object(resource.key, key) else { return nil }
        if propagation == .orphan { orphan(object["metadata", "uid"]?.stringValue ?? "") }
        let wasDeleting = object["metadata", "deletionTimestamp"] != nil
        var finalizers = object["metadata", "finalizers"]?.arrayValue ?? []
        let uid = object["metadata", "uid"]?.stringValue ?? ""
        if propagation == .foreground, !dependents(of: uid).isEmpty,
            !finalizers.contains(Self.foregroundFinalizer)
        {
            finalizers.append(Self.foregroundFinalizer)
            object["metadata"]?["finalizers"] = .array(finalizers)
        }
        let held = !finalizers.isEmpty || resource.key == .namespaces || isHeld(resource, key)
        guard held else {
            destroy(resource.key, key)
            return nil
        }
        if !wasDeleting {
            object["metadata"]?["deletionTimestamp"] = .string(now.rfc3339)
            if resource.key != .namespaces {
                object["metadata"]?["deletionGracePeriodSeconds"] = 0
            }
            if let generation = object["metadata", "generation"]?.integerValue {
                object["metadata"]?["generation"] = .integer(generation + 1)
            }
            if resource.key == .namespaces { object["status"]?["phase"] = "Terminating" }
            put(JSONOrder.sorted(object), resource.key, key)
        }
        if resource.key == .namespaces { emptyNamespace(key.name) }
        if resource.key == .definitions { emptyDefinition(object) }
        if finalizers.contains(Self.foregroundFinalizer) {
            collectDependents(of: uid, inForeground: true)
        }
        finishIfReady(resource.key, key)
        return self.object(resource.key, key)
    }

    /// Whether a definition still has objects, so that it cannot go yet.
    private func isHeld(_ resource: ServedResource, _ key: ObjectKey) -> Bool {
        guard resource.key == .definitions, let object = object(resource.key, key) else {
            return false
        }
        return !shelf(CustomTypes.key(of: object)).keys.isEmpty
    }

    /// Removes an object that is being deleted once nothing holds it.
    mutating func finishIfReady(_ resource: ResourceKey, _ key: ObjectKey) {
        guard let object = object(resource, key), isReadyToGo(object, resource, key) else { return }
        destroy(resource, key)
    }

    /// Whether an object is being deleted and nothing holds it any more.
    func isReadyToGo(_ object: JSONValue, _ resource: ResourceKey, _ key: ObjectKey) -> Bool {
        guard object["metadata", "deletionTimestamp"] != nil else { return false }
        let finalizers = object["metadata", "finalizers"]?.arrayValue ?? []
        let uid = object["metadata", "uid"]?.stringValue ?? ""
        if finalizers == [Self.foregroundFinalizer] {
            guard dependents(of: uid).isEmpty else { return false }
        } else if !finalizers.isEmpty {
            return false
        }
        return switch resource {
        case .namespaces: isNamespaceEmpty(key.name)
        case .definitions: shelf(CustomTypes.key(of: object)).keys.isEmpty
        default: true
        }
    }

    /// Removes an object now, then whatever depended on it or waited for it.
    mutating func destroy(_ resource: ResourceKey, _ key: ObjectKey) {
        guard let last = remove(resource, key) else { return }
        if let uid = last["metadata", "uid"]?.stringValue {
            collectDependents(of: uid, inForeground: false)
        }
        for owner in last["metadata", "ownerReferences"]?.arrayValue ?? [] {
            if let uid = owner["uid"]?.stringValue { finishOwner(uid, owner) }
        }
        if !key.namespace.isEmpty {
            finishIfReady(.namespaces, ObjectKey(namespace: "", name: key.namespace))
        }
        if registry.resource(resource)?.isCustom == true {
            finishIfReady(
                .definitions, ObjectKey(namespace: "", name: resource.qualifiedName))
        }
    }

    /// Deletes the dependents of an owner that have no other living one.
    ///
    /// The owner may still be there and wait for them (`inForeground`); when it is gone, those
    /// with another owner forget it.
    private mutating func collectDependents(of uid: String, inForeground: Bool) {
        for place in dependents(of: uid) {
            guard let object = object(place.resource, place.key),
                let type = registry.resource(place.resource)
            else { continue }
            let owners = object["metadata", "ownerReferences"]?.arrayValue ?? []
            let others = owners.filter { owner in
                guard let other = owner["uid"]?.stringValue else { return false }
                return other != uid && isLiving(other)
            }
            if others.isEmpty {
                _ = retire(type, place.key, inForeground ? .foreground : .background)
            } else if !inForeground {
                var object = object
                object["metadata"]?["ownerReferences"] = .array(others)
                put(object, place.resource, place.key)
            }
        }
    }

    /// Looks again at an owner that waits in the foreground for its dependents.
    private mutating func finishOwner(_ uid: String, _ reference: JSONValue) {
        for (resource, shelf) in shelves {
            guard let kind = registry.resource(resource)?.kind,
                reference["kind"]?.stringValue == kind
            else { continue }
            for key in shelf.keys where key.name == reference["name"]?.stringValue {
                if shelf[key]?["metadata", "uid"]?.stringValue == uid {
                    finishIfReady(resource, key)
                    return
                }
            }
        }
    }

    /// Takes the owner's name off its dependents, so that they stay.
    private mutating func orphan(_ uid: String) {
        for place in dependents(of: uid) {
            guard var object = object(place.resource, place.key) else { continue }
            let rest = (object["metadata", "ownerReferences"]?.arrayValue ?? [])
                .filter { $0["uid"]?.stringValue != uid }
            object["metadata"]?["ownerReferences"] = rest.isEmpty ? nil : .array(rest)
            put(object, place.resource, place.key)
        }
    }

    private mutating func emptyNamespace(_ name: String) {
        for (resource, shelf) in shelves {
            guard let type = registry.resource(resource), type.isNamespaced else { continue }
            for key in shelf.keys where key.namespace == name {
                _ = retire(type, key, .background)
            }
        }
    }

    private func isNamespaceEmpty(_ name: String) -> Bool {
        for (resource, shelf) in shelves where registry.resource(resource)?.isNamespaced == true {
            let at = shelf.position(of: ObjectKey(namespace: name, name: ""))
            if at < shelf.keys.count, shelf.keys[at].namespace == name { return false }
        }
        return true
    }

    private mutating func emptyDefinition(_ definition: JSONValue) {
        let key = CustomTypes.key(of: definition)
        guard let type = registry.resource(key) else { return }
        for object in shelf(key).keys { _ = retire(type, object, .background) }
    }
}
