package import ArgumentParser

/// The command above all verbs, and the roster.
package struct Root: AsyncParsableCommand, Sendable {
    package static let programName = "petstore-cli"

    package static let configuration = CommandConfiguration(
        commandName: programName,
        abstract: "Look into a running application through its Kubernetes resources.",
        discussion: """
            Shows the state of an API that lives behind generated custom resources, finds out \
            why something fails, and makes temporary changes that are undone when you leave.

            New here? Nothing needs to be set up for the embedded cluster:

              petstore-cli shell --sandbox    (and there: tour)
              petstore-cli get pets --sandbox

            Every flag of kubectl about the connection is there too: --help-hidden after a \
            command shows them.
            """,
        version: Release.version,
        groupedSubcommands: Roster.groups)

    package init() {}
}

/// Every verb once: a new verb is its file, its test, and a line here.
package enum Roster {
    package static let groups: [CommandGroup] = [
        CommandGroup(
            name: "Looking",
            subcommands: [
                Get.self, Describe.self, StatusVerb.self, Explain.self, Targets.self,
                Activity.self,
            ]),
        CommandGroup(
            name: "Checking",
            subcommands: [
                Diagnose.self, Compare.self, Observe.self, DriftReport.self, HealthCheck.self,
                Wait.self,
            ]),
        CommandGroup(name: "Asking", subcommands: [Query.self, Action.self]),
        CommandGroup(
            name: "Changing",
            subcommands: [
                PatchVerb.self, EditVerb.self, Pause.self, Unpause.self, Refresh.self,
                CreateVerb.self, DeleteVerb.self,
            ]),
        CommandGroup(
            name: "Moving state", subcommands: [ExportVerb.self, DiffVerb.self, ImportVerb.self]),
        CommandGroup(
            name: "Undoing",
            subcommands: [
                Changes.self, Undo.self, Keep.self, SessionCommand.self, CleanupVerb.self,
                ControllerCommand.self,
            ]),
        CommandGroup(
            name: "Setting up",
            subcommands: [
                Initialize.self, ShellVerb.self, SandboxCommand.self, Version.self,
                CompletionVerb.self, CompleteVerb.self,
            ]),
        CommandGroup(name: "Shipping", subcommands: [Install.self, GenerateCommand.self]),
    ]

    /// The commands below the root, in the order of help.
    package static var commands: [any ParsableCommand.Type] {
        groups.flatMap(\.subcommands)
    }

    /// All verbs, those below other commands included.
    package static var verbs: [any Verb.Type] { verbs(below: Root.self) }

    private static func verbs(below command: any ParsableCommand.Type) -> [any Verb.Type] {
        let own = (command as? any Verb.Type).map { [$0] } ?? []
        return own + command.configuration.subcommands.flatMap(verbs(below:))
    }

    /// What a command is typed as: its names.
    package static func names(of command: any ParsableCommand.Type) -> [String] {
        let own = command.configuration.commandName ?? command._commandName
        return [own] + command.configuration.aliases
    }
}
