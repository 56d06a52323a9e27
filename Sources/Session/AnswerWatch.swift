import Catalog
import KubernetesClient
import KubernetesCore

/// Watches objects that a session made until the operator is done with them, by one watch for all.
struct AnswerWatch: Sendable {
    /// The last that was seen of an object.
    enum Sighting: Sendable {
        case done(KubernetesObject)
        case waiting(KubernetesObject?, String)
        case deleted

        /// The object as it was seen, where it was.
        var object: KubernetesObject? {
            switch self {
            case .done(let object): object
            case .waiting(let object, _): object
            case .deleted: nil
            }
        }
    }

    /// How often it is looked where one may read but not watch.
    static let pollInterval = Duration.milliseconds(500)

    let client: KubernetesClient
    let clock: SessionClock
    let session: String
    let type: ResourceType
    let namespace: String?
    /// Of the collection, before the objects were made; nil: listed first.
    let version: String?

    /// - Parameters:
    ///   - objects: their names, by uid.
    ///   - limit: of the wait.
    /// - Returns: a sighting for each, at the latest when the time is over or the task cancelled.
    func wait(for objects: [String: String], limit: Duration) async -> [String: Sighting] {
        let seen = Sightings(uids: Set(objects.keys))
        let work = Task {
            do throws(KubernetesError) {
                try await watch(seen)
            } catch  where error.isForbidden || error.isMethodNotAllowed {
                await poll(objects, seen)
            } catch {
                await seen.fail(error.message)
            }
        }
        let alarm = Task {
            try await clock.sleep(limit)
            work.cancel()
        }
        await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            work.cancel()
        }
        alarm.cancel()
        return await seen.all
    }

    private func watch(_ seen: Sightings) async throws(KubernetesError) {
        var updates = stream.makeAsyncIterator()
        while await !seen.isComplete, let update = try await updates.next() {
            switch update {
            case .restarted(let list): await seen.restart(with: list.items)
            case .event(.added(let object)), .event(.modified(let object)):
                await seen.take(object)
            case .event(.deleted(let object)): await seen.lose(object.uid)
            case .event: break
            }
        }
    }

    private func poll(_ objects: [String: String], _ seen: Sightings) async {
        while await !seen.isComplete, !Task.isCancelled {
            for (uid, name) in objects {
                do throws(KubernetesError) {
                    let object = try await client.get(type, namespace: namespace, name: name)
                    if object.uid == uid { await seen.take(object) } else { await seen.lose(uid) }
                } catch {
                    if error.isNotFound { await seen.lose(uid) }
                }
            }
            // A cancelled pause ends the loop: it looks before each round.
            try? await clock.sleep(Self.pollInterval)
        }
    }

    private var stream: WatchStream {
        client.watch(
            type, namespace: namespace,
            options: ListOptions(labelSelector: "\(Marks.session)=\(session)"), from: version)
    }

    /// Every form of one object from now on, until it is deleted or nobody reads any more.
    func updates(of uid: String) -> AsyncStream<KubernetesObject> {
        let (objects, sink) = AsyncStream.makeStream(of: KubernetesObject.self)
        let work = Task {
            do throws(KubernetesError) {
                var updates = stream.makeAsyncIterator()
                while let update = try await updates.next() {
                    switch update {
                    case .restarted(let list):
                        list.items.filter { $0.uid == uid }.forEach { sink.yield($0) }
                    case .event(.added(let object)) where object.uid == uid,
                        .event(.modified(let object)) where object.uid == uid:
                        sink.yield(object)
                    case .event(.deleted(let object)) where object.uid == uid:
                        return sink.finish()
                    case .event: break
                    }
                }
            } catch {
                // Whoever reads sees the end; there is nothing to be done about it here.
            }
            sink.finish()
        }
        sink.onTermination = { _ in work.cancel() }
        return objects
    }
}

/// What is known of each object so far.
private actor Sightings {
    private(set) var all: [String: AnswerWatch.Sighting] = [:]

    init(uids: Set<String>) {
        for uid in uids { all[uid] = .waiting(nil, "no operator has written a status") }
    }

    var isComplete: Bool {
        all.values.allSatisfy { sighting in
            if case .waiting = sighting { return false }
            return true
        }
    }

    func take(_ object: KubernetesObject) {
        guard case .waiting? = all[object.uid] else { return }
        switch AnswerJudge.verdict(on: object) {
        case .done: all[object.uid] = .done(object)
        case .waiting(let why): all[object.uid] = .waiting(object, why)
        }
    }

    func lose(_ uid: String) {
        if case .waiting? = all[uid] { all[uid] = .deleted }
    }

    /// What a list does not hold was deleted while nobody looked.
    func restart(with objects: [KubernetesObject]) {
        objects.forEach(take)
        let present = Set(objects.map(\.uid))
        for uid in all.keys where !present.contains(uid) { lose(uid) }
    }

    func fail(_ why: String) {
        for (uid, sighting) in all {
            if case .waiting(let object, _) = sighting { all[uid] = .waiting(object, why) }
        }
    }
}
