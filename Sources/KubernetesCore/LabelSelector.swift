/// A selector over labels: the whole grammar of `-l`.
///
/// `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, `a>1`, `a<1`, joined by commas.
package struct LabelSelector: Sendable, Hashable, CustomStringConvertible {
    package struct Requirement: Sendable, Hashable {
        package enum Operator: Sendable, Hashable {
            case exists, doesNotExist, equals, notEquals, isIn, isNotIn, greaterThan, lessThan
        }

        package var key: String
        package var `operator`: Operator
        package var values: [String]

        package init(_ key: String, _ operator: Operator, _ values: [String] = []) {
            self.key = key
            self.operator = `operator`
            self.values = values
        }
    }

    package var requirements: [Requirement]

    package init(_ requirements: [Requirement] = []) { self.requirements = requirements }

    /// The selector that asks for exactly these labels.
    package init(matching labels: [String: String]) {
        requirements = labels.sorted { $0.key < $1.key }.map {
            Requirement($0.key, .equals, [$0.value])
        }
    }

    /// Reads a selector as it is typed after `-l`.
    package static func parse(_ text: String) throws(SelectorError) -> LabelSelector {
        var parser = LabelSelectorParser(text)
        return LabelSelector(try parser.requirements())
    }

    /// Whether labels meet every requirement.
    ///
    /// As on the server `a!=b` and `a notin (b)` hold for objects without the label `a`.
    package func matches(_ labels: [String: String]) -> Bool {
        requirements.allSatisfy { $0.matches(labels) }
    }

    /// The text form that the server takes.
    package var description: String { requirements.map(\.text).joined(separator: ",") }
}

extension LabelSelector.Requirement {
    package func matches(_ labels: [String: String]) -> Bool {
        let value = labels[key]
        switch `operator` {
        case .exists: return value != nil
        case .doesNotExist: return value == nil
        case .equals, .isIn: return value.map(values.contains) ?? false
        case .notEquals, .isNotIn: return !(value.map(values.contains) ?? false)
        case .greaterThan, .lessThan:
            guard let value, let number = Int64(value),
                let limit = values.first.flatMap({ Int64($0) })
            else { return false }
            return `operator` == .greaterThan ? number > limit : number < limit
        }
    }

    package var text: String {
        switch `operator` {
        case .exists: key
        case .doesNotExist: "!\(key)"
        case .equals: "\(key)=\(values.first ?? "")"
        case .notEquals: "\(key)!=\(values.first ?? "")"
        case .isIn: "\(key) in (\(values.joined(separator: ",")))"
        case .isNotIn: "\(key) notin (\(values.joined(separator: ",")))"
        case .greaterThan: "\(key)>\(values.first ?? "")"
        case .lessThan: "\(key)<\(values.first ?? "")"
        }
    }
}

/// What is wrong with a selector's text.
package struct SelectorError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String
    package var description: String { message }

    package init(_ message: String) { self.message = message }
}

/// Names and values that the server accepts in labels.
package enum LabelSyntax {
    /// The longest value, and the longest name behind the prefix of a key.
    package static let maximumLength = 63
    /// The longest prefix (a DNS name) of a key.
    package static let maximumPrefixLength = 253

    /// What is wrong with a key such as `app.kubernetes.io/name`; nil when nothing is.
    package static func fault(inKey key: String) -> String? {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return "a key has at most one \"/\"" }
        if parts.count == 2 {
            let isPrefix =
                !parts[0].isEmpty && parts[0].utf8.count <= maximumPrefixLength
                && parts[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
                    !$0.isEmpty && $0.utf8.allSatisfy { $0.isLowercaseAlphanumeric || $0 == 45 }
                        && $0.utf8.first != 45 && $0.utf8.last != 45
                }
            guard isPrefix else { return "the prefix of a key must be a DNS name" }
        }
        let name = parts[parts.count - 1]
        guard !name.isEmpty else { return "the name of a key must not be empty" }
        return fault(inName: name, what: "the name of a key")
    }

    /// What is wrong with a label's value; nil when nothing is.
    package static func fault(inValue value: String) -> String? {
        value.isEmpty ? nil : fault(inName: value[...], what: "a value")
    }

    private static func fault(inName name: Substring, what: String) -> String? {
        guard name.utf8.count <= maximumLength else {
            return "\(what) has at most \(maximumLength) characters"
        }
        let isPlain = name.utf8.allSatisfy { $0.isAlphanumeric || [45, 46, 95].contains($0) }
        let hasGoodEnds =
            name.utf8.first?.isAlphanumeric == true && name.utf8.last?.isAlphanumeric == true
        return isPlain && hasGoodEnds
            ? nil
            : "\(what) consists of letters, digits, \"-\", \"_\" and \".\", and begins and ends"
                + " with a letter or digit"
    }
}

extension UInt8 {
    var isLowercaseAlphanumeric: Bool { (self >= 97 && self <= 122) || (self >= 48 && self <= 57) }
    var isAlphanumeric: Bool { isLowercaseAlphanumeric || (self >= 65 && self <= 90) }
}
