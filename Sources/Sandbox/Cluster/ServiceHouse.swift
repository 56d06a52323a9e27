import HTTP
import SandboxPetstoreService

/// The service instances with their own ports open, for whoever is outside this process.
///
/// The ports stay open until the process ends; the instances behind them can be exchanged.
struct ServiceHouse: Sendable {
    /// The first instances.
    let fleet: PetstoreFleet
    /// Whether the ports are open; else the instances are reached in this process only.
    let isOpen: Bool
    private let front: PetstoreFront

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
            let front = PetstoreFront(fleet)
            if await front.open() { return ServiceHouse(fleet: fleet, isOpen: true, front: front) }
        }
        let fleet = PetstoreFleet(
            hosts: hosts, port: port ?? 8080, store: store, elsewhere: elsewhere)
        await fleet.connect()
        return ServiceHouse(fleet: fleet, isOpen: false, front: PetstoreFront(fleet))
    }

    /// Puts other instances, or none, behind the ports.
    func present(_ next: PetstoreFleet?) { front.present(next) }
}
