import Documents
import HTTP

extension APIServer {
    /// Serves `/openapi/v2` and `/openapi/v3`.
    func openAPI(_ call: Call, _ registry: TypeRegistry) throws(APIFailure) -> HTTPResponse {
        throw APIFailure.unknownPath
    }
}
