import Documents
import KubernetesCore
import SandboxOperator
import Testing

@Suite("Derived values")
struct DerivedExpressionTests {
    static let now = Timestamp(rfc3339: "2026-03-01T12:00:00.250Z") ?? Timestamp(seconds: 0)
    static let expressions = DerivedExpressions { now }

    static let variables: [String: JSONValue] = [
        "summary": ["total": 3, "synced": 2, "failed": 1, "pending": 0],
        "resources": [
            [
                "kind": "Order", "metadata": ["name": "a"],
                "spec": ["quantity": 2, "big": 2_500_000], "status": ["state": "Synced"],
            ],
            [
                "kind": "Order", "metadata": ["name": "b"], "spec": ["quantity": 5.5],
                "status": ["state": "Failed"],
            ],
            ["kind": "Pet", "metadata": ["name": "c"], "spec": [:], "status": ["state": "Synced"]],
        ],
        "orders": [["spec": ["quantity": 2]], ["spec": ["quantity": 5.5]]], "pets": [],
        "pet_c": ["spec": ["name": "Rex", "tags": ["x", "y"]]],
    ]

    static func told(_ expression: String) -> String {
        do throws(EvaluationFailure) {
            return try expressions.evaluate(expression, variables: variables)
        } catch {
            return "error: \(error.message)"
        }
    }

    static let table: [(String, String)] = [
        ("summary.synced * 100 / summary.total", "66"), ("summary.synced / summary.total", "0"),
        ("double(summary.synced) / double(summary.total)", "0.6666666666666666"),
        ("summary.failed == 0 && summary.total > 0", "false"),
        ("resources.filter(r, r.status.state == 'Synced').size()", "2"),
        ("resources.filter(r, r.status.state == 'Failed').map(r, r.metadata.name)", "[b]"),
        ("resources.map(r, r.name)", "error: failed to evaluate expression: no such key: name"),
        ("sum(orders.map(o, o.spec.quantity))", "7.5"),
        ("max(orders.map(o, o.spec.quantity))", "5.5"),
        ("min(orders.map(o, o.spec.quantity))", "2"),
        ("avg(orders.map(o, o.spec.quantity))", "3.75"),
        ("sum(pets)", "0"), ("max(pets)", "0"), ("avg([])", "0"), ("sum([1, 'a', 2u, 0.5])", "3.5"),
        ("orders[0].spec.quantity + 1", "error: failed to evaluate expression: no such overload"),
        ("orders[0].spec.quantity + 1.0", "3"), ("resources[0].spec.big", "2500000"),
        ("resources[0].spec.big / 10.0 + 0.5", "250000.5"),
        ("pet_c.spec.name", "Rex"), ("pet_c.spec.tags", "[x y]"),
        ("pet_c.spec", "map[name:Rex tags:[x y]]"),
        ("{'b': 1, 'a': [2.5, null]}", "map[a:[2.5 <nil>] b:1]"), ("true", "true"), ("1u", "1"),
        ("null", "<nil>"),
        (
            "'a'.charAt(0)",
            "error: failed to compile expression: ERROR: <input>:1:11: undeclared reference to 'charAt' (in container '')\n | 'a'.charAt(0)\n | ..........^"
        ),
        ("now()", "2026-03-01T12:00:00Z"), ("nowUnix()", "1772366400"),
        ("nowUnixMilli()", "1772366400250"),
        ("formatTime(1772366400, '2006-01-02 15:04:05')", "2026-03-01 12:00:00"),
        ("formatTime(0, 'Mon, 02 Jan 2006 03:04:05 PM MST')", "Thu, 01 Jan 1970 12:00:00 AM UTC"),
        (
            "formatTime(86399, 'Monday January _2 06 3:4:5pm .000 Z07:00 -07:00 002')",
            "Thursday January  1 70 11:59:59pm .000 Z +00:00 001"
        ),
        ("formatTimeRFC3339(1772366400)", "2026-03-01T12:00:00Z"),
        ("parseTime('2026-03-01 12:00', '2006-01-02 15:04')", "1772366400"),
        ("parseTime('Mar 1, 2026 at 1:00pm', 'Jan 2, 2006 at 3:04pm')", "1772370000"),
        ("parseTime('2026-03-01T13:00:00+01:00', '2006-01-02T15:04:05Z07:00')", "1772366400"),
        (
            "parseTime('nope', '2006')",
            "error: failed to evaluate expression: parseTime() failed to parse time: parsing time \"nope\" as \"2006\": cannot parse"
        ),
        ("parseTimeRFC3339('2026-03-01T12:00:00Z')", "1772366400"),
        ("timeSince('2026-03-01T11:59:00Z')", "60"), ("timeUntil('2026-03-01T12:01:00Z')", "60"),
        ("addDuration('2026-03-01T12:00:00Z', '-1h30m')", "2026-03-01T10:30:00Z"),
        ("durationSeconds('1h30m')", "5400"),
        (
            "durationSeconds('1d')",
            "error: failed to evaluate expression: duration() failed to parse duration: time: invalid duration \"1d\""
        ),
        (
            "",
            "error: failed to compile expression: ERROR: <input>:1:1: Syntax error: unexpected the end of the expression\n | \n | ^"
        ),
    ]

    @Test("values as text", arguments: table)
    func values(expression: String, text: String) { #expect(Self.told(expression) == text) }
}
