import ArgumentParser
import Catalog
import Documents

/// A verb that asks or does something by the name that the cluster's schemas have for it, with
/// parameters that only they know.
protocol OperationVerb: ClusterVerb {
    static var category: Category { get }
    /// All that the parser did not know, in order.
    var words: [String] { get }
    var options: OperationOptions { get }
}

/// What all such verbs take besides their words.
struct OperationOptions: ParsableArguments, Sendable {
    @Option(
        help: .init(
            "A parameter by its own name, for those that are called like a flag of ours.",
            valueName: "name=value"))
    var param: [String] = []

    @Flag(help: .hidden) var explain = false

    @OptionGroup(title: "Target options") var target: TargetOptions
    @OptionGroup var asking: AskingOptions
    @OptionGroup var format: OutputOptions
    @OptionGroup var secrets: SecretOptions
}

/// A query or an action as a line means it.
struct Operation: Sendable {
    let kind: CatalogKind
    /// Of its parameters alone.
    var spec: JSONValue
    let choice: TargetChoice
    let asking: Asking

    /// The spec with its target, in the form that the kind's operator heeds.
    func targeted() async throws -> JSONValue {
        var spec = spec
        try await choice.resolved(for: kind, namespace: asking.namespace, in: asking.context)
            .write(into: &spec, of: kind)
        return spec
    }
}

extension OperationVerb {
    static var name: String { Roster.names(of: Self.self)[0] }
    static var noun: String { category == .action ? "action" : "query" }

    /// What the line means.
    ///
    /// - Returns: nil when it asked for the list or for help, which was shown then.
    func operation(in context: VerbContext) async throws -> Operation? {
        let typed = OperationWords(words)
        guard let name = typed.name else {
            try OperationHelp.general(
                Self.self, words: typed, isWanted: options.explain, in: context)
            return nil
        }
        if name == "list" {
            try await OperationList(verb: Self.self).show(as: options.format.output, in: context)
            return nil
        }
        if options.explain {
            try await OperationHelp.show(name, Self.self, in: context)
            return nil
        }
        let choice = try TargetChoice(options.target)
        let kind = try await OperationSearch.kind(name, of: Self.self, in: context)
        let parameters = try typed.parameters(of: kind, and: options.param, verb: Self.self)
        return Operation(
            kind: kind, spec: try typed.spec(parameters, of: kind, verb: Self.self),
            choice: choice,
            asking: Asking(
                context: context, kind: kind, namespace: try await context.namespace(),
                options: options.asking))
    }
}
