/// kubectl's JSONPath: `-o jsonpath`, `custom-columns`, `--sort-by`, and the columns of CRDs.
///
/// The language is that of kubectl's reference ("JSONPath Support"): text with actions in braces,
/// `range … end`, members, indexes, slices, unions, wildcards, recursive descent and filters. There
/// are no regular expressions. What is missing in a document yields nothing; an index outside a
/// list is an error, as it is for kubectl.
package struct JSONPath: Sendable, Hashable {
    /// The longest text of an expression, in bytes.
    package static let sourceLimit = 64 * 1024
    /// The most values that one evaluation goes through.
    package static let visitLimit = 5_000_000

    package let source: String
    let nodes: [Node]

    /// Reads a template as `-o jsonpath` takes it: what is outside of braces is text.
    ///
    /// - Throws: `JSONPathError` with the place in the text.
    package init(template text: String) throws(JSONPathError) {
        var parser = JSONPathParser(text)
        source = text
        nodes = try parser.template()
    }

    /// Reads one expression as columns take it: `.a.b`, `a.b`, `{.a.b}` are the same.
    ///
    /// - Throws: `JSONPathError` with the place in the text.
    package init(expression text: String) throws(JSONPathError) {
        var relaxed = text
        if relaxed.utf8.first == UInt8(ascii: "{"), relaxed.utf8.last == UInt8(ascii: "}") {
            relaxed = String(relaxed.dropFirst().dropLast())
        }
        if let first = relaxed.utf8.first, !".[$@".utf8.contains(first) {
            relaxed = "." + relaxed
        }
        var parser = JSONPathParser(relaxed)
        source = text
        nodes = [.path(try parser.expression())]
    }

    /// A part of a template.
    enum Node: Sendable, Hashable {
        case text(String)
        case path([Step])
        indirect case range([Step], [Node])
    }

    /// One step from values to values.
    enum Step: Sendable, Hashable {
        /// `$`: the whole document.
        case root
        /// `@`: the value that a range or filter stands at.
        case current
        case member(String)
        case wildcard
        /// `..`: the value and every container below it.
        case descent
        case index(Int)
        case slice(from: Int?, to: Int?, by: Int?)
        indirect case union([[Step]])
        indirect case filter(Filter)
        /// `"text"`, a number or a boolean inside an action.
        case literal(JSONValue)
    }

    struct Filter: Sendable, Hashable {
        enum Comparison: String, Sendable, Hashable, CaseIterable {
            case equal = "=="
            case unequal = "!="
            case atMost = "<="
            case atLeast = ">="
            case less = "<"
            case greater = ">"
        }

        var left: [Step]
        /// Nil where existence is all that is asked.
        var comparison: Comparison?
        var right: [Step]
    }
}

/// Why a text is no JSONPath, or what a document does not allow.
package struct JSONPathError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String
    /// Where in the text, in bytes; nil for what a document does not allow.
    package var offset: Int?

    package var description: String {
        offset.map { "\(message) (at character \($0 + 1))" } ?? message
    }
}
