package import Documents
package import KubernetesCore

/// A state file that was read: its objects, where each stands, and what is wrong with the rest.
package struct StateFile: Sendable {
    /// Where something stands in a file.
    package struct Place: Sendable, Hashable {
        /// From 1.
        package var document: Int
        /// From 1; where the document begins.
        package var line: Int
        /// Of the object in its document: not the whole for items of a list.
        package var pointer: JSONPointer

        package init(document: Int, line: Int, pointer: JSONPointer = JSONPointer()) {
            self.document = document
            self.line = line
            self.pointer = pointer
        }
    }

    package struct Entry: Sendable, Hashable {
        package var place: Place
        package var object: KubernetesObject

        package init(place: Place, object: KubernetesObject) {
            self.place = place
            self.object = object
        }
    }

    /// One thing that is wrong, and where.
    package struct Problem: Sendable, Hashable {
        package var place: Place
        /// In the object; nil where it is about the object as a whole.
        package var field: JSONPointer?
        package var message: String

        package init(place: Place, field: JSONPointer? = nil, message: String) {
            self.place = place
            self.field = field
            self.message = message
        }
    }

    /// As it was named on the command line.
    package let name: String
    package let text: String
    /// Nil for a file that does not say what it covers.
    package let scope: StateScope?
    /// False for a file of ours that lacks its last line.
    package let isWhole: Bool
    package private(set) var entries: [Entry] = []
    package private(set) var problems: [Problem] = []

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - text: YAML or JSON, any number of documents; lists are taken apart.
    ///   - name: of the file, for messages.
    /// - Throws: `YAMLError` for a text that is neither; what is wrong with single objects is among
    ///   the problems.
    package init(text: String, name: String) throws(YAMLError) {
        self.name = name
        self.text = text
        scope = StateScope(headOf: text)
        isWhole = scope == nil || StateScope.hasEnd(text)
        for document in try YAML.documents(in: text) where !document.value.isNull {
            let place = Place(document: document.number, line: document.line)
            let isList = document.value["kind"]?.stringValue?.hasSuffix("List") ?? false
            guard isList, let items = document.value["items"]?.arrayValue else {
                add(document.value, at: place)
                continue
            }
            for (index, item) in items.enumerated() {
                var place = place
                place.pointer = JSONPointer(tokens: ["items", String(index)])
                add(item, at: place)
            }
        }
    }

    private mutating func add(_ value: JSONValue, at place: Place) {
        guard value.objectValue != nil else {
            problems.append(
                Problem(place: place, message: "it is no object, but \(kind(of: value))"))
            return
        }
        let object = KubernetesObject(value)
        let count = problems.count
        checkIdentity(object, place)
        checkTexts(object, place)
        if problems.count == count { entries.append(Entry(place: place, object: object)) }
    }

    private func kind(of value: JSONValue) -> String {
        switch value {
        case .array: "a list"
        case .string: "a text"
        default: value.text()
        }
    }

    private mutating func checkIdentity(_ object: KubernetesObject, _ place: Place) {
        func add(_ message: String, _ field: JSONPointer? = nil) {
            problems.append(Problem(place: place, field: field, message: message))
        }
        let hasVersion = object.groupVersion.map { !$0.group.isEmpty } ?? false
        if object.apiVersion.isEmpty, object.kind.isEmpty {
            let isOther = object.json["resources"] != nil
            return add(
                isOther
                    ? "it has \"resources\", but neither apiVersion nor kind: a file of another"
                        + " form, or of another tool"
                    : "it has neither apiVersion nor kind", JSONPointer())
        }
        if object.kind.isEmpty { add("it has no kind", JSONPointer(tokens: ["kind"])) }
        if !hasVersion {
            add(
                object.apiVersion.isEmpty
                    ? "it has no apiVersion"
                    : "the apiVersion \(object.apiVersion) is not that of a custom resource",
                JSONPointer(tokens: ["apiVersion"]))
        }
        if object.name.isEmpty {
            add("metadata.name is missing", JSONPointer(tokens: ["metadata", "name"]))
        }
        if let spec = object.json["spec"], spec.objectValue == nil, !spec.isNull {
            add("spec must be an object, not \(kind(of: spec))", JSONPointer(tokens: ["spec"]))
        }
    }

    private mutating func checkTexts(_ object: KubernetesObject, _ place: Place) {
        for name in ["labels", "annotations"] {
            guard let map = object.metadata[name], !map.isNull else { continue }
            let pointer = JSONPointer(tokens: ["metadata", name])
            guard let members = map.objectValue else {
                problems.append(
                    Problem(
                        place: place, field: pointer,
                        message: "metadata.\(name) must be an object"))
                continue
            }
            for member in members where member.value.stringValue == nil {
                let field = pointer.appending(member.name)
                let path = StatePath(field, in: object.json)
                problems.append(
                    Problem(
                        place: place, field: field,
                        message: "\(path) must be a text, not \(member.value.text())"
                            + " (put it in quotes)"))
            }
        }
    }
}

extension StateFile {
    /// The problems as lines, in the order of the file: file, document, line, what is wrong.
    package static func lines(of problems: [Problem], in file: StateFile) -> [String] {
        let sorted = problems.enumerated().sorted {
            ($0.element.place.document, $0.offset) < ($1.element.place.document, $1.offset)
        }.map(\.element)
        let lines = YAML.lines(
            of: sorted.map { problem in
                let field = problem.field?.tokens ?? []
                return (
                    problem.place.document,
                    JSONPointer(tokens: problem.place.pointer.tokens + field)
                )
            }, in: file.text)
        return zip(sorted, lines).map { problem, line in
            "\(file.name): document \(problem.place.document),"
                + " line \(line ?? problem.place.line): \(problem.message)"
        }
    }
}
