import Documents
import Synchronization
import Verbs

/// Notes what it is told to do, and has done it at once.
final class RecordingController: ControllerControl {
    private let noted = Mutex<[ControllerRequest]>([])

    var requests: [ControllerRequest] { noted.withLock { $0 } }

    func run(_ request: ControllerRequest) async throws {
        noted.withLock { $0.append(request) }
        request.log("{\"kinds\":\(try await request.kinds().count)}")
    }

    func manifests(group: String, rules: [JSONValue], image: String) -> [JSONValue] {
        [
            ["kind": "ClusterRole", "group": .string(group), "rules": .array(rules)],
            ["kind": "Deployment", "image": .string(image)],
        ]
    }
}
