import Catalog
import Documents
package import KubernetesCore

/// Whether the operator is done with an object that was made to be answered by it.
package enum AnswerVerdict: Sendable, Hashable {
    /// Good or bad: the object's status says which.
    case done
    /// Not yet, and why, for people.
    case waiting(String)
}

/// Reads that from a query, an action or an observer (operator-contract.md, 3.6, 3.7 and Seen
/// live 6, 9 and 10).
///
/// Pure.
package enum AnswerJudge {
    /// - Parameters:
    ///   - object: as just read.
    ///   - runs: how many runs were behind it before; for one just made none.
    /// - Returns: the verdict, with the reason where it is not done.
    package static func verdict(
        on object: KubernetesObject, after runs: Int64 = 0
    ) -> AnswerVerdict {
        let status = object.status
        guard let state = status["state"]?.stringValue, !state.isEmpty else {
            return .waiting("no operator has written a status")
        }
        // Without a number the status is of the only generation that there has been.
        if let generation = object.generation,
            let observed = status["observedGeneration"]?.integerValue, observed < generation
        {
            return .waiting("the operator has not seen its latest form")
        }
        if let count = self.runs(of: object), count <= runs {
            return .waiting("it has not run yet")
        }
        if ResourceState.class(of: state) == .pending {
            return .waiting("its state is \(state)")
        }
        return .done
    }

    /// How many runs a query or an action has behind it; nil where the status does not count.
    package static func runs(of object: KubernetesObject) -> Int64? {
        (object.status["executionCount"] ?? object.status["queryCount"])?.integerValue
    }

    /// Whether it failed in a way that passes by itself: for half a minute after its start an
    /// operator knows none of the instances (Seen live 10).
    package static func mayBeBlind(_ object: KubernetesObject) -> Bool {
        guard object.status["state"]?.stringValue == "Failed" else { return false }
        let message = object.status["message"]?.stringValue ?? ""
        if message.contains("no healthy endpoints") { return true }
        return message.contains("ordinal") && message.contains("not found")
    }
}
