/// What a function does with its arguments; the receiver comes first.
///
/// It throws `CELError.noOverload` for arguments of types that it does not take.
package typealias CELFunction = @Sendable (CELMachine, [CELValue]) throws(CELError) -> CELValue

/// Functions that expressions may call.
package struct CELLibrary: Sendable {
    let signatures: [CELSignature]
    let functions: [String: CELFunction]

    /// Makes a library.
    ///
    /// - Parameters:
    ///   - table: the signatures, one a line: `string.contains(string) -> bool`,
    ///     `size(list<A>) -> int`; names that share one stand with `|` between them.
    ///   - functions: what they do, by name; that of a member begins with a dot.
    package init(_ table: String, _ functions: [String: CELFunction]) {
        signatures = CELSignature.table(table)
        self.functions = functions
    }
}

/// All functions of some libraries, ready to be looked up.
package final class CELVocabulary: Sendable {
    private let signatures: [String: [CELSignature]]
    private let functions: [String: CELFunction]

    /// Where libraries declare the same function, all its signatures hold, and what the last one
    /// does.
    package init(_ libraries: [CELLibrary]) {
        var signatures: [String: [CELSignature]] = [:]
        var functions: [String: CELFunction] = [:]
        for library in libraries {
            for signature in library.signatures {
                let key = (signature.isMember ? "." : "") + signature.name
                signatures[key, default: []].append(signature)
            }
            functions.merge(library.functions) { $1 }
        }
        self.signatures = signatures
        self.functions = functions
    }

    /// The language itself.
    package static let standard = CELVocabulary([.standard])

    /// The language with what Kubernetes adds to it.
    package static let kubernetes = CELVocabulary(CELLibrary.kubernetes)

    func signatures(_ key: String) -> [CELSignature]? { signatures[key] }

    func function(_ key: String) -> CELFunction? { functions[key] }

    /// Names that are declared without a function, or the other way round; none, as tests hold.
    package var loose: [String] {
        let declared = Set(signatures.keys.filter { CELOperator(rawValue: $0) == nil })
        return declared.symmetricDifference(functions.keys).sorted()
    }
}

extension CELLibrary {
    /// The language and the libraries of a recent Kubernetes.
    package static var kubernetes: [CELLibrary] {
        [.standard, .strings, .lists, .sets, .patterns, .urls, .quantities, .optionals]
    }
}
