import Documents
import KubernetesCore
import Testing

@testable import KubernetesClient
@testable import Verbs

@Suite("The rows of a get")
struct GetRowsTests {
    private static let pets = ResourceType(
        group: "petstore.example.com", version: "v1alpha1", plural: "pets", kind: "Pet")

    private func rows() throws -> GetRows {
        var rows = GetRows(
            try ObjectFilter(states: [], onlyDrifting: false, condition: nil), RowShape())
        rows.columns = [ServerTable.Column(name: "Name", format: "name")]
        return rows
    }

    /// An answer with rows whose only cell is their name.
    private func page(_ names: Range<Int>) throws -> ListPage {
        let rows = names.map { #"{"cells":["pet-\#($0)"],"object":null}"# }
        let text = #"{"kind":"Table","rows":[\#(rows.joined(separator: ","))]}"#
        return ListPage(
            document: try JSONDocument(parsing: text), type: Self.pets, form: .table(.none))
    }

    /// The names of all slices, and how many rows came before each.
    private func slices(_ rows: GetRows) -> (names: [[String?]], before: [Int]) {
        var (names, before): ([[String?]], [Int]) = ([], [])
        rows.eachSlice { slice, count in
            names.append(slice.map(\.cells[0].stringValue))
            before.append(count)
        }
        return (names, before)
    }

    @Test("slices go over the borders of answers, and none is lost or comes twice")
    func borders() throws {
        for sizes in [[100, 1_021], [500, 500], [499, 1, 1], [1], [0, 3]] {
            var rows = try rows()
            var total = 0
            for size in sizes {
                rows.add(try page(total..<total + size))
                total += size
            }
            let seen = slices(rows)
            #expect(seen.names.flatMap { $0 } == (0..<total).map { "pet-\($0)" }, "\(sizes)")
            #expect(seen.names.dropLast().allSatisfy { $0.count == 500 }, "\(sizes)")
            #expect(seen.before == Array(stride(from: 0, to: total, by: 500)), "\(sizes)")
            #expect(
                rows.objects(of: Self.pets, in: "default").map(\.name)
                    == (0..<total).map { "pet-\($0)" })
        }
    }

    @Test("rows that were made come in slices too")
    func made() throws {
        var rows = try rows()
        for number in 0..<1_001 {
            rows.add(RowShape().row(ServerTable.Row(cells: [.string("pet-\(number)")])))
        }
        let seen = slices(rows)
        #expect(seen.names.map(\.count) == [500, 500, 1] && seen.before == [0, 500, 1_000])
        #expect(seen.names.flatMap { $0 } == (0..<1_001).map { "pet-\($0)" })
    }

    @Test("answers without rows are no rows")
    func empty() throws {
        var rows = try rows()
        #expect(rows.isEmpty)
        rows.add(try page(0..<0))
        #expect(rows.isEmpty && slices(rows).before.isEmpty)
        rows.add(try page(0..<1))
        #expect(!rows.isEmpty)
    }
}
