import Documents
import HTTP
import Synchronization

extension APIServer {
    /// The paths below `/sandbox` by which the sandbox itself is steered; no cluster has them.
    ///
    /// `GET /sandbox/faults` lists the faults to come, `PUT` replaces them, `POST` adds one or a
    /// list, `DELETE` clears them. `POST /sandbox/compact` forgets past changes and
    /// `POST /sandbox/cut-watches` ends every watch.
    func control(_ call: Call) -> HTTPResponse {
        do throws(APIFailure) {
            switch (call.method, call.segments.dropFirst().first) {
            case (.get, "faults"): break
            case (.put, "faults"): faults = try Self.faults(call.body)
            case (.post, "faults"):
                let more = try Self.faults(call.body)
                state.withLock { $0.faults += more }
            case (.delete, "faults"): faults = []
            case (.post, "compact"): compact()
            case (.post, "cut-watches"): cutWatches()
            default: throw APIFailure.unknownPath
            }
            return Answer.json(["faults": .array(faults.map(\.json))])
        } catch {
            return Answer.failure(error)
        }
    }

    private static func faults(_ body: [UInt8]) throws(APIFailure) -> [Fault] {
        let json = try BodyReading.json(body, "Fault")
        let list = json.arrayValue ?? json["faults"]?.arrayValue ?? [json]
        var faults: [Fault] = []
        for item in list {
            guard let fault = Fault(json: item) else {
                throw APIFailure.badRequest("unknown fault: \(item.text(.compact))")
            }
            faults.append(fault)
        }
        return faults
    }
}
