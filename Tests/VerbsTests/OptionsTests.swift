import ArgumentParser
import Catalog
import Diagnostics
import Documents
import KubernetesClient
import KubernetesCore
import Render
import Testing

@testable import Verbs

@Suite("Words become options")
struct OptionsTests {
    private func parse<Command>(_ line: String, as type: Command.Type) throws -> Command {
        let words = CommandTail.marked(in: LeadingFlags.moved(behindVerbOf: Stage.words(line)))
        return try #require(try Root.parseAsRoot(words) as? Command)
    }

    @Test("get takes kubectl's spellings")
    func get() throws {
        let get = try parse(
            "get pets -ojson -lapp=x -nprod -A --chunk-size=5 --no-headers -v6", as: Get.self)
        #expect(get.words == ["pets"] && get.format.output == .json && get.selector == "app=x")
        #expect(get.cluster.namespace == "prod" && get.allNamespaces && get.chunkSize == 5)
        #expect(get.noHeaders && get.cluster.verbosity == 6)
        #expect(try parse("get pets -o yaml", as: Get.self).format.output == .yaml)
        #expect(try parse("get pets --output=wide", as: Get.self).format.output == .wide)
    }

    @Test("every connection flag arrives where the client core looks for it")
    func connection() throws {
        let get = try parse(
            """
            get pets --kubeconfig k --context c --cluster cl --user u -n ns -s https://x --token t \
            --as a --as-group g1 --as-group g2 --as-uid 1 --tls-server-name tn \
            --insecure-skip-tls-verify --client-certificate cc --client-key ck \
            --certificate-authority ca --request-timeout 30 --cache-dir cd --disable-compression
            """, as: Get.self)
        let overrides = get.cluster.overrides
        #expect(overrides.kubeconfig == "k" && overrides.context == "c")
        #expect(overrides.cluster == "cl" && overrides.user == "u" && overrides.namespace == "ns")
        #expect(overrides.server == "https://x" && overrides.token == "t")
        #expect(overrides.asUser == "a" && overrides.asGroups == ["g1", "g2"])
        #expect(overrides.asUID == "1" && overrides.tlsServerName == "tn")
        #expect(overrides.insecureSkipTLSVerify == true && overrides.clientCertificate == "cc")
        #expect(overrides.clientKey == "ck" && overrides.certificateAuthority == "ca")
        #expect(overrides.requestTimeout == .seconds(30) && overrides.cacheDir == "cd")
        #expect(overrides.disableCompression == true)
        #expect(get.cluster.asksForOwnConnection)
        #expect(!(try parse("get pets -n other", as: Get.self).cluster.asksForOwnConnection))
    }

    @Test("patch: fields, hold, command")
    func patch() throws {
        let patch = try parse(
            "patch pet fluffy a=1 b- --rollback-on-exit --for 1h30m --reason why -- run -x --for 2",
            as: PatchVerb.self)
        #expect(patch.words == ["pet", "fluffy", "a=1", "b-"] && patch.rollbackOnExit)
        #expect(patch.hold == .seconds(5400) && patch.change.reason == "why")
        #expect(patch.command == ["run", "-x", "--for", "2"])
    }

    @Test(
        "flags before the verb are moved behind it",
        arguments: [
            ("-n prod get pets", "get -n prod pets"), ("--sandbox status", "status --sandbox"),
            ("--context=c session recover", "session recover --context=c"),
            ("get pets -n x", "get pets -n x"), ("--help", "--help"), ("-n", "-n"),
            ("--wat get pets", "--wat get pets"),
            ("--no-pager get pets", "get --no-pager pets"),
            ("--no-pager session list", "session list"), ("--no-pager --help", "--help"),
            ("session list --no-pager -- --no-pager", "session list -- --no-pager"),
        ])
    func leading(typed: String, moved: String) {
        #expect(LeadingFlags.moved(behindVerbOf: Stage.words(typed)) == Stage.words(moved))
    }

    @Test("kinds and names in their forms")
    func objects() throws {
        func read(_ line: String) throws -> [ObjectWords.Selection] {
            try ObjectWords(Stage.words(line)).selections
        }
        #expect(try read("pets") == [.init("pets")])
        #expect(try read("pets,orders") == [.init("pets"), .init("orders")])
        #expect(try read("pet a b") == [.init("pet", ["a", "b"])])
        #expect(
            try read("pet/a pet/b order/c") == [
                .init("pet", ["a", "b"]), .init("order", ["c"]),
            ])
        for bad in ["", "pets,", "pet/ ", "/a", "pet/a/b", "pet/a b"] {
            #expect(throws: Failure.self) { try read(bad) }
        }
    }

    @Test("which entries undo and keep mean")
    func entries() throws {
        #expect(try EntryChoice([]) == .latest)
        #expect(try EntryChoice(["all"]) == .all)
        #expect(try EntryChoice(["2", "1"]) == .numbers([2, 1]))
        #expect(throws: Failure.self) { try EntryChoice(["0"]) }
        #expect(throws: Failure.self) { try EntryChoice(["all", "1"]) }
    }

    @Test("drift is what the operator would correct")
    func drift() {
        let kind = CatalogKind(
            type: ResourceType(
                group: "g.example.com", version: "v1", plural: "things", kind: "Thing"),
            schema: KindSchema([
                "properties": [
                    "spec": ["properties": ["readOnly": ["type": "boolean"]]],
                    "status": ["properties": ["driftDetected": ["type": "boolean"]]],
                ]
            ]))
        func text(_ spec: JSONValue, _ data: JSONValue, state: JSONValue = "Synced") -> String {
            let status: JSONValue = ["state": state, "response": ["data": data]]
            return DriftFinding(
                KubernetesObject(["spec": spec, "status": status]), kind: kind
            ).text
        }
        #expect(text(["a": 1, "tags": [], "paused": true], ["a": 1.0, "b": 2]) == "No")
        #expect(text(["a": "x"], ["a": "y"]) == "Yes (a: \"x\", API has \"y\")")
        #expect(text(["a": "x"], [:]) == "Yes (a: \"x\", API has nothing)")
        #expect(
            text(["t": "2024-01-27T10:00:00Z"], ["t": "2024-01-27T11:00:00+01:00"]) == "No")
        #expect(text(["password": "x"], ["password": "y"]).contains("********"))
        #expect(text(["a": 1], ["a": 2], state: "Failed").hasPrefix("Unknown"))
        #expect(text(["a": 1], ["a": 2], state: nil).hasPrefix("Unknown"))
    }
}
