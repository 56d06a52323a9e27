import CEL
import Testing

/// Facts of the language's specification, one a line.
@Suite("The language")
struct LanguageTests {
    static let literals = [
        Line("1", "1"), Line("-1", "-1"), Line("- 1", "-1"), Line("--1", "1"),
        Line("0x1F", "31"), Line("-0x10", "-16"), Line("0XABu", "171u"),
        Line("9223372036854775807", "9223372036854775807"),
        Line("-9223372036854775808", "-9223372036854775808"),
        Line("9223372036854775808", "syntax: Syntax error: invalid int literal"),
        Line("18446744073709551615u", "18446744073709551615u"),
        Line("18446744073709551616u", "syntax: Syntax error: invalid uint literal"),
        Line("99999999999999999999", "syntax: Syntax error: invalid int literal"),
        Line("1.5", "1.5"), Line(".5", "0.5"), Line("1e3", "1000.0"), Line("1.5E-2", "0.015"),
        Line("-.5", "-0.5"), Line("1e400", "syntax: Syntax error: invalid double literal"),
        Line("true", "true"), Line("false", "false"), Line("null", "null"),
        Line("'a'", "'a'"), Line("\"a\"", "'a'"), Line("'''a'b'''", "'a'b'"),
        Line("\"\"\"a\"b\nc\"\"\"", "'a\"b\nc'"), Line(#"'\n\t\\\'\"\a'"#, "'\n\t\\'\"\u{7}'"),
        Line(#"'\x41\u00e9\U0001F600\101'"#, "'Aé😀A'"), Line(#"r'\n'"#, #"'\n'"#),
        Line(#"R"a\"b""#, #"'a\"b'"#), Line("b'abc'", "b[97, 98, 99]"),
        Line(#"b'\xff\303'"#, "b[255, 195]"), Line("b'é'", "b[195, 169]"),
        Line(#"br'\x'"#, "b[92, 120]"), Line(#"rb'\x'"#, "b[92, 120]"),
        Line(#"'\ud800'"#, #"syntax: Syntax error: invalid escape sequence '\ud800'"#),
        Line(#"'\q'"#, #"syntax: Syntax error: invalid escape sequence '\q'"#),
        Line(#"b'\u0041'"#, #"syntax: Syntax error: invalid escape sequence '\u'"#),
        Line("'a", "syntax: Syntax error: the string does not end"),
        Line("'a\nb'", "syntax: Syntax error: the string does not end"),
        Line("'''a'", "syntax: Syntax error: the string does not end"),
        Line("[1, 2,]", "[1, 2]"), Line("[]", "[]"), Line("{}", "{}"),
        Line("{'a': 1, 'b': 2,}", "{'a': 1, 'b': 2}"), Line("{1: 'a', 2: 'b'}", "{1: 'a', 2: 'b'}"),
        Line("{true: 1}", "{true: 1}"), Line("{1u: 1}", "{1u: 1}"),
        Line("{'a': 1, 'a': 2}", "error: insert failed: key a already exists"),
        Line("{dyn(1.5): 2}", "error: unsupported key type: double"),
        Line("1 // one\n + 1", "2"), Line("// only\n3", "3"),
    ]

    static let arithmetic = [
        Line("1 + 2 * 3", "7"), Line("(1 + 2) * 3", "9"), Line("7 / 2", "3"), Line("-7 / 2", "-3"),
        Line("7 % 3", "1"), Line("-7 % 3", "-1"), Line("7 - 2 - 1", "4"), Line("2u + 3u", "5u"),
        Line("2u - 3u", "error: unsigned integer overflow"), Line("6u / 4u", "1u"),
        Line("1.5 + 1.5", "3.0"), Line("1.0 / 0.0", "inf"), Line("-1.0 / 0.0", "-inf"),
        Line("1 / 0", "error: division by zero"), Line("1 % 0", "error: modulus by zero"),
        Line("1u / 0u", "error: division by zero"),
        Line("9223372036854775807 + 1", "error: integer overflow"),
        Line("-9223372036854775808 - 1", "error: integer overflow"),
        Line("9223372036854775807 * 2", "error: integer overflow"),
        Line("-9223372036854775808 / -1", "error: integer overflow"),
        Line("-9223372036854775808 % -1", "0"),
        Line("-(-9223372036854775808)", "error: integer overflow"),
        Line("18446744073709551615u + 1u", "error: unsigned integer overflow"),
        Line("'a' + 'b'", "'ab'"), Line("b'a' + b'b'", "b[97, 98]"), Line("[1] + [2]", "[1, 2]"),
        Line("-i", "-7"), Line("-d", "-2.5"), Line("!yes", "false"), Line("!!yes", "true"),
        Line("---i", "-7"), Line("-s", "error: no such overload"),
        Line("!i", "error: no such overload"), Line("i + d", "error: no such overload"),
        Line("i + s", "error: no such overload"), Line("d % d", "error: no such overload"),
        Line("1 + 2.0", "check: found no matching overload for '_+_' applied to '(int, double)'"),
        Line("1 + 'a'", "check: found no matching overload for '_+_' applied to '(int, string)'"),
        Line(
            "1.0 % 2.0", "check: found no matching overload for '_%_' applied to '(double, double)'"
        ),
        Line("-'a'", "check: found no matching overload for '-_' applied to '(string)'"),
        Line("-2u", "check: found no matching overload for '-_' applied to '(uint)'"),
        Line("!1", "check: found no matching overload for '!_' applied to '(int)'"),
    ]

    static let relations = [
        Line("1 < 2", "true"), Line("2 <= 2", "true"), Line("3 > 3", "false"),
        Line("3 >= 3", "true"),
        Line("1 == 1", "true"), Line("1 != 1", "false"), Line("'a' < 'b'", "true"),
        Line("'Z' < 'a'", "true"), Line("'a' < 'é'", "true"), Line("b'a' < b'b'", "true"),
        Line("false < true", "true"), Line("1 < 2u", "true"), Line("-1 < 0u", "true"),
        Line("1 < 1.5", "true"), Line("2u > 1.5", "true"), Line("1.5 >= 1", "true"),
        Line("9007199254740993 > 9007199254740992.0", "true"),
        Line("18446744073709551615u > 9223372036854775807", "true"),
        Line("1 == dyn(1.0)", "true"), Line("dyn(1u) == 1", "true"), Line("dyn(1) == 'a'", "false"),
        Line("dyn(1) != 'a'", "true"), Line("null == null", "true"),
        Line("nothing == null", "true"),
        Line("i == null", "false"), Line("[1, 2] == [1, 2]", "true"),
        Line("[1] == [1, 2]", "false"),
        Line("[dyn(1)] == [1.0]", "true"), Line("{'a': 1} == {'a': 1}", "true"),
        Line("{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", "true"), Line("{'a': 1} == {'a': 2}", "false"),
        Line("{'a': 1} == {'b': 1}", "false"), Line("0.0 == -0.0", "true"),
        Line("double('NaN') == double('NaN')", "false"), Line("double('NaN') != 1.0", "true"),
        Line("double('NaN') < 1.0", "error: NaN values cannot be ordered"),
        Line("i < s", "error: no such overload"), Line("list < list", "error: no such overload"),
        Line("'é' == 'e\u{301}'", "false"),
        Line("1 == 1.0", "check: found no matching overload for '_==_' applied to '(int, double)'"),
        Line("1 == 'a'", "check: found no matching overload for '_==_' applied to '(int, string)'"),
        Line("1 == null", "check: found no matching overload for '_==_' applied to '(int, null)'"),
        Line("1 < 'a'", "check: found no matching overload for '_<_' applied to '(int, string)'"),
        Line(
            "[1] < [2]",
            "check: found no matching overload for '_<_' applied to '(list(int), list(int))'"),
        Line("1 in [1, 2]", "true"), Line("3 in [1, 2]", "false"), Line("'a' in {'a': 1}", "true"),
        Line("'z' in {'a': 1}", "false"), Line("1.0 in list", "true"), Line("1u in list", "true"),
        Line("'a' in map", "true"), Line("'n' in map", "true"), Line("1 in map", "false"),
        Line("1 in []", "false"), Line("i in i", "error: no such overload"),
        Line(
            "'a' in [1]",
            "check: found no matching overload for '@in' applied to '(string, list(int))'"),
    ]

    static let logic = [
        Line("true && false", "false"), Line("true || false", "true"),
        Line("false && 1 / zero == 1", "false"), Line("1 / zero == 1 && false", "false"),
        Line("true || 1 / zero == 1", "true"), Line("1 / zero == 1 || true", "true"),
        Line("1 / zero == 1 && true", "error: division by zero"),
        Line("1 / zero == 1 || false", "error: division by zero"),
        Line("map.x && false", "false"), Line("map.x || true", "true"),
        Line("yes && i", "error: no such overload"), Line("no || i", "error: no such overload"),
        Line("no && i", "false"), Line("i && no", "false"), Line("yes || i", "true"),
        Line("true && 1", "check: expected type 'bool' but found 'int'"),
        Line("true ? 1 : 2", "1"), Line("no ? 1 : 2", "2"),
        Line("yes ? 1 : 1 / zero", "1"), Line("no ? 1 / zero : 2", "2"),
        Line("no ? 1 : no ? 2 : 3", "3"), Line("yes ? (no ? 1 : 2) : 3", "2"),
        Line("yes ? no ? 1 : 2 : 3", "syntax: Syntax error: unexpected '?', expected ':'"),
        Line("i ? 1 : 2", "error: no such overload"),
        Line("1 / zero == 1 ? 1 : 2", "error: division by zero"),
        Line(
            "1 ? 2 : 3",
            "check: found no matching overload for '_?_:_' applied to '(int, int, int)'"),
        Line(
            "true ? 1 : 'a'",
            "check: found no matching overload for '_?_:_' applied to '(bool, int, string)'"),
        Line("true && true && false || true", "true"), Line("true || false && false", "true"),
        Line("1 < 2 == true", "true"), Line("!(1 > 2) && 1 + 1 == 2", "true"),
    ]

    static let access = [
        Line("map.a", "1"), Line("map['a']", "1"), Line("map.b.c[1]", "20"),
        Line("map.b['c'][0]", "10"), Line("map.n", "null"), Line("map.x", "error: no such key: x"),
        Line("map['x']", "error: no such key: x"), Line("list[0]", "3"), Line("list[2u]", "2"),
        Line("list[1.0]", "1"), Line("list[1.5]", "error: unsupported index type 'double' in list"),
        Line("list['a']", "error: unsupported index type 'string' in list"),
        Line("list[3]", "error: index out of bounds: 3"),
        Line("list[-1]", "error: index out of bounds: -1"),
        Line("i.a", "error: no such overload"), Line("i[0]", "error: no such overload"),
        Line("nothing.a", "error: no such overload"), Line("[1, 2][1]", "2"),
        Line("{'a': 5}.a", "5"), Line("{1: 'x'}[1]", "'x'"), Line("{1: 'x'}[dyn(1u)]", "'x'"),
        Line("{1: 'x'}[dyn(1.0)]", "'x'"), Line("{1u: 'x'}[dyn(1)]", "'x'"),
        Line("has(map.a)", "true"), Line("has(map.x)", "false"), Line("has(map.n)", "true"),
        Line("has(map.b.c)", "true"), Line("has(map.x.y)", "error: no such key: x"),
        Line("has({'a': 1}.a)", "true"), Line("has({'a': 1}.b)", "false"),
        Line("has(i.a)", "error: no such overload"), Line(".i", "7"),
        Line("map.for", "error: no such key: for"),
        Line(
            "[1]['a']",
            "check: found no matching overload for '_[_]' applied to '(list(int), string)'"),
        Line(
            "{'a': 1}[1]",
            "check: found no matching overload for '_[_]' applied to '(map(string, int), int)'"),
        Line("1.a", "check: type 'int' does not support field selection"),
        Line("'a'.b", "check: type 'string' does not support field selection"),
        Line("(1)[0]", "check: found no matching overload for '_[_]' applied to '(int, int)'"),
        Line("ghost", "check: undeclared reference to 'ghost' (in container '')"),
        Line("ghost.a.b", "check: undeclared reference to 'ghost' (in container '')"),
        Line("ghost()", "check: undeclared reference to 'ghost' (in container '')"),
        Line("s.ghost()", "check: undeclared reference to 'ghost' (in container '')"),
        Line("[1, 'a']", "check: expected type 'int' but found 'string'"),
        Line("{'a': 1, 'b': 'c'}", "check: expected type 'int' but found 'string'"),
        Line("[1, dyn('a')]", "[1, 'a']"), Line("[[], [1]]", "[[], [1]]"),
        Line("[1, i]", "[1, 7]"),
    ]

    @Test("literals", arguments: literals)
    func literalsHold(line: Line) { #expect(shown(line.source) == line.result) }

    @Test("arithmetic", arguments: arithmetic)
    func arithmeticHold(line: Line) { #expect(shown(line.source) == line.result) }

    @Test("relations", arguments: relations)
    func relationsHold(line: Line) { #expect(shown(line.source) == line.result) }

    @Test("logic", arguments: logic)
    func logicHold(line: Line) { #expect(shown(line.source) == line.result) }

    @Test("fields, elements, names", arguments: access)
    func accessHold(line: Line) { #expect(shown(line.source) == line.result) }

    @Test("lists of several types are allowed where asked for")
    func mixed() {
        #expect(shown("[1, 'a', 2.5]", mixed: true) == "[1, 'a', 2.5]")
        #expect(shown("{'a': 1, 'b': 'c'}", mixed: true) == "{'a': 1, 'b': 'c'}")
    }
}
