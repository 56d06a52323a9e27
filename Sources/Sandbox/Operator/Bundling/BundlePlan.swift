import Documents

/// One resource that a bundle embeds, as the bundle's spec declares it.
struct BundlePart: Sendable, Hashable {
    var id: String
    var kind: String
    var spec: JSONValue
    /// What must be ready before it is created; nothing else holds it back.
    var dependsOn: [String]
    var readyWhen: [String]
    var skipWhen: [String]

    init(_ json: JSONValue) {
        func texts(_ member: String) -> [String] {
            json[member]?.arrayValue?.compactMap(\.stringValue) ?? []
        }
        id = json.text("id") ?? ""
        kind = json.text("kind") ?? ""
        spec = json["spec"] ?? [:]
        dependsOn = texts("dependsOn")
        readyWhen = texts("readyWhen")
        skipWhen = texts("skipWhen")
    }

    /// The other resources of the bundle that it names anywhere.
    ///
    /// In `readyWhen` and `skipWhen` a resource may speak of itself.
    var references: [String] {
        var found = dependsOn + Self.references(inTexts: spec)
        for condition in readyWhen + skipWhen {
            found += Self.references(in: condition).filter { $0 != id }
        }
        return found
    }

    private static func references(inTexts value: JSONValue) -> [String] {
        if let text = value.stringValue {
            return BundleTemplate.pieces(of: text).flatMap { piece -> [String] in
                guard case .expression(let expression) = piece else { return [] }
                return references(in: expression)
            }
        }
        if let list = value.arrayValue { return list.flatMap(references(inTexts:)) }
        return (value.objectValue ?? JSONObject()).members.flatMap {
            references(inTexts: $0.value)
        }
    }

    private static func references(in expression: String) -> [String] {
        expression.matches(of: /resources\.([a-z][a-z0-9-]*)\.status/).map { String($0.1) }
            + expression.matches(of: /resources\[["']([^"']+)["']\]/).map { String($0.1) }
    }
}

/// Why a bundle cannot be worked on at all.
struct BundleFlaw: Error, Sendable, Hashable {
    var message: String
}

/// The resources of a bundle in the order in which they are made: pure.
struct BundlePlan: Sendable, Hashable {
    /// Each part after all that it refers to; otherwise in the order of the spec.
    let parts: [BundlePart]

    /// Orders the resources of a bundle's spec.
    ///
    /// - Throws: an id that is there twice or not at all, and parts that wait for each other.
    init(_ spec: JSONValue) throws(BundleFlaw) {
        var left = (spec["resources"]?.arrayValue ?? []).map(BundlePart.init)
        let ids = Set(left.map(\.id))
        if ids.count < left.count {
            throw BundleFlaw(message: "resource ids must be unique")
        }
        for part in left {
            if let unknown = part.references.first(where: { !ids.contains($0) }) {
                throw BundleFlaw(
                    message: "resource \"\(part.id)\" refers to unknown resource \"\(unknown)\"")
            }
        }
        var ordered: [BundlePart] = []
        var done: Set<String> = []
        while !left.isEmpty {
            guard let next = left.firstIndex(where: { done.isSuperset(of: $0.references) }) else {
                let names = left.map(\.id).joined(separator: ", ")
                throw BundleFlaw(message: "circular dependency among resources: \(names)")
            }
            done.insert(left[next].id)
            ordered.append(left.remove(at: next))
        }
        parts = ordered
    }
}

/// Texts with `${…}` in them, as the specs of embedded resources hold.
enum BundleTemplate {
    enum Piece: Sendable, Hashable {
        case text(String)
        case expression(String)
    }

    /// The pieces of a text; an opening that is never closed is text.
    static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = Substring(text)
        while let match = rest.firstMatch(of: /\$\{([^}]*)\}/) {
            let before = rest[..<match.range.lowerBound]
            if !before.isEmpty { pieces.append(.text(String(before))) }
            pieces.append(.expression(String(match.1)))
            rest = rest[match.range.upperBound...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        return pieces
    }

    /// The spec of a child with all its expressions replaced by their values.
    ///
    /// A text that is one expression alone becomes a number where its value looks like one.
    ///
    /// - Parameters:
    ///   - value: what the bundle declares.
    ///   - existing: what the child has there now; what the present time goes into keeps that.
    ///   - evaluate: the value of an expression, as text.
    /// - Returns: what the child is to have.
    /// - Throws: what `evaluate` throws.
    static func resolve(
        _ value: JSONValue, existing: JSONValue?,
        _ evaluate: (String) throws(EvaluationFailure) -> String
    ) throws(EvaluationFailure) -> JSONValue {
        if let text = value.stringValue {
            return try resolve(text, existing: existing, evaluate)
        }
        if let list = value.arrayValue {
            var result: [JSONValue] = []
            for (index, item) in list.enumerated() {
                result.append(try resolve(item, existing: existing?[index], evaluate))
            }
            return .array(result)
        }
        guard var object = value.objectValue else { return value }
        for (name, member) in object.members.map({ ($0.name, $0.value) }) {
            object[name] = try resolve(member, existing: existing?[name], evaluate)
        }
        return .object(object)
    }

    private static func resolve(
        _ text: String, existing: JSONValue?,
        _ evaluate: (String) throws(EvaluationFailure) -> String
    ) throws(EvaluationFailure) -> JSONValue {
        let pieces = pieces(of: text)
        var result = ""
        for piece in pieces {
            switch piece {
            case .text(let text): result += text
            case .expression(let expression):
                if expression.contains(/\bnow(Unix|UnixMilli)?\(/), let existing {
                    return existing
                }
                result += try evaluate(expression)
            }
        }
        guard pieces.count == 1, case .expression = pieces[0] else { return .string(result) }
        if let whole = Int64(result) { return .integer(whole) }
        if let number = Double(result), number.isFinite { return .double(number) }
        if let flag = Bool(result) { return .bool(flag) }
        return .string(result)
    }
}
