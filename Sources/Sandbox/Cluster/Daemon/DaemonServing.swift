import CurlTransport
import Documents
import FoundationEssentials
import HTTP
import SandboxAPIServer
import SandboxPetstoreService

extension SandboxDaemon {
    /// Serves a sandbox on a loopback port until it is told to stop or the task is cancelled.
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
        var port = port
        var wishes = control.wishes.makeAsyncIterator()
        defer { directory.clear() }
        var isFirst = true
        while true {
            let stage = try await Stage.open(port: port, control: control, logs: logs)
            port = stage.port
            let facts = SandboxDirectory.Facts(
                processID: DaemonProcess.own, port: port, token: control.token,
                services: stage.services)
            do throws(SandboxError) {
                try directory.writeKubeconfig(port: port, namespace: "default")
                try directory.write(facts)
            } catch {
                await stage.close(control)
                throw error
            }
            if isFirst { await started(status(facts)) }
            isFirst = false
            let wish = await wishes.next()
            await stage.close(control)
            guard case .reset? = wish else { return }
        }
    }

    private static func newToken() -> String {
        var random = SystemRandomNumberGenerator()
        let digits = (0..<4).map { _ in String(random.next(), radix: 36) }
        return digits.joined()
    }
}

/// One performance: a cluster, its port, and the ports of the service.
private struct Stage: Sendable {
    let cluster: SandboxCluster
    let front: HummingbirdFront
    let port: Int
    let house: ServiceHouse
    let elsewhere: CurlTransport

    static func open(
        port: Int, control: DaemonControl, logs: Bool
    ) async throws(SandboxError) -> Stage {
        let elsewhere = CurlTransport(TransportConfiguration())
        var options = SandboxOptions()
        options.elsewhere = elsewhere
        options.control = { await control.answer($0) }
        if logs { options.log = { DaemonProcess.log($0) } }
        let house = await ServiceHouse.open(
            hosts: options.hosts, store: Cast.service, elsewhere: elsewhere)
        options.fleet = house.fleet
        options.servicePort = house.fleet.port
        let cluster: SandboxCluster
        do throws(SandboxError) {
            cluster = try await SandboxCluster.start(options)
        } catch {
            await house.close()
            await elsewhere.shutDown()
            throw error
        }
        let front = HummingbirdFront(cluster.server)
        do throws(TransportError) {
            let found = try await front.start(port: port)
            control.present(cluster)
            return Stage(
                cluster: cluster, front: front, port: found, house: house, elsewhere: elsewhere)
        } catch {
            await house.close()
            await cluster.stop()
            await elsewhere.shutDown()
            throw SandboxError(
                "port \(port) of 127.0.0.1 cannot be listened on",
                hint: "choose another one: petstore-cli sandbox start --port N")
        }
    }

    /// `host:port` of each instance that can be reached from outside.
    var services: [String] { house.isOpen ? house.fleet.authorities : [] }

    func close(_ control: DaemonControl) async {
        control.dismiss()
        await house.close()
        await cluster.stop()
        await front.stop()
        await elsewhere.shutDown()
    }
}
