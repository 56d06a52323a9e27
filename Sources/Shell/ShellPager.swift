import Verbs

/// A pager over the shell: keys are the pager's until somebody leaves it.
final class ShellPager: Pager {
    private let pager: any Pager
    private let shell: ShellLoop

    init(_ pager: any Pager, shell: ShellLoop) {
        self.pager = pager
        self.shell = shell
        shell.signals.lendTerminal(true)
    }

    func write(_ bytes: [UInt8]) -> Bool {
        shell.screen.writeDown(bytes)
        return pager.write(bytes)
    }

    func finish() async {
        await pager.finish()
        shell.signals.lendTerminal(false)
        shell.startFreshLine()
    }

    func end() { pager.end() }
}
