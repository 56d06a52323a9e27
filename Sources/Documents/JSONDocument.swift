/// A JSON text, read and checked once; values are made when they are asked for.
///
/// It keeps the bytes and 8 bytes a token, so a big list costs a fraction of what its values would.
/// Of names that come twice in an object the last one counts, as for kube-apiserver;
/// `duplicateNames` tells them to those who want to refuse.
package struct JSONDocument: Sendable {
    final class Storage: Sendable {
        let bytes: [UInt8]
        let tape: [UInt64]

        init(bytes: [UInt8], tape: [UInt64]) {
            self.bytes = bytes
            self.tape = tape
        }

        func token(_ index: Int) -> JSONToken { JSONToken(word: tape[index]) }

        func read<Result>(_ body: (JSONTapeReader) -> Result) -> Result {
            unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe tape.withUnsafeBufferPointer { tape in
                    guard let bytes = bytes.baseAddress, let tape = tape.baseAddress else {
                        preconditionFailure("a document has at least one byte and one token")
                    }
                    return unsafe body(JSONTapeReader(bytes: bytes, tape: tape))
                }
            }
        }
    }

    let storage: Storage

    /// Reads and checks the whole text; the bytes are kept, not copied.
    package init(parsing bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
        storage = Storage(bytes: bytes, tape: try JSONScanner.scan(bytes, limits: limits))
    }

    package init(parsing text: String, limits: JSONLimits = .default) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    package var root: JSONView { JSONView(storage: storage, index: 0) }

    /// Where a name comes twice in one object, as kube-apiserver writes it: `spec.items[2].name`.
    package var duplicateNames: [String] {
        var found: [String] = []
        root.findDuplicates(at: "", into: &found)
        return found
    }
}

extension JSONView {
    fileprivate func findDuplicates(at path: String, into found: inout [String]) {
        switch kind {
        case .array:
            for (index, item) in elements.enumerated() where item.isContainer {
                item.findDuplicates(at: "\(path)[\(index)]", into: &found)
            }
        case .object:
            var names: Set<[UInt8]> = []
            for (name, value) in members {
                let place = path.isEmpty ? name : "\(path).\(name)"
                if !names.insert(Array(name.utf8)).inserted { found.append(place) }
                if value.isContainer { value.findDuplicates(at: place, into: &found) }
            }
        default: break
        }
    }
}

extension JSONValue {
    /// Reads a whole JSON text (RFC 8259); of names that come twice the last value wins.
    package init(parsing bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
        self = try JSONDocument(parsing: bytes, limits: limits).root.value
    }

    package init(
        parsing bytes: some Sequence<UInt8>, limits: JSONLimits = .default
    ) throws(JSONError) {
        try self.init(parsing: Array(bytes), limits: limits)
    }

    package init(parsing text: String, limits: JSONLimits = .default) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    /// The value of a number's text: exact integer, else a `Double` that writes the same text,
    /// else the text.
    ///
    /// `-0`, `1e3`, `1E400` and 9223372036854775808 keep their text; `1.0` is a `Double`.
    init(numberText text: String) {
        if let integer = Int64(text), !text.hasPrefix("-0"), !text.hasPrefix("+") {
            self = .integer(integer)
        } else if let double = Double(text), double.isFinite, double.description == text {
            self = .double(double)
        } else {
            self = .number(text)
        }
    }
}
