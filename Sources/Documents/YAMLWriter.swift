/// Writes values as YAML in block style, as `kubectl -o yaml` lays it out: two spaces a level, list
/// items under their name without further indent.
///
/// Every string that a YAML 1.1 or 1.2 reader could take for something else is quoted; texts of
/// several lines are literal blocks. Large values are written piece by piece.
package struct YAMLWriter: Sendable {
    /// Names sorted by their bytes, as kubectl prints them, instead of in the value's order.
    package var sortsNames: Bool
    /// How much is gathered before a sink gets it.
    package static let pieceBytes = 65_536

    package init(sortsNames: Bool = false) { self.sortsNames = sortsNames }

    /// Adds one document, line end included and without `---`.
    package func write(_ value: JSONValue, into output: inout [UInt8]) {
        var emitter = YAMLEmitter<Never>(sortsNames: sortsNames, sink: nil)
        swap(&emitter.output, &output)
        emitter.document(value)
        swap(&emitter.output, &output)
    }

    /// Hands one document to a sink in pieces of about 64 KiB.
    package func write<Failure: Error>(
        _ value: JSONValue, to sink: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        try write(sink) { (emitter) throws(Failure) in try emitter.document(value) }
    }

    /// Hands one document to a sink in pieces; values are made one small part at a time, so a big
    /// list costs little more than its text.
    package func write<Failure: Error>(
        _ view: JSONView, to sink: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        try write(sink) { (emitter) throws(Failure) in try emitter.document(view) }
    }

    private func write<Failure: Error>(
        _ sink: ([UInt8]) throws(Failure) -> Void,
        _ body: (inout YAMLEmitter<Failure>) throws(Failure) -> Void
    ) throws(Failure) {
        var failure: Failure?
        withoutActuallyEscaping(sink) { sink in
            var emitter = YAMLEmitter(sortsNames: sortsNames, sink: sink)
            do throws(Failure) {
                try body(&emitter)
                try emitter.flush(force: true)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}

private struct YAMLEmitter<Failure: Error> {
    let sortsNames: Bool
    let sink: (([UInt8]) throws(Failure) -> Void)?
    var output: [UInt8] = []

    init(sortsNames: Bool, sink: (([UInt8]) throws(Failure) -> Void)?) {
        self.sortsNames = sortsNames
        self.sink = sink
    }

    mutating func flush(force: Bool = false) throws(Failure) {
        guard let sink, force ? !output.isEmpty : output.count >= YAMLWriter.pieceBytes else {
            return
        }
        try sink(output)
        output.removeAll(keepingCapacity: true)
    }

    mutating func document(_ value: JSONValue) throws(Failure) {
        switch value {
        case .object(let object) where !object.isEmpty: try mapping(object, indent: 0)
        case .array(let items) where !items.isEmpty: try sequence(items, indent: 0)
        default:
            scalar(value, indent: 0)
            newLine()
        }
    }

    mutating func document(_ view: JSONView) throws(Failure) {
        guard isLarge(view) else { return try document(view.value) }
        try container(view, indent: 0, continuesLine: false)
    }

    /// Whether a value is made in parts; small ones are made whole, which is quicker.
    private func isLarge(_ view: JSONView) -> Bool {
        view.isContainer && view.source.count > YAMLWriter.pieceBytes
    }

    private mutating func container(
        _ view: JSONView, indent: Int, continuesLine: Bool
    ) throws(Failure) {
        var continuesLine = continuesLine
        if view.kind == .array {
            for item in view.elements {
                startLine(indent, &continuesLine)
                if isLarge(item) {
                    append("- ")
                    try container(item, indent: indent + 2, continuesLine: true)
                } else {
                    try self.item(item.value, indent: indent)
                }
            }
            return
        }
        var members: [(name: String, value: JSONView)] = []
        for member in view.members {
            let place = members.firstIndex { $0.name.hasBytes(of: member.name) }
            if let place { members[place] = member } else { members.append(member) }
        }
        if sortsNames { members.sort { $0.name.precedesByBytes($1.name) } }
        for member in members {
            startLine(indent, &continuesLine)
            guard isLarge(member.value) else {
                try self.member(member.name, member.value.value, indent: indent)
                continue
            }
            name(member.name, indent: indent)
            newLine()
            let isArray = member.value.kind == .array
            try container(
                member.value, indent: isArray ? indent : indent + 2, continuesLine: false)
        }
    }

    private mutating func mapping(
        _ object: JSONObject, indent: Int, continuesLine: Bool = false
    ) throws(Failure) {
        var continuesLine = continuesLine
        let members =
            sortsNames
            ? object.members.sorted { $0.name.precedesByBytes($1.name) } : object.members
        for member in members {
            startLine(indent, &continuesLine)
            try self.member(member.name, member.value, indent: indent)
        }
    }

    private mutating func member(
        _ name: String, _ value: JSONValue, indent: Int
    ) throws(Failure) {
        self.name(name, indent: indent)
        switch value {
        case .object(let object) where !object.isEmpty:
            newLine()
            try mapping(object, indent: indent + 2)
        case .array(let items) where !items.isEmpty:
            newLine()
            try sequence(items, indent: indent)
        default:
            append(" ")
            scalar(value, indent: indent)
            newLine()
        }
        try flush()
    }

    private mutating func name(_ name: String, indent: Int) {
        // A reader looks for the colon within 1024 characters only.
        let start = output.count
        YAMLText.append(name, YAMLText.form(name), to: &output)
        if output.count - start > 512 {
            output.insert(contentsOf: "? ".utf8, at: start)
            newLine()
            spaces(indent)
        }
        append(":")
    }

    private mutating func sequence(
        _ items: [JSONValue], indent: Int, continuesLine: Bool = false
    ) throws(Failure) {
        var continuesLine = continuesLine
        for item in items {
            startLine(indent, &continuesLine)
            try self.item(item, indent: indent)
        }
    }

    private mutating func item(_ item: JSONValue, indent: Int) throws(Failure) {
        append("- ")
        switch item {
        case .object(let object) where !object.isEmpty:
            try mapping(object, indent: indent + 2, continuesLine: true)
        case .array(let items) where !items.isEmpty:
            try sequence(items, indent: indent + 2, continuesLine: true)
        default:
            scalar(item, indent: indent)
            newLine()
        }
        try flush()
    }

    private mutating func scalar(_ value: JSONValue, indent: Int) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .integer(let value): append(String(value))
        case .double(let value): append(value.isFinite ? value.description : "null")
        case .number(let text): append(text)
        case .array: append("[]")
        case .object: append("{}")
        case .string(let text):
            let form = YAMLText.form(text)
            if form == .literal {
                literal(text, indent: indent + 2)
            } else {
                YAMLText.append(text, form, to: &output)
            }
        }
    }

    /// A text of several lines, each at the indent.
    private mutating func literal(_ text: String, indent: Int) {
        append("|")
        // Where the first line itself begins with a space the reader cannot guess the indent.
        if text.utf8.first == UInt8(ascii: " ") { append("2") }
        var body = text.utf8[...]
        if body.last != UInt8(ascii: "\n") {
            append("-")
        } else {
            body.removeLast()
            if body.last == UInt8(ascii: "\n") { append("+") }
        }
        for line in body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            newLine()
            if !line.isEmpty { spaces(indent) }
            output.append(contentsOf: line)
        }
    }

    private mutating func startLine(_ indent: Int, _ continuesLine: inout Bool) {
        if !continuesLine { spaces(indent) }
        continuesLine = false
    }

    private mutating func spaces(_ count: Int) {
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: count))
    }

    private mutating func newLine() { output.append(UInt8(ascii: "\n")) }

    private mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }
}
