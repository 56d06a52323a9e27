import Catalog
import Documents
import KubernetesCore
import Testing

@Suite("What a kind is")
struct KindTests {
    @Test(
        "The shape of the schema decides the category, the name only where there is no shape",
        arguments: [
            ("Book", Category.resource), ("Fine", .resource), ("BookFindbytagsQuery", .query),
            ("BookUploadimageAction", .action), ("LibraryAggregate", .aggregate),
            ("LibraryBundle", .bundle),
        ])
    func categories(kind: String, category: Category) {
        #expect(Fixtures.kind(kind).category == category)
    }

    @Test("A resource may be called a query; state words tell where the shape does not")
    func misnomers() {
        #expect(Fixtures.kind("SearchQuery", in: Fixtures.archive).category == .resource)
        #expect(Fixtures.kind("VaultCheckAggregate", in: Fixtures.archive).category == .aggregate)
        #expect(Fixtures.kind("Book", in: Fixtures.archive).category == .resource)
        for (state, category) in [
            ("Queried", Category.query), ("Completed", .action), ("Healthy", .aggregate),
            ("Observed", .resource), ("Other", .unknown),
        ] {
            let schema = Fixtures.schema(
                spec: ["type": "object"],
                status: ["state": ["type": "string", "enum": [.string(state)]]])
            let kind = CatalogKind(
                type: Fixtures.type("Thing", in: Fixtures.library), schema: KindSchema(schema))
            #expect(kind.category == category)
        }
    }

    @Test("Without schemas names are all there is")
    func withoutSchemas() throws {
        func category(_ word: String) throws -> Category {
            try Fixtures.namesOnly.resolve(word).category
        }
        #expect(try category("bookfindbytagsquery") == .query)
        #expect(try category("uploadimage") == .action)
        #expect(try category("agg") == .aggregate)
        #expect(try category("bundle") == .bundle)
        #expect(try category("fines") == .unknown)
        #expect(try Fixtures.namesOnly.resolve("fines").targeting == .none)
        #expect(try Fixtures.namesOnly.resolve("fines").parameters.isEmpty)
    }

    @Test("Nested, flat, or no target at all")
    func targeting() {
        let nested = Fixtures.kind("Book")
        #expect(nested.targeting == .nested)
        #expect(nested.path(of: .podOrdinal) == ["target", "podOrdinal"])
        #expect(nested.path(of: .helmRelease) == nil)
        #expect(nested.targetMembers == [.baseURL, .pod, .podOrdinal, .labels])
        let flat = Fixtures.kind("Book", in: Fixtures.archive)
        #expect(flat.targeting == .flat)
        #expect(flat.path(of: .podOrdinal) == ["targetPodOrdinal"])
        #expect(flat.path(of: .pod) == nil)
        let none = Fixtures.kind("Fine")
        #expect(none.targeting == .none)
        #expect(none.path(of: .pod) == nil)
    }

    @Test("Intervals go by either name")
    func intervals() {
        #expect(Fixtures.kind("Book").intervalField == "executionInterval")
        #expect(
            Fixtures.kind("Book", in: Fixtures.archive).intervalField == "reExecuteInterval")
        #expect(Fixtures.kind("Fine").intervalField == nil)
    }

    @Test("Parameters are what is left of the spec, found in any spelling")
    func parameters() throws {
        let action = Fixtures.kind("BookUploadimageAction")
        #expect(action.parameters.map(\.name) == ["bookId", "dataURL"])
        #expect(action.parameters.map(\.flagName) == ["book-id", "data-url"])
        #expect(action.parameters.map(\.isRequired) == [true, false])
        #expect(action.parameters.map(\.type) == ["int64", "string"])
        for spelling in ["bookId", "book-id", "BOOKID", "book_id"] {
            #expect(action.parameter(named: spelling)?.name == "bookId")
        }
        #expect(action.parameter(named: "target") == nil)
        let flat = Fixtures.kind("Book", in: Fixtures.archive)
        #expect(flat.parameters.map(\.name) == ["title"])
        let book = Fixtures.kind("Book")
        #expect(book.parameter(named: "condition")?.allowedValues == ["new", "worn"])
        #expect(book.parameter(named: "pages")?.description == "How thick it is.")
        #expect(book.parameter(named: "pin")?.isSecret == true)
        #expect(book.parameter(named: "api-token")?.isSecret == true)
        #expect(book.parameter(named: "tokenCount")?.isSecret == false)
        #expect(book.parameter(named: "tags")?.type == "list of object")
        #expect(book.parameter(named: "notes")?.type == "map of string")
    }
}

@Suite("Names of kinds")
struct NameTests {
    @Test(
        "Every name that kubectl takes, in any case",
        arguments: [
            "books", "book", "Book", "BOOKS", "bk", "books.library.example.org",
            "book.v1alpha1.library.example.org", "Books.Library.Example.Org",
            "bk.library.example.org",
        ])
    func kubectlNames(word: String) throws {
        let kind = try Fixtures.catalog.resolve(word)
        #expect(kind.type.kind == "Book" && kind.type.group == "library.example.org")
    }

    @Test("A name that two groups have means the first; qualified it means the other")
    func groups() throws {
        let other = try Fixtures.catalog.resolve("books.archive.example.org")
        #expect(other.type.group == "archive.example.org")
        #expect(try Fixtures.catalog.resolve("books.v1.archive.example.org").type == other.type)
        #expect(try Fixtures.catalog.resolve("secrets").type.group.isEmpty)
    }

    @Test(
        "Friendly names in typical spellings",
        arguments: [
            ("find-by-tags", "BookFindbytagsQuery"), ("findByTags", "BookFindbytagsQuery"),
            ("book-find-by-tags", "BookFindbytagsQuery"), ("findbystatus", "BookFindbystatusQuery"),
            ("shelf-inventory", "ShelfInventoryQuery"), ("login", "MemberLoginQuery"),
            ("upload-image", "BookUploadimageAction"), ("uploadImage", "BookUploadimageAction"),
            ("aggregate", "LibraryAggregate"), ("bundle", "LibraryBundle"),
        ])
    func friendly(word: String, kind: String) throws {
        let catalog = Catalog(
            resources: Fixtures.resources.filter { $0.group == "library.example.org" },
            schemas: [:])
        #expect(try catalog.resolve(word).type.kind == kind)
    }

    @Test("A category narrows the search")
    func byCategory() throws {
        #expect(throws: CatalogError.self) {
            try Fixtures.catalog.resolve("book", category: .query)
        }
        #expect(
            try Fixtures.catalog.resolve("upload-image", category: .action).type.kind
                == "BookUploadimageAction")
        #expect(throws: CatalogError.self) {
            try Fixtures.catalog.resolve("upload-image", category: .query)
        }
    }

    @Test("What may mean several is refused with the candidates")
    func ambiguous() {
        #expect(
            throws: CatalogError(
                .ambiguousKind(
                    word: "inventory", candidates: ["shelf-inventory", "store-inventory"]))
        ) { try Fixtures.catalog.resolve("inventory") }
    }

    @Test("What means none gets kubectl's words and a suggestion")
    func unknown() throws {
        let error = #expect(throws: CatalogError.self) {
            try Fixtures.catalog.resolve("boks")
        }
        #expect(error?.message == "the server doesn't have a resource type \"boks\"")
        #expect(error?.hint == "did you mean \"book\"?" || error?.hint == "did you mean \"books\"?")
        #expect(error?.isUnknown == true)
        for word in ["", "...", "spaceship"] {
            let error = #expect(throws: CatalogError.self) {
                try Fixtures.catalog.resolve(word)
            }
            #expect(error?.hint == nil)
        }
    }

    @Test(
        "For display the words are found again",
        arguments: [
            ("BookFindbytagsQuery", "find-by-tags"), ("BookUploadimageAction", "upload-image"),
            ("MemberLoginQuery", "login"), ("ShelfInventoryQuery", "shelf-inventory"),
            ("Book", "book"), ("LibraryBundle", "bundle"),
        ])
    func display(kind: String, name: String) {
        #expect(Fixtures.kind(kind).friendlyName == name)
    }

    @Test("Each friendly name leads back to its kind")
    func roundTrip() throws {
        for group in ["library.example.org", "archive.example.org"] {
            let catalog = Catalog(resources: Fixtures.resources.filter { $0.group == group })
            for kind in catalog.kinds {
                #expect(try catalog.resolve(kind.friendlyName).type == kind.type)
            }
        }
    }

    @Test("Generated groups are told from built-in and foreign ones")
    func generated() {
        let foreign = Fixtures.type(
            "Certificate", in: GroupVersion(group: "tls.example", version: "v1"))
        let catalog = Catalog(
            resources: Fixtures.resources + [foreign],
            schemas: [Fixtures.library: GroupSchemas()])
        #expect(catalog.groups.map(\.displayName) == ["library", "archive"])
        #expect(catalog.groups[0].kinds(.query).count == 5)
    }
}

@Suite("Spelling")
struct SpellingTests {
    @Test(
        "Humps become hyphens",
        arguments: [
            ("petId", "pet-id"), ("photoUrls", "photo-urls"), ("dataURL", "data-url"),
            ("baseURLs", "base-urls"), ("HTTPCheck", "http-check"), ("name", "name"),
            ("a_b c", "a-b-c"), ("id2Name", "id2-name"), ("X", "x"), ("", ""),
        ])
    func kebab(name: String, expected: String) {
        #expect(Spelling.kebab(name) == expected)
    }

    @Test("Distance counts swaps of neighbours as one")
    func distance() {
        #expect(Spelling.distance("ca", "ac") == 1)
        #expect(Spelling.distance("kitten", "sitting") == 3)
        #expect(Spelling.distance("", "abc") == 3)
        #expect(Spelling.distance("abc", "abc") == 0)
    }

    @Test("The nearest word is suggested, and nothing where none is near")
    func suggestion() {
        let words = ["status", "describe", "get", "patch"]
        #expect(Spelling.suggestion(for: "staus", among: words) == "status")
        #expect(Spelling.suggestion(for: "desc", among: words) == "describe")
        #expect(Spelling.suggestion(for: "egt", among: words) == "get")
        #expect(Spelling.suggestion(for: "xyz", among: words) == nil)
        #expect(Spelling.suggestion(for: "", among: words) == nil)
        #expect(Spelling.suggestion(for: "zz", among: ["a", "b"]) == nil)
    }

    @Test(
        "What is far away is not suggested, however it begins",
        arguments: [
            ("pet", "petfindbystatusqueries", false), ("petf", "petfindbystatusqueries", false),
            ("pett", "pet", true), ("pot", "pet", true), ("po", "pet", false),
            ("past", "pets", false), ("sel", "selector", false), ("sele", "selector", true),
            ("rollback", "rollback-on-exit", true), ("undo", "undo-timeout", true),
            ("roll", "rollback-on-exit", false), ("inventroy", "inventory", true),
            ("a", "b", false), ("statsu", "status", true), ("stauss", "status", true),
        ])
    func near(typed: String, word: String, isNear: Bool) {
        #expect((Spelling.suggestion(for: typed, among: [word]) != nil) == isNear)
    }
}
