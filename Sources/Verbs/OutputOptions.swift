package import ArgumentParser
package import Render

extension OutputFormat: ExpressibleByArgument {}

/// `-o`, for verbs that report.
package struct OutputOptions: ParsableArguments, Sendable {
    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: "The format of the result: table, wide, json, yaml or name.")
    package var output: OutputFormat = .table

    package init() {}
}

/// `--show-secrets`, for verbs that show values.
package struct SecretOptions: ParsableArguments, Sendable {
    @Flag(help: "Show passwords, tokens and the like instead of hiding them on the screen.")
    package var showSecrets = false

    package init() {}
}
