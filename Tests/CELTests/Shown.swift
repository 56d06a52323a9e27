import CEL
import Documents
import Testing

/// One line of a table: an expression and what comes of it, as `shown` writes it.
struct Line: Sendable, CustomTestStringConvertible {
    let source: String
    let result: String

    init(_ source: String, _ result: String) {
        self.source = source
        self.result = result
    }

    var testDescription: String { source }
}

/// The variables that the tables use: all of dynamic type, and one of each sort.
let stage: JSONValue = [
    "i": 7, "zero": 0, "d": 2.5, "s": "héllo", "empty": "", "yes": true, "no": false,
    "nothing": nil, "list": [3, 1, 2], "words": ["b", "a"],
    "map": ["a": 1, "b": ["c": [10, 20]], "n": nil],
]

/// What comes of an expression: its value as a literal, or `error: …`.
func shown(
    _ source: String, vocabulary: CELVocabulary = .kubernetes, mixed: Bool = false,
    limit: Int = CELLimits.cost
) -> String {
    let members = stage.objectValue ?? JSONObject()
    var types: [String: CELType] = [:]
    var values: [String: CELValue] = [:]
    for member in members {
        types[member.name] = .dyn
        values[member.name] = CELValue(member.value)
    }
    let environment = CELEnvironment(
        types, vocabulary: vocabulary, allowsMixedLiterals: mixed)
    do throws(CELError) {
        let program = try CELProgram(compiling: source, in: environment)
        let value = try program.evaluate(values, limit: limit)
        return literal(value)
    } catch {
        return (error.kind == .evaluation ? "error: " : "\(error.kind): ") + error.message
    }
}

/// A value as a literal of the language, where it has one.
func literal(_ value: CELValue) -> String {
    switch value {
    case .uint(let value): "\(value)u"
    case .double(let value): "\(value)"
    case .string(let text): "'\(text)'"
    case .bytes(let bytes): "b\(bytes)"
    case .list(let list): "[" + list.map(literal).joined(separator: ", ") + "]"
    case .map(let map):
        "{"
            + map.keys.map { "\(literal($0)): \(map[$0].map(literal) ?? "?")" }
            .joined(separator: ", ") + "}"
    case .optional(let inner): inner.map { "optional(\(literal($0)))" } ?? "none"
    case .duration(let length): "duration(\(length.text))"
    case .timestamp(let moment): "timestamp(\(moment.rfc3339))"
    case .quantity(let quantity): "quantity(\(CELValue.quantity(quantity).shortText))"
    case .url(let url): "url(\(url.text))"
    case .null, .bool, .int, .type: value.shortText
    }
}
