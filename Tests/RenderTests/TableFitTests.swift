import Documents
import Testing

@testable import Render

/// Which columns give way on a narrow terminal, and how.
struct TableFitTests {
    private static let message =
        "API returned 500: Database connection failed (GET http://petstore-0:8080/store/order/456)"

    private static let table = TextTable(
        ["KIND", "NAME", "EXTERNAL-ID", "MESSAGE", "AGE"],
        rows: [
            ["Order", "order-456", "8f14e45f-ceea-467f-a83c-0242ac120002", .init(message), "5m"],
            ["Pet", "寿司", "7", "", "3d"],
        ])

    private func lines(_ table: TextTable, _ width: Int?) -> [String] {
        String(decoding: table.text(style: Style(width: width)), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    @Test func whereThereIsRoomOrNoTerminalNothingChanges() {
        #expect(lines(Self.table, nil) == lines(Self.table, 400))
        #expect(lines(Self.table, nil)[1].contains(Self.message))
    }

    @Test func messagesGoOnBelowThemselvesAndIdentifiersAreCut() {
        #expect(
            lines(Self.table, 80) == [
                "KIND    NAME        EXTERNAL-ID                   MESSAGE                    AGE",
                "Order   order-456   8f14e45f-ceea-467f-a83c-02…   API returned 500:          5m",
                "                                                  Database connection",
                "                                                  failed (GET",
                "                                                  http://petstore-0:8080/",
                "                                                  store/order/456)",
                "Pet     寿司        7                                                        3d",
            ])
    }

    @Test func noLineIsWiderThanTheTerminalAndNamesAreWhole() {
        for width in [64, 72, 80, 100, 120, 160] {
            let shown = lines(Self.table, width)
            #expect(shown.allSatisfy { $0.displayWidth <= width }, "\(width)")
            #expect(shown.contains { $0.contains("order-456") && $0.hasSuffix("5m") })
        }
    }

    @Test func sentencesWithoutRoomStandBelowTheirRows() {
        let table = TextTable(
            ["RESOURCE", "HEALTH", "FAILED", "MESSAGE", "AGE"],
            rows: [
                ["petstoreaggregate/production", "Degraded", "1", .init(Self.message), "5m"],
                ["petstoreaggregate/quiet", "Healthy", "0", "", "3d"],
            ])
        #expect(
            lines(table, 60) == [
                "RESOURCE                       HEALTH     FAILED   AGE",
                "    MESSAGE",
                "petstoreaggregate/production   Degraded   1        5m",
                "    API returned 500: Database connection failed (GET",
                "    http://petstore-0:8080/store/order/456)",
                "petstoreaggregate/quiet        Healthy    0        3d",
            ])
    }

    @Test func addressesBreakBetweenTheirParts() {
        #expect(
            CellText.wrap("(http://a.example/pets/1)", to: 20) == ["(http://a.example/", "pets/1)"])
        // Not where most of the line would stay empty.
        #expect(CellText.wrap("a/bcdefghijklmnop", to: 10) == ["a/bcdefghi", "jklmnop"])
    }

    @Test func theWidestGiveWayFirstAndTogether() {
        let fit = TableFit([40, 50, 20], fits: [.cuts, .cuts, .keeps], gap: 3, room: 86)
        #expect(fit.widths == [30, 30, 20])
        let wraps = TableFit([40, 50, 20], fits: [.cuts, .wraps, .keeps], gap: 3, room: 96)
        #expect(wraps.widths == [40, 30, 20])
        let tooNarrow = TableFit([40, 50, 20], fits: [.cuts, .wraps, .keeps], gap: 3, room: 10)
        #expect(tooNarrow.widths == [10, 24, 20])
    }

    @Test func wideCharactersAreCutAndWrappedWhole() {
        #expect(CellText.cut("寿司寿司", to: 5) == "寿司…")
        #expect(CellText.cut("寿司寿司", to: 6) == "寿司…")
        #expect(CellText.wrap("寿司寿司", to: 5) == ["寿司", "寿司"])
        #expect(CellText.wrap("a bb ccc", to: 4) == ["a bb", "ccc"])
        #expect(CellText.wrap("", to: 4) == [""])
    }

    @Test func valuesOfFieldsGoOnUnderThemselves() throws {
        let report = Report(
            kind: "X", sections: [Section(nil, .fields([Field("Message", Self.message)]))],
            payload: [:])
        let text = String(
            decoding: try Renderer(style: Style(width: 60)).render(report), as: UTF8.self)
        #expect(
            text == """
                Message:      API returned 500: Database connection failed
                              (GET http://petstore-0:8080/store/order/456)

                """)
    }

    @Test("a path goes on below itself, part by part, and none of it is left out")
    func paths() {
        let table = TextTable(
            ["OBJECT", "PATH", "NOW"],
            rows: [["pet/fluffy", "spec.category.nameOfTheCategory", "Cats"]])
        let text = String(decoding: table.text(style: Style(width: 40)), as: UTF8.self)
        #expect(
            text == """
                OBJECT       PATH                   NOW
                pet/fluffy   spec.category.         Cats
                             nameOfTheCategory

                """)
    }
}
