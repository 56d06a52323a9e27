import Documents

/// Somebody who sends requests.
package struct Requester: Sendable, Hashable {
    package var name: String
    package var groups: [String]

    package init(name: String, groups: [String] = []) {
        self.name = name
        self.groups = groups
    }
}

/// What somebody wants to do, as an access rule sees it.
package struct AccessRequest: Sendable, Hashable {
    package var requester: Requester
    package var verb: String
    package var group = ""
    package var resource = ""
    package var subresource = ""
    package var namespace = ""
    package var name = ""
    /// Set for paths outside the resource API.
    package var path: String?

    package init(
        requester: Requester, verb: String, group: String = "", resource: String = "",
        subresource: String = "", namespace: String = "", name: String = "",
        path: String? = nil
    ) {
        self.requester = requester
        self.verb = verb
        self.group = group
        self.resource = resource
        self.subresource = subresource
        self.namespace = namespace
        self.name = name
        self.path = path
    }
}

/// Decides who may do what.
package struct AccessPolicy: Sendable {
    /// nil allows; a text forbids and says why (it may be empty).
    package var refusal: @Sendable (AccessRequest) -> String?

    package init(refusal: @escaping @Sendable (AccessRequest) -> String?) {
        self.refusal = refusal
    }

    /// Everybody may do everything.
    package static let open = AccessPolicy { _ in nil }

    /// All but these verbs on that resource (`*` stands for all of them).
    package static func forbidding(verbs: [String], resource: String) -> AccessPolicy {
        AccessPolicy { request in
            (verbs.contains(request.verb) || verbs.contains("*"))
                && (request.resource == resource || resource == "*") ? "" : nil
        }
    }
}

extension APIFailure {
    /// The refusal in the words of kube-apiserver's authorizer.
    static func forbidden(_ request: AccessRequest, why: String) -> APIFailure {
        let who = "User \(request.requester.name.goQuoted)"
        let reason = why.isEmpty ? "" : ": \(why)"
        if let path = request.path {
            return APIFailure(
                403, "Forbidden",
                "forbidden: \(who) cannot \(request.verb) path \(path.goQuoted)\(reason)",
                details: Details())
        }
        let key = ResourceKey(request.group, request.resource)
        let subresource = request.subresource.isEmpty ? "" : "/\(request.subresource)"
        let what = "\(request.resource)\(subresource)".goQuoted
        let scope =
            request.namespace.isEmpty
            ? "at the cluster scope" : "in the namespace \(request.namespace.goQuoted)"
        let subject =
            request.name.isEmpty
            ? key.qualifiedName : "\(key.qualifiedName) \(request.name.goQuoted)"
        return APIFailure(
            403, "Forbidden",
            "\(subject) is forbidden: \(who) cannot \(request.verb) resource \(what) "
                + "in API group \(request.group.goQuoted) \(scope)\(reason)",
            details: Details(
                name: request.name, group: request.group, kind: request.resource))
    }
}

/// Answers the questions that a client asks about its own rights.
enum AccessReview {
    static func answer(
        _ body: JSONValue, _ resource: ServedResource, requester: Requester,
        policy: AccessPolicy, registry: TypeRegistry
    ) -> JSONValue {
        var review: JSONValue = [
            "kind": .string(resource.kind), "apiVersion": .string(resource.groupVersion),
            "metadata": ["creationTimestamp": .null], "spec": body["spec"] ?? [:],
        ]
        if resource.plural == "selfsubjectrulesreviews" {
            let namespace = body["spec", "namespace"]?.stringValue ?? ""
            review["status"] = rules(policy, requester, namespace, registry)
            return review
        }
        let refusal = policy.refusal(request(body["spec"] ?? [:], requester))
        var status: JSONValue = ["allowed": .bool(refusal == nil)]
        if let refusal, !refusal.isEmpty { status["reason"] = .string(refusal) }
        review["status"] = status
        return review
    }

    /// What makes a question unanswerable: it must be about one thing.
    static func problem(_ body: JSONValue, _ resource: ServedResource) -> APIFailure? {
        guard resource.plural == "selfsubjectaccessreviews" else { return nil }
        let spec = body["spec"] ?? [:]
        switch (spec["resourceAttributes"], spec["nonResourceAttributes"]) {
        case (nil, nil):
            let error = FieldError.invalid(
                "spec.resourceAttributes", .null,
                "exactly one of nonResourceAttributes or resourceAttributes must be specified")
            return .invalid(kind: "", group: resource.group, name: "", [error])
        case (_?, let path?):
            let error = FieldError.invalid(
                "spec.nonResourceAttributes", path,
                "cannot be specified in combination with resourceAttributes")
            return .invalid(kind: "", group: resource.group, name: "", [error])
        default: return nil
        }
    }

    private static func request(_ spec: JSONValue, _ requester: Requester) -> AccessRequest {
        if let path = spec["nonResourceAttributes"] {
            return AccessRequest(
                requester: requester, verb: path["verb"]?.stringValue ?? "",
                path: path["path"]?.stringValue ?? "")
        }
        let attributes = spec["resourceAttributes"]
        func text(_ name: String) -> String { attributes?[name]?.stringValue ?? "" }
        return AccessRequest(
            requester: requester, verb: text("verb"), group: text("group"),
            resource: text("resource"), subresource: text("subresource"),
            namespace: text("namespace"), name: text("name"))
    }

    private static func rules(
        _ policy: AccessPolicy, _ requester: Requester, _ namespace: String,
        _ registry: TypeRegistry
    ) -> JSONValue {
        var rules: [JSONValue] = []
        for resource in registry.resources where resource.origin != .review {
            let verbs = resource.verbs.filter { verb in
                policy.refusal(
                    AccessRequest(
                        requester: requester, verb: verb, group: resource.group,
                        resource: resource.plural, namespace: namespace)) == nil
            }
            guard !verbs.isEmpty else { continue }
            rules.append([
                "verbs": .array(verbs.map { .string($0) }),
                "apiGroups": [.string(resource.group)], "resources": [.string(resource.plural)],
            ])
        }
        return ["resourceRules": .array(rules), "nonResourceRules": [], "incomplete": true]
    }
}
