import KubernetesClient
import KubernetesCore
import Render

/// Several things went wrong while the rest went on: told together at the end.
struct FailureCollector {
    private var failures: [Failure] = []

    var isEmpty: Bool { failures.isEmpty }

    mutating func add(_ error: any Error, world: World) throws {
        if error is OutputClosed || error is CancellationError { throw error }
        failures.append(Failure(error, world: world))
    }

    /// The same for a `get`, which may have been told that objects need not be there.
    mutating func add(_ error: any Error, _ plan: GetPlan, world: World) throws {
        if plan.isQuietWhenMissing, let error = error as? KubernetesError, error.isNotFound,
            error.status?.details?.name.isEmpty == false
        {
            return
        }
        try add(error, world: world)
    }

    /// The first one's kind decides; every message is printed once.
    func throwAll() throws {
        guard let first = failures.first else { return }
        var lines: [String] = []
        var hints: [String] = []
        var steps: [NextStep] = []
        for failure in failures {
            var bare = failure
            bare.hints = []
            bare.steps = []
            let text = String(bare.text.dropLast())
            if !lines.contains(text) { lines.append(text) }
            hints += failure.hints.filter { !hints.contains($0) }
            steps += failure.steps.filter { !steps.contains($0) }
        }
        throw Failure(first.kind, lines.joined(separator: "\n"), hints: hints, steps: steps)
    }
}
