import Documents
import HTTP

extension APIServer {
    /// Serves `/openapi/v2`, `/openapi/v3` and the documents of the groups below it.
    ///
    /// Only JSON is spoken: who accepts nothing but protobuf gets 406 and goes on without.
    func openAPI(_ call: Call, _ registry: TypeRegistry) throws(APIFailure) -> HTTPResponse {
        let form = try AnswerForm(call.headers)
        let segments = call.segments
        switch segments.dropFirst().first {
        case "v2" where segments.count == 2:
            return Answer.json(OpenAPIWriter(.v2).document(of: registry.resources), form: form)
        case "v3" where segments.count == 2:
            return Answer.json(Self.index(registry), form: form)
        case "v3":
            let rest = segments.dropFirst(2)
            let name = rest.dropFirst().joined(separator: "/")
            let resources = registry.resources(groupVersion: name)
            let isCore = rest.first == "api" && !name.contains("/")
            let isGroup = rest.first == "apis" && name.contains("/")
            guard isCore || isGroup, !resources.isEmpty else { throw APIFailure.unknownPath }
            return Answer.json(OpenAPIWriter(.v3).document(of: resources), form: form)
        default: throw APIFailure.unknownPath
        }
    }

    /// Where each group's document is; the hash changes when the document does.
    private static func index(_ registry: TypeRegistry) -> JSONValue {
        var paths = JSONObject()
        for group in registry.groups {
            for version in group.versions {
                let groupVersion = group.name.isEmpty ? version : "\(group.name)/\(version)"
                let path = group.name.isEmpty ? "api/\(version)" : "apis/\(groupVersion)"
                let resources = registry.resources(groupVersion: groupVersion)
                let hash = hash(OpenAPIWriter(.v3).document(of: resources).bytes(.compact))
                paths[path] = [
                    "serverRelativeURL": .string("/openapi/v3/\(path)?hash=\(hash)")
                ]
            }
        }
        return ["paths": .object(paths)]
    }

    /// FNV-1a, 64 bits.
    private static func hash(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16, uppercase: true)
    }
}
