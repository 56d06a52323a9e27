import Documents
import KubernetesClient
import KubernetesCore
import Render
import Testing

@testable import Session
@testable import Verbs

/// The ledger on the screen: who undoes what, until when, how surely.
struct ChangesTableTests {
    private static let noon = Timestamp(seconds: 1_800_014_400)

    private static func entry(
        level: GuaranteeLevel = .g2, deadline: Timestamp? = nil, executor: String? = nil,
        state: EntryState = .applied, remark: String? = nil, isTemporary: Bool = true,
        action: EntryAction = .change, name: String = "fluffy", path: String = "status"
    ) -> LedgerEntry {
        LedgerEntry(
            number: 1, action: action,
            object: ObjectKey(
                group: "petstore.example.com", version: "v1alpha1", plural: "pets", kind: "Pet",
                namespace: "default", name: name, uid: "u"),
            fields: [
                .init(
                    path: FieldPath(members: "spec", path), before: .present("available"),
                    now: .present("pending"), isSecret: false)
            ], state: state, level: level, isTemporary: isTemporary, deadline: deadline,
            executor: executor, remark: remark, notices: [])
    }

    @Test("each change says who undoes it, until when, and at which level")
    func whoUndoes() {
        let plain = Self.entry()
        #expect(plain.undoneByText(.alive) == "exit (G2)")
        #expect(plain.undoneByText(.detached) == "undo, at any time (G2)")
        #expect(plain.undoneByText(.ended) == "session recover (G2)")
        let timed = Self.entry(deadline: Self.noon)
        #expect(timed.undoneByText(.alive) == "exit, 12:00Z (G2)")
        #expect(timed.undoneByText(.detached) == "until 12:00Z, then session recover (G2)")
        #expect(timed.undoneByText(.ended) == "session recover (G2)")
        var soon = timed
        soon.made = Self.noon - .seconds(8)
        #expect(soon.undoneByText(.alive) == "exit, 12:00:00Z (G2)")
        soon.made = Self.noon - .seconds(3_600)
        #expect(soon.undoneByText(.alive) == "exit, 12:00Z (G2)")
        soon.made = Self.noon - .seconds(86_400)
        let date = Self.noon.rfc3339.prefix(10)
        #expect(soon.undoneByText(.alive) == "exit, \(date) 12:00Z (G2)")
        let sure = Self.entry(level: .g3, deadline: Self.noon, executor: "controller")
        #expect(sure.undoneByText(.alive) == "exit, 12:00Z controller (G3)")
        #expect(sure.undoneByText(.detached) == "until 12:00Z, by the controller (G3)")
        #expect(sure.undoneByText(.ended) == "until 12:00Z, by the controller (G3)")
        let lasting = Self.entry(level: .g1, isTemporary: false)
        #expect(lasting.undoneByText(.alive) == "undo, permanent otherwise (G1)")
        let deleted = Self.entry(level: .g0, isTemporary: false, action: .delete)
        #expect(deleted.undoneByText(.alive) == "nobody, deleted for good (G0)")
    }

    @Test("of a conflict each field tells for itself: what was undone, and what somebody wrote")
    func conflictOfOneField() throws {
        let kept = KeptField(
            path: FieldPath(members: "spec", "name"), value: .present("Bird"), isSecret: false,
            author: FieldAuthor(manager: "kubectl-patch", time: Self.noon))
        var entry = Self.entry(state: .conflict, remark: kept.text)
        entry.fields.append(
            .init(
                path: kept.path, before: .absent, now: .present("Cat"), isSecret: false, kept: kept)
        )
        let line = UndoLine(entry: entry, outcome: .conflict([kept]))
        #expect(
            line.parts.map { "\($0.subject): \($0.text)" } == [
                "pet/fluffy spec.status: undone (available)",
                "pet/fluffy spec.name: conflict: kept Bird, set by kubectl-patch 12:00Z",
            ])
        #expect(entry.fields.map { $0.state(in: entry) } == [.undone, .conflict])
        let payload = UndoVoice.payload(of: entry)
        #expect(payload["fields"]?[0]?["state"] == "undone")
        #expect(payload["fields"]?[1]?["kept"] == "Bird")
        let table = String(
            decoding: UndoVoice.table(of: [entry]).text(style: Style(width: 160)), as: UTF8.self)
        #expect(table.contains("pending   undone "), "\(table)")
        #expect(table.contains("conflict   kept Bird, set by kubectl-patch 12:00Z"), "\(table)")
        // Alone, a field needs no more than what was kept.
        entry.fields.removeFirst()
        #expect(
            UndoLine(entry: entry, outcome: .conflict([kept])).text
                == "pet/fluffy spec.name: conflict: kept Bird, set by kubectl-patch 12:00Z")
    }

    @Test("eighty columns hold the ledger; what is said of the undo is broken between words only")
    func eightyColumns() {
        let remark = "kept 9, set by kubectl-edit 12:41Z"
        let entries = [
            Self.entry(), Self.entry(level: .g3, deadline: Self.noon, executor: "controller"),
            Self.entry(deadline: Self.noon, path: "aLongNameOfAFieldThatNobodyTypes"),
            Self.entry(
                level: .g3, deadline: Self.noon, executor: "operator",
                name: "a-very-long-name-of-a-pet-that-somebody-gave-it"),
            Self.entry(state: .conflict, remark: remark),
            Self.entry(level: .g1, isTemporary: false),
        ]
        for standing in [LedgerEntry.Standing.alive, .detached, .ended] {
            let table = UndoVoice.table(of: entries, standing)
            let lines = String(decoding: table.text(style: Style(width: 80)), as: UTF8.self)
                .split(separator: "\n")
            #expect(lines.allSatisfy { String($0).displayWidth <= 80 }, "\(lines)")
            let words = Set(lines.flatMap { $0.split(separator: " ") }.map(String.init))
            for entry in entries {
                for word in entry.undoneByText(standing).split(separator: " ") {
                    #expect(words.contains(String(word)), "\(word)")
                }
            }
        }
    }
}

extension OnStage {
    @Suite("a detached session, seen from outside")
    struct DetachedTests {
        @Test("changes tells until when and by whom; no exit is spoken of")
        func detached() async throws {
            let stage = try await Stage()
            let made = await stage.run("patch pet fluffy status=pending --ttl 1h")
            #expect(made.status == .done, "\(made.errors)")
            let shown = await stage.run("changes").output
            #expect(shown.contains("until "), "\(shown)")
            #expect(shown.contains("(G"), "\(shown)")
            #expect(!shown.contains("exit"), "\(shown)")
            let id = try #require(
                await stage.run("session list -o name").output
                    .split(separator: "/").last?.split(separator: "\n").first)
            #expect(await !stage.run("session show \(id)").output.contains("exit"))
            #expect(await stage.run("undo all --session \(id)").status == .done)
        }

        @Test(
            "no changes here: those of another session are told, with the command that shows them")
        func elsewhere() async throws {
            let stage = try await Stage()
            #expect(await stage.run("changes").errors == "No changes.\n")
            let (busy, idle) = (stage.shell(), stage.shell())
            _ = await stage.run("patch pet fluffy status=pending --rollback-on-exit", shell: busy)
            let id = try #require(await busy.access.begunSession()?.id)
            for shell in [nil, idle] {
                let told = await stage.run("changes", shell: shell)
                #expect(told.status == .done)
                #expect(
                    told.errors == """
                        No changes.
                        note: session \(id) (alive) has 1 change in http://cluster.test; \
                        petstore-cli changes --session \(id) shows it

                        """)
                let json = await stage.run("changes -o json", shell: shell)
                #expect(json.errors == "" && json.output.contains("\"changes\": []"))
            }
            let shown = await stage.run("changes --session \(id)").output
            #expect(shown.contains("spec.status"))
            _ = await stage.run("patch pet buddy status=sold --rollback-on-exit", shell: idle)
            #expect(
                await stage.run("changes").errors.contains(
                    "note: 2 other sessions have 2 changes; petstore-cli session list shows them"))
            for shell in [busy, idle] { #expect(await shell.access.close()?.isComplete == true) }
            #expect(await stage.run("changes").errors == "No changes.\n")
        }

        @Test("what was changed in an embedded cluster is over with its process")
        func embedded() async throws {
            let stage = try await Stage()
            let folder = stage.world.directories.state + "/sessions"
            func leave(_ id: String, process: Int32) throws {
                let header = JournalHeader(
                    id: id,
                    cluster: ClusterIdentity(
                        uid: id, server: ClusterConnection.embeddedServer),
                    created: Timestamp(seconds: 1_800_000_000), user: nil, machine: "desk",
                    process: process)
                try JournalStore(directory: folder).create(header).close()
            }
            stage.world.machine = "desk"
            stage.world.processes = Processes(own: 1) { $0 == 8 }
            try leave("gone", process: 7)
            try leave("runs", process: 8)
            let listed = await stage.run("session list -o name").output
            #expect(listed == "session/runs\n")
        }

        @Test("session forget needs the id and consent, and says what is left and what finds it")
        func forget() async throws {
            let stage = try await Stage()
            _ = await stage.run("patch pet fluffy status=pending --ttl 1h")
            let id = try #require(
                await stage.run("session list -o name").output
                    .split(separator: "/").last?.split(separator: "\n").first)
            #expect(await stage.run("session forget").status == .mistaken)
            let unknown = await stage.run("session forget nobody --yes")
            #expect(unknown.status == .notFound)
            #expect(unknown.errors.contains("there is no session \"nobody\" on this machine"))
            let asked = await stage.run("session forget \(id)")
            #expect(asked.status == .mistaken)
            #expect(asked.errors.contains("session \(id), which left 1 of its changes in place"))
            #expect(await stage.run("session list -o name").output.contains(id))
            let forgotten = await stage.run("session forget \(id) --yes")
            #expect(forgotten.status == .done)
            #expect(
                forgotten.errors == """
                    session \(id) is forgotten
                    note: its records stay in pet/fluffy, if that is still there; \
                    petstore-cli session recover \(id) finds them by those

                    """)
            // As it says: the record in the object is enough.
            let found = await stage.run("session recover \(id) --force --yes")
            #expect(found.status == .done, "\(found.errors)")
            let pet = try JSONValue(parsing: await stage.object("pet fluffy"))
            #expect(pet["spec"]?["status"] == "available")
        }
    }
}
