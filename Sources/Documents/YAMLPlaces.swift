import Yams

extension YAML {
    /// The lines at which places of a text stand, for messages about them.
    ///
    /// Where a place does not exist (a member that is missing, say) it is the line of what would
    /// hold it.
    ///
    /// - Parameters:
    ///   - places: document (from 1) and place in it.
    ///   - text: that `documents(in:)` could read.
    /// - Returns: a line, from 1, for each; nil for documents that are not there.
    package static func lines(
        of places: [(document: Int, pointer: JSONPointer)], in text: String
    ) -> [Int?] {
        var lines = [Int?](repeating: nil, count: places.count)
        guard let last = places.map(\.document).max() else { return lines }
        let wanted = Dictionary(grouping: places.indices) { places[$0].document }
        // Yams keeps a pointer into the text, which must not be one of Swift's small strings.
        let padded = text.utf8.count < 16 ? text + "\n# a comment of some length" : text
        // A text that cannot be read has no places.
        guard let parser = try? Parser(yaml: padded, resolver: .basic, encoding: .utf8) else {
            return lines
        }
        var document = 1
        while document <= last, let node = try? parser.nextRoot() {
            for index in wanted[document] ?? [] {
                lines[index] = line(of: places[index].pointer, in: node)
            }
            document += 1
        }
        return lines
    }

    private static func line(of pointer: JSONPointer, in root: Node) -> Int? {
        var node = root
        var line = root.mark?.line
        for token in pointer.tokens {
            switch node {
            case .mapping(let mapping):
                let found = mapping.first { key, _ in
                    key.scalar.map { $0.string.hasBytes(of: token) } ?? false
                }
                guard let found else { return line }
                line = found.key.mark?.line ?? line
                node = found.value
            case .sequence(let sequence):
                guard let index = Int(token), sequence.indices.contains(index) else { return line }
                node = sequence[index]
                line = node.mark?.line ?? line
            default: return line
            }
        }
        return line
    }
}
