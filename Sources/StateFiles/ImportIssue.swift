package import Catalog
package import Documents
package import KubernetesCore

/// Why an object of a file cannot be imported as it is.
package struct ImportIssue: Sendable, Hashable {
    /// From the object's root; nil where it is about the object as a whole.
    package var field: JSONPointer?
    package var message: String

    package init(field: JSONPointer? = nil, message: String) {
        self.field = field
        self.message = message
    }

    /// What the schema says about an object's spec, and masks in the place of secrets.
    package static func issues(in object: KubernetesObject, of kind: CatalogKind) -> [ImportIssue] {
        let masked = SecretFields(kind.schema).places(in: object.json).filter {
            object.json.value(at: $0)?.stringValue == SecretName.mask
        }
        return kind.problems(inSpec: object.spec).map { problem in
            var message = problem.error.message
            if let hint = problem.error.hint, problem.error.suggestsAnother {
                message += " (\(hint))"
            }
            return ImportIssue(field: problem.place, message: message)
        }
            + masked.map { place in
                ImportIssue(
                    field: place,
                    message: "\(StatePath(place, in: object.json)): \(SecretName.mask) hides a"
                        + " value and is none (give the real one, or take the line away)")
            }
    }

    /// What a server said about an object that it does not accept.
    ///
    /// - Parameter error: of a write.
    /// - Returns: an issue for each field that the answer names; one for the whole if it names none.
    package static func issues(of error: KubernetesError) -> [ImportIssue] {
        let causes = error.status?.details?.causes ?? []
        var issues: [ImportIssue] = []
        for cause in causes {
            let issue = ImportIssue(
                field: pointer(cause.field), message: message(of: cause))
            if !issues.contains(issue) { issues.append(issue) }
        }
        guard issues.isEmpty else { return issues }
        return [ImportIssue(field: unknownField(error.message), message: error.message)]
    }

    private static func message(of cause: StatusDetails.Cause) -> String {
        let field = cause.field.hasPrefix(".") ? String(cause.field.dropFirst()) : cause.field
        if cause.reason == "FieldManagerConflict", let manager = quoted(cause.message) {
            return "\(field) is set by \(manager)"
        }
        return field.isEmpty ? cause.message : "\(field): \(cause.message)"
    }

    /// `spec.tags[0].name`, as servers write it, with or without a point at the start.
    private static func pointer(_ field: String) -> JSONPointer? {
        guard !field.isEmpty else { return nil }
        // A text that is no path of ours names no line.
        return (try? TypedPath(field.hasPrefix(".") ? String(field.dropFirst()) : field)).map {
            JSONPointer(tokens: $0.tokens)
        }
    }

    /// `strict decoding error: unknown field "spec.x"`, which has no causes.
    private static func unknownField(_ text: String) -> JSONPointer? {
        guard let start = text.ranges(of: "unknown field ").first else { return nil }
        return quoted(String(text[start.upperBound...])).flatMap(pointer)
    }

    /// The first text in quotes.
    private static func quoted(_ text: String) -> String? {
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        return parts.count >= 3 ? String(parts[1]) : nil
    }
}

extension CatalogError {
    /// Whether its hint names another word.
    fileprivate var suggestsAnother: Bool {
        if case .unknownField(_, _, .some, _) = kind { return true }
        return false
    }
}
