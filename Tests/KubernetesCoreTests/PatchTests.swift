import Documents
import KubernetesCore
import Testing

@Suite("Bodies of patches")
struct PatchTests {
    @Test("an applied object is JSON that every reader of YAML takes for the same")
    func applied() throws {
        let text = "\u{7F}\u{85}\u{9F}\u{2028}\u{2029}\u{FEFF}\u{FFFE}\u{FFFF}é\u{1F431}\u{A0}"
        let object: JSONValue = ["a": .string(text), "\u{85}": 1]
        let body = Patch.apply(object, fieldManager: "m", force: false).body
        #expect(
            String(decoding: body, as: UTF8.self)
                == "{\"a\":\"\\u007f\\u0085\\u009f\\u2028\\u2029\\ufeff\\ufffe\\uffffé\u{1F431}\u{A0}\","
                + "\"\\u0085\":1}")
        #expect(try JSONValue(parsing: body) == object)
        #expect(try YAML.parse(String(decoding: body, as: UTF8.self)) == [object])
    }
}
