import Documents

/// Describes resources as OpenAPI: their paths with verbs and parameters, and their schemas.
struct OpenAPIWriter: Sendable {
    enum Edition: Sendable { case v2, v3 }

    private let edition: Edition

    init(_ edition: Edition) { self.edition = edition }

    func document(of resources: [ServedResource]) -> JSONValue {
        var paths = JSONObject()
        var schemas = JSONObject()
        for resource in resources {
            for path in self.paths(of: resource) { paths[path.name] = path.value }
            for schema in OpenAPISchemas.schemas(of: resource, reference: reference) {
                schemas[schema.name] = schema.value
            }
        }
        for schema in OpenAPISchemas.meta(reference: reference) {
            schemas[schema.name] = schema.value
        }
        let info: JSONValue = ["title": "Kubernetes", "version": "v1.32.0"]
        return switch edition {
        case .v2:
            [
                "swagger": "2.0", "info": info, "paths": .object(paths),
                "definitions": .object(schemas),
            ]
        case .v3:
            [
                "openapi": "3.0.0", "info": info, "paths": .object(paths),
                "components": ["schemas": .object(schemas)],
            ]
        }
    }

    private func reference(_ name: String) -> JSONValue {
        let place = edition == .v2 ? "#/definitions/" : "#/components/schemas/"
        return ["$ref": .string(place + name)]
    }

    // MARK: - Paths

    private func paths(of resource: ServedResource) -> [JSONObject.Member] {
        let root = resource.group.isEmpty ? "/api/" : "/apis/"
        let base = root + resource.groupVersion
        let collection =
            resource.isNamespaced
            ? "\(base)/namespaces/{namespace}/\(resource.plural)" : "\(base)/\(resource.plural)"
        var shared = [
            parameter("pretty", "string", "If 'true', then the output is pretty printed.")
        ]
        if resource.isNamespaced { shared.append(inPath("namespace")) }
        if resource.origin == .review {
            return [
                .init(
                    collection,
                    ["post": operation("post", resource, writes), "parameters": .array(shared)])
            ]
        }
        var paths: [JSONObject.Member] = []
        if resource.isNamespaced {
            paths.append(
                .init(
                    "\(base)/\(resource.plural)",
                    ["get": operation("list", resource, reads), "parameters": .array([shared[0]])]
                ))
        }
        paths.append(
            .init(
                collection,
                [
                    "get": operation("list", resource, reads),
                    "post": operation("post", resource, writes),
                    "delete": operation("deletecollection", resource, reads),
                    "parameters": .array(shared),
                ]))
        let one = JSONValue.array(shared + [inPath("name")])
        var item: JSONValue = [
            "get": operation("get", resource, []), "put": operation("put", resource, writes),
            "patch": operation("patch", resource, writes + [force]),
            "delete": operation("delete", resource, deletes), "parameters": one,
        ]
        paths.append(.init("\(collection)/{name}", item))
        if resource.hasStatus {
            item["delete"] = nil
            paths.append(.init("\(collection)/{name}/status", item))
        }
        return paths
    }

    private func operation(
        _ action: String, _ resource: ServedResource, _ parameters: [JSONValue]
    ) -> JSONValue {
        let name = OpenAPISchemas.name(of: resource)
        let answer = reference(action == "list" ? "\(name)List" : name)
        var operation: JSONValue = [
            "tags": [.string(OpenAPISchemas.tag(of: resource))],
            "operationId": .string("\(action)\(OpenAPISchemas.tag(of: resource))\(resource.kind)"),
            "responses": [
                "200": edition == .v2
                    ? ["description": "OK", "schema": answer]
                    : [
                        "description": "OK",
                        "content": ["application/json": ["schema": answer]],
                    ]
            ],
            "x-kubernetes-action": .string(action),
            "x-kubernetes-group-version-kind": [
                "group": .string(resource.group), "version": .string(resource.version),
                "kind": .string(resource.kind),
            ],
        ]
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        let bodies: [String] =
            switch action {
            case "post", "put": ["application/json", "application/yaml"]
            case "patch":
                [
                    "application/apply-patch+yaml", "application/json-patch+json",
                    "application/merge-patch+json",
                ]
            default: []
            }
        if edition == .v3, !bodies.isEmpty {
            let content = bodies.map { type -> JSONObject.Member in
                .init(type, ["schema": action == "patch" ? ["type": "object"] : reference(name)])
            }
            operation["requestBody"] = ["content": .object(JSONObject(distinct: content))]
        }
        return operation
    }

    // MARK: - Parameters

    private func parameter(
        _ name: String, _ type: String, _ description: String
    ) -> JSONValue {
        var parameter: JSONValue = [
            "name": .string(name), "in": "query", "description": .string(description),
        ]
        if edition == .v2 {
            parameter["type"] = .string(type)
        } else {
            parameter["schema"] = ["type": .string(type), "uniqueItems": true]
        }
        return parameter
    }

    private func inPath(_ name: String) -> JSONValue {
        var path = parameter(name, "string", "\(name) of the object")
        path["in"] = "path"
        path["required"] = true
        return path
    }

    private var writes: [JSONValue] {
        [
            parameter(
                "dryRun", "string", "'All' runs every step and stores nothing."),
            parameter(
                "fieldManager", "string", "The name that the changed fields are owned under."),
            parameter(
                "fieldValidation", "string",
                "What happens to unknown fields: Ignore, Warn or Strict."),
        ]
    }

    private var force: JSONValue {
        parameter("force", "boolean", "Takes fields from their owners; for apply only.")
    }

    private var deletes: [JSONValue] {
        [
            parameter("dryRun", "string", "'All' runs every step and stores nothing."),
            parameter("gracePeriodSeconds", "integer", "Not waited for."),
            parameter(
                "propagationPolicy", "string", "Orphan, Background or Foreground."),
        ]
    }

    private var reads: [JSONValue] {
        [
            parameter("allowWatchBookmarks", "boolean", "Asks for bookmarks in a watch."),
            parameter("continue", "string", "Where a list goes on."),
            parameter("fieldSelector", "string", "Limits the list by fields."),
            parameter("labelSelector", "string", "Limits the list by labels."),
            parameter("limit", "integer", "The most objects of one page."),
            parameter("resourceVersion", "string", "The revision to list or watch from."),
            parameter("resourceVersionMatch", "string", "How the revision is meant."),
            parameter("sendInitialEvents", "boolean", "Begins a watch with what is there."),
            parameter("timeoutSeconds", "integer", "How long a watch lasts."),
            parameter("watch", "boolean", "Watches instead of listing."),
        ]
    }
}
