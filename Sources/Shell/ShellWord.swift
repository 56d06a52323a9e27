/// The words that the shell itself knows, beside the verbs.
enum ShellWord: String, CaseIterable, Sendable {
    case alias, clear, exit, help, history, jobs, kill, next, ns, quit, set, source, tour,
        transcript
    case unalias, use, watch

    static let names = allCases.map(\.rawValue)

    /// What is typed behind it.
    var usage: String {
        switch self {
        case .alias: "[NAME=COMMAND]"
        case .clear, .exit, .quit, .history, .jobs: ""
        case .help: "[COMMAND]"
        case .kill: "%NUMBER"
        case .next: "[NUMBER]"
        case .ns: "NAMESPACE | -"
        case .set: "[NAME [VALUE]]"
        case .source: "FILE"
        case .tour: "[skip | stop]"
        case .transcript: "FILE | off"
        case .unalias: "NAME"
        case .use: "CONTEXT[/NAMESPACE] | -"
        case .watch: "[INTERVAL] COMMAND"
        }
    }

    var summary: String {
        switch self {
        case .alias: "Give a command a name of your own, or list such names"
        case .clear: "Clear the screen (Ctrl-L keeps what is typed)"
        case .exit, .quit: "Undo temporary changes and leave"
        case .help: "This overview, or all about one command"
        case .history: "The lines typed so far"
        case .jobs: "What runs in the background (COMMAND &)"
        case .kill: "End a background job"
        case .next: "Run one of the next steps that were proposed, or list them"
        case .ns: "Work in another namespace; - goes back"
        case .set: "Show or change how the shell behaves"
        case .source: "Run the commands of a file"
        case .tour: "A walk through the sandbox for newcomers"
        case .transcript: "Keep what is typed and shown in a file"
        case .unalias: "Forget a name of your own"
        case .use: "Work on another cluster; - alone goes back, too"
        case .watch: "Run a command again and again until Ctrl-C"
        }
    }
}
