import Documents
package import Render

/// How next steps are written down.
package enum StepText {
    /// One line a step: with the program's name to be typed, or with the number for `next`.
    package static func lines(_ steps: [NextStep], inShell: Bool) -> [String] {
        steps.enumerated().map { index, step in
            guard inShell else {
                let end = step.purpose.isEmpty ? "" : " " + step.purpose
                return typed(step) + end
            }
            let end = step.purpose.isEmpty ? "" : "  (\(step.purpose))"
            return "next \(index + 1): \(command(step))\(end)"
        }
    }

    /// The end of a report: our own commands with numbers, by which a shell runs them.
    ///
    /// - Parameters:
    ///   - steps: what to propose.
    ///   - program: what is typed in front of our commands; nil in a shell.
    /// - Returns: the section.
    static func section(_ steps: [NextStep], program: String?) -> Section {
        var number = 0
        let paragraphs = steps.map { step in
            let end = step.purpose.isEmpty ? "" : " (\(step.purpose))"
            if let other = step.program {
                return Paragraph("  $  ", "\(other) \(command(step))\(end)")
            }
            number += 1
            let own = program.map { "\($0) " } ?? ""
            return Paragraph("  \(number). ", "\(own)\(command(step))\(end)")
        }
        let title = program == nil && number > 0 ? "Next steps (next N runs one):" : "Next steps:"
        return Section(title, .paragraphs(paragraphs))
    }

    /// The form for programs.
    static func payload(_ steps: [NextStep]) -> JSONValue {
        .array(
            steps.map { step in
                [
                    "program": .string(step.program ?? Root.programName),
                    "words": .array(step.words.map { .string($0) }),
                    "purpose": .string(step.purpose),
                ]
            })
    }

    /// The whole command, as it is typed outside our shell.
    static func typed(_ step: NextStep) -> String {
        "\(step.program ?? Root.programName) \(command(step))"
    }

    /// The words as a shell takes them.
    private static func command(_ step: NextStep) -> String {
        step.words.map(quoted).joined(separator: " ")
    }

    static func quoted(_ word: String) -> String {
        let isPlain = word.allSatisfy {
            $0.isLetter || $0.isNumber || "-_./=:,@%+".contains($0)
        }
        return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }
}

extension ListedObject {
    /// From `pet.petstore.example.com/fluffy`, as reports name their objects.
    init?(qualified text: String) {
        guard let slash = text.firstIndex(of: "/") else { return nil }
        self.init(kind: String(text[..<slash]), name: String(text[text.index(after: slash)...]))
    }
}
