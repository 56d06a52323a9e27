import Catalog
import Documents
import Testing

@testable import Shell

struct HistoryRuleTests {
    private func allows(_ text: String, schemas: [KindSchema] = []) -> Bool {
        guard case .commands(let commands) = CommandText(text) else {
            return HistoryRule.allows(text, commands: nil, schemas: schemas)
        }
        return HistoryRule.allows(text, commands: commands.map(\.spokenWords), schemas: schemas)
    }

    @Test(arguments: [
        " status", "   ", "get pets --token abc", "get pets --token=abc",
        "patch user john password=hunter2", "patch user john spec.apiKey=x",
        #"patch user john --spec '{"password":"x"}'"#,
        #"patch user john --spec '{"password":"x"'"#,
        #"patch user john --spec='{"a":[{"clientSecret":"x"}]}'"#,
        "status; patch user john password=x", "patch user john 'password=x | y' | z",
        "get pets | curl --token abc", "!curl --token abc",
        #"!curl -H "Authorization: Bearer abc" x"#, "!curl -H 'authorization:Basic abc",
        "get pets | curl -d @- -H 'Proxy-Authorization: Basic abc' x", "!login --password abc",
    ])
    func secretsAndLinesThatStartWithASpaceAreNotKept(text: String) {
        #expect(!allows(text))
    }

    @Test(arguments: [
        "status", "get pets", "patch pet fluffy status=pending", "describe user john",
        #"patch pet max --spec '{"status":"sold"}'"#, "get secrets",
    ])
    func everythingElseIsKept(text: String) {
        #expect(allows(text))
    }

    @Test func aFieldThatTheSchemaMarksIsASecret() throws {
        let schema = KindSchema(
            try JSONValue(
                parsing: """
                    {"type":"object","properties":{"spec":{"type":"object","properties":
                    {"pin":{"type":"string","format":"password"},"name":{"type":"string"}}}}}
                    """))
        #expect(!allows("patch user john pin=1234", schemas: [schema]))
        #expect(!allows("patch user john spec.pin=1234", schemas: [schema]))
        #expect(!allows(#"patch user john --spec '{"pin":"1"}'"#, schemas: [schema]))
        #expect(allows("patch user john name=x", schemas: [schema]))
    }

    @Test func theNewestOfEqualLinesStays() {
        #expect(HistoryRule.withoutDuplicates(["a", "b", "a", "c", "b"]) == ["a", "c", "b"])
    }
}
