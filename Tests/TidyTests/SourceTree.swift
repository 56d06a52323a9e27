import Foundation

/// The files of the project as the tidy tests see them: paths from the root, and text.
struct SourceTree {
    struct File {
        let path: String
        let text: String
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// All Swift files below that folder, in order of their paths.
    static func swiftFiles(below folder: String) -> [File] {
        let base = root.appending(path: folder).resolvingSymlinksInPath()
        guard let paths = FileManager.default.enumerator(atPath: base.path)?.allObjects else {
            return []
        }
        return paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted()
            .compactMap { path in
                guard
                    let text = try? String(contentsOf: base.appending(path: path), encoding: .utf8)
                else { return nil }
                return File(path: "\(folder)/\(path)", text: text)
            }
    }

    static func text(of path: String) -> String? {
        try? String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}

extension SourceTree.File {
    /// The text with comments and the insides of string literals blanked out, line breaks kept, so
    /// that a brace or a word in prose is not taken for code.
    var code: String {
        var scanner = CodeScanner(Array(text.unicodeScalars))
        return scanner.blanked()
    }
}

/// Walks Swift text far enough to tell code from comments and string literals.
private struct CodeScanner {
    private let input: [Unicode.Scalar]
    private var position = 0
    private var output = String.UnicodeScalarView()

    init(_ input: [Unicode.Scalar]) { self.input = input }

    mutating func blanked() -> String {
        while position < input.count {
            if starts(with: "//") {
                skip { $0.starts(with: "\n") }
            } else if starts(with: "/*") {
                advance(2)
                skip { $0.starts(with: "*/") }
                advance(2)
            } else if let hashes = rawStringHashes() {
                string(hashes: hashes)
            } else {
                output.append(input[position])
                position += 1
            }
        }
        return String(output)
    }

    private func starts(with text: String, at offset: Int = 0) -> Bool {
        let scalars = Array(text.unicodeScalars)
        let from = position + offset
        guard from + scalars.count <= input.count else { return false }
        return Array(input[from..<from + scalars.count]) == scalars
    }

    /// The number of `#` before a quote that stands here, nil where no literal begins.
    private func rawStringHashes() -> Int? {
        var count = 0
        while position + count < input.count, input[position + count] == "#" { count += 1 }
        return starts(with: "\"", at: count) ? count : nil
    }

    private mutating func advance(_ count: Int) {
        for _ in 0..<count where position < input.count {
            if input[position] == "\n" { output.append("\n") }
            position += 1
        }
    }

    private mutating func skip(until end: (CodeScanner) -> Bool) {
        while position < input.count, !end(self) { advance(1) }
    }

    private mutating func string(hashes: Int) {
        let fence = String(repeating: "#", count: hashes)
        let quote = starts(with: "\"\"\"", at: hashes) ? "\"\"\"" : "\""
        advance(hashes + quote.count)
        while position < input.count, !starts(with: quote + fence) {
            if starts(with: "\\" + fence + "(") {
                advance(2 + hashes)
                interpolation()
            } else if starts(with: "\\" + fence) {
                advance(2 + hashes)
            } else {
                advance(1)
            }
        }
        advance(quote.count + hashes)
        output.append("_")
    }

    /// Leaves out what stands between the parentheses of an interpolation, literals in it included.
    private mutating func interpolation() {
        var depth = 1
        while position < input.count, depth > 0 {
            if let hashes = rawStringHashes() {
                string(hashes: hashes)
                continue
            }
            if input[position] == "(" { depth += 1 }
            if input[position] == ")" { depth -= 1 }
            advance(1)
        }
    }
}
