/// A file that ships beside the binary: a page of the manual, a completion script.
package struct ShippedFile: Sendable, Hashable {
    /// Where it lies in the source tree and in archives: `man/petstore-cli.1`.
    package var path: String
    package var text: String

    package init(path: String, text: String) {
        self.path = path
        self.text = text
    }

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    var isPage: Bool { path.hasPrefix("man/") }
    var isCompletion: Bool { path.hasPrefix("completions/") }
}

/// The plugin names under which kubectl finds us, as file names have them.
enum PluginName: String, CaseIterable, Sendable {
    /// `kubectl petstore`.
    case petstore
    /// `kubectl api-diag`.
    case diagnostics = "api_diag"

    var executable: String { "kubectl-" + rawValue }
    var completer: String { "kubectl_complete-" + rawValue }
    /// As krew and people write it.
    var command: String { rawValue == "api_diag" ? "api-diag" : rawValue }
}
