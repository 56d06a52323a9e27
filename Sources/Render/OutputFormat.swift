package import Documents

/// The formats that `-o` accepts.
package enum OutputFormat: Sendable, Hashable {
    case table
    case wide
    case json
    case yaml
    case name
    case csv
    /// What a template makes of the result, as kubectl prints it.
    case jsonPath(JSONPath)
    /// Rows of chosen values.
    case customColumns(CustomColumns)

    /// Why a text is no format.
    package struct Malformed: Error, Sendable, Hashable {
        package var message: String
        package var hint: String
    }

    /// What may be typed; what ends in `=` needs more behind it.
    package static let words = [
        "table", "wide", "json", "yaml", "name", "csv", jsonPathWord, customColumnsWord,
    ]

    private static let jsonPathWord = "jsonpath="
    private static let customColumnsWord = "custom-columns="

    /// Reads a format as it stands behind `-o`.
    ///
    /// - Throws: `Malformed` with what to type instead.
    package init(parsing text: String) throws(Malformed) {
        switch text {
        case "table": self = .table
        case "wide": self = .wide
        case "json": self = .json
        case "yaml": self = .yaml
        case "name": self = .name
        case "csv": self = .csv
        case _ where text.hasPrefix(Self.jsonPathWord):
            self = .jsonPath(try Self.path(String(text.dropFirst(Self.jsonPathWord.count))))
        case _ where text.hasPrefix(Self.customColumnsWord):
            let columns = String(text.dropFirst(Self.customColumnsWord.count))
            self = .customColumns(try CustomColumns(parsing: columns))
        case "jsonpath": throw Self.missingPath
        case "custom-columns": throw CustomColumns.nothingGiven
        default:
            throw Malformed(
                message: "unknown output format \"\(text)\"",
                hint: "the formats are table, wide, json, yaml, name, csv, jsonpath=TEMPLATE"
                    + " and custom-columns=HEADING:PATH,…")
        }
    }

    private static let missingPath = Malformed(
        message: "-o jsonpath has no template",
        hint: "for example: -o jsonpath='{.metadata.name}'")

    /// A template; a text without braces is taken for the path that it looks like.
    private static func path(_ text: String) throws(Malformed) -> JSONPath {
        guard !text.isEmpty else { throw missingPath }
        do throws(JSONPathError) {
            let isBare = !text.contains("{") && (text.hasPrefix(".") || text.hasPrefix("$"))
            return try isBare ? JSONPath(expression: text) : JSONPath(template: text)
        } catch {
            throw Malformed(
                message: "-o jsonpath: \(error.description) in \"\(text)\"",
                hint: "for example: -o jsonpath='{.items[*].metadata.name}'")
        }
    }

    /// Whether the result is read by people, so that headings, ages and masks are in place.
    package var isForPeople: Bool {
        switch self {
        case .table, .wide: true
        case .json, .yaml, .name, .csv, .jsonPath, .customColumns: false
        }
    }
}

/// `HEADING:PATH,…`: which values stand in which column.
package struct CustomColumns: Sendable, Hashable {
    package struct Column: Sendable, Hashable {
        package var heading: String
        package var path: JSONPath
    }

    package let columns: [Column]

    static let nothingGiven = OutputFormat.Malformed(
        message: "-o custom-columns has no columns", hint: example)

    private static let example =
        "for example: -o custom-columns=NAME:.metadata.name,STATE:.status.state"

    /// Reads the columns.
    ///
    /// - Throws: `Malformed` for a column that is not of the form HEADING:PATH, or whose path is
    ///   none.
    package init(parsing text: String) throws(OutputFormat.Malformed) {
        guard !text.isEmpty else { throw Self.nothingGiven }
        var columns: [Column] = []
        for part in Self.parts(text) {
            guard let colon = part.firstIndex(of: ":"), colon != part.startIndex,
                part.index(after: colon) != part.endIndex
            else {
                throw OutputFormat.Malformed(
                    message: "-o custom-columns: \"\(part)\" is not of the form HEADING:PATH",
                    hint: Self.example)
            }
            do throws(JSONPathError) {
                let path = try JSONPath(expression: String(part[part.index(after: colon)...]))
                columns.append(Column(heading: String(part[..<colon]), path: path))
            } catch {
                throw OutputFormat.Malformed(
                    message: "-o custom-columns: \(error.description) in \"\(part)\"",
                    hint: Self.example)
            }
        }
        self.columns = columns
    }

    /// The text between commas, those in brackets and quotes left alone.
    private static func parts(_ text: String) -> [String] {
        var parts = [""]
        var depth = 0
        var quote: Character?
        for letter in text {
            if letter == quote {
                quote = nil
            } else if quote == nil {
                switch letter {
                case "'", "\"": quote = letter
                case "[", "(": depth += 1
                case "]", ")": depth -= 1
                case "," where depth == 0:
                    parts.append("")
                    continue
                default: break
                }
            }
            parts[parts.count - 1].append(letter)
        }
        return parts
    }

    /// The values of one document, a text for each column.
    ///
    /// Several values of a column are separated by commas; `<none>` stands for none, as in kubectl.
    ///
    /// - Throws: `JSONPathError` for a path that the document does not allow.
    package func cells(of document: JSONValue) throws(JSONPathError) -> [String] {
        var cells: [String] = []
        for column in columns {
            let values = try column.path.values(in: document)
            let texts = values.map { $0.isNull ? "<nil>" : JSONPath.printed($0) }
            cells.append(texts.isEmpty ? "<none>" : texts.joined(separator: ","))
        }
        return cells
    }

    /// A table of such rows.
    package func table(_ rows: [[String]], showsHeader: Bool = true) -> TextTable {
        TextTable(
            columns: columns.map { .init($0.heading) },
            rows: rows.map { $0.map { TextTable.Cell($0) } }, showsHeader: showsHeader)
    }
}
