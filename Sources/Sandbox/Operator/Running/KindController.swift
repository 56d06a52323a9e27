import KubernetesClient
import KubernetesCore

/// Watches one kind and gives each object its passes, one at a time.
final class KindController: Sendable {
    let context: KindContext
    let queue: WorkQueue
    private let reconciler: any Reconciler
    /// Is told of each object that appeared, changed or went.
    private let onChange: @Sendable (ObjectKey) -> Void

    private static let pauseAfterFailure = Duration.seconds(1)

    init(
        context: KindContext, reconciler: any Reconciler,
        onChange: @escaping @Sendable (ObjectKey) -> Void
    ) {
        self.context = context
        self.reconciler = reconciler
        self.onChange = onChange
        queue = WorkQueue(context.configuration)
    }

    /// Runs until the task is cancelled.
    func run() async {
        await withTaskCancellationHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.watch() }
                group.addTask { await self.work() }
                await group.waitForAll()
            }
        } onCancel: {
            queue.close()
        }
    }

    /// Follows the kind over all failures; a kind that is gone is asked for again.
    private func watch() async {
        while !Task.isCancelled {
            do throws(KubernetesError) {
                let updates = context.client.watch(context.type, namespace: nil)
                    .makeAsyncIterator()
                try await follow(updates)
            } catch {
                if !error.isCancelled {
                    context.configuration.log(
                        "watch of \(context.type.plural): \(error.message)")
                }
            }
            guard (try? await Task.sleep(for: Self.pauseAfterFailure)) != nil else { return }
        }
    }

    private func follow(_ updates: WatchStream.Iterator) async throws(KubernetesError) {
        var updates = updates
        while let update = try await updates.next() {
            switch update {
            case .restarted(let list):
                for key in context.cache.keepOnly(Set(list.items.map { ObjectKey($0) })) {
                    gone(key)
                }
                for object in list.items { seen(object) }
            case .event(.added(let object)), .event(.modified(let object)): seen(object)
            case .event(.deleted(let object)):
                context.cache.remove(ObjectKey(object))
                gone(ObjectKey(object))
            case .event: break
            }
        }
    }

    private func seen(_ object: KubernetesObject) {
        let watched = context.configuration.watchedNamespaces
        guard watched.isEmpty || watched.contains(object.namespace ?? "") else { return }
        context.cache.put(object)
        queue.add(ObjectKey(object))
        onChange(ObjectKey(object))
    }

    private func gone(_ key: ObjectKey) {
        queue.forget(key)
        onChange(key)
    }

    private func work() async {
        while let key = await queue.next() {
            guard let object = context.cache[key] else {
                queue.finish(key, .settled)
                continue
            }
            do throws(KubernetesError) {
                queue.finish(key, try await reconciler.reconcile(object))
            } catch {
                if !error.isCancelled {
                    context.configuration.log(
                        "\(context.type.kind) \(key): \(error.message)")
                }
                queue.finish(key, error.isNotFound ? .settled : .retry)
            }
        }
    }
}
