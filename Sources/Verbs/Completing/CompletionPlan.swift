package import Catalog

/// What kind of word stands at the cursor: pure, from the words and the command definitions alone.
package struct CompletionPlan: Sendable, Equatable {
    package enum Wanted: Sendable, Equatable {
        /// Names of commands, at the first place with the shell's own words.
        case commands([CommandTree], withShellWords: Bool)
        case flags([CommandTree.Argument])
        case values([String])
        case kinds
        /// Names of objects of a kind, in the namespace when the line says one.
        case names(kind: String, namespace: String?)
        /// `field=` of a kind's spec, then the values of that field.
        case fields(kind: String)
        /// Names of the queries or actions that the schemas know.
        case operations(Category)
        /// The parameters of one of them, and flags of the verb besides.
        case parameters(Category, operation: String, besides: [CommandTree.Argument])
        case parameterValues(Category, operation: String, parameter: String)
        case namespaces
        case contexts
        /// Ordinals and names of pods.
        case pods(namespace: String?)
        /// `key=` of labels that objects of a kind have, then the values of that key.
        case labels(kind: String, namespace: String?)
        case files
        case nothing
    }

    /// Scalars before the cursor that a candidate replaces.
    package var replaced = 0
    /// What of them is typed already and stays in front of the candidate (`pet/`, `--output=`).
    package var prefix = ""
    /// The part of the word that the candidates must begin with.
    package var partial = ""
    package var wanted = Wanted.nothing

    /// Plans for a command line of which the last word may be begun.
    package init(words: [String], partial: String, tree: CommandTree) {
        self.partial = partial
        wanted = want(after: words, tree: tree)
    }

    private mutating func want(after words: [String], tree: CommandTree) -> Wanted {
        guard let first = words.first else {
            return .commands(tree.subcommands, withShellWords: true)
        }
        if first == "help" {
            return .commands(
                tree.find(Array(words.dropFirst())).command.subcommands,
                withShellWords: false)
        }
        let (command, depth) = tree.find(words)
        guard depth > 0 else { return .nothing }
        let rest = Array(words.dropFirst(depth))
        if rest.contains("--") { return .nothing }
        if let option = command.option(expectingValueAfter: rest) {
            return values(of: option, command, Array(rest.dropLast()))
        }
        if partial.hasPrefix("-") {
            return flag(of: command, rest)
        }
        if let operation = command.operation(in: rest), let name = operation.name {
            return parameters(of: operation.category, name, command, rest)
        }
        if rest.isEmpty, !command.subcommands.isEmpty {
            return .commands(command.subcommands, withShellWords: false)
        }
        return positional(of: command, rest)
    }

    /// A flag that is begun, or its value behind `=`.
    private mutating func flag(of command: CommandTree, _ rest: [String]) -> Wanted {
        let operation = command.operation(in: rest)
        if let equals = partial.firstIndex(of: "=") {
            let name = String(partial[..<equals])
            if let option = command.option(named: name) {
                move(behind: equals)
                return values(of: option, command, rest)
            }
            if let operation, let word = operation.name {
                move(behind: equals)
                return valuesOf(parameter: name, operation.category, word)
            }
        }
        let flags = command.arguments.filter { $0.kind != .positional }
        guard let operation, let word = operation.name else { return .flags(flags) }
        return .parameters(operation.category, operation: word, besides: flags)
    }

    /// Behind the name of a query or an action, where no flag is begun.
    private mutating func parameters(
        of category: Category, _ name: String, _ command: CommandTree, _ rest: [String]
    ) -> Wanted {
        guard let last = rest.last, last.hasPrefix("--"), !last.contains("="),
            !command.arguments.contains(where: { $0.names.contains(last) })
        else { return .parameters(category, operation: name, besides: []) }
        return valuesOf(parameter: last, category, name)
    }

    private mutating func valuesOf(
        parameter flag: String, _ category: Category, _ operation: String
    ) -> Wanted {
        if let comma = partial.lastIndex(of: ",") { move(behind: comma) }
        return .parameterValues(
            category, operation: operation, parameter: String(flag.drop { $0 == "-" }))
    }

    private static let fileOptions: Set<String> = [
        "--file", "--filename", "--kubeconfig", "--client-certificate", "--client-key",
        "--certificate-authority", "--cache-dir", "--output-file",
    ]
    private static let podOptions: Set<String> = [
        "--pod", "--pods", "--target-pod", "--pod-ordinal", "--pod-name",
    ]

    private mutating func values(
        of option: CommandTree.Argument, _ command: CommandTree, _ rest: [String]
    ) -> Wanted {
        if !option.values.isEmpty { return .values(option.values) }
        let given = command.positionals(in: rest)
        let names = Set(option.names)
        if names.contains("--namespace") { return .namespaces }
        if names.contains("--for"), Roster.names(of: Wait.self).contains(command.name) {
            return .values(WaitCondition.beginnings)
        }
        if names.contains("--context") { return .contexts }
        if !names.isDisjoint(with: Self.fileOptions) { return .files }
        if !names.isDisjoint(with: Self.podOptions) {
            if let comma = partial.lastIndex(of: ",") { move(behind: comma) }
            return .pods(namespace: given.namespace)
        }
        if names.contains("--selector"), let kind = given.words.first {
            if let comma = partial.lastIndex(of: ",") { move(behind: comma) }
            return .labels(
                kind: String(kind.prefix { $0 != "/" && $0 != "," }), namespace: given.namespace)
        }
        return .nothing
    }

    private mutating func positional(of command: CommandTree, _ rest: [String]) -> Wanted {
        let positionals = command.arguments.filter { $0.kind == .positional }
        guard let first = positionals.first else { return .nothing }
        let given = command.positionals(in: rest)
        if let operation = command.operation(in: rest) { return .operations(operation.category) }
        guard first.help.hasPrefix("KIND") else {
            let index = min(given.words.count, positionals.count - 1)
            let isFile = ["file", "path", "folder"].contains(positionals[index].valueName)
            return isFile ? .files : .values(positionals[index].values)
        }
        let takesFields = positionals.contains { $0.help.contains("=") }
        guard let kind = given.words.first else { return kindOrName(given.namespace) }
        let named = kind.split(separator: "/").count > 1
        if takesFields, given.words.count >= (named ? 1 : 2) {
            if let equals = partial.firstIndex(of: "=") { move(behind: equals) }
            return .fields(kind: String(kind.prefix { $0 != "/" }))
        }
        if named { return kindOrName(given.namespace) }
        return .names(
            kind: String(kind.split(separator: ",").last ?? ""), namespace: given.namespace)
    }

    /// `pet`, `pets,ord…`, `pet/flu…`.
    private mutating func kindOrName(_ namespace: String?) -> Wanted {
        if let slash = partial.firstIndex(of: "/") {
            let kind = String(partial[..<slash])
            move(behind: slash)
            return .names(kind: kind, namespace: namespace)
        }
        if let comma = partial.lastIndex(of: ",") { move(behind: comma) }
        return .kinds
    }

    private mutating func move(behind index: String.Index) {
        let next = partial.index(after: index)
        prefix += partial[..<next]
        partial = String(partial[next...])
    }
}

extension CommandTree {
    /// The option that takes the word after these as its value.
    fileprivate func option(expectingValueAfter words: [String]) -> Argument? {
        guard let last = words.last, last.hasPrefix("-") else { return nil }
        return option(named: last)
    }

    /// What the first word of such a verb names, by its help, and that word when it was typed.
    fileprivate func operation(in words: [String]) -> (category: Category, name: String?)? {
        let help = arguments.first { $0.kind == .positional }?.help ?? ""
        let categories: [Category] = [.query, .action]
        guard let category = categories.first(where: { help.hasPrefix($0.rawValue.uppercased()) })
        else { return nil }
        return (category, positionals(in: words).words.first)
    }

    fileprivate func option(named name: String) -> Argument? {
        arguments.first { $0.kind == .option && $0.names.contains(name) }
    }

    /// The words that are neither flags nor values of options, and the namespace that is said.
    fileprivate func positionals(in words: [String]) -> (words: [String], namespace: String?) {
        var found: [String] = []
        var namespace: String?
        var index = 0
        while index < words.count {
            let word = words[index]
            index += 1
            guard word.hasPrefix("-") else {
                found.append(word)
                continue
            }
            if let option = option(named: word), index < words.count {
                if option.names.contains("--namespace") { namespace = words[index] }
                index += 1
            } else if word.hasPrefix("--namespace=") {
                namespace = String(word.dropFirst("--namespace=".count))
            }
        }
        return (found, namespace)
    }
}
