import Documents
import KubernetesCore
import Testing

@testable import Catalog

@Suite("Parameters of queries and actions")
struct ParameterTests {
    private static let kind = CatalogKind(
        type: ResourceType(
            group: "x.example.com", version: "v1", plural: "searchqueries", kind: "SearchQuery"),
        schema: KindSchema([
            "type": "object",
            "properties": [
                "spec": [
                    "type": "object", "required": ["petId"],
                    "properties": [
                        "petId": ["type": "integer", "format": "int64"],
                        "status": ["type": "string", "enum": ["available", "sold"]],
                        "tags": ["type": "array", "items": ["type": "string"]],
                        "exact": ["type": "boolean"],
                        "owner": [
                            "type": "object", "properties": ["name": ["type": "string"]],
                        ],
                        "photoUrls": ["type": "array", "items": ["type": "string"]],
                    ],
                ]
            ],
        ]))

    private static func spec(_ words: String...) throws(CatalogError) -> JSONValue {
        .object(
            try kind.spec(
                of: words.map { word in
                    let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                    return ParameterWord(
                        name: parts[0], text: parts.count > 1 ? parts[1] : nil,
                        shown: "--\(parts[0])")
                }))
    }

    @Test("values get the type of the schema, names may be kebab-cased")
    func typed() throws {
        #expect(
            try Self.spec("pet-id=9007199254740993", "status=sold", "exact")
                == ["petId": 9_007_199_254_740_993, "status": "sold", "exact": true])
        #expect(
            try Self.spec("petId=1", "tags=a,b", "tags=c", "photo-urls=[\"x,y\"]")
                == ["petId": 1, "tags": ["a", "b", "c"], "photoUrls": ["x,y"]])
        #expect(
            try Self.spec("petId=1", "owner={\"name\":\"Ann\"}")
                == ["petId": 1, "owner": ["name": "Ann"]])
    }

    @Test(
        "what does not fit is told by the name that was typed",
        arguments: [
            (["pet-id=abc"], "--pet-id must be a whole number (int64), not \"abc\""),
            (["pet-id=1", "status=gone"], "--status must be available or sold, not \"gone\""),
            (["pet-id=1", "pet-id=2"], "--pet-id is given 2 times and takes one value"),
            (["status=sold"], "--pet-id is required"),
            (["pet-id"], "--pet-id needs a value, such as --pet-id=…"),
            (["pet-id=1", "owner=Ann"], "--owner must be an object in JSON"),
            (["pet-id=1", "colour=red"], "unknown field \"colour\" of SearchQuery"),
        ])
    func refused(words: [String], message: String) {
        let error = #expect(throws: CatalogError.self) {
            _ = try Self.kind.spec(
                of: words.map { word in
                    let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                    return ParameterWord(
                        name: parts[0], text: parts.count > 1 ? parts[1] : nil,
                        shown: "--\(parts[0])")
                })
        }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }
}
