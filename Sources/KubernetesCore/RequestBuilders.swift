package import Documents
import HTTP

// The requests of the API, each made by one pure function.
extension KubernetesRequest {
    package static func get(
        _ type: ResourceType, namespace: String?, name: String
    ) -> KubernetesRequest {
        KubernetesRequest(
            .get, type.path(namespace: namespace, name: name), call: .read,
            subject: type.subject(name))
    }

    /// A page of a collection.
    package static func list(
        _ type: ResourceType, namespace: String?, options: ListOptions = ListOptions(),
        form: CollectionForm = .objects
    ) -> KubernetesRequest {
        KubernetesRequest(
            .get, type.path(namespace: namespace), query: options.query + form.query,
            headers: ["Accept": form.listMediaType], call: .list, subject: type.subject())
    }

    /// One object as a row made by the server.
    package static func row(
        _ type: ResourceType, namespace: String?, name: String,
        includeObject: IncludeObject = .metadata
    ) -> KubernetesRequest {
        let form = CollectionForm.table(includeObject)
        return KubernetesRequest(
            .get, type.path(namespace: namespace, name: name), query: form.query,
            headers: ["Accept": form.listMediaType], call: .read, subject: type.subject(name))
    }

    /// The events of a collection from a resource version on.
    ///
    /// Without a resource version the present state comes first, as added objects. The server
    /// itself ends the stream after `timeoutSeconds`.
    package static func watch(
        _ type: ResourceType, namespace: String?, options: ListOptions = ListOptions(),
        from resourceVersion: String?, timeoutSeconds: Int, form: CollectionForm = .objects
    ) -> KubernetesRequest {
        var query = [QueryItem("watch", "true")] + options.selectorQuery
        if let resourceVersion, !resourceVersion.isEmpty {
            query.append(QueryItem("resourceVersion", resourceVersion))
        }
        query.append(QueryItem("allowWatchBookmarks", "true"))
        query.append(QueryItem("timeoutSeconds", String(timeoutSeconds)))
        return KubernetesRequest(
            .get, type.path(namespace: namespace), query: query + form.query,
            headers: ["Accept": form.watchMediaType], call: .watch, subject: type.subject())
    }

    package static func create(
        _ object: KubernetesObject, _ type: ResourceType, namespace: String?,
        options: WriteOptions = WriteOptions()
    ) -> KubernetesRequest {
        KubernetesRequest(
            .post, type.path(namespace: namespace), query: options.query,
            headers: .jsonBothWays, body: object.json.bytes(), call: options.call,
            subject: type.subject())
    }

    package static func replace(
        _ object: KubernetesObject, _ type: ResourceType, namespace: String?, name: String,
        subresource: String? = nil, options: WriteOptions = WriteOptions()
    ) -> KubernetesRequest {
        KubernetesRequest(
            .put, type.path(namespace: namespace, name: name, subresource: subresource),
            query: options.query, headers: .jsonBothWays, body: object.json.bytes(),
            call: options.call, subject: type.subject(name))
    }

    package static func patch(
        _ patch: Patch, _ type: ResourceType, namespace: String?, name: String,
        subresource: String? = nil, options: WriteOptions = WriteOptions()
    ) -> KubernetesRequest {
        var options = options
        var force = false
        if case .apply(_, let manager, let isForced) = patch {
            options.fieldManager = manager
            force = isForced
        }
        var query = options.query
        if force { query.append(QueryItem("force", "true")) }
        return KubernetesRequest(
            .patch, type.path(namespace: namespace, name: name, subresource: subresource),
            query: query,
            headers: ["Accept": MediaType.json, "Content-Type": patch.contentType],
            body: patch.body, call: options.call, subject: type.subject(name))
    }

    package static func delete(
        _ type: ResourceType, namespace: String?, name: String,
        options: DeleteOptions = DeleteOptions()
    ) -> KubernetesRequest {
        var query: [QueryItem] = []
        // For whoever reads the trace: beside a body a server does not look at it.
        if options.dryRun { query.append(QueryItem("dryRun", "All")) }
        if let timeout = options.timeout { query.append(.timeout(timeout)) }
        return KubernetesRequest(
            .delete, type.path(namespace: namespace, name: name), query: query,
            headers: .jsonBothWays, body: options.json.bytes(), call: options.call,
            subject: type.subject(name))
    }

    /// Asks whether we ourselves may do something; changes nothing, though it is a POST.
    package static func canI(
        verb: String, _ type: ResourceType, namespace: String?, name: String? = nil,
        subresource: String? = nil
    ) -> KubernetesRequest {
        var attributes: JSONValue = [
            "verb": .string(verb), "group": .string(type.group), "version": .string(type.version),
            "resource": .string(type.plural),
        ]
        if let namespace { attributes["namespace"] = .string(namespace) }
        if let name { attributes["name"] = .string(name) }
        if let subresource { attributes["subresource"] = .string(subresource) }
        let review: JSONValue = [
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": ["resourceAttributes": attributes],
        ]
        return KubernetesRequest(
            .post, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            headers: .jsonBothWays, body: review.bytes(), call: .read,
            subject: "selfsubjectaccessreviews.authorization.k8s.io")
    }

    package static let serverVersion = KubernetesRequest(.get, "/version", call: .discovery)

    /// All groups, with their resources where the server aggregates them.
    package static let groups = KubernetesRequest(
        .get, "/apis", headers: ["Accept": MediaType.discovery], call: .discovery)

    /// The core group, in the same way.
    package static let coreGroup = KubernetesRequest(
        .get, "/api", headers: ["Accept": MediaType.discovery], call: .discovery)

    package static func resources(of groupVersion: GroupVersion) -> KubernetesRequest {
        KubernetesRequest(.get, groupVersion.path, call: .discovery)
    }

    /// The OpenAPI v3 document of one group and version.
    package static func openAPI(of groupVersion: GroupVersion) -> KubernetesRequest {
        KubernetesRequest(.get, "/openapi/v3" + groupVersion.path, call: .discovery)
    }
}

extension ResourceType {
    fileprivate func subject(_ name: String? = nil) -> String {
        name.map { "\(qualifiedName) \($0)" } ?? qualifiedName
    }
}

extension HTTPHeaders {
    fileprivate static let jsonBothWays: HTTPHeaders = [
        "Accept": MediaType.json, "Content-Type": MediaType.json,
    ]
}

extension DeleteOptions {
    package var json: JSONValue {
        var json: JSONValue = ["kind": "DeleteOptions", "apiVersion": "v1"]
        if let gracePeriodSeconds {
            json["gracePeriodSeconds"] = .integer(Int64(gracePeriodSeconds))
        }
        if let propagation { json["propagationPolicy"] = .string(propagation.rawValue) }
        var preconditions = JSONObject()
        if let uid { preconditions["uid"] = .string(uid) }
        if let resourceVersion { preconditions["resourceVersion"] = .string(resourceVersion) }
        if !preconditions.isEmpty { json["preconditions"] = .object(preconditions) }
        if dryRun { json["dryRun"] = ["All"] }
        return json
    }
}
