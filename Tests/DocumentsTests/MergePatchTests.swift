import Documents
import Testing

@Suite("JSON merge patch")
struct MergePatchTests {
    @Test(
        "the table of RFC 7386, appendix A",
        arguments: [
            (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
            (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
            (#"{"a":"b"}"#, #"{"a":null}"#, #"{}"#),
            (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
            (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
            (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
            (
                #"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#
            ),
            (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#),
            (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#), (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#),
            (#"{"a":"foo"}"#, "null", "null"), (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
            (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#),
            (#"[1,2]"#, #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
            (#"{}"#, #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
        ])
    func table(value: String, patch: String, result: String) throws {
        let patched = try MergePatch.apply(
            JSONValue(parsing: patch), to: JSONValue(parsing: value))
        #expect(patched.text() == result)
    }

    @Test("a difference makes the new value out of the old", arguments: 0..<300 as Range<UInt64>)
    func difference(seed: UInt64) {
        var random = RandomValues(seed: seed)
        let base = withoutNull(random.value())
        let old = edited(base, &random)
        let new = withoutNull(edited(base, &random))
        let patch = MergePatch.difference(from: old, to: new)
        #expect(MergePatch.apply(patch, to: old) == new, "seed \(seed)")
    }

    @Test("a difference says no more than it must")
    func minimal() {
        let old: JSONValue = ["a": 1, "b": ["c": 2, "d": [1, 2]], "e": 3]
        let new: JSONValue = ["a": 1, "b": ["c": 5, "d": [1, 2]], "f": ["g": [:]]]
        #expect(
            MergePatch.difference(from: old, to: new)
                == ["b": ["c": 5], "e": nil, "f": ["g": [:]]])
        #expect(MergePatch.difference(from: new, to: new) == [:])
        #expect(MergePatch.difference(from: ["a": 1], to: ["a": [:]]) == ["a": [:]])
    }

    private func edited(_ value: JSONValue, _ random: inout RandomValues) -> JSONValue {
        guard case .object(let object) = value, Int.random(in: 0..<8, using: &random) > 0 else {
            return Bool.random(using: &random) ? value : random.value(depth: 2)
        }
        var result = JSONObject()
        for member in object where Int.random(in: 0..<4, using: &random) > 0 {
            result[member.name] = edited(member.value, &random)
        }
        return .object(result)
    }

    private func withoutNull(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.filter { !$0.value.isNull }
                        .map { .init($0.name, withoutNull($0.value)) }))
        default: return value
        }
    }
}
