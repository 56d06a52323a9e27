import CEL
import Testing

@Suite("Macros")
struct MacroTests {
    static let lines = [
        Line("[1, 2, 3].all(x, x > 0)", "true"), Line("[1, 2, 3].all(x, x > 1)", "false"),
        Line("[].all(x, x > 1)", "true"), Line("[1, 2].exists(x, x == 2)", "true"),
        Line("[1, 2].exists(x, x == 3)", "false"), Line("[].exists(x, true)", "false"),
        Line("[1, 2, 2].exists_one(x, x == 2)", "false"),
        Line("[1, 2].exists_one(x, x == 2)", "true"), Line("[1, 2].existsOne(x, x == 2)", "true"),
        Line("[1, 2, 3].map(x, x * 2)", "[2, 4, 6]"),
        Line("[1, 2, 3].map(x, x > 1, x * 2)", "[4, 6]"),
        Line("[1, 2, 3].filter(x, x != 2)", "[1, 3]"), Line("[].map(x, x)", "[]"),
        Line("{'a': 1, 'b': 2}.all(k, k < 'c')", "true"),
        Line("{'a': 1, 'b': 2}.map(k, k + '!')", "['a!', 'b!']"),
        Line("{'a': 1, 'b': 2}.filter(k, k == 'b')", "['b']"),
        Line("map.exists(k, map[k] == 1)", "true"), Line("list.map(x, x + i)", "[10, 8, 9]"),
        Line("list.filter(x, x > 1).map(x, [x])", "[[3], [2]]"),
        Line("[[1, 2], [3]].map(x, x.map(y, y * 10))", "[[10, 20], [30]]"),
        Line("[1, 2].map(i, i)", "[1, 2]"), Line("[1].map(x, [2].map(x, x))", "[[2]]"),
        // One deciding element outweighs errors in others.
        Line("[0, 1].all(x, 1 / x > 5)", "false"), Line("[1, 0].exists(x, 1 / x == 1)", "true"),
        Line("[0, 1].exists(x, 1 / x == 1)", "true"),
        Line("[0, 1].all(x, 1 / x == 1)", "error: division by zero"),
        Line("[0, 2].exists(x, 1 / x == 1)", "error: division by zero"),
        Line("[0, 1].exists_one(x, 1 / x == 1)", "error: division by zero"),
        Line("[0].map(x, 1 / x)", "error: division by zero"),
        Line("[0].filter(x, 1 / x == 0)", "error: division by zero"),
        Line("list.all(x, x)", "error: no such overload"),
        Line("i.all(x, true)", "error: no such overload"),
        Line("[1].all(x, x)", "check: expected type 'bool' but found 'int'"),
        Line("[1].filter(x, 'a')", "check: expected type 'bool' but found 'string'"),
        Line(
            "(1).all(x, true)",
            "check: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)"
        ),
        Line("[1].all(x.y, true)", "syntax: argument to all() macro must be a simple name"),
        Line("[1].map(1, true)", "syntax: argument to map() macro must be a simple name"),
        Line("[1].all(x)", "check: undeclared reference to 'x' (in container '')"),
        Line("[1].all(i)", "check: undeclared reference to 'all' (in container '')"),
        Line("[1].map(x, x) + [x]", "check: undeclared reference to 'x' (in container '')"),
        Line("has(i)", "syntax: invalid argument to has() macro"),
        Line("has(list[0])", "syntax: invalid argument to has() macro"),
        Line("has()", "check: undeclared reference to 'has' (in container '')"),
        // Two variables.
        Line("[5, 6].all(i, v, v - i == 5)", "true"),
        Line("[5, 6].exists(i, v, i == 1 && v == 6)", "true"),
        Line("{'a': 1}.all(k, v, k == 'a' && v == 1)", "true"),
        Line("[5, 6].transformList(i, v, i + v)", "[5, 7]"),
        Line("[5, 6].transformList(i, v, i > 0, v)", "[6]"),
        Line("{'a': 1, 'b': 2}.transformMap(k, v, v * 2)", "{'a': 2, 'b': 4}"),
        Line("{'a': 1, 'b': 2}.transformMap(k, v, v > 1, v * 2)", "{'b': 4}"),
        Line("[5].all(i, i, true)", "syntax: duplicate variable name: i"),
        // Optionals.
        Line("optional.of(1)", "optional(1)"), Line("optional.none()", "none"),
        Line("optional.of(1).hasValue()", "true"), Line("optional.none().hasValue()", "false"),
        Line("optional.of(1).value()", "1"),
        Line("optional.none().value()", "error: optional.none() dereference"),
        Line("optional.none().orValue(5)", "5"), Line("optional.of(1).orValue(5)", "1"),
        Line("optional.none().or(optional.of(2))", "optional(2)"),
        Line("optional.ofNonZeroValue(0)", "none"),
        Line("optional.ofNonZeroValue('a')", "optional('a')"),
        Line("map.?a", "optional(1)"), Line("map.?x", "none"), Line("map.?x.y.z", "none"),
        Line("map.?b.c[1]", "optional(20)"), Line("map.?x.orValue('none')", "'none'"),
        Line("map[?'a']", "optional(1)"), Line("list[?9]", "none"),
        Line("list[?0].orValue(1)", "3"),
        Line("has(map.?b.c)", "true"), Line("has(map.?x.c)", "false"),
        Line("[?map.?a, ?map.?x]", "[1]"), Line("{?'k': map.?a, ?'l': map.?x}", "{'k': 1}"),
        Line("map.?a.optMap(v, v + 1)", "optional(2)"), Line("map.?x.optMap(v, v + 1)", "none"),
        Line("map.?b.optFlatMap(v, v.?c)", "optional([10, 20])"),
        Line("optional.of(1) == optional.of(1)", "true"),
        Line("optional.none() == optional.none()", "true"),
        Line(
            "optional.of(1).orValue('a')",
            "check: found no matching overload for 'orValue' applied to 'optional_type(int).(string)'"
        ),
        Line("[?1]", "check: expected type 'optional_type(dyn)' but found 'int'"),
    ]

    @Test("macros and optionals", arguments: lines)
    func linesHold(line: Line) { #expect(shown(line.source) == line.result) }
}
