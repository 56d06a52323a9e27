// Shell: the loop of read, dispatch and show, for a person at a terminal and for scripts.
//
// It splits lines into words, asks for the rest of unfinished ones, remembers what was typed,
// completes, tells in the prompt what leaving would undo, and answers signals. Every command
// runs on the Dispatcher's road, as a one-shot command does. It must never act on a cluster by
// itself, never end the process, and never leave without undoing or saying what remains.

import KubernetesCore
import Session
package import Terminal
package import Verbs

/// Opens shells; the executable injects it for the verb `shell`.
package enum InteractiveShell {
    /// What `World.openShell` holds; the signals are the process's, nil where none are heeded.
    package static func opener(signals: SignalHub?) -> ShellOpener {
        { world, state, request in
            let input: ShellInput
            do throws(TerminalError) {
                input = try ShellInput.open(request, world: world, access: state.access)
            } catch {
                let failure = Failure(.mistake, error.message)
                // Where nobody reads what went wrong, the status still tells.
                try? world.errors.write(Array(failure.text.utf8))
                return .mistaken
            }
            var undo = UndoOptions(waitsForOperator: request.waitsForOperator)
            if let limit = request.undoLimit { undo.limit = limit }
            let loop = ShellLoop(world: world, state: state, input: input, undo: undo)
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
        _ request: ShellRequest, world: World, access: ClusterAccess
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
        let names = ClusterNames(access: access)
        let completer = Completer(names: names, tree: CommandTree(Root.self))
        do throws(TerminalError) {
            let editor = try LineEditor(program: world.programName) { _, beforeCursor in
                completer.completion(beforeCursor: beforeCursor)
            }
            names.warmUp()
            return .editor(editor)
        } catch {
            // The shell works without anybody reading this remark.
            try? world.errors.write(
                Array("note: lines cannot be edited: \(error.message)\n".utf8))
            return .plain(try PromptedReader())
        }
    }
}
