package import HTTP

/// The replicas of the petstore behind one transport that finds each by its host and port.
///
/// With replication a write that one replica accepted reaches the others as well, as if they
/// shared a database; one that is failing or down misses it.
package final class PetstoreFleet: Transport {
    package let instances: [PetstoreInstance]
    /// `127.0.1.10:8080` and so on, one per instance.
    package let authorities: [String]
    /// The port of them all.
    package let port: Int
    private let byAuthority: [String: PetstoreInstance]
    private let elsewhere: (any Transport)?

    /// Replicas at these addresses.
    ///
    /// - Parameters:
    ///   - hosts: one address per replica.
    ///   - port: the port of them all.
    ///   - store: what each holds at first.
    ///   - replicates: whether they tell each other their writes.
    ///   - elsewhere: carries requests to any other host; nil: those are refused.
    package init(
        hosts: [String], port: Int, store: PetstoreStore = PetstoreStore(),
        replicates: Bool = true, elsewhere: (any Transport)? = nil
    ) {
        self.port = port
        instances = hosts.indices.map { PetstoreInstance(number: $0, store: store) }
        authorities = hosts.map { "\($0):\(port)" }
        byAuthority = Dictionary(
            zip(authorities, instances).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
        self.elsewhere = elsewhere
        self.replicates = replicates
    }

    private let replicates: Bool

    /// Lets the replicas know of each other; to be awaited once before use.
    package func connect() async {
        guard replicates else { return }
        for instance in instances {
            await instance.onChange { [weak self] change in
                guard let self else { return }
                for other in self.instances where other.number != instance.number {
                    await other.receive(change)
                }
            }
        }
    }

    /// Ends the faults of one replica; with replication it catches up with a healthy one.
    package func recover(_ number: Int) async {
        await instances[number].recover()
        guard replicates else { return }
        for other in instances where other.number != number {
            if let store = await other.healthyStore {
                await instances[number].catchUp(with: store)
                return
            }
        }
    }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let authority = RequestTarget(request.url).authority
        guard let instance = byAuthority[authority] else {
            if let elsewhere { return try await elsewhere.send(request) }
            throw TransportError(
                .cannotConnect, "dial tcp \(authority): no route to host", sent: false)
        }
        if instance.isDown {
            throw TransportError(
                .cannotConnect, "dial tcp \(authority): connect: connection refused", sent: false)
        }
        guard let limit = request.limits.total else { return await instance.handle(request) }
        return try await Self.answer(of: instance, to: request, within: limit)
    }

    private static func answer(
        of instance: PetstoreInstance, to request: HTTPRequest, within limit: Duration
    ) async throws(TransportError) -> HTTPResponse {
        let answer = await withTaskGroup(of: HTTPResponse?.self) { group in
            group.addTask { await instance.handle(request) }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        if let answer { return answer }
        if Task.isCancelled { throw TransportError(.cancelled, "cancelled", sent: true) }
        throw TransportError(.timedOut, "no answer within \(limit)", sent: true)
    }
}
