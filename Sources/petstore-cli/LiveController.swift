import Controller
import Documents
import KubernetesCore
import Session
import Verbs

/// The cleanup controller as verbs want it, over the one of the target Controller.
struct LiveController: ControllerControl {
    func run(_ request: ControllerRequest) async throws {
        let status = ControllerStatus()
        let log = request.log
        if let address = request.metricsAddress {
            let port = try await serve(address, status)
            let now = request.environment.clock.now()
            log(
                LogLine(
                    .info, "answering metrics and health", ["port": .integer(Int64(port))], at: now
                ).text)
        }
        let controller = CleanupController(
            client: request.client, kinds: request.kinds, environment: request.environment,
            settings: CleanupController.Settings(
                waitsForLease: request.waitsForLease, leaseDuration: request.leaseDuration),
            status: status, log: { log($0.text) })
        do {
            try await controller.run()
        } catch let taken as CleanupController.Taken {
            throw Failure(
                .conflict, "another controller holds the Lease: \(taken.holder)",
                hints: ["--leader-elect waits for it"])
        } catch let error as KubernetesError where error.isNotFound {
            let place = SessionLease.controllerNamespace
            throw Failure(
                .notFound, "the controller announces itself in \(place): \(error.message)",
                hints: [
                    "kubectl create namespace \(place)",
                    "\(request.environment.program) controller manifests prints all that it needs",
                ])
        }
    }

    private func serve(_ address: String, _ status: ControllerStatus) async throws -> Int {
        do throws(ControllerEndpoints.Failure) {
            return try await ControllerEndpoints(address: address, status: status).start()
        } catch {
            throw Failure(
                .mistake, "--metrics-address: \(error.message)",
                hints: ["for example: --metrics-address 127.0.0.1:8080"])
        }
    }

    func manifests(group: String, rules: [JSONValue], image: String) -> [JSONValue] {
        ControllerManifests.all(group: group, rules: rules, image: image)
    }
}
