import Documents

/// Writes a state file piece by piece: head, documents, end.
///
/// The same objects in the same order give the same bytes: names are sorted, and nothing of the
/// time or the machine is in it.
package struct StateWriter: Sendable {
    private let yaml = YAMLWriter(sortsNames: true)
    package private(set) var count: Int
    /// The first line of a file that holds one object.
    package static let fileHead = StateScope.head

    package init(count: Int = 0) { self.count = count }

    package func head(_ scope: StateScope) -> [UInt8] {
        Array(scope.headLines.map { $0 + "\n" }.joined().utf8)
    }

    package mutating func append(_ document: StateForm.Document, to bytes: inout [UInt8]) {
        count += 1
        bytes += "---\n".utf8
        if !document.secrets.isEmpty {
            let paths = document.secrets.map(\.description).joined(separator: ", ")
            bytes += "# secrets left out: \(StateText.comment(paths))\n".utf8
        }
        yaml.write(document.json, into: &bytes)
    }

    /// The last line: a file without it was cut off.
    package func end() -> [UInt8] {
        Array("\(StateScope.endMark)\(count) object\(count == 1 ? "" : "s")\n".utf8)
    }
}
