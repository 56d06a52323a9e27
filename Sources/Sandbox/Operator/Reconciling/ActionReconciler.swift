import Documents
import KubernetesClient
import KubernetesCore

/// The pass over an action: runs it once (or at its interval) and tells how it went.
struct ActionReconciler: Reconciler {
    let context: KindContext
    let binding: ActionBinding

    private static let configMaps = ResourceType(
        group: "", version: "v1", plural: "configmaps", kind: "ConfigMap")
    private static let secrets = ResourceType(
        group: "", version: "v1", plural: "secrets", kind: "Secret")

    func reconcile(_ object: KubernetesObject) async throws(KubernetesError) -> Verdict {
        if object.deletionTimestamp != nil {
            try await context.update(object) { current in
                current.finalizers.removeAll { $0 == context.finalizer }
            }
            return .settled
        }
        guard object.finalizers.contains(context.finalizer) else {
            try await context.update(object) { $0.finalizers.append(context.finalizer) }
            return .settled  // that change brings the next pass
        }
        let interval: Duration?
        switch context.interval(of: object.spec) {
        case .success(let span): interval = span
        case .failure(let malformed): return try await context.reject(object, malformed.message)
        }
        switch Occasion.of(object, good: "Completed", interval: interval, at: context.now) {
        case .wait(let verdict): return verdict
        case .pause:
            var status = object.status
            status.setState("Paused", "Action is paused", at: context.now)
            _ = try await context.replaceStatus(of: object, status)
            return .settled
        case .run: return try await execute(object, interval)
        }
    }

    private func execute(
        _ object: KubernetesObject, _ interval: Duration?
    ) async throws(KubernetesError) -> Verdict {
        var status = object.status
        status["executedAt"] = .string(context.now.rfc3339)
        status["completedAt"] = nil
        status.setState("Executing", "Action is executing", at: context.now)
        let executing: KubernetesObject
        do throws(KubernetesError) {
            executing = try await context.replaceStatus(of: object, status)
        } catch {
            return error.isNotFound ? .settled : .retry
        }
        status = executing.status
        await call(object, &status)
        status["completedAt"] = .string(context.now.rfc3339)
        status.increase("executionCount")
        context.noteExecution(&status, object, interval)
        do throws(KubernetesError) {
            _ = try await context.replaceStatus(of: executing, status)
        } catch {
            // As in the generated controllers: whoever touches the object now leaves the action
            // in Executing.
            context.configuration.log("result of \(object.name) lost: \(error.message)")
            return .settled
        }
        return context.rest(interval)
    }

    private func call(_ object: KubernetesObject, _ status: inout JSONValue) async {
        let now = context.now
        let content: (bytes: [UInt8], type: String)?
        let endpoints: Endpoints
        do throws(NoEndpoint) {
            content = binding.uploads ? try await data(object) : nil
            endpoints = try await context.endpoints(for: object)
        } catch {
            status["httpStatusCode"] = 0
            status["result"] = [
                "success": false, "error": .string(error.message),
                "executedAt": .string(now.rfc3339),
            ]
            status.setState("Failed", error.message, at: now)
            return
        }
        var answers: [(url: String, answer: RESTAnswer)] = []
        for endpoint in endpoints.urls {
            let answer = await context.caller.call(
                binding.call, at: endpoint, key: Self.petID(object.spec),
                body: content?.bytes ?? [],
                contentType: content?.type ?? "application/json")
            answers.append((endpoint, answer))
        }
        if endpoints.fansOut {
            status["responses"] = .object(
                JSONObject(answers.map { .init($0.url, entry($0.answer)) }))
        }
        let good = answers.filter(\.answer.isSuccess)
        status["successCount"] = .integer(Int64(good.count))
        status["totalEndpoints"] = .integer(Int64(answers.count))
        guard let answer = (good.first ?? answers.first)?.answer else { return }
        status["httpStatusCode"] = .integer(Int64(answer.status ?? 0))
        status["result"] = entry(answer)
        if good.isEmpty {
            status.setState("Failed", answer.failureMessage, at: now)
        } else {
            let message =
                endpoints.fansOut
                ? "Completed on \(good.count)/\(answers.count) endpoints" : "Action completed"
            status.setState("Completed", message, at: now)
        }
    }

    /// A success that cannot be parsed counts as completed, and as no success.
    private func entry(_ answer: RESTAnswer) -> JSONValue {
        let json = answer.isSuccess ? answer.json : nil
        let unreadable = answer.isSuccess && json?.objectValue == nil
        return .endpointResponse(
            answer, data: unreadable ? nil : json, at: context.now, timeField: "executedAt",
            error: unreadable ? "the response is no JSON object" : nil)
    }

    private static func petID(_ spec: JSONValue) -> String? {
        spec["petId"]?.integerValue.map(String.init) ?? spec.text("petId")
    }

    // MARK: data sources

    /// What is uploaded: the first source that the spec names, in the generated order.
    private func data(
        _ object: KubernetesObject
    ) async throws(NoEndpoint) -> (bytes: [UInt8], type: String) {
        let type = object.spec.text("contentType") ?? "application/octet-stream"
        if let text = object.spec.text("data") {
            guard let bytes = Base64.decode(text) else {
                throw NoEndpoint(message: "data is not valid base64")
            }
            return (bytes, type)
        }
        for (member, kind) in [
            ("configMapRef", Self.configMaps), ("secretRef", Self.secrets),
        ] {
            guard let reference = object.spec["dataFrom", member],
                let name = reference.text("name"), let key = reference.text("key")
            else { continue }
            return (try await bytes(of: kind, object.namespace, name, key), type)
        }
        if let url = object.spec.text("dataURL") {
            let answer = await context.caller.fetch(url)
            guard answer.isSuccess else { throw NoEndpoint(message: answer.failureMessage) }
            return (answer.body, type)
        }
        if object.spec["dataFromFile"] != nil {
            throw NoEndpoint(message: "dataFromFile: this operator reads no files")
        }
        throw NoEndpoint(
            message: "one of data, dataFrom, dataURL or dataFromFile must be specified")
    }

    private func bytes(
        of type: ResourceType, _ namespace: String?, _ name: String, _ key: String
    ) async throws(NoEndpoint) -> [UInt8] {
        let holder: KubernetesObject
        do throws(KubernetesError) {
            holder = try await context.client.get(type, namespace: namespace, name: name)
        } catch {
            throw NoEndpoint(message: error.message)
        }
        if type == Self.configMaps, let text = holder.json["data", key]?.stringValue {
            return Array(text.utf8)
        }
        let encoded = holder.json[type == Self.configMaps ? "binaryData" : "data"]?[key]
        guard let text = encoded?.stringValue, let bytes = Base64.decode(text) else {
            throw NoEndpoint(message: "\(type.kind) \(name) has no key \(key)")
        }
        return bytes
    }
}

/// Base64 with padding (RFC 4648, section 4).
enum Base64 {
    static func decode(_ text: String) -> [UInt8]? {
        var result: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        var padding = 0
        var length = 0
        for byte in text.utf8 where byte != 0x0A && byte != 0x0D {
            length += 1
            if byte == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let value = digit(byte) else { return nil }
            buffer = buffer << 6 | value
            bits += 6
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        return length % 4 == 0 && padding <= 2 ? result : nil
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x41...0x5A: UInt32(byte - 0x41)
        case 0x61...0x7A: UInt32(byte - 0x61 + 26)
        case 0x30...0x39: UInt32(byte - 0x30 + 52)
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
