import Diagnostics
import Documents
import KubernetesClient
import KubernetesCore

/// That the operator of a kind was seen to ask the pod that it is told to.
///
/// How an operator finds its targets is settled by the flags that it was started with
/// (operator-contract.md, 3.11), so what one process of it has shown holds for as long as it leads.
/// Which process leads its Lease tells: who holds it and since when. The proof is kept with the
/// server's discovery for ten minutes, for one kind in one namespace, and only where the Lease is
/// known to be the only one of its name: with two operators it may be the other's.
struct TargetingProof: Sendable {
    /// Seconds.
    static let ageLimit: Int64 = 600

    let client: KubernetesClient
    private let name: String
    private let leader: JSONValue?

    /// The proof of one kind in one namespace, of the operator with that Lease as it is now.
    init(
        _ type: ResourceType, in namespace: String, of lease: FoundLease?, at now: Timestamp,
        client: KubernetesClient
    ) {
        self.client = client
        name = "targeting/\(type.groupVersion)/\(type.plural)/\(namespace)"
        guard let lease, lease.isOnly, lease.isHeld(at: now), let acquired = lease.acquired else {
            leader = nil
            return
        }
        leader = [
            "lease": .string("\(lease.namespace)/\(lease.name)"), "holder": .string(lease.holder),
            "acquired": .string(acquired.rfc3339Micro),
        ]
    }

    /// Whether this very process has shown it lately.
    var isKept: Bool {
        leader != nil && client.note(name, ageLimit: Self.ageLimit) == leader
    }

    func keep() {
        if let leader { client.keepNote(leader, as: name) }
    }
}
