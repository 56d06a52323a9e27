import Documents
import Foundation
import TestCluster
import TestSupport
import Testing

/// State files on a real kube-apiserver: what `export`, `diff` and `import` promise, with an object
/// of every kind.
///
/// Set KUBEBUILDER_ASSETS to the folder that holds kube-apiserver and etcd.
@Suite(
    "State files on a real kube-apiserver", .serialized, .timeLimit(.minutes(10)),
    .enabled(
        if: RealAPIServer.isAvailable && Machine.has("kubectl"),
        "KUBEBUILDER_ASSETS is not set, or kubectl is not on PATH"))
struct StateRealServerTests {
    @Test("export, import and diff are of one mind, and nothing is overwritten unasked")
    func stateFiles() async throws {
        let cast = try await RealCast()
        defer { cast.stop() }
        let place = Place(cast)
        let path = try await place.exportOfEveryKind()
        try await copy(path, place)
        try await temporaryChange(path, place)
        try await refusals(place)
        try await pruning(place)
        try await atomic(place)
    }

    /// Into an empty namespace, and there is no difference.
    private func copy(_ path: String, _ place: Place) async throws {
        _ = try await place.cast.kubectl("create", "namespace", "copy")
        let map = "--map-namespace default=copy"
        let plan = try await place.run("import \(path) --dry-run=server \(map)")
        #expect(plan.status == 1, "\(plan.errors)")
        let nothing = try await place.run("export -n copy")
        #expect(nothing.output.hasSuffix("# end: 0 objects\n"), "\(nothing.output)")
        let done = try await place.run("import \(path) \(map)")
        #expect(done.status == 0, "\(done.output)\(done.errors)")
        let diff = try await place.run("diff \(path) \(map)")
        #expect(diff.status == 0, "\(diff.output)\(diff.errors)")
        let again = try await place.run("import \(path) --dry-run \(map)")
        #expect(again.status == 0, "\(again.output)")
        let copied = try await place.run("export -n copy --show-secrets")
        let original = try String(contentsOfFile: path, encoding: .utf8)
        #expect(copied.output.replacing("copy", with: "default") == original)
    }

    /// A pending change is in no export and no difference, but for --as-is.
    private func temporaryChange(_ path: String, _ place: Place) async throws {
        let original = try String(contentsOfFile: path, encoding: .utf8)
        let held = "patch pet fluffy status=sold category.name=Cats --rollback-on-exit --"
        for (line, status) in [("diff \(path)", 0), ("diff \(path) --as-is", 1)]
            as [(String, Int32)]
        {
            let outcome = try await place.run("\(held) \(place.binary) \(line)")
            #expect(outcome.status == status, "\(line): \(outcome.output)\(outcome.errors)")
        }
        let during = try await place.run("\(held) \(place.binary) export --show-secrets")
        #expect(during.status == 0 && during.output.contains(original), "\(during.errors)")
        #expect(try await place.run("export --show-secrets").output == original)
    }

    /// Others' fields, and what the schema refuses, with document, line and field.
    private func refusals(_ place: Place) async throws {
        let edited = try await place.cast.kubectl(
            "patch", "pet", "fluffy", "-n", "copy", "--type=merge", "--field-manager=kubectl-edit",
            "-p", #"{"spec":{"status":"sold"}}"#)
        #expect(edited.status == 0, "\(edited.errors)")
        let path = try place.file(
            "mixed",
            Place.pet(
                "fluffy",
                "{id: 123, name: Fluffy, status: pending, category: {id: 1, name: Dogs}}")
                + Place.pet("flawed", "{name: X, photoUrls: [], status: lost, statsu: sold}")
                + Place.pet("mistyped", "{name: X, photoUrls: none}")
                + Place.pet("good", "{name: Good, photoUrls: [], readOnly: true}"))
        let outcome = try await place.run("import \(path) -n copy")
        #expect(outcome.status == 6, "\(outcome.errors)")
        for text in [
            "document 1, line 5: pet/fluffy: spec.status is set by kubectl-edit",
            "document 2, line 10: pet/flawed: spec.status must be",
            "document 2, line 10: pet/flawed: unknown field \"spec.statsu\"",
            "document 3, line 15: pet/mistyped: spec.photoUrls must be",
            "hint: --force-conflicts",
        ] {
            #expect(outcome.errors.contains(text), "\(outcome.errors)")
        }
        #expect(outcome.output.contains("created    pet/good"), "\(outcome.output)")
        #expect(try await place.spec(of: "fluffy", in: "copy")["status"] == "sold")
        let forced = try await place.run("import \(path) -n copy --force-conflicts")
        #expect(
            forced.output.contains("updated     pet/fluffy"), "\(forced.output)\(forced.errors)")
        #expect(try await place.spec(of: "fluffy", in: "copy")["status"] == "pending")
    }

    /// What the file covers and does not have goes, when somebody agreed.
    private func pruning(_ place: Place) async throws {
        let selected = "-n copy -l set=mine"
        let label = "labels: {set: mine}"
        let both = try place.file(
            "both",
            Place.pet("stays", "{name: Stays, photoUrls: [], readOnly: true}", label)
                + Place.pet("goes", "{name: Goes, photoUrls: [], readOnly: true}", label))
        #expect(try await place.run("import \(both) -n copy").status == 0)
        let text = try await place.run("export pets \(selected)").output
        let parts = text.split(separator: "---\n", omittingEmptySubsequences: false)
        try #require(parts.count == 3)
        let path = try place.file("one", parts[0] + "---\n" + parts[2])
        let line = "import \(path) --prune \(selected)"
        let asked = try await place.run(line)
        #expect(asked.status == 2 && asked.errors.contains("prune"), "\(asked.errors)")
        #expect(try await place.run("get pet goes -n copy").status == 0)
        let done = try await place.run("\(line) --yes")
        #expect(done.status == 0, "\(done.errors)")
        #expect(done.output.contains("pruned      pet/goes"), "\(done.output)")
        #expect(try await place.run("get pet goes -n copy").status == 4)
        #expect(try await place.run("get pet stays -n copy").status == 0)
    }

    /// All or nothing, also where only the change itself shows that it is too much: the quota has
    /// room for one more, so each of the two passes the server's dry run.
    private func atomic(_ place: Place) async throws {
        _ = try await place.cast.kubectl("create", "namespace", "narrow")
        let flawed = try place.file(
            "flawed",
            Place.pet("one", "{name: One, photoUrls: [], readOnly: true}")
                + Place.pet("two", "{name: 2, photoUrls: []}"))
        let refused = try await place.run("import \(flawed) --atomic -n narrow")
        #expect(refused.status == 2 && refused.errors.contains("nothing was changed"))
        #expect(try await place.run("get pets -n narrow -o name").output.isEmpty)
        try await place.allowPets(0, in: "narrow")
        try await place.allowPets(1, in: "narrow")
        let path = try place.file(
            "two",
            Place.pet("one", "{name: One, photoUrls: [], readOnly: true}")
                + Place.pet("two", "{name: Two, photoUrls: [], readOnly: true}"))
        let outcome = try await place.run("import \(path) --atomic -n narrow")
        #expect(outcome.status == 5, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains("exceeded quota"), "\(outcome.errors)")
        #expect(try await place.run("get pets -n narrow -o name").output.isEmpty)
        #expect(try await place.run("session list").errors == "No sessions.\n")
    }
}

/// Where the lines of the suite run, and the files that they name.
private struct Place {
    let cast: RealCast

    init(_ cast: RealCast) { self.cast = cast }

    var binary: String { cast.user.path }

    func run(_ line: String) async throws -> BuiltBinary.Result {
        try await cast.user.run(line.split(separator: " ").map(String.init))
    }

    func file(_ name: String, _ text: String) throws -> String {
        let path = cast.user.home.appending(path: "\(name).yaml").path
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    /// Five lines; the spec is in the last one.
    static func pet(_ name: String, _ spec: String, _ labels: String = "labels: {}") -> String {
        "---\napiVersion: petstore.example.com/v1alpha1\nkind: Pet\n"
            + "metadata: {name: \(name), \(labels)}\nspec: \(spec)\n"
    }

    func spec(of pet: String, in namespace: String) async throws -> JSONValue {
        let text = try await run("get pet \(pet) -n \(namespace) -o json").output
        return try JSONValue(parsing: text)["spec"] ?? .null
    }

    /// Kinds that the cast has no object of.
    private static let samples: [(kind: String, spec: String)] = [
        ("PetFindbystatusQuery", "{status: available, executionInterval: 5m}"),
        ("PetFindbytagsQuery", "{tags: [a, 'yes', '017']}"),
        ("UserLoginQuery", "{username: john, password: hunter2}"),
        ("UserLogoutQuery", "{}"),
        ("PetUploadimageAction", "{petId: 123, data: aGVsbG8=}"),
        ("UserCreatewithlistAction", "{paused: true}"),
        (
            "PetstoreBundle",
            "{resources: [{id: stock, kind: StoreInventoryQuery, spec: {executionInterval: 1h}}]}"
        ),
        ("AnimalSearchQuery", "{status: available}"),
        ("AnimalPhotoAction", "{petId: '123', data: aGVsbG8=}"),
    ]

    /// The file of an export with an object of each kind that the generated APIs have, made when the
    /// operator has nothing more to write.
    func exportOfEveryKind() async throws -> String {
        let text = Self.samples.map { kind, spec in
            let group = kind.hasPrefix("Animal") ? "shelter.example.org" : "petstore.example.com"
            return "---\napiVersion: \(group)/v1alpha1\nkind: \(kind)\n"
                + "metadata: {name: sample}\nspec: \(spec)\n"
        }.joined()
        let made = try await run("create -f \(try file("samples", text))")
        #expect(made.status == 0, "\(made.errors)")
        try await RealCast.until("the bundle made its object") {
            try await run("get storeinventoryquery sample-stock").status == 0
        }
        var state = ""
        try await RealCast.until("two exports are the same bytes") {
            let last = state
            state = try await run("export --show-secrets").output
            return last == state
        }
        let kinds = try await cast.kubectl(
            "get", "customresourcedefinitions", "-o", "jsonpath={.items[*].spec.names.kind}"
        ).output.split(separator: " ")
        #expect(kinds.count == 17)
        for kind in kinds { #expect(state.contains("\nkind: \(kind)\n"), "\(kind)") }
        for word in ["managedFields", "resourceVersion", "uid:", "generation:", "\nstatus:"] {
            #expect(!state.contains(word), "\(word)")
        }
        let path = try file("state", state)
        let diff = try await run("diff \(path)")
        #expect(diff.status == 0, "\(diff.output)\(diff.errors)")
        return path
    }

    /// Sets a quota on pets, and waits until the server heeds it; nobody counts here but the server.
    func allowPets(_ most: Int, in namespace: String) async throws {
        let name = "count/pets.petstore.example.com"
        if most == 0 {
            let made = try await cast.kubectl(
                "create", "quota", "pets", "-n", namespace, "--hard=\(name)=0")
            #expect(made.status == 0, "\(made.errors)")
        }
        let bound = #"{"hard":{"\#(name)":"\#(most)"}"#
        for part in [#"{"spec":\#(bound)}}"#, #"{"status":\#(bound),"used":{"\#(name)":"0"}}}"#] {
            let words = part.contains("status") ? "--subresource=status" : "--type=merge"
            let set = try await cast.kubectl(
                "patch", "quota", "pets", "-n", namespace, "--type=merge", words, "-p", part)
            #expect(set.status == 0, "\(set.errors)")
        }
        let probe = try file("probe", Self.pet("probe", "{name: Probe, photoUrls: []}"))
        try await RealCast.until("the quota is heeded") {
            let tried = try await cast.kubectl(
                "create", "-n", namespace, "-f", probe, "--dry-run=server")
            return (tried.status == 0) == (most > 0)
        }
    }
}
