import Documents
import KubernetesCore
import Render
import Testing

@Suite("Tables")
struct TableTests {
    private func text(
        _ table: TextTable, wide: Bool = false, style: Style = .plain
    ) -> String {
        String(decoding: table.text(wide: wide, style: style), as: UTF8.self)
    }

    @Test("columns are as wide as their widest cell, and nothing trails the last one")
    func alignment() {
        let table = TextTable(
            ["NAME", "STATE", "EXTERNAL-ID", "AGE"],
            rows: [["fluffy", "Synced", "123", "2d"], ["b", "Failed", "", "1d"]])
        #expect(
            text(table) == """
                NAME     STATE    EXTERNAL-ID   AGE
                fluffy   Synced   123           2d
                b        Failed                 1d

                """)
    }

    @Test("a narrow column still takes six places")
    func narrowest() {
        #expect(text(TextTable(["A", "B"], rows: [["x", "y"]])) == "A     B\nx     y\n")
    }

    @Test("columns of a lower rank show only in the wide form")
    func wide() {
        let table = TextTable(
            columns: [.init("NAME"), .init("NODE", isWide: true), .init("AGE")],
            rows: [["max", "n1", "3h"]])
        #expect(text(table) == "NAME   AGE\nmax    3h\n")
        #expect(text(table, wide: true) == "NAME   NODE   AGE\nmax    n1     3h\n")
    }

    @Test("a row that is too short is filled, one that is too long is cut")
    func unevenRows() {
        let table = TextTable(["NAME", "AGE"], rows: [["a"], ["b", "1d", "extra"]])
        #expect(text(table) == "NAME   AGE\na      \nb      1d\n")
    }

    @Test("without a header only the rows are shown")
    func headless() {
        let table = TextTable(
            columns: [.init("NAME"), .init("AGE")], rows: [["a", "1d"]], showsHeader: false)
        #expect(text(table) == "a     1d\n")
    }

    @Test("columns of a later page are no narrower than those before")
    func pages() {
        var widths: [Int] = []
        let first = TextTable(["NAME", "AGE"], rows: [["a-long-name", "1d"]])
        var second = TextTable(["NAME", "AGE"], rows: [["b", "2d"]])
        second.showsHeader = false
        _ = first.text(wide: false, style: .plain, widths: &widths)
        let page = second.text(wide: false, style: .plain, widths: &widths)
        #expect(String(decoding: page, as: UTF8.self) == "b             2d\n")
    }

    @Test("wide characters and combining marks are counted as the terminal draws them")
    func displayWidths() {
        let table = TextTable(
            ["NAME", "AGE"], rows: [["猫のペット", "1d"], ["cafe\u{301}", "2d"], ["🐶", "3d"]])
        #expect(
            text(table) == """
                NAME         AGE
                猫のペット   1d
                cafe\u{301}         2d
                🐶           3d

                """)
        #expect("猫".displayWidth == 2)
        #expect("e\u{301}".displayWidth == 1)
        #expect("👩‍👩‍👧".displayWidth == 2)
        #expect("\u{2764}\u{FE0F}".displayWidth == 2)
        #expect("plain".displayWidth == 5)
    }

    @Test("a cell cannot drive the terminal or break its line")
    func escapes() {
        let table = TextTable(
            ["NAME", "MESSAGE"], rows: [["a", "\u{1B}[31mred\r\nnext\u{7}"]])
        #expect(text(table) == "NAME   MESSAGE\na      ^[[31mred\\r\\nnext^G\n")
    }

    @Test("colour wraps the text and leaves the blanks alone")
    func colour() {
        let table = TextTable(
            columns: [.init("STATE"), .init("AGE")],
            rows: [[.init("Failed", tint: Tint(state: "Failed")), "1d"]])
        #expect(
            text(table, style: Style(colour: true)) == "\u{1B}[1mSTATE\u{1B}[0m    "
                + "\u{1B}[1mAGE\u{1B}[0m\n\u{1B}[31mFailed\u{1B}[0m   1d\n")
        #expect(text(table) == "STATE    AGE\nFailed   1d\n")
    }

    @Test("the server's table keeps its cells, typed as they are, with states in colour")
    func serverTable() throws {
        let json: JSONValue = [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": [:],
            "columnDefinitions": [
                ["name": "Name", "type": "string", "priority": 0],
                ["name": "State", "type": "string", "priority": 0],
                ["name": "Results", "type": "integer", "priority": 0],
                ["name": "Endpoint", "type": "string", "priority": 1],
            ],
            "rows": [
                ["cells": ["q", "Queried", 3, "http://10.0.0.1"], "object": nil],
                ["cells": ["r", "Odd", nil, nil], "object": nil],
            ],
        ]
        let table = TextTable(try #require(ServerTable(json)))
        #expect(
            text(table) == """
                NAME   STATE     RESULTS
                q      Queried   3
                r      Odd       

                """)
        #expect(text(table, wide: true).contains("ENDPOINT\nq      Queried   3         http://"))
        #expect(table.rows.map { $0[1].tint } == [.good, nil])
    }
}
