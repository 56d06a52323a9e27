/// Why an expression cannot be compiled or has no value.
package struct CELError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// The text is no expression.
        case syntax
        /// The expression names what is not there, or mixes types.
        case check
        /// There is no value for these variables.
        case evaluation
        /// The expression, or its evaluation, is larger than the limits allow.
        case limit
    }

    package var kind: Kind
    package var message: String
    /// Where in the text, in bytes; nil for what happens at evaluation.
    package var offset: Int?

    package init(_ kind: Kind, _ message: String, at offset: Int? = nil) {
        self.kind = kind
        self.message = message
        self.offset = offset
    }

    package var description: String { message }

    /// The line and column of the error in its text, both from 1, columns in code points.
    package func place(in source: String) -> (line: Int, column: Int)? {
        guard let offset else { return nil }
        var (line, column, position) = (1, 1, 0)
        for scalar in source.unicodeScalars {
            guard position < offset else { break }
            position += String(scalar).utf8.count
            (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
        }
        return (line, column)
    }

    /// The error with its line and a mark below it, as API servers print such errors.
    package func report(in source: String) -> String {
        guard let (line, column) = place(in: source) else { return message }
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        let text = line <= lines.count ? lines[line - 1].replacing("\t", with: " ") : ""
        let dots = String(repeating: ".", count: column - 1)
        return "ERROR: <input>:\(line):\(column): \(message)\n | \(text)\n | \(dots)^"
    }

    static func evaluation(_ message: String) -> CELError { CELError(.evaluation, message) }

    /// A function or an operator was given types that it does not take.
    package static let noOverload = CELError(.evaluation, "no such overload")
}
