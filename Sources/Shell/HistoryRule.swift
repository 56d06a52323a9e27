import Catalog
import Documents
import KubernetesCore
import Terminal
import Verbs

/// Which typed lines are remembered, and which never (shell.md, habit 1).
struct HistoryRule: Sendable {
    /// Options whose value is a secret.
    private static let secretOptions: Set<String> = ["--token", "--password"]

    /// Whether the line may be written to disk.
    ///
    /// The commands are nil where the text could not be read as such; the schemas are those of
    /// the kinds that it changes, where they are known.
    static func allows(_ text: String, commands: [[String]]?, schemas: [KindSchema] = []) -> Bool {
        if text.hasPrefix(" ") || text.allSatisfy(\.isWhitespace) { return false }
        guard let commands else {
            // Not even words: whatever looks like a secret in it might be one.
            let words = text.split { $0.isWhitespace || $0 == "'" || $0 == "\"" }.map(String.init)
            return !holdsSecret(words, schemas: schemas)
        }
        return !commands.contains { holdsSecret($0, schemas: schemas) }
    }

    /// Whether the text holds a secret by its own words.
    static func isSecret(_ text: String) -> Bool {
        guard case .commands(let commands) = CommandText(text) else {
            return !allows("." + text, commands: nil)
        }
        return commands.contains { holdsSecret($0.spokenWords, schemas: []) }
    }

    private static func holdsSecret(_ words: [String], schemas: [KindSchema]) -> Bool {
        for (index, word) in words.enumerated() {
            if secretOptions.contains(word) || isAuthorization(word) { return true }
            if let value = value(of: "--spec", at: index, in: words) {
                // What is no JSON is refused before it is sent, but may hold a secret all the same.
                guard let json = try? JSONValue(parsing: value) else {
                    if namesSecret(value) { return true }
                    continue
                }
                if holdsSecret(json, at: ["spec"], schemas: schemas) { return true }
            }
            guard let equals = word.firstIndex(of: "=") else { continue }
            let name = String(word[..<equals])
            if secretOptions.contains(name) { return true }
            let path = name.split(separator: ".").map(String.init)
            if path.contains(where: SecretName.isSecret) { return true }
            if isSecret(["spec"] + path, in: schemas) || isSecret(path, in: schemas) { return true }
        }
        return false
    }

    /// Whether it is, or holds, the header field that proves who asks, as `curl -H` takes it.
    private static func isAuthorization(_ word: String) -> Bool {
        word.lowercased().contains("authorization:")
    }

    private static func namesSecret(_ text: String) -> Bool {
        text.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "-" }
            .contains { SecretName.isSecret(String($0)) }
    }

    private static func value(of option: String, at index: Int, in words: [String]) -> String? {
        if words[index] == option { return index + 1 < words.count ? words[index + 1] : nil }
        return words[index].hasPrefix(option + "=")
            ? String(words[index].dropFirst(option.count + 1)) : nil
    }

    private static func isSecret(_ path: [String], in schemas: [KindSchema]) -> Bool {
        schemas.contains { $0.isSecret(at: JSONPointer(tokens: path)) }
    }

    private static func holdsSecret(
        _ json: JSONValue, at path: [String], schemas: [KindSchema]
    ) -> Bool {
        if let object = json.objectValue {
            return object.contains { member in
                SecretName.isSecret(member.name) || isSecret(path + [member.name], in: schemas)
                    || holdsSecret(member.value, at: path + [member.name], schemas: schemas)
            }
        }
        return json.arrayValue?.enumerated().contains { index, item in
            holdsSecret(item, at: path + [String(index)], schemas: schemas)
        } ?? false
    }

    /// The lines for arrows and search: the newest of equal lines stays.
    static func withoutDuplicates(_ lines: [String]) -> [String] {
        var seen: Set<[UInt8]> = []
        return lines.reversed().filter { seen.insert(Array($0.utf8)).inserted }.reversed()
    }
}
