// Shell: the loop of read, dispatch and show, for a person at a terminal and for scripts.
//
// It splits lines into words, asks for the rest of unfinished ones, remembers what was typed,
// completes, tells in the prompt what leaving would undo, and answers signals. Every command
// runs on the Dispatcher's road, as a one-shot command does. It must never act on a cluster by
// itself, never end the process, and never leave without undoing or saying what remains.

package import Terminal
package import Verbs

/// Opens shells; the executable injects it for the verb `shell`.
package enum InteractiveShell {
    /// What `World.shellWords` holds.
    package static let words = Set(ShellWord.names)

    /// What `World.openShell` holds; the signals are the process's, nil where none are heeded.
    package static func opener(signals: SignalHub?) -> ShellOpener {
        { world, state, request in
            let input: ShellInput
            let places = ShellPlaces(state, world: world)
            let settings = ShellSettings(home: world.environment["HOME"])
            let tree = CommandTree(Root.self)
            let completer = Completer(places: places, settings: settings, tree: tree)
            do throws(TerminalError) {
                input = try ShellInput.open(request, world: world, completer: completer)
            } catch {
                let failure = Failure(.mistake, error.message)
                // Where nobody reads what went wrong, the status still tells.
                try? world.errors.write(Array(failure.text.utf8))
                return .mistaken
            }
            let loop = ShellLoop(
                world: world, places: places, settings: settings, input: input, tree: tree,
                request: request)
            let subscription = signals?.listen { loop.signals.receive($0) }
            if case .editor(let editor) = input {
                world.announcements.listen { editor.post($0) }
            }
            let status = await loop.run()
            world.announcements.end()
            if let subscription { signals?.end(subscription) }
            return status
        }
    }
}

extension ShellInput {
    fileprivate static func open(
        _ request: ShellRequest, world: World, completer: Completer
    ) throws(TerminalError) -> ShellInput {
        if let commands = request.commands { return .script(TextLines(commands)) }
        if let file = request.file, file != "-" { return .script(try LineReader(path: file)) }
        let facts = world.terminal
        guard request.file == nil, facts.inputIsTerminal else {
            return .script(try LineReader(descriptor: 0))
        }
        let terminal = DescriptorFacts.current(0)
        guard facts.outputIsTerminal, terminal.canEdit(environment: world.environment) else {
            return .plain(try PromptedReader())
        }
        do throws(TerminalError) {
            // The console of Linux would print the marks.
            let marksCommands = world.environment["TERM"] != "linux"
            let editor = try LineEditor(
                program: world.programName, marksCommands: marksCommands
            ) { _, beforeCursor in
                completer.completion(beforeCursor: beforeCursor)
            }
            completer.attach(editor)
            completer.warmUp()
            return .editor(editor)
        } catch {
            // The shell works without anybody reading this remark.
            try? world.errors.write(
                Array("note: lines cannot be edited: \(error.message)\n".utf8))
            return .plain(try PromptedReader())
        }
    }
}
