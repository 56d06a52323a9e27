import HTTP

/// Where a path of the resource API leads.
struct Route: Sendable, Hashable {
    var group: String
    var version: String
    var namespace: String
    var plural: String
    var name: String?
    var subresource: String?
    /// What follows a subresource that leads elsewhere, as it stands in the URL, query included.
    var tail = ""

    var groupVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// nil for paths outside `/api/V/…` and `/apis/G/V/…`.
    init?(_ segments: [String]) {
        var rest = segments[...]
        switch rest.popFirst() {
        case "api":
            group = ""
        case "apis":
            guard let group = rest.popFirst() else { return nil }
            self.group = group
        default: return nil
        }
        guard let version = rest.popFirst(), let first = rest.first else { return nil }
        self.version = version
        namespace = ""
        // `namespaces/x` and `namespaces/x/status` are the namespace itself.
        let isNamespaceItself =
            rest.count <= 2
            || rest.count == 3 && group.isEmpty
                && ["status", "finalize"].contains(rest[rest.startIndex + 2])
        if first == "namespaces", !isNamespaceItself {
            namespace = rest[rest.startIndex + 1]
            rest = rest.dropFirst(2)
        }
        guard let plural = rest.popFirst() else { return nil }
        self.plural = plural
        name = rest.popFirst()
        subresource = rest.popFirst()
        guard rest.isEmpty || subresource == "proxy" else { return nil }
    }

    /// The same for a call, with the rest of its URL where that goes elsewhere.
    init?(_ call: Call) {
        self.init(call.segments)
        guard subresource == "proxy", let mark = call.target.firstRange(of: "/proxy") else {
            return
        }
        tail = String(call.target[mark.upperBound...].drop { $0 == "/" })
    }
}

/// What a request wants done, in the words of access rules.
enum RequestVerb: String, Sendable {
    case get, list, watch, create, update, patch, delete, deletecollection

    static func of(_ call: Call, _ route: Route) -> RequestVerb? {
        switch (call.method, route.name) {
        case (.get, _) where call.isOn("watch"), (.head, _) where call.isOn("watch"): .watch
        case (.get, nil), (.head, nil): .list
        case (.get, _?), (.head, _?): .get
        case (.post, _): .create
        case (.put, _?): .update
        case (.patch, _?): .patch
        case (.delete, nil): .deletecollection
        case (.delete, _?): .delete
        default: nil
        }
    }
}
