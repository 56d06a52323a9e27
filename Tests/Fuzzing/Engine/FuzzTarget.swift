// The fuzzer: hostile bytes for every reader of bytes that others send us. A reader may refuse an
// input; it may not crash, hang, take memory without bound, or contradict itself. Inputs follow
// from a seed alone, so whatever is found is found again. It must never touch a cluster.

/// One reader with what is needed to try it.
package struct FuzzTarget: Sendable {
    /// The name of the target and of its folder in the corpus.
    package var name: String
    /// Words of the language that it reads: a mutation puts them in.
    package var words: [String]
    /// Gives the bytes to the reader.
    ///
    /// - Returns: whether the reader took them; such inputs are mutated on.
    /// - Throws: `FuzzFinding`, where the reader contradicts itself.
    package var attempt: @Sendable (_ input: [UInt8]) throws(FuzzFinding) -> Bool

    package init(
        _ name: String, words: [String],
        attempt: @escaping @Sendable (_ input: [UInt8]) throws(FuzzFinding) -> Bool
    ) {
        self.name = name
        self.words = words
        self.attempt = attempt
    }
}

/// What a reader did that no reader may do.
package struct FuzzFinding: Error, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}

/// Throws unless the rule holds.
func demand(_ holds: Bool, _ rule: @autoclosure () -> String) throws(FuzzFinding) {
    if !holds { throw FuzzFinding(rule()) }
}
