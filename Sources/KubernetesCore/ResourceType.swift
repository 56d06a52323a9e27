package import Documents

// KubernetesCore: what Kubernetes' API is, as values. Objects, requests, selectors, patches, the
// server's Status, and the state machine of a watch. Everything here is decided without a server:
// it must never do I/O, wait, read a clock or the environment, or know a generated kind.

/// An API group and one of its versions; the core group has the empty name.
package struct GroupVersion: Hashable, Sendable, CustomStringConvertible, Comparable {
    package var group: String
    package var version: String

    package init(group: String, version: String) {
        self.group = group
        self.version = version
    }

    /// Reads the `apiVersion` form: `v1` or `group/version`.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        switch parts.count {
        case 1 where !parts[0].isEmpty: self.init(group: "", version: text)
        case 2 where !parts[0].isEmpty && !parts[1].isEmpty:
            self.init(group: String(parts[0]), version: String(parts[1]))
        default: return nil
        }
    }

    /// The `apiVersion` form: `v1` or `group/version`.
    package var description: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// Where the server describes and serves it: `/api/v1` or `/apis/group/version`.
    package var path: String {
        let root = group.isEmpty ? "/api/" : "/apis/\(URLText.segment(group))/"
        return root + URLText.segment(version)
    }

    package static func < (left: GroupVersion, right: GroupVersion) -> Bool {
        (left.group, left.version) < (right.group, right.version)
    }
}

/// One line of discovery: a kind of object that a server serves, and how it is addressed.
package struct ResourceType: Sendable, Hashable {
    package var group: String
    package var version: String
    package var plural: String
    package var singular: String
    package var kind: String
    package var shortNames: [String]
    package var categories: [String]
    package var isNamespaced: Bool
    package var verbs: [String]
    package var subresources: [String]

    package init(
        group: String, version: String, plural: String, singular: String? = nil, kind: String,
        shortNames: [String] = [], categories: [String] = [], isNamespaced: Bool = true,
        verbs: [String] = Self.allVerbs, subresources: [String] = []
    ) {
        self.group = group
        self.version = version
        self.plural = plural
        self.singular = singular ?? kind.lowercased()
        self.kind = kind
        self.shortNames = shortNames
        self.categories = categories
        self.isNamespaced = isNamespaced
        self.verbs = verbs
        self.subresources = subresources
    }

    /// The verbs that a server offers for a custom resource.
    package static let allVerbs = [
        "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
    ]

    package var groupVersion: GroupVersion { GroupVersion(group: group, version: version) }
    package var apiVersion: String { groupVersion.description }

    /// The name that error messages and CRDs use: `pets.petstore.example.com`, or `pods`.
    package var qualifiedName: String { group.isEmpty ? plural : "\(plural).\(group)" }

    /// The path of the collection, of one object, or of a subresource.
    ///
    /// No namespace addresses all of them (collections only) or a cluster-scoped object; no name
    /// addresses the collection; a subresource needs a name.
    package func path(
        namespace: String?, name: String? = nil, subresource: String? = nil
    ) -> String {
        var path = groupVersion.path
        if isNamespaced, let namespace, !namespace.isEmpty {
            path += "/namespaces/" + URLText.segment(namespace)
        }
        path += "/" + URLText.segment(plural)
        if let name { path += "/" + URLText.segment(name) }
        if name != nil, let subresource { path += "/" + URLText.segment(subresource) }
        return path
    }

    /// Whether the server offers that verb for the type.
    package func supports(_ verb: String) -> Bool { verbs.contains(verb) }
}

/// A set of the kinds' schemas of one group and version, and where they came from.
package struct GroupSchemas: Sendable, Hashable {
    package enum Source: String, Sendable, Hashable {
        /// `/openapi/v3/apis/…`, open to every authenticated user.
        case openAPIv3
        /// The CustomResourceDefinitions, which users often may not read.
        case customResourceDefinitions
        /// Neither was to be had: only names are known.
        case none
    }

    package var source: Source
    /// The schema of each kind with all references resolved, by kind.
    package var kinds: [String: JSONValue]

    package init(source: Source = .none, kinds: [String: JSONValue] = [:]) {
        self.source = source
        self.kinds = kinds
    }
}
