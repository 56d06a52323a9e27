import HTTP
import SandboxPetstoreService
import Synchronization

/// The service instances with their own ports open, for whoever is outside this process.
struct ServiceHouse: Sendable {
    let fleet: PetstoreFleet
    /// Whether the ports are open; else the instances are reached in this process only.
    let isOpen: Bool
    private let work: Task<Void, Never>?

    /// Ports to try, the usual one first.
    private static var candidates: [Int] {
        [8080, 18080, 28080] + (0..<8).map { _ in Int.random(in: 20_000..<32_000) }
    }

    /// Opens the instances' ports, one port number for all addresses.
    ///
    /// - Parameters:
    ///   - hosts: one loopback address per instance.
    ///   - port: the only port to try; nil: some, until one is free.
    ///   - store: what the instances hold at first.
    ///   - elsewhere: carries requests to other hosts.
    /// - Returns: the instances; not open when no port could be had.
    static func open(
        hosts: [String], port: Int? = nil, store: PetstoreStore, elsewhere: any Transport
    ) async -> ServiceHouse {
        for candidate in port.map({ [$0] }) ?? candidates {
            let fleet = PetstoreFleet(
                hosts: hosts, port: candidate, store: store, elsewhere: elsewhere)
            await fleet.connect()
            if let work = await listen(fleet) {
                return ServiceHouse(fleet: fleet, isOpen: true, work: work)
            }
        }
        let fleet = PetstoreFleet(
            hosts: hosts, port: port ?? 8080, store: store, elsewhere: elsewhere)
        await fleet.connect()
        return ServiceHouse(fleet: fleet, isOpen: false, work: nil)
    }

    private enum News {
        case listening(Int), failed
    }

    /// Serves until cancelled; nil when a port could not be had.
    private static func listen(_ fleet: PetstoreFleet) async -> Task<Void, Never>? {
        let (news, tell) = AsyncStream.makeStream(of: News.self)
        let work = Task {
            try? await PetstoreFront(fleet).run { tell.yield(.listening($0)) }
            tell.yield(.failed)
        }
        var missing = Set(fleet.instances.map(\.number))
        for await piece in news {
            switch piece {
            case .listening(let number): missing.remove(number)
            case .failed:
                work.cancel()
                await work.value
                return nil
            }
            if missing.isEmpty { return work }
        }
        return nil
    }

    func close() async {
        work?.cancel()
        await work?.value
    }
}
