import Documents
import Testing

@testable import SandboxAPIServer

/// What recordings of an old server cannot show: see `Recordings/record`.
@Suite("Field management")
struct FieldManagementTests {
    static let schema: JSONValue = [
        "properties": [
            "spec": [
                "properties": [
                    "size": ["type": "integer"], "name": ["type": "string"],
                    "nested": ["properties": ["a": [:], "deep": ["properties": ["x": [:]]]]],
                    "items": [
                        "x-kubernetes-list-type": "map",
                        "x-kubernetes-list-map-keys": ["name", "port"],
                        "items": [
                            "properties": ["name": [:], "port": ["default": 80], "note": [:]]
                        ],
                    ],
                ]
            ],
            "status": ["properties": ["state": [:]]],
        ]
    ]

    private func thing(_ spec: JSONValue? = nil, _ metadata: JSONValue = [:]) -> JSONValue {
        var object: JSONValue = ["apiVersion": "g/v1", "kind": "Thing"]
        object["metadata"] = MergePatch.apply(metadata, to: ["name": "t"])
        object["spec"] = spec
        return object
    }

    private func update(
        _ live: JSONValue?, _ new: JSONValue, _ manager: String, at time: Int = 1,
        subresource: String? = nil
    ) -> JSONValue {
        FieldManagement.afterUpdate(
            live: live, new: new, manager: manager, subresource: subresource,
            time: "2026-01-01T00:00:0\(time)Z", schema: Self.schema)
    }

    private func apply(
        _ live: JSONValue?, _ patch: JSONValue, _ manager: String, at time: Int = 1,
        force: Bool = false, subresource: String? = nil, schema: JSONValue? = schema
    ) throws -> JSONValue {
        try FieldManagement.apply(
            live: live, patch: patch, manager: manager, force: force, subresource: subresource,
            time: "2026-01-01T00:00:0\(time)Z", schema: schema)
    }

    /// The entries as `manager operation second: fieldsV1`, in their order.
    private func entries(_ object: JSONValue) -> [String] {
        (object["metadata"]?["managedFields"]?.arrayValue ?? []).map { entry in
            let names = ["manager", "operation", "subresource"].compactMap {
                entry[$0]?.stringValue
            }
            let second = entry["time"]?.stringValue?.dropLast().last.map(String.init) ?? "-"
            return names.joined(separator: " ") + " \(second): "
                + (entry["fieldsV1"] ?? nil).text(.goText)
        }
    }

    @Test("what an applier drops goes, objects that it leaves empty too")
    func pruning() throws {
        let full = thing(
            ["size": 1, "nested": ["a": "x", "deep": ["x": 1]]], ["labels": ["l": "1"]])
        let first = try apply(nil, full, "one")
        let second = try apply(first, thing(["size": 1]), "one")
        #expect(second["spec"] == ["size": 1])
        #expect(second["metadata"]?["labels"] == nil)
        #expect(entries(second) == [#"one Apply 1: {"f:spec":{"f:size":{}}}"#])
        #expect(try apply(first, thing(), "one")["spec"] == nil)
    }

    @Test("what somebody else owns stays")
    func sharing() throws {
        let first = try apply(nil, thing(["size": 1, "nested": ["a": "x"]]), "one")
        let shared = try apply(first, thing(["size": 1]), "two", at: 2)
        #expect(
            entries(shared) == [
                #"one Apply 1: {"f:spec":{"f:nested":{"f:a":{}},"f:size":{}}}"#,
                #"two Apply 2: {"f:spec":{"f:size":{}}}"#,
            ])
        let dropped = try apply(shared, thing(["name": "n"]), "one", at: 3)
        #expect(dropped["spec"] == ["size": 1, "name": "n"])
        var changed = dropped
        changed["spec"]?["size"] = 5
        let updated = update(dropped, changed, "user", at: 4)
        #expect(
            entries(updated) == [
                #"one Apply 3: {"f:spec":{"f:name":{}}}"#,
                #"user Update 4: {"f:spec":{"f:size":{}}}"#,
            ])
    }

    @Test("a time moves only when the entry's manager changed something")
    func times() throws {
        let first = try apply(nil, thing(["size": 1]), "one", at: 1)
        #expect(entries(try apply(first, thing(["size": 1]), "one", at: 2)) == entries(first))
        let touched = update(
            first, MergePatch.apply(["spec": ["name": "n"]], to: first), "u", at: 3)
        let again = update(touched, touched, "u", at: 4)
        #expect(entries(again) == entries(touched))
        let changed = MergePatch.apply(["spec": ["name": "m"]], to: touched)
        #expect(entries(update(touched, changed, "u", at: 5)).last?.hasPrefix("u Update 5") == true)
        let forced = try apply(changed, thing(["size": 1, "name": "z"]), "two", at: 6, force: true)
        #expect(forced["spec"]?["name"] == "z")
        #expect(entries(forced).map { $0.prefix(12) } == ["one Apply 1:", "two Apply 6:"])
    }

    @Test("who writes status has an entry of its own, and owns nothing else through it")
    func status() throws {
        let live = update(nil, thing(["size": 1]), "m")
        let new = MergePatch.apply(["status": ["state": "ok"], "spec": ["size": 9]], to: live)
        let written = update(live, new, "m", at: 2, subresource: "status")
        #expect(
            entries(written) == [
                #"m Update 1: {"f:spec":{".":{},"f:size":{}}}"#,
                #"m Update status 2: {"f:status":{".":{},"f:state":{}}}"#,
            ])
        // And nobody owns status through the main endpoint.
        let main = MergePatch.apply(["status": ["state": "bad"]], to: written)
        #expect(entries(update(written, main, "x", at: 3)) == entries(written))
        var applied = thing()
        applied["status"] = ["state": "ok"]
        let both = try apply(written, applied, "a", at: 4, subresource: "status")
        #expect(entries(both).first == #"a Apply status 4: {"f:status":{"f:state":{}}}"#)
        applied["status"] = ["state": "no"]
        let conflict = try #require(throws: ApplyConflict.self) {
            try apply(written, applied, "a", subresource: "status")
        }
        #expect(
            conflict.message
                == #"Apply failed with 1 conflict: conflict with "m" with subresource "status" "#
                + "using g/v1: .status.state")
    }

    @Test("managed fields in a request: given ones are taken, empty ones end the tracking")
    func given() throws {
        let live = update(nil, thing(["size": 1]), "m")
        for empty in [[] as JSONValue, [[:]]] {
            var new = live
            new["metadata"]?["managedFields"] = empty
            let cleared = update(live, new, "m")
            #expect(cleared["metadata"]?["managedFields"] == nil)
            var later = cleared
            later["spec"]?["size"] = 2
            #expect(entries(update(cleared, later, "m")).isEmpty)
            #expect(
                entries(try apply(later, thing(["name": "n"]), "one", at: 2)) == [
                    #"one Apply 2: {"f:spec":{"f:name":{}}}"#,
                    #"before-first-apply Update -: {"f:spec":{".":{},"f:size":{}}}"#,
                ])
        }
        var given = live
        given["metadata"]?["managedFields"] = [
            [
                "manager": "other", "operation": "Apply", "apiVersion": "g/v1",
                "fieldsType": "FieldsV1", "fieldsV1": ["f:spec": ["f:size": [:]]],
                "time": "2026-01-01T00:00:07Z",
            ]
        ]
        #expect(entries(update(live, given, "m")) == [#"other Apply 7: {"f:spec":{"f:size":{}}}"#])
        // Not through a subresource, and not what cannot be read.
        #expect(entries(update(live, given, "m", subresource: "status")) == entries(live))
        given["metadata"]?["managedFields"] = [["manager": "x", "operation": "Odd"]]
        #expect(entries(update(live, given, "m")) == entries(live))
    }

    @Test("items are told apart by all their keys, defaults included, and keep a sensible order")
    func items() throws {
        func list(_ names: String) -> JSONValue {
            ["items": .array(names.map { ["name": .string(String($0))] })]
        }
        func order(_ object: JSONValue) -> String {
            (object["spec"]?["items"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
                .joined()
        }
        let live = update(nil, thing(list("abcd")), "m")
        #expect(order(try apply(live, thing(list("eb")), "one")) == "aebcd")
        #expect(order(try apply(live, thing(list("db")), "one")) == "acdb")
        #expect(order(try apply(live, thing(list("xay")), "one")) == "xabcdy")
        #expect(order(try apply(live, thing(list("dcba")), "one")) == "dcba")
        let other = try apply(
            live,
            thing(["items": [["name": "a", "port": 81, "note": "n"], ["name": "a", "note": "m"]]]),
            "one")
        #expect(
            other["spec"]?["items"]?.arrayValue?.filter { $0["name"] == "a" } == [
                ["name": "a", "port": 81, "note": "n"], ["name": "a", "note": "m"],
            ])
        #expect(
            entries(other).first?.contains(
                #""k:{\"name\":\"a\",\"port\":80}":{".":{},"f:name":{},"f:note":{}}"#)
                == true)
    }

    @Test("without a schema objects are merged, lists are whole")
    func noSchema() throws {
        let live = try apply(
            nil, thing(["a": ["b": 1], "list": [["name": "x"]]]), "one", schema: nil)
        #expect(
            entries(live) == [
                #"one Apply 1: {"f:spec":{".":{},"f:a":{".":{},"f:b":{}},"f:list":{}}}"#
            ])
        let merged = try apply(live, thing(["a": ["c": 2]]), "two", at: 2, schema: nil)
        #expect(merged["spec"]?["a"] == ["b": 1, "c": 2])
        #expect(throws: ApplyConflict.self) {
            try apply(live, thing(["list": [["name": "y"]]]), "two", schema: nil)
        }
    }

    @Test("finalizers are a set, owner references whole items, the server's own fields nobody's")
    func metadata() throws {
        let owner: JSONValue = ["apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u-1"]
        let metadata: JSONValue = [
            "finalizers": ["f/x"], "ownerReferences": [owner], "uid": "1", "generation": 3,
            "resourceVersion": "7", "creationTimestamp": "2026-01-01T00:00:00Z",
            "annotations": ["a": "b"],
        ]
        let live = update(nil, thing([:], metadata), "m")
        #expect(
            entries(live) == [
                #"m Update 1: {"f:metadata":{"f:annotations":{".":{},"f:a":{}},"#
                    + #""f:finalizers":{".":{},"v:\"f/x\"":{}},"#
                    + #""f:ownerReferences":{".":{},"k:{\"uid\":\"u-1\"}":{}}},"f:spec":{}}"#
            ])
        let applied = try apply(live, thing(nil, ["finalizers": ["f/y"]]), "one", at: 2)
        #expect(applied["metadata"]?["finalizers"] == ["f/x", "f/y"])
        let dropped = try apply(applied, thing(nil, ["labels": ["l": "1"]]), "one", at: 3)
        #expect(dropped["metadata"]?["finalizers"] == ["f/x"])
    }

    @Test("kubectl may take over what it applied in its client-side way")
    func clientSideApply() throws {
        let note = "kubectl.kubernetes.io/last-applied-configuration"
        let applied = thing(["size": 1, "name": "a"])
        var live = applied
        live["metadata"]?["annotations"] = .object([note: .string(applied.text() + "\n")])
        live = update(nil, live, "kubectl-client-side-apply")
        let change = thing(["size": 2, "name": "a"])
        let taken = try apply(live, change, "kubectl", at: 2)
        #expect(taken["spec"]?["size"] == 2)
        #expect(
            taken["metadata"]?["annotations"]?[note]
                == .string(change.text(.goText) + "\n"))
        #expect(throws: ApplyConflict.self) { try apply(live, change, "else") }
        var edited = live
        edited["spec"]?["size"] = 7
        #expect(throws: ApplyConflict.self) {
            try apply(update(live, edited, "user"), change, "kubectl")
        }
    }
}
