import Catalog
import KubernetesClient
import KubernetesCore
import StateFiles

/// Finds in a cluster what files speak of, and what they cover without having it.
struct LiveState: Sendable {
    let client: KubernetesClient
    /// More objects of one kind and namespace than that are had by a list.
    private static let fewest = 8

    struct Covered: Sendable {
        var kind: CatalogKind
        var object: KubernetesObject
    }

    /// Goes through all objects that the wanted items name.
    ///
    /// - Parameters:
    ///   - items: any, of any kinds.
    ///   - take: is handed each item, and its object where there is one.
    /// - Throws: what the server said; the namespace that does not exist is no error.
    func find(
        _ items: [WantedState.Item],
        _ take: (WantedState.Item, KubernetesObject?) throws -> Void
    ) async throws {
        for group in Self.groups(items) {
            let (type, namespace) = (group[0].type, group[0].key.namespace)
            guard group.count > Self.fewest else {
                for item in group {
                    try take(item, try await object(type, namespace, item.key.name))
                }
                continue
            }
            var wanted = Dictionary(uniqueKeysWithValues: group.map { ($0.key.name, $0) })
            let pages = client.pages(type, namespace: namespace, whenExpired: .goOn)
            for try await page in pages {
                for object in page.objects {
                    guard let item = wanted.removeValue(forKey: object.name) else { continue }
                    try take(item, object)
                }
            }
            for item in group where wanted[item.key.name] != nil { try take(item, nil) }
        }
    }

    private func object(
        _ type: ResourceType, _ namespace: String?, _ name: String
    ) async throws(KubernetesError) -> KubernetesObject? {
        do throws(KubernetesError) {
            return try await client.get(type, namespace: namespace, name: name)
        } catch {
            guard error.isNotFound, !error.isUnservedKind else { throw error }
            return nil
        }
    }

    /// Items of one kind and namespace together, in the order of the first.
    private static func groups(_ items: [WantedState.Item]) -> [[WantedState.Item]] {
        var order: [[String]] = []
        var groups: [[String]: [WantedState.Item]] = [:]
        for item in items {
            let key = [item.type.qualifiedName, item.key.namespace ?? ""]
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(item)
        }
        return order.compactMap { groups[$0] }
    }
}
