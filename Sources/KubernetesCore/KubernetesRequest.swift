package import HTTP

/// A name and a value of a query, not yet encoded.
package struct QueryItem: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// The server's own limit of time for a request; whole seconds where it can be.
    static func timeout(_ limit: Duration) -> QueryItem {
        QueryItem("timeout", GoDuration.format(limit))
    }
}

/// What sort of call a request is: that decides limits, retries, and what a failure means.
package enum CallType: String, Sendable, Hashable {
    /// One object, or any other question with a short answer.
    case read
    /// Anything that may change the cluster.
    case write
    /// A page of a collection.
    case list
    /// An endless stream of events.
    case watch
    /// What the server serves, and its schemas.
    case discovery

    /// A dry run leaves nothing behind: it is a question, and may be asked again.
    static func ofWrite(dryRun: Bool) -> CallType { dryRun ? .read : .write }
}

/// One call of the API as a value.
package struct KubernetesRequest: Sendable, Hashable {
    package var method: HTTPMethod
    /// Percent-encoded, from the server's root.
    package var path: String
    package var query: [QueryItem]
    package var headers: HTTPHeaders
    package var body: [UInt8]?
    package var call: CallType
    /// What it is about, for messages: `pets.petstore.example.com fluffy`.
    package var subject: String

    package init(
        _ method: HTTPMethod = .get, _ path: String, query: [QueryItem] = [],
        headers: HTTPHeaders = ["Accept": MediaType.json], body: [UInt8]? = nil,
        call: CallType = .read, subject: String = ""
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.call = call
        self.subject = subject
    }

    /// Path and query as they stand in the URL.
    package var target: String {
        guard !query.isEmpty else { return path }
        let items = query.map { "\(URLText.query($0.name))=\(URLText.query($0.value))" }
        return path + "?" + items.joined(separator: "&")
    }

    package subscript(query name: String) -> String? {
        get { query.first { $0.name == name }?.value }
        set {
            query.removeAll { $0.name == name }
            if let newValue { query.append(QueryItem(name, newValue)) }
        }
    }

    /// The request in one line: method, target, media types other than plain JSON, body.
    package var summary: String {
        var line = "\(method.rawValue) \(target)"
        if let accept = headers["Accept"], accept != MediaType.json {
            line += " accept=\(accept)"
        }
        if let type = headers["Content-Type"], type != MediaType.json { line += " type=\(type)" }
        if let body { line += " " + String(decoding: body, as: UTF8.self) }
        return line
    }
}

/// The media types that are asked for.
package enum MediaType {
    package static let json = "application/json"
    package static let table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
    package static let partialMetadata =
        "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json"
    package static let partialMetadataList =
        "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"
    /// Aggregated discovery, its beta, and the plain list of groups.
    package static let discovery =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
        + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
        + "application/json"
}

/// How much of each object the rows of a Table bring along.
package enum IncludeObject: String, Sendable, Hashable {
    case none = "None"
    case metadata = "Metadata"
    case object = "Object"
}
