import Yams

/// YAML as Kubernetes uses it: another spelling of JSON values.
package enum YAML {
    /// The values of all documents in a text; documents with nothing in them are left out.
    ///
    /// Plain scalars are read as kubectl reads them (YAML 1.1: `yes` and `on` are booleans, 017 is
    /// fifteen; timestamps and sexagesimals stay strings), except that no number loses digits.
    /// Names become strings; a name that comes twice is an error; `<<` merges. Infinity and
    /// not-a-number have no JSON form and are errors, as for kubectl. A byte order mark that begins
    /// a scalar is lost unless it is written as `!!binary`, as our writer does.
    package static func parse(_ text: String) throws(YAMLError) -> [JSONValue] {
        try documents(in: text).map(\.value)
    }

    /// The same, and where each document stands.
    package static func documents(in text: String) throws(YAMLError) -> [YAMLDocument] {
        var text = text
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        var firstLine = 1
        if text.utf8.count < 16 {
            // Yams keeps a pointer into the text, which must therefore not be one of Swift's
            // in-place small strings.
            text = "# a comment of some length\n" + text
            firstLine = 2
        }
        text.makeContiguousUTF8()
        var reader = YAMLReader(
            document: 1, firstLine: firstLine,
            nodesLeft: max(YAMLReader.nodesAlwaysAllowed, 4 * text.utf8.count))
        return try reader.read(text)
    }

    /// One document in block style.
    package static func text(_ value: JSONValue, sortsNames: Bool = false) -> String {
        var output: [UInt8] = []
        YAMLWriter(sortsNames: sortsNames).write(value, into: &output)
        return String(decoding: output, as: UTF8.self)
    }
}

/// One document of a text.
package struct YAMLDocument: Sendable, Hashable {
    package let value: JSONValue
    /// From 1; documents with nothing in them count.
    package let number: Int
    /// Where it begins, from 1.
    package let line: Int
}

/// Why a text is no YAML that stands for JSON, and where.
package struct YAMLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which document of the text, from 1.
    package let document: Int
    /// From 1; 0 where the place is not known.
    package let line: Int
    /// From 1, in characters; 0 where the place is not known.
    package let column: Int
    package let problem: String

    /// One line for a person.
    package var message: String {
        let place = line > 0 ? "line \(line), column \(column): " : ""
        return "not YAML: document \(document), \(place)\(problem)"
    }

    package var description: String { message }
}

/// Turns Yams' nodes into values.
private struct YAMLReader {
    /// Aliases can make a short text stand for a huge value ("billion laughs"); so many values are
    /// made from any text, and more only from a text that is itself long.
    static let nodesAlwaysAllowed = 1_000_000
    static let maximumDepth = JSONLimits.default.depth

    var document: Int
    let firstLine: Int
    var nodesLeft: Int

    mutating func read(_ text: String) throws(YAMLError) -> [YAMLDocument] {
        var documents: [YAMLDocument] = []
        do {
            // The basic resolver guesses nothing: plain scalars are read here.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            while let node = try parser.nextRoot() {
                if !isEmpty(node) {
                    let value = try value(of: node, depth: 0)
                    let line = (node.mark?.line ?? firstLine) - firstLine + 1
                    documents.append(
                        YAMLDocument(value: value, number: document, line: max(1, line)))
                }
                document += 1
            }
        } catch let error as YAMLError {
            throw error
        } catch let error as YamlError {
            throw translate(error)
        } catch {
            throw failure("it cannot be read", at: nil)
        }
        return documents
    }

    private func isEmpty(_ node: Node) -> Bool {
        guard case .scalar(let scalar) = node else { return false }
        return scalar.string.isEmpty && scalar.style == .plain
            && scalar.tag.description.isEmpty
    }

    private func failure(_ problem: String, at mark: Mark?) -> YAMLError {
        failure(problem, line: mark?.line ?? 0, column: mark?.column ?? 0)
    }

    private func failure(_ problem: String, line: Int, column: Int) -> YAMLError {
        YAMLError(
            document: document, line: line > 0 ? line - firstLine + 1 : 0, column: column,
            problem: problem)
    }

    private func translate(_ error: YamlError) -> YAMLError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            failure(problem, at: mark)
        case .reader(let problem, let offset?, _, let yaml):
            unreadable(problem, offset, in: yaml)
        case .duplicatedKeysInMapping(let names, let context):
            failure(
                "the name '\(names.first ?? "")' comes twice in one mapping", at: context.mark)
        default: failure("it cannot be read", at: nil)
        }
    }

    private func unreadable(_ problem: String, _ offset: Int, in text: String) -> YAMLError {
        let before = text.prefix(offset)
        let start = before.lastIndex { $0.isNewline }.map { before.index(after: $0) }
        return failure(
            problem, line: before.count { $0.isNewline } + 1,
            column: before[(start ?? before.startIndex)...].count + 1)
    }

    private mutating func value(of node: Node, depth: Int) throws(YAMLError) -> JSONValue {
        nodesLeft -= 1
        guard nodesLeft >= 0 else {
            throw failure("its aliases stand for more values than are read", at: node.mark)
        }
        guard depth <= Self.maximumDepth else {
            throw failure("it nests deeper than \(Self.maximumDepth) levels", at: node.mark)
        }
        switch node {
        case .scalar(let scalar): return try value(of: scalar)
        case .sequence(let sequence):
            var items: [JSONValue] = []
            items.reserveCapacity(sequence.count)
            for item in sequence { items.append(try value(of: item, depth: depth + 1)) }
            return .array(items)
        case .mapping(let mapping): return .object(try object(of: mapping, depth: depth))
        case .alias(let alias):
            throw failure("an alias stands where it has no anchor", at: alias.mark)
        }
    }

    private func value(of scalar: Node.Scalar) throws(YAMLError) -> JSONValue {
        let text = scalar.string
        let tag = scalar.tag.description
        let standard = "tag:yaml.org,2002:"
        guard tag.isEmpty || tag.hasPrefix(standard) else { return .string(text) }
        switch tag.dropFirst(standard.count) {
        case "", "int", "float", "bool", "null":
            guard let value = YAMLScalar.value(ofPlain: text) else {
                throw failure("'\(text)' has no form in JSON", at: scalar.mark)
            }
            guard tag.isEmpty || YAMLScalar.kinds(value).contains(where: tag.hasSuffix) else {
                throw failure(
                    "'\(text)' is no \(tag.dropFirst(standard.count))", at: scalar.mark)
            }
            return value
        case "binary":
            guard let text = Base64.text(text) else {
                throw failure("this is not base64 of a text", at: scalar.mark)
            }
            return .string(text)
        default: return .string(text)
        }
    }

    private mutating func object(
        of mapping: Node.Mapping, depth: Int
    ) throws(YAMLError) -> JSONObject {
        var members: [JSONObject.Member] = []
        var places: [[UInt8]: Int] = [:]
        var merged: [JSONObject] = []
        for (key, node) in mapping {
            if isMerge(key) {
                merged += try mergedObjects(value(of: node, depth: depth + 1), at: node.mark)
                continue
            }
            let name = try name(of: key, depth: depth)
            guard places.updateValue(members.count, forKey: Array(name.utf8)) == nil else {
                throw failure("the name '\(name)' comes twice in one mapping", at: key.mark)
            }
            members.append(.init(name, try value(of: node, depth: depth + 1)))
        }
        // What the mapping says itself wins, then the first of those merged.
        for object in merged {
            for member in object where places[Array(member.name.utf8)] == nil {
                places[Array(member.name.utf8)] = members.count
                members.append(member)
            }
        }
        return JSONObject(distinct: members)
    }

    private func isMerge(_ key: Node) -> Bool {
        guard case .scalar(let scalar) = key, scalar.string == "<<" else { return false }
        return scalar.style == .plain
    }

    private func mergedObjects(
        _ value: JSONValue, at mark: Mark?
    ) throws(YAMLError) -> [JSONObject] {
        let values = value.arrayValue ?? [value]
        let objects = values.compactMap(\.objectValue)
        guard objects.count == values.count else {
            throw failure("'<<' merges mappings only", at: mark)
        }
        return objects
    }

    private mutating func name(of key: Node, depth: Int) throws(YAMLError) -> String {
        var key = key
        if case .scalar(var scalar) = key, scalar.style == .plain,
            scalar.tag.description == "tag:yaml.org,2002:str"
        {
            // Yams compared the names, which leaves its guess of the tag behind.
            scalar.tag = .implicit
            key = .scalar(scalar)
        }
        switch try value(of: key, depth: depth + 1) {
        case .string(let text): return text
        case .bool(let value): return value ? "true" : "false"
        case .integer(let value): return String(value)
        case .double(let value): return GoNumber.text(value)
        case .number(let text): return text
        case .null, .array, .object:
            throw failure("a name must be a string, a number or a boolean", at: key.mark)
        }
    }
}
