/// What an expression may speak of.
package struct CELEnvironment: Sendable {
    /// The variables and their types.
    package var variables: [String: CELType]
    package var vocabulary: CELVocabulary
    /// Whether lists and maps may be written with elements of several types.
    ///
    /// Kubernetes refuses them; elsewhere they have dynamic elements.
    package var allowsMixedLiterals: Bool

    package init(
        _ variables: [String: CELType] = [:], vocabulary: CELVocabulary = .kubernetes,
        allowsMixedLiterals: Bool = false
    ) {
        self.variables = variables
        self.vocabulary = vocabulary
        self.allowsMixedLiterals = allowsMixedLiterals
    }
}
