import CurlTransport
import Documents
import FoundationEssentials
import HTTP
import SandboxAPIServer
import SandboxPetstoreService

extension SandboxDaemon {
    /// Serves a sandbox on a loopback port until it is told to stop or the task is cancelled.
    ///
    /// The ports stay taken until the process ends, with nobody behind them.
    ///
    /// - Parameters:
    ///   - port: the port; 0 lets the system choose.
    ///   - logs: whether standard error gets what goes wrong in the background.
    ///   - started: told once, when it serves.
    /// - Throws: what kept it from serving.
    package func serve(
        port: Int, logs: Bool = false, started: @Sendable (SandboxStatus) async -> Void
    ) async throws(SandboxError) {
        if let running = await status() {
            throw SandboxError(
                "a sandbox runs already, at \(running.server)",
                hint: "end it first: petstore-cli sandbox stop")
        }
        try directory.prepare()
        let control = DaemonControl(token: Self.newToken())
        let theatre = try await Theatre.open(port: port, control: control, logs: logs)
        defer { directory.clear() }
        let facts = SandboxDirectory.Facts(
            processID: DaemonProcess.own, port: theatre.port, token: control.token,
            services: theatre.services)
        var cluster = try await theatre.perform(after: nil)
        do throws(SandboxError) {
            try directory.writeKubeconfig(port: theatre.port, namespace: "default")
            try directory.write(facts)
        } catch {
            await theatre.leave(cluster)
            throw error
        }
        await started(status(facts))
        for await wish in control.wishes {
            guard wish == .reset else { break }
            do throws(SandboxError) {
                cluster = try await theatre.perform(after: cluster)
            } catch {
                control.report(error)
            }
        }
        await theatre.leave(cluster)
    }

    private static func newToken() -> String {
        var random = SystemRandomNumberGenerator()
        let digits = (0..<4).map { _ in String(random.next(), radix: 36) }
        return digits.joined()
    }
}

/// The ports that a daemon has as long as it lives; clusters come and go behind them.
private struct Theatre: Sendable {
    let port: Int
    private let control: DaemonControl
    private let front: HummingbirdFront
    private let house: ServiceHouse
    private let elsewhere: CurlTransport
    private let logs: Bool

    /// Room between the revisions of two clusters, for what the earlier one still writes.
    private static let revisionGap: Int64 = 10_000

    static func open(
        port: Int, control: DaemonControl, logs: Bool
    ) async throws(SandboxError) -> Theatre {
        let front = HummingbirdFront()
        let found: Int
        do throws(TransportError) {
            found = try await front.start(port: port)
        } catch {
            throw SandboxError(
                "port \(port) of 127.0.0.1 cannot be listened on",
                hint: "choose another one: petstore-cli sandbox start --port N")
        }
        let elsewhere = CurlTransport(TransportConfiguration())
        let house = await ServiceHouse.open(
            hosts: SandboxOptions().hosts, store: Cast.service, elsewhere: elsewhere)
        return Theatre(
            port: found, control: control, front: front, house: house, elsewhere: elsewhere,
            logs: logs)
    }

    /// `host:port` of each instance that can be reached from outside.
    var services: [String] { house.isOpen ? house.fleet.authorities : [] }

    /// Makes a cluster and puts it on stage in the place of the one before.
    ///
    /// Requests find the earlier cluster until the new one is ready, then the new one. Its
    /// revisions begin beyond the earlier one's and are forgotten up to the present one, so that
    /// every watch and every page from before is answered with 410 and its reader lists again.
    ///
    /// - Throws: why there is no new one; the earlier one stays.
    func perform(after last: SandboxCluster?) async throws(SandboxError) -> SandboxCluster {
        var options = SandboxOptions()
        options.elsewhere = elsewhere
        options.control = { [control] in await control.answer($0) }
        if logs { options.log = { DaemonProcess.log($0) } }
        let fleet: PetstoreFleet
        if let last {
            fleet = PetstoreFleet(
                hosts: options.hosts, port: house.fleet.port, store: Cast.service,
                elsewhere: elsewhere)
            await fleet.connect()
            options.firstRevision = last.server.revision + Self.revisionGap
        } else {
            fleet = house.fleet
        }
        options.fleet = fleet
        options.servicePort = fleet.port
        let next = try await SandboxCluster.start(options)
        house.present(fleet)
        front.present(next.server)
        control.present(next)
        await last?.stop()
        return next
    }

    /// Empties the stage; returns when all answers have been sent.
    func leave(_ cluster: SandboxCluster) async {
        await front.stop()
        control.dismiss()
        house.present(nil)
        await cluster.stop()
        await elsewhere.shutDown()
    }
}
