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
            case (.put, "faults"): faults = try faults(call.body)
            case (.post, "faults"):
                let more = try faults(call.body)
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

    private func faults(_ body: [UInt8]) throws(APIFailure) -> [Fault] {
        let json = try BodyReading.json(body, "Fault")
        let list = json.arrayValue ?? json["faults"]?.arrayValue ?? [json]
        var faults: [Fault] = []
        for item in list {
            var fault = try Fault(json: item)
            if let resource = fault.resource { fault.resource = try plural(of: resource) }
            faults.append(fault)
        }
        return faults
    }

    /// The plural of what may be named by kind, singular or short name; others are refused, for
    /// a script that can meet nothing is a mistake.
    private func plural(of text: String) throws(APIFailure) -> String {
        let (word, subresource) = Fault.parts(of: text)
        let known = state.withLock { $0.registry.resources }
        let wanted = word.lowercased()
        let found =
            known.first { $0.key.plural == wanted || $0.key.qualifiedName == wanted }
            ?? known.first {
                $0.singular == wanted || $0.kind.lowercased() == wanted
                    || $0.shortNames.contains(wanted)
            }
        guard let found else {
            throw .badRequest("the server has no resource \(word.goQuoted)")
        }
        let name = found.key.qualifiedName == wanted ? wanted : found.key.plural
        return name + (subresource.map { "/\($0)" } ?? "")
    }
}
