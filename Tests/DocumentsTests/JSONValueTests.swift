import Documents
import Testing

@Suite("JSON values")
struct JSONValueTests {
    @Test("equality compares bytes, ignores order, keeps numbers apart by their text")
    func equality() {
        #expect(JSONValue.string("é") != .string("e\u{301}"))
        #expect(JSONValue.object(["é": 1]) != .object(["e\u{301}": 1]))
        #expect(JSONValue.object(["a": 1, "b": [2]]) == .object(["b": [2], "a": 1]))
        #expect(JSONValue.object(["a": 1, "b": 2]) != .object(["a": 1]))
        #expect(JSONValue.object(["a": 1]) != .object(["b": 1]))
        #expect(JSONValue.array([1, 2]) != .array([2, 1]))
        #expect(JSONValue.integer(1) != .double(1))
        #expect(JSONValue.double(0) != .double(-0.0))
        #expect(JSONValue.number("1e3") != .number("1E3"))
        #expect(JSONValue.null != .bool(false))
        #expect(JSONValue.string("") != .null)
    }

    @Test("numbers can be compared by worth")
    func numericEquality() {
        #expect(JSONValue.integer(1).isNumericallyEqual(to: 1.0))
        #expect(JSONValue.number("1e3").isNumericallyEqual(to: 1000))
        #expect(!JSONValue.integer(1).isNumericallyEqual(to: "1"))
        #expect(
            !JSONValue.integer(9_007_199_254_740_993).isNumericallyEqual(to: 9_007_199_254_740_992))
        #expect(JSONValue.object(["a": [1.0]]).isNumericallyEqual(to: ["a": [1]]))
        #expect(!JSONValue.object(["a": [1.0]]).isNumericallyEqual(to: ["a": [1, 2]]))
    }

    @Test("equal values hash the same", arguments: 0..<100 as Range<UInt64>)
    func hashing(seed: UInt64) {
        var random = RandomValues(seed: seed)
        let value = random.value()
        let other = shuffled(value, &random)
        #expect(value == other)
        #expect(value.hashValue == other.hashValue)
    }

    private func shuffled(_ value: JSONValue, _ random: inout RandomValues) -> JSONValue {
        switch value {
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.shuffled(using: &random)
                        .map { .init($0.name, shuffled($0.value, &random)) }))
        case .array(let items): return .array(items.map { shuffled($0, &random) })
        default: return value
        }
    }

    @Test("members keep their place, nil removes, null becomes an object when a member is set")
    func members() {
        var value: JSONValue = ["a": 1, "b": 2, "c": 3]
        value["b"] = 5
        value["a"] = nil
        value["d"] = 4
        #expect(value.text() == #"{"b":5,"c":3,"d":4}"#)
        var empty: JSONValue = nil
        empty["x"] = nil
        #expect(empty == .null)
        empty["x"] = 1
        #expect(empty == ["x": 1])
        var scalar: JSONValue = 7
        scalar["x"] = 1
        #expect(scalar == 7)
        #expect(JSONValue.object(["a": ["b": ["c": 1]]])["a", "b", "c"] == 1)
    }
}
