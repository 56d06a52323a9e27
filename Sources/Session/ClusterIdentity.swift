package import KubernetesClient
import HTTP
import KubernetesCore

/// Which cluster a journal speaks of, so that no undo ever goes to another one.
package struct ClusterIdentity: Sendable, Hashable {
    /// The uid of the namespace kube-system, where it may be read.
    package var uid: String?
    package var server: String
    /// A hash of the trusted authorities; empty where the machine's own roots are trusted.
    package var authorities: String

    package init(uid: String?, server: String, authorities: String = "") {
        self.uid = uid
        self.server = server
        self.authorities = authorities
    }

    /// Whether the cluster lived in the process that was there, and ended with it: what was changed in
    /// it needs no undo any more.
    package var isEmbedded: Bool { server == ClusterConnection.embeddedServer }

    /// What is known without asking the server.
    package init(of connection: ClusterConnection) {
        let authorities =
            if case .only(let certificates) = connection.configuration.trust {
                SHA256.hex(of: certificates)
            } else { "" }
        self.init(uid: nil, server: connection.server, authorities: authorities)
    }

    /// The identity with kube-system's uid, where that may be read; one request.
    package static func read(from client: KubernetesClient) async -> ClusterIdentity {
        var identity = ClusterIdentity(of: client.connection)
        let namespaces = ResourceType(
            group: "", version: "v1", plural: "namespaces", kind: "Namespace",
            isNamespaced: false)
        do throws(KubernetesError) {
            let uid = try await client.get(namespaces, namespace: nil, name: "kube-system").uid
            identity.uid = uid.isEmpty ? nil : uid
        } catch {
            // Not allowed, or not there: server and authorities have to do.
        }
        return identity
    }

    /// Whether both are the same cluster: by uid where both have one, else by server and CA.
    package func isSame(as other: ClusterIdentity) -> Bool {
        if let uid, let otherUID = other.uid { return uid == otherUID }
        return server == other.server && authorities == other.authorities
    }
}
