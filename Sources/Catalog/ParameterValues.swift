package import Documents
import KubernetesCore

/// What was given for a parameter: `--status=pending`, or `--status` alone.
package struct ParameterWord: Sendable, Hashable {
    /// As it was typed, without dashes.
    package var name: String
    /// Nil for a flag that stands alone.
    package var text: String?
    /// The word itself, for messages: `--status`.
    package var shown: String

    package init(name: String, text: String?, shown: String) {
        self.name = name
        self.text = text
        self.shown = shown
    }
}

extension CatalogKind {
    /// The part of a spec that parameters mean, typed and checked by the schema.
    ///
    /// A list may be given by several words, by commas, or as JSON; an object as JSON; a boolean
    /// by its name alone. Without a schema a value that is JSON is taken as JSON.
    ///
    /// - Throws: `CatalogError` for an unknown parameter, one given twice, a missing one that is
    ///   required, and values that do not fit.
    package func spec(of words: [ParameterWord]) throws(CatalogError) -> JSONObject {
        var texts: [(parameter: Parameter, words: [ParameterWord])] = []
        var spec = JSONObject()
        for word in words {
            guard schema != nil else {
                spec[word.name] = ValueReader.untyped(word.text ?? "true") ?? .null
                continue
            }
            guard let parameter = parameter(named: word.name) else {
                throw Self.unknown(
                    word.name, word.name, among: parameters.map(\.name), kind: type.kind)
            }
            if let index = texts.firstIndex(where: { $0.parameter.name == parameter.name }) {
                texts[index].words.append(word)
            } else {
                texts.append((parameter, [word]))
            }
        }
        for (parameter, words) in texts {
            spec[parameter.name] = try Self.value(of: words, for: parameter)
        }
        let missing = parameters.filter { $0.isRequired && spec[$0.name] == nil }
        guard missing.isEmpty else {
            let flags = missing.map { "--\($0.flagName)" }
            throw CatalogError(
                .malformed(
                    flags.joined(separator: " and ") + (flags.count == 1 ? " is" : " are")
                        + " required"))
        }
        return spec
    }

    private static func value(
        of words: [ParameterWord], for parameter: Parameter
    ) throws(CatalogError) -> JSONValue {
        let name = words[0].shown
        let node = parameter.node
        if node.type == "array" {
            var items: [JSONValue] = []
            for word in words {
                let value = try ValueReader.value(
                    of: try text(of: word, node), for: node, named: name)
                items += value.arrayValue ?? [value]
            }
            return .array(items)
        }
        guard words.count == 1 else {
            throw CatalogError(
                .malformed("\(name) is given \(words.count) times and takes one value"))
        }
        return try ValueReader.value(of: try text(of: words[0], node), for: node, named: name)
    }

    private static func text(
        of word: ParameterWord, _ node: SchemaNode
    ) throws(CatalogError) -> String {
        if let text = word.text { return text }
        guard node.type == "boolean" else {
            throw CatalogError(.malformed("\(word.shown) needs a value, such as \(word.shown)=…"))
        }
        return "true"
    }
}
