package import ArgumentParser
package import Render

extension OutputFormat: ExpressibleByArgument {
    /// Nil for a text that is none; why, `UsageFailure` finds out by reading it once more.
    package init?(argument: String) {
        guard let format = try? OutputFormat(parsing: argument) else { return nil }
        self = format
    }

    package static var allValueStrings: [String] { words }

    package var defaultValueDescription: String { "table" }
}

/// `-o`, for verbs that report.
package struct OutputOptions: ParsableArguments, Sendable {
    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: .init(
            "The format of the result: table, wide, json, yaml, name, csv, jsonpath= with a"
                + " template or custom-columns= with HEADING:PATH,….", valueName: "output"))
    package var output: OutputFormat = .table

    package init() {}
}

/// `--show-secrets`, for verbs that show values.
package struct SecretOptions: ParsableArguments, Sendable {
    @Flag(help: "Show passwords, tokens and the like instead of hiding them on the screen.")
    package var showSecrets = false

    package init() {}
}
