import Documents
import KubernetesClient
import KubernetesCore

/// Holds the operator's Lease, so that of several operators only one works.
struct LeaseHolder: Sendable {
    let client: KubernetesClient
    let configuration: OperatorConfiguration
    let identity: String

    private static let leases = ResourceType(
        group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease")
    private static let duration = Duration.seconds(15)
    private static let renewal = Duration.seconds(5)
    private static let attempt = Duration.seconds(2)

    /// Waits until the Lease is ours.
    ///
    /// A server without Leases, or one that does not let us have any, is worked on without.
    ///
    /// - Returns: whether it is held; false also when the task was cancelled.
    func acquire() async -> Bool {
        while !Task.isCancelled {
            do throws(KubernetesError) {
                if try await take() { return true }
            } catch {
                if error.isForbidden || error.isNotFound {
                    configuration.log("no Lease: \(error.message)")
                    return false
                }
            }
            guard (try? await Task.sleep(for: Self.attempt)) != nil else { return false }
        }
        return false
    }

    /// Renews the Lease; returns when it is lost or the task is cancelled.
    func keep() async {
        var renewed = ContinuousClock.now
        while (try? await Task.sleep(for: Self.renewal)) != nil {
            do throws(KubernetesError) {
                guard try await take() else { return }
                renewed = .now
            } catch {
                // Somebody else may take it once it has run out.
                if renewed.duration(to: .now) >= Self.duration { return }
            }
        }
    }

    /// Gives the Lease back, so that the next one need not wait.
    func release() async {
        let lease = try? await client.get(
            Self.leases, namespace: configuration.leaseNamespace, name: configuration.leaseName)
        guard var lease, lease.spec.text("holderIdentity") == identity else { return }
        lease.spec["holderIdentity"] = ""
        lease.spec["leaseDurationSeconds"] = 1
        _ = try? await client.replace(
            lease, Self.leases, namespace: configuration.leaseNamespace,
            name: configuration.leaseName,
            options: WriteOptions(fieldManager: configuration.fieldManager))
    }

    /// Creates, renews or takes over the Lease; false when somebody else holds it.
    private func take() async throws(KubernetesError) -> Bool {
        let now = configuration.clock.now()
        let options = WriteOptions(fieldManager: configuration.fieldManager)
        var lease: KubernetesObject
        do throws(KubernetesError) {
            lease = try await client.get(
                Self.leases, namespace: configuration.leaseNamespace,
                name: configuration.leaseName)
        } catch {
            guard error.isNotFound else { throw error }
            var fresh = KubernetesObject(
                Self.leases, namespace: configuration.leaseNamespace,
                name: configuration.leaseName)
            fresh.spec = spec(nil, at: now)
            do throws(KubernetesError) {
                _ = try await client.create(
                    fresh, Self.leases, namespace: configuration.leaseNamespace,
                    options: options)
                return true
            } catch {
                if error.isAlreadyExists { return false }
                throw error
            }
        }
        guard isFree(lease.spec, at: now) else { return false }
        lease.spec = spec(lease.spec, at: now)
        do throws(KubernetesError) {
            _ = try await client.replace(
                lease, Self.leases, namespace: configuration.leaseNamespace,
                name: configuration.leaseName, options: options)
            return true
        } catch {
            if error.isConflict { return false }
            throw error
        }
    }

    private func isFree(_ spec: JSONValue, at now: Timestamp) -> Bool {
        guard let holder = spec.text("holderIdentity"), holder != identity else { return true }
        guard let renewed = spec.time("renewTime") else { return true }
        let seconds = spec["leaseDurationSeconds"]?.integerValue ?? 15
        return now - renewed > .seconds(seconds)
    }

    private func spec(_ old: JSONValue?, at now: Timestamp) -> JSONValue {
        let time = JSONValue.string(now.rfc3339Micro)
        let wasOurs = old?.text("holderIdentity") == identity
        let transitions = old?["leaseTransitions"]?.integerValue ?? 0
        return [
            "holderIdentity": .string(identity), "leaseDurationSeconds": 15,
            "acquireTime": wasOurs ? old?["acquireTime"] ?? time : time, "renewTime": time,
            "leaseTransitions": .integer(wasOurs || old == nil ? transitions : transitions + 1),
        ]
    }
}
