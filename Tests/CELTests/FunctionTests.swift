import CEL
import Testing

@Suite("Functions")
struct FunctionTests {
    static let conversions = [
        Line("int('42')", "42"), Line("int('-42')", "-42"), Line("int(2.9)", "2"),
        Line("int(-2.9)", "-2"),
        Line("int(5u)", "5"),
        Line("int('x')", "error: type conversion error from 'string' to 'int'"),
        Line("int(1e19)", "error: integer overflow"),
        Line("int(18446744073709551615u)", "error: integer overflow"),
        Line("int(double('NaN'))", "error: integer overflow"),
        Line("int(timestamp('1970-01-01T00:01:00Z'))", "60"), Line("uint(5)", "5u"),
        Line("uint('7')", "7u"),
        Line("uint(-1)", "error: unsigned integer overflow"), Line("uint(3.7)", "3u"),
        Line("uint(-0.5)", "error: unsigned integer overflow"), Line("double(5)", "5.0"),
        Line("double('1.5')", "1.5"),
        Line("double('x')", "error: type conversion error from 'string' to 'double'"),
        Line("double(3u)", "3.0"), Line("string(5)", "'5'"), Line("string(5u)", "'5'"),
        Line("string(1.5)", "'1.5'"), Line("string(1.0)", "'1'"), Line("string(1e21)", "'1e+21'"),
        Line("string(1000000.0)", "'1e+06'"), Line("string(123456.0)", "'123456'"),
        Line("string(0.00001)", "'1e-05'"), Line("string(0.0001)", "'0.0001'"),
        Line("string(-0.5)", "'-0.5'"),
        Line("string(1.0/0.0)", "'+Inf'"), Line("string(true)", "'true'"),
        Line("string(b'abc')", "'abc'"),
        Line(#"string(b'\xff')"#, "error: invalid UTF-8 in bytes, cannot convert to string"),
        Line("string(duration('90m'))", "'5400s'"), Line("string(duration('1.5s'))", "'1.5s'"),
        Line("string(timestamp('2024-02-29T12:00:00+01:00'))", "'2024-02-29T11:00:00Z'"),
        Line("bytes('é')", "b[195, 169]"), Line("bool('true')", "true"), Line("bool('0')", "false"),
        Line("bool('maybe')", "error: type conversion error from 'string' to 'bool'"),
        Line("type(1)", "int"), Line("type(1) == int", "true"), Line("type('a') == string", "true"),
        Line("type(null) == null_type", "true"), Line("type([]) == type([1])", "true"),
        Line("type({}) == type([])", "false"), Line("type(type(1)) == type", "true"),
        Line("type(duration('1s')) == google.protobuf.Duration", "true"),
        Line("type(i) == int", "true"), Line("type(1) == uint", "false"),
        Line("dyn('a') + 'b'", "'ab'"),
        Line(
            "string([1])", "check: found no matching overload for 'string' applied to '(list(int))'"
        ),
        Line("int(true)", "check: found no matching overload for 'int' applied to '(bool)'"),
        Line("size('héllo')", "5"), Line("size(b'é')", "2"), Line("size([1, 2])", "2"),
        Line("size({'a': 1})", "1"),
        Line("'😀'.size()", "1"), Line("s.size()", "5"), Line("list.size()", "3"),
        Line("size(i)", "error: no such overload"),
        Line("size(1)", "check: found no matching overload for 'size' applied to '(int)'"),
        Line("size()", "check: found no matching overload for 'size' applied to '()'"),
    ]

    static let times = [
        Line("duration('1h30m').getMinutes()", "90"), Line("duration('1h').getSeconds()", "3600"),
        Line("duration('1.5s').getMilliseconds()", "1500"),
        Line("duration('-1.5h').getHours()", "-1"),
        Line("duration('1h') + duration('1m')", "duration(3660s)"),
        Line("duration('1h') > duration('59m')", "true"),
        Line("duration('0')", "duration(0s)"),
        Line("duration('1us') == duration('1000ns')", "true"),
        Line("duration('1d')", "check: invalid duration argument"),
        Line("duration('')", "check: invalid duration argument"),
        Line("duration(s)", "error: invalid duration: 'héllo'"),
        Line("duration('9999999h')", "check: invalid duration argument"),
        Line("duration('2562047h') + duration('2562047h')", "error: duration overflow"),
        Line(
            "timestamp('2024-01-01T00:00:00Z') + duration('24h') == timestamp('2024-01-02T00:00:00Z')",
            "true"),
        Line(
            "timestamp('2024-03-01T00:00:00Z') - timestamp('2024-02-01T00:00:00Z')",
            "duration(2505600s)"),
        Line(
            "timestamp('2024-01-01T00:00:00Z') - duration('1s')", "timestamp(2023-12-31T23:59:59Z)"),
        Line("timestamp('2024-01-01T00:00:00Z') < timestamp('2024-01-01T00:00:00.5Z')", "true"),
        Line("timestamp('9999-12-31T23:59:59Z') + duration('1s')", "error: timestamp overflow"),
        Line("timestamp('2023-02-29T00:00:00Z')", "check: invalid timestamp argument"),
        Line("timestamp('yesterday')", "check: invalid timestamp argument"),
        Line("timestamp(1700000000)", "timestamp(2023-11-14T22:13:20Z)"),
        Line("timestamp('2024-02-29T13:14:15.678Z').getFullYear()", "2024"),
        Line("timestamp('2024-02-29T13:14:15.678Z').getMonth()", "1"),
        Line("timestamp('2024-02-29T13:14:15.678Z').getDayOfYear()", "59"),
        Line("timestamp('2024-02-29T13:14:15.678Z').getDayOfMonth()", "28"),
        Line("timestamp('2024-02-29T13:14:15.678Z').getDate()", "29"),
        Line("timestamp('2024-02-29T13:14:15.678Z').getDayOfWeek()", "4"),
        Line("timestamp('2024-02-29T13:14:15.678Z').getHours()", "13"),
        Line("timestamp('2024-02-29T13:14:15.678Z').getMinutes()", "14"),
        Line("timestamp('2024-02-29T13:14:15.678Z').getSeconds()", "15"),
        Line("timestamp('2024-02-29T13:14:15.678Z').getMilliseconds()", "678"),
        Line("timestamp('2024-02-29T23:14:15Z').getDate('+02:00')", "1"),
        Line("timestamp('2024-02-29T23:14:15Z').getHours('-08:30')", "14"),
        Line("timestamp('2024-02-29T23:14:15Z').getHours('UTC')", "23"),
        Line(
            "timestamp('2024-02-29T23:14:15Z').getHours('Mars/Base')",
            "error: unknown time zone Mars/Base"),
        Line("timestamp('0001-01-01T00:00:00Z').getDayOfWeek()", "1"),
        Line("timestamp('1969-12-31T23:59:59.999Z').getSeconds()", "59"),
    ]

    static let texts = [
        Line("'hello'.contains('ell')", "true"), Line("'hello'.contains('')", "true"),
        Line("'hello'.contains('x')", "false"),
        Line("'hello'.startsWith('he')", "true"), Line("'hello'.endsWith('lo')", "true"),
        Line("'a'.endsWith('ba')", "false"),
        Line("'é'.startsWith('e')", "false"), Line("'tacocat'.charAt(3)", "'o'"),
        Line("'abc'.charAt(3)", "''"),
        Line("'abc'.charAt(4)", "error: index out of range: 4"), Line("'héllo'.charAt(1)", "'é'"),
        Line("'hello mellow'.indexOf('ello')", "1"), Line("'hello mellow'.indexOf('ello', 2)", "7"),
        Line("'hello mellow'.indexOf('jello')", "-1"), Line("'hello'.indexOf('')", "0"),
        Line("'hello mellow'.indexOf('ello', 20)", "error: index out of range: 20"),
        Line("'hello mellow'.lastIndexOf('ello')", "7"),
        Line("'hello mellow'.lastIndexOf('ello', 6)", "1"),
        Line("'hello'.lastIndexOf('')", "5"), Line("'héé'.lastIndexOf('é')", "2"),
        Line("'TacoCÆt'.lowerAscii()", "'tacocÆt'"), Line("'TacoCæt'.upperAscii()", "'TACOCæT'"),
        Line("'hello hello'.replace('he', 'we')", "'wello wello'"),
        Line("'hello hello'.replace('he', 'we', -1)", "'wello wello'"),
        Line("'hello hello'.replace('he', 'we', 1)", "'wello hello'"),
        Line("'hello hello'.replace('he', 'we', 0)", "'hello hello'"),
        Line("'abc'.replace('', '-')", "'-a-b-c-'"), Line("'abc'.replace('', '-', 2)", "'-a-bc'"),
        Line("'hello hello hello'.split(' ')", "['hello', 'hello', 'hello']"),
        Line("'a b c'.split(' ', 2)", "['a', 'b c']"),
        Line("'a b c'.split(' ', 0)", "[]"), Line("'a b c'.split(' ', 1)", "['a b c']"),
        Line("'abc'.split('')", "['a', 'b', 'c']"),
        Line("'a,'.split(',')", "['a', '']"), Line("''.split(',')", "['']"),
        Line("'tacocat'.substring(4)", "'cat'"),
        Line("'tacocat'.substring(0, 4)", "'taco'"), Line("'tacocat'.substring(7)", "''"),
        Line("'tacocat'.substring(8)", "error: index out of range: 8"),
        Line("'tacocat'.substring(-1)", "error: index out of range: -1"),
        Line("'tacocat'.substring(2, 1)", "error: invalid substring range. start: 2, end: 1"),
        Line("'  trim\\n '.trim()", "'trim'"), Line("'  '.trim()", "''"),
        Line("'abc'.reverse()", "'cba'"),
        Line("['a', 'b'].join()", "'ab'"), Line("['a', 'b'].join('-')", "'a-b'"),
        Line("[].join('-')", "''"),
        Line("words.join(',')", "'b,a'"), Line("list.join(',')", "error: no such overload"),
        Line(
            "[1].join(',')",
            "check: found no matching overload for 'join' applied to 'list(int).(string)'"),
        Line("strings.quote('a\"b')", #"'"a\"b"'"#),
        Line("'%s is %d'.format(['x', 5])", "check: expected type 'string' but found 'int'"),
        Line("'%s is %d'.format([dyn('x'), 5])", "'x is 5'"),
        Line("'%.2f'.format([1.005])", "'1.00'"), Line("'%f'.format([2.5])", "'2.500000'"),
        Line("'%.0f %.0f'.format([0.5, 1.5])", "'0 2'"),
        Line("'%e'.format([1234.5])", "'1.234500e+03'"),
        Line("'%x %X %o %b'.format([255, 255, 8, 5])", "'ff FF 10 101'"),
        Line("'%x'.format(['az'])", "'617a'"),
        Line("'%s'.format([[1, 2]])", "'[1, 2]'"),
        Line("'%s'.format([{'b': 1, 'a': 2}])", "'{a: 2, b: 1}'"),
        Line("'100%%'.format([])", "'100%'"),
        Line(
            "'%d'.format(['a'])",
            "error: decimal clause can only be used on integers, was given string"),
        Line("'%s'.format([])", "error: index 0 out of range"),
        Line("'%y'.format([1])", "error: unrecognized formatting clause \"y\""),
        Line("'%.'.format([1])", "error: unexpected end of string in format()"),
        Line("s.foo", "error: no such overload"),
        Line(
            "'a'.contains(1)",
            "check: found no matching overload for 'contains' applied to 'string.(int)'"),
        Line("contains('a', 'b')", "check: undeclared reference to 'contains' (in container '')"),
    ]

    static let lists = [
        Line("[1, 2, 3].isSorted()", "true"), Line("[2, 1].isSorted()", "false"),
        Line("[].isSorted()", "true"),
        Line("['a', 'b'].isSorted()", "true"), Line("[1, 2, 3].sum()", "6"),
        Line("[1.5, 2.5].sum()", "4.0"),
        Line("[duration('1s'), duration('2s')].sum()", "duration(3s)"), Line("list.sum()", "6"),
        Line("[].sum()", "0"),
        Line("[3, 1, 2].min()", "1"), Line("[3, 1, 2].max()", "3"), Line("['b', 'a'].min()", "'a'"),
        Line("[].min()", "error: min called on empty list"), Line("[1, 2, 1].indexOf(1)", "0"),
        Line("[1, 2, 1].lastIndexOf(1)", "2"), Line("[1].indexOf(2)", "-1"),
        Line("['a', 'b'].indexOf('b')", "1"),
        Line("words.indexOf('a')", "1"),
        Line(
            "['a', 'b'].sum()",
            "check: found no matching overload for 'sum' applied to 'list(string).()'"),
        Line("[1, 'a'].min()", "check: expected type 'int' but found 'string'"),
        Line("sets.contains([1, 2, 3], [2, 3])", "true"), Line("sets.contains([1], [2])", "false"),
        Line("sets.contains([1], [])", "true"),
        Line("sets.equivalent([1, 2, 2], [2, 1])", "true"),
        Line("sets.equivalent([1], [1, 2])", "false"),
        Line("sets.intersects([1, 2], [2, 3])", "true"), Line("sets.intersects([1], [2])", "false"),
        Line("sets.intersects([], [])", "false"),
    ]

    static let kubernetes = [
        Line("isURL('https://example.com:80/a?b=c')", "true"), Line("isURL('/path')", "true"),
        Line("isURL('../relative')", "false"),
        Line("isURL('')", "false"), Line("isURL('no scheme')", "false"),
        Line("isURL('http://[::1]:80/')", "true"), Line("isURL('http://a:b:c/')", "false"),
        Line("url('https://u:p@Example.com:8080/a b?x=1&x=2&y=%20#f').getScheme()", "'https'"),
        Line("url('https://example.com:8080/').getHost()", "'example.com:8080'"),
        Line("url('https://example.com:8080/').getHostname()", "'example.com'"),
        Line("url('https://example.com:8080/').getPort()", "'8080'"),
        Line("url('https://example.com/').getPort()", "''"),
        Line("url('https://[::1]:80/').getHostname()", "'::1'"),
        Line("url('https://[::1]:80/').getHost()", "'[::1]:80'"),
        Line("url('https://e.com/a b').getEscapedPath()", "'/a%20b'"),
        Line("url('/p/q').getEscapedPath()", "'/p/q'"),
        Line(
            "url('https://e.com/?k=1&k=2&l=a+b%21').getQuery()", "{'k': ['1', '2'], 'l': ['a b!']}"),
        Line("url('nope')", "error: URL parse error during conversion from string: nope"),
        Line("url('http://a/') == url('http://a/')", "true"),
        Line("isQuantity('1.3Gi')", "true"), Line("isQuantity('200K')", "false"),
        Line("isQuantity('1e3')", "true"), Line("isQuantity('Mi')", "false"),
        Line("isQuantity('')", "false"), Line("isQuantity('-5m')", "true"),
        Line("isQuantity('1.2.3')", "false"),
        Line("quantity('1Gi').compareTo(quantity('1024Mi'))", "0"),
        Line("quantity('1Gi').isGreaterThan(quantity('1G'))", "true"),
        Line("quantity('50m').isLessThan(quantity('1'))", "true"),
        Line("quantity('1k') == quantity('1000')", "true"),
        Line("quantity('1500m').asInteger()", "error: cannot convert value to integer"),
        Line("quantity('2000m').asInteger()", "2"),
        Line("quantity('1500m').isInteger()", "false"),
        Line("quantity('1.5Ki').asInteger()", "1536"),
        Line("quantity('50').add(quantity('20')).asInteger()", "70"),
        Line("quantity('50').sub(20).asInteger()", "30"),
        Line("quantity('-5').sign()", "-1"), Line("quantity('0').sign()", "0"),
        Line("quantity('1500m').asApproximateFloat()", "1.5"),
        Line("quantity('0.1n').isGreaterThan(quantity('0'))", "true"),
        Line("quantity('1E').asInteger()", "1000000000000000000"),
        Line("quantity('100E').asInteger()", "9223372036854775807"),
        Line("quantity('8Ei').asInteger()", "9223372036854775807"),
        Line("quantity('7Ei').asInteger()", "8070450532247928832"),
        Line("quantity('1e-1') == quantity('100m')", "true"),
        Line(
            "quantity('x')",
            "error: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        ),
        Line(
            "quantity('1') < quantity('2')",
            "check: found no matching overload for '_<_' applied to '(kubernetes.Quantity, kubernetes.Quantity)'"
        ),
    ]

    @Test("conversions", arguments: conversions)
    func conversionsHold(line: Line) { #expect(shown(line.source) == line.result) }

    @Test("moments and durations", arguments: times)
    func timesHold(line: Line) { #expect(shown(line.source) == line.result) }

    @Test("texts", arguments: texts)
    func textsHold(line: Line) { #expect(shown(line.source) == line.result) }

    @Test("lists and sets", arguments: lists)
    func listsHold(line: Line) { #expect(shown(line.source) == line.result) }

    @Test("URLs and quantities", arguments: kubernetes)
    func kubernetesHold(line: Line) { #expect(shown(line.source) == line.result) }

    @Test("every function that is declared exists, and the other way round")
    func declared() {
        #expect(CELVocabulary.kubernetes.loose.isEmpty)
        #expect(CELVocabulary.standard.loose.isEmpty)
        #expect(shown("'a'.charAt(0)", vocabulary: .standard).hasPrefix("check: undeclared"))
    }
}
