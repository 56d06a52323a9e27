package import Documents

/// Turns a report into bytes: the only place that knows all formats.
package struct Renderer: Sendable, Hashable {
    package var format: OutputFormat
    package var style: Style

    package init(_ format: OutputFormat = .table, style: Style = .plain) {
        self.format = format
        self.style = style
    }

    /// The bytes for the result stream; notices are not among them.
    ///
    /// - Throws: `JSONPathError` where the result has not what a path asks of it.
    package func render(_ report: Report) throws(JSONPathError) -> [UInt8] {
        switch format {
        case .table: return people(report, wide: false)
        case .wide: return people(report, wide: true)
        case .json: return Self.json(report.payload)
        case .yaml: return Array(YAML.text(report.payload).utf8)
        case .name: return Array(report.names.map { Escape.line($0) + "\n" }.joined().utf8)
        case .csv: return separated(report)
        case .jsonPath(let path): return try text(of: report.payload, by: path)
        case .customColumns(let columns):
            // A result that holds many has a row for each, as a list of objects has.
            let items = report.payload["items"]?.arrayValue ?? [report.payload]
            var rows: [[String]] = []
            for item in items { rows.append(try columns.cells(of: item)) }
            return columns.table(rows).text(style: style)
        }
    }

    /// What a template makes of a value: no line end is added, as in kubectl.
    package func text(
        of value: JSONValue, by path: JSONPath
    ) throws(JSONPathError) -> [UInt8] {
        let text = try path.text(in: value)
        return Array((style.isOnScreen ? Escape.lines(text) : text).utf8)
    }

    /// The rows that the verb chose; else the table, where the result is one; else each value with
    /// its place.
    private func separated(_ report: Report) -> [UInt8] {
        var table = report.rows
        if table == nil, report.sections.count == 1, case .table(let only) = report.sections[0].body
        {
            table = only
        }
        guard let table else {
            return CommaSeparated.bytes(
                CommaSeparated.leaves(of: report.payload), heading: ["FIELD", "VALUE"],
                onScreen: style.isOnScreen)
        }
        return table.separated(onScreen: style.isOnScreen)
    }

    /// Indented JSON and a line break, as kubectl writes it.
    package static func json(_ value: JSONValue) -> [UInt8] {
        var bytes = value.bytes(.pretty)
        if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
        return bytes
    }

    private func people(_ report: Report, wide: Bool) -> [UInt8] {
        var out: [UInt8] = []
        for section in report.sections {
            if !out.isEmpty { out.append(UInt8(ascii: "\n")) }
            if let title = section.title {
                out += "\(style.draw(Escape.line(title), .strong))\n".utf8
            }
            switch section.body {
            case .table(let table): out += table.text(wide: wide, style: style)
            case .fields(let fields):
                out += lines(of: fields, indent: section.title == nil ? 0 : 2)
            case .data(let value):
                out +=
                    DataText.lines(value, indent: section.title == nil ? 0 : 2)
                    .map { $0 + "\n" }.joined().utf8
            case .lines(let lines):
                out += lines.map { Escape.lines($0) + "\n" }.joined().utf8
            case .tinted(let lines):
                out +=
                    lines.map { style.draw(Escape.line($0.text), $0.tint) + "\n" }.joined().utf8
            case .paragraphs(let paragraphs):
                let lines = paragraphs.flatMap { $0.lines(style: style) }
                out += lines.map { $0 + "\n" }.joined().utf8
            }
        }
        return out
    }

    /// A line of a value, which goes on below itself where the terminal is too narrow.
    private func fitted(_ text: String, behind column: Int) -> [String] {
        guard let width = style.width, width - column >= TableFit.narrowestWrap else {
            return [text]
        }
        return CellText.wrap(text, to: width - column)
    }

    /// Values two blanks behind the longest label, at least where the specification has them.
    private func lines(of fields: [Field], indent: Int) -> [UInt8] {
        let least = 14
        let widest = fields.map { $0.label.displayWidth + 3 }.max() ?? 0
        let column = max(least, widest) + indent
        let margin = String(repeating: " ", count: indent)
        var out: [UInt8] = []
        for field in fields {
            let parts = Escape.lines(field.value)
                .split(separator: "\n", omittingEmptySubsequences: false)
                .flatMap { fitted(String($0), behind: column) }
            for (index, part) in parts.enumerated() {
                let label = index == 0 ? "\(margin)\(field.label):" : ""
                let blanks = String(repeating: " ", count: column - label.displayWidth)
                let text = style.draw(part, field.tint)
                out += (part.isEmpty ? label : label + blanks + text).utf8
                out.append(UInt8(ascii: "\n"))
            }
        }
        return out
    }
}
