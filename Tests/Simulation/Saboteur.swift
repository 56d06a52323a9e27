import Documents
import HTTP
import SessionKit

/// Breaks the engine on purpose, from outside, to prove that the checkers see it.
struct Saboteur: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        /// Undo without the test of the object's uid, and of the record.
        case dropUIDTest = "drop-uid-test"
        /// No record is tested, neither the undo's own nor those of others. (Each of the two sees
        /// what the other would: who leaves from below rewrites the record above and takes its
        /// own away in the same write.)
        case dropRecordTests = "drop-record-tests"
        /// No test of the values at our paths.
        case dropValueTests = "drop-value-tests"
        /// A label stays behind.
        case forgetLabel = "forget-label"
        /// The change without its record.
        case dropRecord = "drop-record"
        /// The journal is not synced before the request.
        case skipSync = "skip-sync"
        /// The ownership is not given back.
        case keepOwnership = "keep-ownership"
        /// The parents that were made stay.
        case keepParents = "keep-parents"
        /// The undo writes a field that is nobody's business of ours.
        case touchMore = "touch-more"
        /// An object is made without its record.
        case dropCreationRecord = "drop-creation-record"
        /// An object is deleted by its name alone.
        case dropPreconditions = "drop-preconditions"
        /// Who looks for leftovers sees no signs of life.
        case hideLeases = "hide-leases"

        /// Whose checkers must see it; others may see it, too.
        var promises: [String] {
            switch self {
            case .dropUIDTest: ["P17"]
            case .dropRecordTests: ["P9", "P23"]
            case .dropValueTests: ["P5"]
            case .forgetLabel, .keepOwnership, .keepParents: ["P23"]
            case .dropRecord, .dropCreationRecord: ["P2"]
            case .dropPreconditions: ["P17"]
            case .hideLeases: ["P10"]
            case .skipSync: ["P1"]
            case .touchMore: ["P4"]
            }
        }
    }

    var kind: Kind

    func spoil(_ request: HTTPRequest) -> HTTPRequest {
        let call = Call(request)
        if let spoilt = spoilWhole(call) { return spoilt }
        guard call.isPetWrite, request.method == .patch else { return request }
        let operations = call.operations
        var kept = operations.filter { !drops($0, undoing: call.undoneRecord) }
        if kind == .touchMore, call.isUndo {
            kept.append(["op": "add", "path": "/spec/nickname", "value": "touched"])
        }
        guard kept != operations else { return request }
        var copy = request
        copy.body = JSONValue.array(kept).bytes(.goText)
        return copy
    }

    /// What is broken of requests that are no patches; nil where nothing is.
    private func spoilWhole(_ call: Call) -> HTTPRequest? {
        var copy = call.request
        switch kind {
        case .dropCreationRecord where copy.method == .post && call.isPetWrite:
            guard var body = call.body else { return nil }
            let marks = body["metadata"]?["annotations"]?.objectValue ?? JSONObject()
            body["metadata"]?["annotations"] = .object(
                JSONObject(marks.filter { !$0.name.contains("/creation.") }))
            copy.body = body.bytes(.compact)
        case .dropPreconditions where copy.method == .delete && call.isPetWrite: copy.body = nil
        case .hideLeases where copy.method == .get && call.path.hasSuffix("/leases"):
            copy.url = copy.url.replacing("petstore-cli", with: "nobody")
        default: return nil
        }
        return copy
    }

    /// Whether an operation of a patch is left out.
    private func drops(_ operation: JSONValue, undoing undone: String?) -> Bool {
        let path = operation["path"]?.stringValue ?? ""
        let isTest = operation["op"] == "test"
        let isRemoval = operation["op"] == "remove"
        let isRecord = path.contains("original-state.")
        return switch kind {
        case .dropUIDTest: isTest && (path == "/metadata/uid" || path == undone)
        case .dropRecordTests: isTest && isRecord
        case .dropValueTests: isTest && path.hasPrefix("/spec")
        case .forgetLabel: isRemoval && path == "/metadata/labels/diagnostic-session"
        case .dropRecord: isRecord && operation["op"] == "add"
        // What is left of that patch are its tests.
        case .keepOwnership: path == "/metadata/managedFields"
        case .keepParents:
            isRemoval && undone != nil
                && ["/spec/target", "/metadata/annotations", "/spec/category"].contains(path)
        case .touchMore, .skipSync, .dropCreationRecord, .dropPreconditions, .hideLeases: false
        }
    }
}

/// Makes the machines' disks, true or lying.
enum FaultyDiskMaker {
    static func make(_ saboteur: Saboteur?) -> FaultyDisk {
        let disk = FaultyDisk()
        if saboteur?.kind == .skipSync { disk.ignoreSyncs() }
        return disk
    }
}
