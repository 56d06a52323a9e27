import Documents
import KubernetesClient
import KubernetesCore

/// Puts objects into a cluster; one that is there already is left as it is.
struct Seeder: Sendable {
    let client: KubernetesClient
    /// Set back while an object is created, so that it looks its age; nil on a real cluster.
    let clock: SandboxClock?

    private static let options = WriteOptions(fieldManager: "petstore-sandbox")
    private static let attemptsForNewKind = 200
    private static let pauseForNewKind = Duration.milliseconds(50)

    func create(_ members: [Cast.Member]) async throws(SandboxError) {
        for member in members {
            clock?.goBack(member.age)
            defer { clock?.goBack(.zero) }
            do throws(KubernetesError) {
                try await create(member)
            } catch {
                throw SandboxError(
                    "cannot create \(member.type.kind) \(member.object.name): \(error.message)")
            }
        }
    }

    private func create(_ member: Cast.Member) async throws(KubernetesError) {
        let namespace = member.object.namespace
        for attempt in 1... {
            do throws(KubernetesError) {
                _ = try await client.create(
                    member.object, member.type, namespace: namespace, options: Self.options)
                break
            } catch {
                if error.isAlreadyExists {
                    guard try await isOurs(member) else { throw error }
                    break
                }
                // A kind that was defined a moment ago is not served at once.
                guard error.isNotFound, attempt < Self.attemptsForNewKind else { throw error }
                try? await Task.sleep(for: Self.pauseForNewKind)
            }
        }
        guard let status = member.status else { return }
        _ = try await client.patch(
            .merge(["status": status]), member.type, namespace: namespace,
            name: member.object.name, subresource: "status", options: Self.options)
    }

    /// Whether an object that is there already may be worked with: only what has a status to be
    /// written must be the sandbox's own.
    private func isOurs(_ member: Cast.Member) async throws(KubernetesError) -> Bool {
        guard member.status != nil else { return true }
        let known = try await client.get(
            member.type, namespace: member.object.namespace, name: member.object.name)
        return known.labels[Cast.mark.0] == Cast.mark.1
    }
}
