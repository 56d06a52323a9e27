import Diagnostics
import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import Sandbox
import SandboxOperator
import SandboxPetstoreService
import Synchronization
import TestCluster
import Testing

@testable import Verbs

@Suite("What an operator's process has shown once")
struct TargetingProofTests {
    private static let pets = ResourceType(
        group: "petstore.example.com", version: "v1alpha1", plural: "pets", kind: "Pet")
    private static let leases = ResourceType(
        group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease")
    private static let start = Timestamp(seconds: 1_800_000_000)

    /// A cache, its clock, and a Lease that is held.
    private final class Scene: Sendable {
        let folder: TemporaryFolder
        let time = Mutex(TargetingProofTests.start)

        init() throws { folder = try TemporaryFolder() }

        func lease(
            holder: String = "manager-5f_1", acquired: Int64 = -60, isOnly: Bool = true
        ) -> FoundLease {
            let now = TargetingProofTests.start
            var object = KubernetesObject(
                TargetingProofTests.leases, namespace: "petstore-system", name: "petstore.petstore")
            object.spec = [
                "holderIdentity": .string(holder), "leaseDurationSeconds": 15,
                "acquireTime": .string((now + .seconds(acquired)).rfc3339Micro),
                "renewTime": .string(time.withLock { $0 }.rfc3339Micro),
            ]
            var lease = FoundLease(object)
            lease.isOnly = isOnly
            return lease
        }

        func proof(
            _ lease: FoundLease?, _ type: ResourceType = TargetingProofTests.pets,
            in namespace: String = "shop", hasCache: Bool = true
        ) -> TargetingProof {
            let cache = DiscoveryCache(
                folder: folder.path, now: { [self] in time.withLock { $0 } })
            return TargetingProof(
                type, in: namespace, of: lease, at: time.withLock { $0 },
                client: KubernetesClient(
                    connection: ClusterConnection(server: "https://host:6443"),
                    transport: NoServer(), cache: hasCache ? cache : nil))
        }
    }

    @Test("holds for the process, the kind and the namespace that it was seen of")
    func bounds() throws {
        let scene = try Scene()
        #expect(!scene.proof(scene.lease()).isKept)
        scene.proof(scene.lease()).keep()
        #expect(scene.proof(scene.lease()).isKept)
        var orders = Self.pets
        orders.plural = "orders"
        #expect(!scene.proof(scene.lease(), orders).isKept)
        #expect(!scene.proof(scene.lease(), in: "other").isKept)
        #expect(!scene.proof(scene.lease(holder: "manager-5f_2")).isKept)
        // The same name, begun anew.
        #expect(!scene.proof(scene.lease(acquired: -59)).isKept)
        #expect(!scene.proof(nil).isKept)
        #expect(!scene.proof(scene.lease(), hasCache: false).isKept)
        // Of two operators it may be the other's.
        #expect(!scene.proof(scene.lease(isOnly: false)).isKept)
        #expect(scene.proof(scene.lease()).isKept)
    }

    @Test("does not hold for long, nor of a Lease that nobody renews")
    func time() throws {
        let scene = try Scene()
        scene.proof(scene.lease()).keep()
        scene.time.withLock { $0.seconds += TargetingProof.ageLimit - 1 }
        #expect(scene.proof(scene.lease()).isKept)
        let stale = scene.lease()
        scene.time.withLock { $0.seconds += 1 }
        #expect(!scene.proof(scene.lease()).isKept)
        scene.proof(scene.lease()).keep()
        #expect(scene.proof(stale).isKept)
        scene.time.withLock { $0.seconds += 31 }
        #expect(!scene.proof(stale).isKept)
    }

    @Test("is not kept of a Lease that tells no process apart")
    func unknown() throws {
        let scene = try Scene()
        scene.proof(nil).keep()
        scene.proof(scene.lease(isOnly: false)).keep()
        scene.proof(scene.lease(holder: "")).keep()
        #expect(!scene.proof(nil).isKept)
        #expect(!scene.proof(scene.lease(isOnly: false)).isKept)
        #expect(!scene.proof(scene.lease(holder: "")).isKept)
    }
}

extension OnStage {
    @Suite("compare asks the pod that does not exist once for each process of the operator")
    struct ProofOnStageTests {
        private static let leases = ResourceType(
            group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease")

        /// How many objects were made, and whether one of them was the control.
        private static func made(_ stage: Stage) -> (observers: Int, control: Bool) {
            let bodies = stage.writes.requests.filter {
                $0.method == .post && $0.url.contains("/pets")
            }.map { String(decoding: $0.body ?? [], as: UTF8.self) }
            stage.writes.clear()
            return (bodies.count, bodies.contains { $0.contains("no-such-pod") })
        }

        @Test("and again when another one leads")
        func once() async throws {
            let stage = try await Stage()
            let first = await stage.run("compare pet fluffy --pods 0,1")
            #expect(first.status == .done, "\(first.errors)")
            #expect(Self.made(stage) == (3, true))
            let second = await stage.run("compare pet fluffy --pods 0,1")
            #expect(second.status == .done && second.output == first.output)
            #expect(Self.made(stage) == (2, false))
            let client = try await stage.client()
            _ = try await client.patch(
                .merge(["spec": ["acquireTime": "2020-01-01T00:00:00.000000Z"]]), Self.leases,
                namespace: "petstore-system", name: "petstore.petstore.example.com")
            _ = await stage.run("compare pet fluffy --pods 0,1")
            #expect(Self.made(stage) == (3, true))
            #expect(await QueryTests.leavesNothing(stage))
        }

        @Test("and each time where it does not heed which pod is asked")
        func unheeded() async throws {
            let stage = try await Stage { options in
                options.configureOperator = { $0.baseURLs = ["http://127.0.1.10:8080/api/v3"] }
            }
            for _ in 0..<2 {
                let outcome = await stage.run("compare pet fluffy --pods 0,1")
                #expect(outcome.status == .answeredNo)
                #expect(outcome.output.contains("Result: Not comparable: the operator "))
                #expect(Self.made(stage) == (3, true))
            }
        }

        @Test("and each time where a pod that fails may be why it was not answered for")
        func noProof() async throws {
            let stage = try await Stage { options in
                options.configureOperator = { $0.baseURLs = ["http://127.0.1.10:8080/api/v3"] }
            }
            await stage.cluster.fleet.instances[0].suffer(.fail())
            for _ in 0..<2 {
                let outcome = await stage.run("compare pet fluffy --pods 0,1")
                #expect(outcome.status == .answeredNo)
                #expect(Self.made(stage) == (3, true))
            }
        }
    }
}
