import Catalog
import Documents
import KubernetesClient
import Render

/// The words of such a verb that are none of its own flags: a name, and parameters.
///
/// Pure.
struct OperationWords: Sendable, Hashable {
    /// Nil where none was typed.
    var name: String?
    private var rest: [String] = []

    /// - Parameter words: all that the parser did not know, in their order.
    init(_ words: [String]) {
        guard let first = words.firstIndex(where: { !$0.hasPrefix("-") }) else {
            rest = words
            return
        }
        name = words[first]
        rest = Array(words[..<first] + words[(first + 1)...])
    }

    /// The first of them that looks like a flag.
    var firstFlag: String? {
        rest.first { $0.hasPrefix("-") }.map { String($0.prefix { $0 != "=" }) }
    }

    /// The parameters that the words mean.
    ///
    /// - Parameters:
    ///   - kind: whose they are; with its schema unknown ones are refused.
    ///   - assignments: the values of `--param`, each `NAME=VALUE`.
    ///   - verb: for the names of its own flags.
    /// - Returns: what was given, in order.
    /// - Throws: `Failure` for words that are no parameters of it.
    func parameters(
        of kind: CatalogKind, and assignments: [String], verb: any OperationVerb.Type
    ) throws(Failure) -> [ParameterWord] {
        var found: [ParameterWord] = []
        var words = rest[...]
        while let word = words.popFirst() {
            guard word.hasPrefix("--"), word.count > 2 else { throw Self.stray(word, kind) }
            let text = word.dropFirst(2)
            let flag = "--" + text.prefix { $0 != "=" }
            let name = String(flag.dropFirst(2))
            try Self.check(name, shown: flag, kind, verb)
            if text.contains("=") {
                found.append(
                    ParameterWord(
                        name: name, text: String(text.dropFirst(name.count + 1)), shown: flag))
                continue
            }
            let isSwitch = kind.parameter(named: name)?.node.type == "boolean"
            let value = isSwitch ? nil : words.popFirst()
            found.append(ParameterWord(name: name, text: value, shown: flag))
        }
        for assignment in assignments {
            guard let (name, text) = assignment.splitting(at: "="), !name.isEmpty else {
                throw Failure(
                    .usage(""), "--param \(assignment) is not of the form NAME=VALUE")
            }
            try Self.check(name, shown: "--param \(name)", kind, verb)
            found.append(ParameterWord(name: name, text: text, shown: name))
        }
        return found
    }

    /// The spec that parameters make.
    ///
    /// - Throws: `Failure` with the way to the operation's own help.
    func spec(
        _ parameters: [ParameterWord], of kind: CatalogKind, verb: any OperationVerb.Type
    ) throws(Failure) -> JSONValue {
        do throws(CatalogError) {
            return .object(try kind.spec(of: parameters))
        } catch {
            let help = "\(Root.programName) \(verb.name) \(kind.friendlyName) --help"
            throw Failure(
                .mistake, "\(kind.friendlyName): \(error.message)",
                hints: (error.hint.map { [$0] } ?? []) + ["\(help) explains its parameters"])
        }
    }

    private static func check(
        _ name: String, shown: String, _ kind: CatalogKind, _ verb: any OperationVerb.Type
    ) throws(Failure) {
        guard kind.schema != nil, kind.parameter(named: name) == nil else { return }
        let own = CommandTree(verb).arguments.compactMap(\.longName).map { $0.dropFirst(2) }
        let parameters = kind.parameters.map(\.flagName)
        let meant = Spelling.suggestion(
            for: Spelling.kebab(name), among: parameters + own.map(String.init))
        let known = parameters.map { "--\($0)" }.joined(separator: ", ")
        throw Failure(
            .usage(""), "unknown option '\(shown)': \(kind.friendlyName) has no such parameter",
            hints: [
                meant.map { "did you mean --\($0)?" }
                    ?? (known.isEmpty
                        ? "\(kind.friendlyName) takes no parameters" : "its parameters: \(known)")
            ])
    }

    private static func stray(_ word: String, _ kind: CatalogKind) -> Failure {
        let example = kind.parameters.first.map { "--\($0.flagName)=VALUE" }
        return Failure(
            .usage(""), "\"\(word)\" is no parameter of \(kind.friendlyName)",
            hints: [
                example.map { "parameters are written like \($0)" }
                    ?? "\(kind.friendlyName) takes no parameters"
            ])
    }
}

/// Finds the kind behind the name of a query or an action.
enum OperationSearch {
    /// - Throws: `Failure` of kind `.notFound` with a suggestion when nothing has that name.
    static func kind(
        _ name: String, of verb: any OperationVerb.Type, in context: VerbContext
    ) async throws -> CatalogKind {
        if let kind = try await found(name, verb.category, in: context.access, .verified) {
            return kind
        }
        throw unknown(name, of: verb, among: try await context.access.catalog())
    }

    /// - Returns: the kind with its schema; nil where nothing has that name.
    static func found(
        _ name: String, _ category: Category, in access: ClusterAccess, _ freshness: Freshness
    ) async throws -> CatalogKind? {
        let discovered = try await access.discovery(.custom, freshness).catalog
        if let kind = try found(name, category, in: discovered) {
            return try await access.withSchema(kind, freshness)
        }
        // What a kind is may show in its schema alone.
        return try found(name, category, in: try await access.catalog(of: nil, freshness))
    }

    private static func found(
        _ name: String, _ category: Category, in catalog: Catalog
    ) throws(CatalogError) -> CatalogKind? {
        do throws(CatalogError) {
            return try catalog.resolve(name, category: category)
        } catch  where error.isUnknown {
            return nil
        }
    }

    private static func unknown(
        _ name: String, of verb: any OperationVerb.Type, among catalog: Catalog
    ) -> Failure {
        let names = catalog.kinds.filter { $0.category == verb.category }.map(\.friendlyName)
        var hints: [String] = []
        if let meant = Spelling.suggestion(for: name, among: names) {
            hints.append("did you mean \"\(meant)\"?")
        }
        return Failure(
            .notFound, "unknown \(verb.noun) \"\(name)\"", hints: hints,
            steps: [NextStep([verb.name, "list"], "shows what there is")])
    }
}
