import Synchronization

/// Counts the cases that were run on one server, and says so when all of them were.
final class Tally: Sendable {
    private struct State {
        var run = 0
        var held = 0
        var newer = 0
    }

    private let state = Mutex(State())

    func count(_ contractCase: ContractCase, held: Bool, on server: String) {
        state.withLock { state in
            state.run += 1
            state.held += held ? 1 : 0
            state.newer += contractCase.newerThanReal == nil ? 0 : 1
            let planned = server == "kube-apiserver" ? Contract.common.count : Contract.all.count
            guard state.run == planned else { return }
            let rest = state.newer > 0 ? ", \(state.newer) of them on the sandbox only" : ""
            print("contract on \(server): \(state.held) of \(state.run) cases held\(rest)")
        }
    }
}
