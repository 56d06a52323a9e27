package import Render

/// How next steps are written down.
package enum StepText {
    /// One line a step: with the program's name to be typed, or with the number for `next`.
    package static func lines(_ steps: [NextStep], inShell: Bool) -> [String] {
        steps.enumerated().map { index, step in
            let command = step.words.map(quoted).joined(separator: " ")
            guard inShell else {
                let end = step.purpose.isEmpty ? "" : " " + step.purpose
                return "\(Root.programName) \(command)\(end)"
            }
            let end = step.purpose.isEmpty ? "" : "  (\(step.purpose))"
            return "next \(index + 1): \(command)\(end)"
        }
    }

    private static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty && !word.contains { $0.isWhitespace || "'\"\\;|>&#{}".contains($0) }
        return isPlain || word.contains("'") ? word : "'\(word)'"
    }
}

extension ListedObject {
    /// From `pet.petstore.example.com/fluffy`, as reports name their objects.
    init?(qualified text: String) {
        guard let slash = text.firstIndex(of: "/") else { return nil }
        self.init(kind: String(text[..<slash]), name: String(text[text.index(after: slash)...]))
    }
}
