import Terminal
import Verbs

/// What the user wants of every shell: names in `config.yaml`, and the commands of `shellrc`.
struct OwnFile: Sendable {
    let loop: ShellLoop

    private var path: String { loop.world.directories.configuration + "/shellrc" }

    /// Runs it, where somebody types; a mistake in it is told, and ends it, not the shell.
    func run() async {
        guard loop.request.readsOwnFile else { return }
        takeNames()
        guard FilePlace.exists(path) else { return }
        _ = await LineRunner(shell: loop).runFile(path)
    }

    private func takeNames() {
        do {
            for (name, text) in try UserAliases.read(in: loop.world) {
                guard case .define(name, let words) = AliasWords(["\(name)=\(text)"]) else {
                    loop.say("note: the alias \(name) in config.yaml stands for no command")
                    continue
                }
                loop.settings.setAlias(name, words)
            }
        } catch {
            loop.say("note: \(Failure(error, world: loop.world).message)")
        }
    }
}
