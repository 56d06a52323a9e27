import Documents
import Testing

@testable import Render

@Suite("Formats with something behind them, and comma-separated values")
struct FormatTests {
    private static let table = TextTable(
        columns: [.init("NAME"), .init("NOTE", isWide: true)],
        rows: [["a,b", "said \"no\""], ["two\nlines", ""]])

    private func text(
        _ format: String, _ report: Report, style: Style = .plain
    ) throws -> String {
        let renderer = Renderer(try OutputFormat(parsing: format), style: style)
        return String(decoding: try renderer.render(report), as: UTF8.self)
    }

    private func report(
        _ payload: JSONValue, table: TextTable? = nil, rows: TextTable? = nil
    ) -> Report {
        Report(
            kind: "X", sections: table.map { [Section("Title:", .table($0))] } ?? [],
            payload: payload, rows: rows)
    }

    @Test("csv: RFC 4180, all columns, CRLF behind the last line too")
    func csv() throws {
        #expect(
            try text("csv", report(.null, table: Self.table))
                == "NAME,NOTE\r\n\"a,b\",\"said \"\"no\"\"\"\r\n\"two\nlines\",\r\n")
    }

    @Test("csv of what is no single table: the verb's own rows, else every value with its place")
    func csvOfOthers() throws {
        let payload: JSONValue = [
            "a": ["b": [1, "x"], "c": nil], "empty": [], "ok": true,
        ]
        #expect(
            try text("csv", report(payload))
                == "FIELD,VALUE\r\na.b[0],1\r\na.b[1],x\r\na.c,\r\nempty,[]\r\nok,true\r\n")
        let two = Report(
            kind: "X", sections: [Section(nil, .table(Self.table)), Section(nil, .lines(["x"]))],
            payload: ["one": 1], rows: TextTable(["N"], rows: [["1"]]))
        #expect(try text("csv", two) == "N\r\n1\r\n")
    }

    @Test("csv and jsonpath do not drive a terminal, and are exact everywhere else")
    func onScreen() throws {
        let report = report(["name": "a\u{1B}[2Jb"], table: TextTable(["N"], rows: [["a\u{1B}b"]]))
        #expect(try text("csv", report) == "N\r\na\u{1B}b\r\n")
        #expect(try text("jsonpath={.name}", report) == "a\u{1B}[2Jb")
        let screen = Style(isOnScreen: true)
        #expect(try text("csv", report, style: screen) == "N\r\na^[b\r\n")
        #expect(try text("jsonpath={.name}", report, style: screen) == "a^[[2Jb")
    }

    @Test("jsonpath: the payload by a template, without a line end; a bare path is one")
    func jsonPath() throws {
        let report = report(["items": [["name": "a"], ["name": "b"]]])
        #expect(try text("jsonpath={.items[*].name}", report) == "a b")
        #expect(
            try text(#"jsonpath={range .items[*]}{.name}{"\n"}{end}"#, report) == "a\nb\n")
        #expect(try text("jsonpath=.items[1].name", report) == "b")
        #expect(throws: JSONPathError.self) { try text("jsonpath={.items[7].name}", report) }
    }

    @Test("custom columns: a row for each item, or for the whole; what is missing is <none>")
    func customColumns() throws {
        let list = report(["items": [["name": "a", "tags": ["x", "y"]], ["name": "b"]]])
        #expect(
            try text("custom-columns=NAME:.name,Tags:{.tags[*]}", list)
                == "NAME   Tags\na      x,y\nb      <none>\n")
        #expect(try text("custom-columns=N:name", report(["name": "c"])) == "N\nc\n")
        #expect(
            try text("custom-columns=N:.t[0,1],M:.t[?(@=='q,r')]", report(["t": ["p", "q,r"]]))
                == "N       M\np,q,r   q,r\n")
    }

    @Test(
        "what is no format is told with the place",
        arguments: [
            ("xml", "unknown output format \"xml\""), ("jsonpath", "-o jsonpath has no template"),
            ("jsonpath=", "-o jsonpath has no template"),
            ("custom-columns=", "-o custom-columns has no columns"),
            ("custom-columns=NAME", "\"NAME\" is not of the form HEADING:PATH"),
            ("custom-columns=A:.a,B:", "\"B:\" is not of the form HEADING:PATH"),
            ("jsonpath={.a", "(at character 4) in \"{.a\""),
            ("custom-columns=A:.a[", "in \"A:.a[\""),
        ])
    func malformed(text: String, message: String) {
        #expect {
            try OutputFormat(parsing: text)
        } throws: { error in
            (error as? OutputFormat.Malformed)?.message.contains(message) == true
        }
    }

    @Test("every word that is offered is one, once something stands behind its =")
    func words() throws {
        for word in OutputFormat.words {
            let rest = word == "jsonpath=" ? "{.a}" : word == "custom-columns=" ? "A:.a" : ""
            _ = try OutputFormat(parsing: word + rest)
        }
    }
}
