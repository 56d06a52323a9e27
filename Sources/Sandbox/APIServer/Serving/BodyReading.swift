import Documents

/// Reads request bodies: JSON, or YAML where the client says so.
enum BodyReading {
    /// What the refusal of another media type names, for every kind.
    private static let accepted = [
        "application/json", "application/yaml", ProtobufReader.mediaType,
    ]

    /// The object of a create or update.
    ///
    /// - Throws: 415 for another media type, 400 for a body that is no object of that kind.
    static func object(_ call: Call, _ resource: ServedResource) throws(APIFailure) -> JSONValue {
        let value: JSONValue
        switch call.contentType {
        case "", "application/json", "*/*": value = try json(call.body, resource.kind)
        case "application/yaml", "text/yaml": value = try yaml(call.body)
        case ProtobufReader.mediaType where !resource.isCustom:
            guard let object = ProtobufReader.object(call.body) else { fallthrough }
            value = object
        default:
            throw APIFailure.unsupportedMediaType(accepted: accepted)
        }
        try check(value, resource)
        return value
    }

    /// Members that a JSON body names twice; the last one counts.
    static func duplicates(_ call: Call) -> [String] {
        guard ["", "application/json"].contains(call.contentType),
            let document = try? JSONDocument(parsing: call.body, limits: .apiServer)
        else { return [] }
        return document.duplicateNames.map { "duplicate field \($0.goQuoted)" }
    }

    /// Delete options, which may be absent.
    static func options(_ call: Call) throws(APIFailure) -> JSONValue {
        guard !call.body.isEmpty else { return [:] }
        switch call.contentType {
        case "application/yaml", "text/yaml": return try yaml(call.body)
        case ProtobufReader.mediaType:
            guard let options = ProtobufReader.object(call.body) else {
                throw APIFailure.unsupportedMediaType(accepted: accepted)
            }
            return options
        default: return try json(call.body, "DeleteOptions")
        }
    }

    static func json(_ body: [UInt8], _ kind: String) throws(APIFailure) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: body, limits: .apiServer).asGoDecodes
        } catch {
            let shown =
                body.isEmpty ? "<empty>" : String(decoding: body.prefix(1024), as: UTF8.self)
            throw APIFailure.badRequest(
                "the object provided is unrecognized (must be of type \(kind)): couldn't get "
                    + "version/kind; json parse error: \(error.message) (\(shown))")
        }
    }

    static func yaml(_ body: [UInt8]) throws(APIFailure) -> JSONValue {
        do throws(YAMLError) {
            let document = try YAML.parse(String(decoding: body, as: UTF8.self)).first
            // What is JSON as well is read as JSON: our reader of YAML loses a byte order mark
            // that begins a text, and Go's does not.
            let exact = (try? JSONValue(parsing: body, limits: .apiServer)) ?? document
            return exact?.asGoDecodes ?? .null
        } catch {
            throw APIFailure.badRequest("error decoding YAML: \(error)")
        }
    }

    /// Whether the body says that it is what the path takes.
    static func check(_ value: JSONValue, _ resource: ServedResource) throws(APIFailure) {
        guard value.objectValue != nil else {
            throw APIFailure.badRequest(
                "the object provided is unrecognized (must be of type \(resource.kind)): couldn't "
                    + "get version/kind; json parse error: json: cannot unmarshal "
                    + "\(value.typeName) into Go value of type struct { APIVersion string "
                    + "\"json:\\\"apiVersion,omitempty\\\"\"; Kind string "
                    + "\"json:\\\"kind,omitempty\\\"\" }")
        }
        let kind = value["kind"]?.stringValue ?? ""
        let version = value["apiVersion"]?.stringValue ?? ""
        if !resource.isCustom, kind.isEmpty, version.isEmpty { return }
        guard !kind.isEmpty else {
            throw APIFailure.badRequest(
                "\(resource.kind) in version \(resource.version.goQuoted) cannot be handled as a "
                    + "\(resource.kind): unmarshalerDecoder: Object 'Kind' is missing in "
                    + "'\(value.text(.compact))'")
        }
        guard !version.isEmpty else {
            throw APIFailure.badRequest(
                "Object 'apiVersion' is missing in '\(value.text(.compact))'")
        }
        guard version == resource.groupVersion else {
            throw APIFailure.badRequest(
                "the API version in the data (\(version)) does not match the expected API "
                    + "version (\(resource.groupVersion))")
        }
        if kind != resource.kind, !resource.isCustom {
            throw APIFailure.badRequest(
                "\(kind) in version \(resource.version.goQuoted) cannot be handled as a "
                    + "\(resource.kind): no kind \(kind.goQuoted) is registered for version "
                    + version.goQuoted)
        }
    }
}
