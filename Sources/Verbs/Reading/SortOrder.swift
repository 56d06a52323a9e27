import Documents

/// `--sort-by`: objects by the first value that a path finds in them.
struct SortOrder: Sendable {
    private let text: String
    private let path: JSONPath

    /// - Throws: `Failure` for a text that is no path.
    init(_ text: String) throws(Failure) {
        self.text = text
        do throws(JSONPathError) {
            path = try JSONPath(expression: text)
        } catch {
            throw Failure(
                .usage(""), "--sort-by: \(error.description) in \"\(text)\"",
                hints: ["for example: --sort-by .metadata.creationTimestamp"])
        }
    }

    /// What an object is sorted by; nil where it has no such value.
    ///
    /// - Throws: `JSONPathError` for a path that the object does not allow.
    func key(of object: JSONValue) throws(JSONPathError) -> JSONValue? {
        let found = try path.values(in: object).first
        return found?.isNull == true ? nil : found
    }

    /// The elements in the order of their keys; those without one come first, as for kubectl.
    ///
    /// - Throws: `Failure` where there are elements and none has the field: it is misspelt.
    func sorted<Element>(
        _ elements: [Element], by key: (Element) -> JSONValue?
    ) throws(Failure) -> [Element] {
        let keyed = elements.enumerated().map { (key: key($1), place: $0, element: $1) }
        guard keyed.isEmpty || keyed.contains(where: { $0.key != nil }) else {
            throw Failure(
                .mistake, "--sort-by: none of the objects has a field \"\(text)\"",
                hints: ["explain KIND --recursive shows the fields of a kind"])
        }
        return keyed.sorted { left, right in
            switch Self.order(left.key, right.key) {
            case 0: left.place < right.place
            case let order: order < 0
            }
        }.map(\.element)
    }

    private static func order(_ left: JSONValue?, _ right: JSONValue?) -> Int {
        switch (left, right) {
        case (nil, nil): return 0
        case (nil, _): return -1
        case (_, nil): return 1
        case (let left?, let right?):
            if let one = left.doubleValue, let other = right.doubleValue {
                return one < other ? -1 : one > other ? 1 : 0
            }
            let (one, other) = (JSONPath.printed(left), JSONPath.printed(right))
            return one == other ? 0 : one < other ? -1 : 1
        }
    }
}
