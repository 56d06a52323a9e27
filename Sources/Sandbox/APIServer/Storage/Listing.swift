import Documents

/// Lists: consistent pages, and revisions as clients may ask for them.
struct ListQuery: Sendable {
    var limit: Int
    var continueToken: String?
    var revision: String?
    var match: String?

    /// - Throws: 422 for parameters that contradict each other, 400 for unreadable ones.
    init(_ call: Call) throws(APIFailure) {
        limit = max(0, try Self.count("limit", call))
        _ = try Self.count("timeoutSeconds", call)
        continueToken = call["continue"].flatMap { $0.isEmpty ? nil : $0 }
        revision = call["resourceVersion"].flatMap { $0.isEmpty ? nil : $0 }
        match = call["resourceVersionMatch"].flatMap { $0.isEmpty ? nil : $0 }
        if let match, !call.isOn("watch") {
            let problem: FieldError? =
                if continueToken != nil {
                    .forbidden(
                        "resourceVersionMatch",
                        "resourceVersionMatch is forbidden when continue is provided")
                } else if revision == nil {
                    .forbidden(
                        "resourceVersionMatch",
                        "resourceVersionMatch is forbidden unless resourceVersion is provided")
                } else if !["Exact", "NotOlderThan"].contains(match) {
                    .notSupported(
                        "resourceVersionMatch", .string(match), ["Exact", "NotOlderThan", ""])
                } else if match == "Exact", revision == "0" {
                    .forbidden(
                        "resourceVersionMatch",
                        "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"")
                } else {
                    nil
                }
            if let problem {
                throw APIFailure.invalid(
                    kind: "ListOptions", group: "meta.k8s.io", name: "", [problem])
            }
        }
        if continueToken != nil, let revision, revision != "0" {
            throw APIFailure.badRequest(
                "specifying resource version is not allowed when using continue")
        }
    }

    /// A parameter that is a whole number; 0 where it is absent.
    static func count(_ name: String, _ call: Call) throws(APIFailure) -> Int {
        guard let text = call[name], !text.isEmpty else { return 0 }
        guard let count = Int(text) else {
            throw APIFailure.badRequest(
                "strconv.ParseInt: parsing \(text.goQuoted): invalid syntax")
        }
        return count
    }

    /// A revision as a number.
    static func number(_ text: String) throws(APIFailure) -> Int64 {
        guard let number = UInt64(text).flatMap({ Int64(exactly: $0) }) else {
            throw APIFailure.internalError(
                "resourceVersion: Invalid value: \(text.goQuoted): strconv.ParseUint: parsing \(text.goQuoted): "
                    + "invalid syntax")
        }
        return number
    }
}

/// One page of a list.
struct ListPage: Sendable {
    var items: [JSONValue]
    var revision: Int64
    var continueToken: String?
    var remaining: Int?

    var metadata: JSONValue { metadata(namesEmptyToken: false) }

    /// The list's metadata; lists of custom kinds say that there is no more to come.
    func metadata(namesEmptyToken: Bool) -> JSONValue {
        var metadata: JSONValue = [:]
        if let token = continueToken ?? (namesEmptyToken ? "" : nil) {
            metadata["continue"] = .string(token)
        }
        metadata["resourceVersion"] = .string(String(revision))
        if let remaining { metadata["remainingItemCount"] = .integer(Int64(remaining)) }
        return metadata
    }
}

extension ClusterState {
    func get(_ target: Target, revision text: String?) throws(APIFailure) -> JSONValue {
        if let text, !text.isEmpty { try checkReached(try ListQuery.number(text)) }
        guard let object = object(target.resource.key, target.key) else {
            throw APIFailure.notFound(target.resource.key, target.name)
        }
        return target.resource.present(object)
    }

    private func checkReached(_ asked: Int64) throws(APIFailure) {
        if asked > revision {
            throw APIFailure.revisionTooLarge(asked, current: revision)
        }
    }

    func list(
        _ resource: ServedResource, _ selection: Selection, _ query: ListQuery
    ) throws(APIFailure) -> ListPage {
        let shelf = shelf(resource.key)
        var at = revision
        var objects = shelf.objects
        var keys = shelf.keys
        var start = 0
        if let text = query.continueToken {
            let token = try ContinueToken(text, of: selection.namespace)
            if token.revision >= 0 {
                guard let past = shelf.snapshot(at: token.revision) else {
                    throw Self.expired(token, of: selection.namespace)
                }
                (objects, keys) = past
                at = token.revision
            }
            start = Shelf.position(of: token.after, in: keys)
            if start < keys.count, keys[start] == token.after { start += 1 }
        } else if let text = query.revision {
            let asked = try ListQuery.number(text)
            try checkReached(asked)
            let exact = query.match == "Exact" || (query.match == nil && query.limit > 0)
            if exact, asked > 0, asked < revision {
                guard let past = shelf.snapshot(at: asked) else {
                    throw APIFailure.expired(
                        "The resourceVersion for the provided list is too old.")
                }
                (objects, keys) = past
                at = asked
            }
        }
        return page(
            resource, selection, query.limit, of: objects, keys: keys[start...], at: at)
    }

    private func page(
        _ resource: ServedResource, _ selection: Selection, _ limit: Int,
        of objects: [ObjectKey: JSONValue], keys: ArraySlice<ObjectKey>, at revision: Int64
    ) -> ListPage {
        var page = ListPage(items: [], revision: revision)
        for (index, key) in zip(keys.indices, keys) where selection.contains(key) {
            guard let object = objects[key], selection.matches(object) else { continue }
            page.items.append(resource.present(object))
            guard page.items.count == limit else { continue }
            // The page is full. What comes after it is not looked at before the next page: that
            // may be empty where there is a selector.
            let rest = keys[(index + 1)...].lazy.filter { selection.contains($0) }
            if !rest.isEmpty {
                page.continueToken = ContinueToken(revision: revision, after: key)
                    .text(of: selection.namespace)
                if selection.isEverything { page.remaining = rest.count }
            }
            return page
        }
        return page
    }

    private static func expired(_ token: ContinueToken, of namespace: String) -> APIFailure {
        var failure = APIFailure.expired(
            "The provided continue parameter is too old to display a consistent list result. You "
                + "can start a new list without the continue parameter, or use the continue token "
                + "in this response to retrieve the remainder of the results. Continuing with the "
                + "provided token results in an inconsistent list - objects that were created, "
                + "modified, or deleted between the time the first chunk was returned and now may "
                + "show up in the list.")
        failure.continueToken = ContinueToken(revision: -1, after: token.after).text(of: namespace)
        return failure
    }
}

/// Where a list goes on: after which key, and at which revision (-1: the current one).
///
/// Written as kube-apiserver writes it: the key is the part below what is listed, so it names the
/// namespace only in lists over all of them.
struct ContinueToken: Sendable, Hashable {
    var revision: Int64
    var after: ObjectKey

    init(revision: Int64, after: ObjectKey) {
        self.revision = revision
        self.after = after
    }

    /// Reads the token of a list of one namespace, or of all (empty).
    ///
    /// - Throws: 400 for a text that is no token.
    init(_ text: String, of namespace: String) throws(APIFailure) {
        func refusal(_ why: String) -> APIFailure {
            .badRequest("invalid continue token: continue key is not valid: \(why)")
        }
        let standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        // Whatever is wrong with the text, it is no token: the message shows the text.
        guard let bytes = Base64.decode(standard), let json = try? JSONValue(parsing: bytes) else {
            throw refusal(text.goQuoted)
        }
        let version = json["v"]?.stringValue ?? ""
        guard version == "meta.k8s.io/v1" else {
            throw refusal(
                "server does not recognize this encoded version \(version.goQuoted)")
        }
        guard let revision = json["rv"]?.integerValue, revision != 0 else {
            throw refusal("incorrect encoded start resourceVersion (version meta.k8s.io/v1)")
        }
        guard var start = json["start"]?.stringValue, !start.isEmpty else {
            throw refusal("encoded start key empty (version meta.k8s.io/v1)")
        }
        self.revision = revision
        if start.unicodeScalars.last == "\0" { start.unicodeScalars.removeLast() }
        let parts = start.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        after =
            parts.count == 2
            ? ObjectKey(namespace: parts[0], name: parts[1])
            : ObjectKey(namespace: namespace, name: start)
    }

    /// URL-safe base64 without padding.
    func text(of namespace: String) -> String {
        let key =
            after.namespace.isEmpty || !namespace.isEmpty
            ? after.name : "\(after.namespace)/\(after.name)"
        let json: JSONValue = [
            "v": "meta.k8s.io/v1", "rv": .integer(revision), "start": .string("\(key)\0"),
        ]
        let encoded = Base64.encode(json.bytes(.compact)).filter { $0 != "=" }
        return String(encoded.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }
}
