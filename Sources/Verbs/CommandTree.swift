package import ArgumentParser
import Documents

/// The command definitions as a value, for whoever explains or completes them: manual, completion.
///
/// Read from the parser's own description of itself, so it cannot differ from what is parsed.
package struct CommandTree: Sendable, Hashable {
    package var name: String
    package var aliases: [String]
    package var abstract: String
    package var discussion: String
    package var arguments: [Argument]
    package var subcommands: [CommandTree]
    package var isShown: Bool

    /// A flag, an option or a positional argument.
    package struct Argument: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable {
            case flag, option, positional
        }

        package var kind: Kind
        /// As typed: `-o`, `--output`; none for a positional.
        package var names: [String]
        package var valueName: String
        /// The values that it takes, where they are few.
        package var values: [String]
        package var isRepeating: Bool
        package var isOptional: Bool
        /// Whether help shows it without being asked for all.
        package var isShown: Bool
        package var defaultValue: String?
        package var section: String?
        package var help: String

        package var longName: String? { names.first { $0.hasPrefix("--") } }
    }

    /// The tree below a command.
    package init(_ command: any ParsableCommand.Type) {
        // The parser's own JSON; a tree without commands fails the tests of manual and completion.
        let json = (try? JSONValue(parsing: command._dumpHelp())) ?? .null
        self.init(json["command"] ?? .null)
    }

    /// A tree without a command.
    package static let empty = CommandTree(JSONValue.null)

    private init(_ json: JSONValue) {
        name = json["commandName"]?.stringValue ?? ""
        aliases = json["aliases"]?.strings ?? []
        abstract = json["abstract"]?.stringValue ?? ""
        discussion = json["discussion"]?.stringValue ?? ""
        arguments = (json["arguments"]?.arrayValue ?? []).map(Argument.init)
        subcommands = (json["subcommands"]?.arrayValue ?? []).map { CommandTree($0) }
            .filter { $0.name != "help" }
        isShown = json["shouldDisplay"]?.boolValue ?? true
    }

    /// The command that the words begin with, and how many of them name it.
    ///
    /// Connection flags before the verb are not looked behind.
    package func find(_ words: [String]) -> (command: CommandTree, depth: Int) {
        var command = self
        var depth = 0
        for word in words {
            guard
                let next = command.subcommands.first(where: {
                    $0.name == word || $0.aliases.contains(word)
                })
            else { break }
            command = next
            depth += 1
        }
        return (command, depth)
    }
}

extension CommandTree.Argument {
    fileprivate init(_ json: JSONValue) {
        kind = Kind(rawValue: json["kind"]?.stringValue ?? "") ?? .positional
        names = (json["names"]?.arrayValue ?? []).compactMap { name in
            guard let text = name["name"]?.stringValue else { return nil }
            return (name["kind"]?.stringValue == "long" ? "--" : "-") + text
        }
        valueName = json["valueName"]?.stringValue ?? ""
        values = json["allValues"]?.strings ?? []
        isRepeating = json["isRepeating"]?.boolValue ?? false
        isOptional = json["isOptional"]?.boolValue ?? false
        isShown = json["shouldDisplay"]?.boolValue ?? true
        defaultValue = json["defaultValue"]?.stringValue
        section = json["sectionTitle"]?.stringValue
        help = json["abstract"]?.stringValue ?? ""
    }
}

extension JSONValue {
    fileprivate var strings: [String] { (arrayValue ?? []).compactMap(\.stringValue) }
}
