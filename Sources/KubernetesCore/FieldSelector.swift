/// A selector over fields: `metadata.name=x,status.phase!=Failed`.
///
/// In values a backslash protects `\`, `,` and `=`. Which fields exist is for the server to say.
package struct FieldSelector: Sendable, Hashable, CustomStringConvertible {
    package struct Requirement: Sendable, Hashable {
        package var field: String
        package var isNegated: Bool
        package var value: String

        package init(_ field: String, isNegated: Bool = false, _ value: String) {
            self.field = field
            self.isNegated = isNegated
            self.value = value
        }
    }

    package var requirements: [Requirement]

    package init(_ requirements: [Requirement] = []) { self.requirements = requirements }

    /// The selector for the one object of that name.
    package static func name(_ name: String) -> FieldSelector {
        FieldSelector([Requirement("metadata.name", name)])
    }

    /// Reads a selector as it is typed after `--field-selector`.
    package static func parse(_ text: String) throws(SelectorError) -> FieldSelector {
        var requirements: [Requirement] = []
        for term in split(text) where !term.isEmpty {
            requirements.append(try requirement(term, in: text))
        }
        return FieldSelector(requirements)
    }

    /// Whether fields meet every requirement; a field that is absent counts as empty.
    package func matches(_ fields: [String: String]) -> Bool {
        requirements.allSatisfy { ((fields[$0.field] ?? "") == $0.value) != $0.isNegated }
    }

    /// The text form that the server takes.
    package var description: String {
        requirements.map { "\($0.field)\($0.isNegated ? "!=" : "=")\(Self.escape($0.value))" }
            .joined(separator: ",")
    }

    private static func split(_ text: String) -> [[Unicode.Scalar]] {
        var terms: [[Unicode.Scalar]] = [[]]
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if scalar == ",", !isEscaped {
                terms.append([])
                continue
            }
            isEscaped = scalar == "\\" && !isEscaped
            terms[terms.count - 1].append(scalar)
        }
        return terms
    }

    private static func requirement(
        _ term: [Unicode.Scalar], in whole: String
    ) throws(SelectorError) -> Requirement {
        let shown = text(term[...])
        func fault(_ reason: String) -> SelectorError {
            SelectorError("invalid field selector \"\(whole)\": \(reason)")
        }
        for index in term.indices {
            for (mark, isNegated) in [("!=", true), ("==", false), ("=", false)]
            where term[index...].starts(with: mark.unicodeScalars) {
                let field = text(term[..<index])
                guard !field.isEmpty else { throw fault("\"\(shown)\" names no field") }
                guard let value = unescape(term[(index + mark.unicodeScalars.count)...]) else {
                    throw fault(
                        "in the value of \"\(shown)\", \",\" and \"=\" and \"\\\" need a \"\\\"")
                }
                return Requirement(field, isNegated: isNegated, value)
            }
        }
        throw fault("\"\(shown)\" is not of the form field=value, field==value or field!=value")
    }

    private static func unescape(_ value: ArraySlice<Unicode.Scalar>) -> String? {
        var result = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in value {
            let isSpecial = scalar == "\\" || scalar == "," || scalar == "="
            if isEscaped {
                guard isSpecial else { return nil }
                isEscaped = false
                result.append(scalar)
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                guard !isSpecial else { return nil }
                result.append(scalar)
            }
        }
        return isEscaped ? nil : String(result)
    }

    private static func escape(_ value: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            if scalar == "\\" || scalar == "," || scalar == "=" { result.append("\\") }
            result.append(scalar)
        }
        return String(result)
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
