import Catalog
import KubernetesCore
import Testing

@Suite("What is typed for a kind means that kind")
struct KindWordsTests {
    @Test("every kind is found by its words, whichever groups share its names")
    func roundTrip() throws {
        for kind in Fixtures.catalog.kinds {
            #expect(try Fixtures.catalog.resolve(kind.word).type == kind.type)
            #expect(try Fixtures.catalog.resolve(kind.pluralWord).type == kind.type)
        }
    }

    @Test("the group is named only where a bare word means another kind")
    func shortWhereItCanBe() {
        let (first, second) = (Fixtures.library.group, Fixtures.archive.group)
        #expect(Fixtures.kind("Book", in: Fixtures.library).word == "book")
        #expect(Fixtures.kind("Book", in: Fixtures.library).shownName(of: "x") == "book/x")
        #expect(Fixtures.kind("Book", in: Fixtures.archive).word == "book.\(second)")
        #expect(Fixtures.kind("Book", in: Fixtures.archive).pluralWord == "books.\(second)")
        let names = Fixtures.kind("Fine").names
        #expect(names.word("Book", group: second) == "book.\(second)")
        #expect(names.word("Unheard", group: second) == "unheard")
        #expect(names.shortened("books.\(first)") == "books")
        #expect(names.shortened("books.\(second)") == "books.\(second)")
        #expect(names.shortened("my.books") == "my.books" && names.shortened("-A") == "-A")
    }

    @Test("of some kinds alone it is known what the others leave to them")
    func partly() {
        let all = Fixtures.catalog.kinds.map(\.type)
        let some = all.filter { $0.groupVersion == Fixtures.archive }
        let catalog = Catalog(resources: some, names: KindWords(all))
        let book = catalog.kinds.first { $0.type.kind == "Book" }
        #expect(book?.word == "book.\(Fixtures.archive.group)")
    }
}
