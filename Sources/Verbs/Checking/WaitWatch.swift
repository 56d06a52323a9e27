import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Render
import Synchronization

/// Watches one object, or all that a selector finds, until the condition is met by each.
struct WaitWatch: Sendable {
    let client: KubernetesClient
    let kind: CatalogKind
    let namespace: String
    /// Nil: all that the selector finds.
    let name: String?
    let selector: String?
    let condition: WaitCondition
    let board: WaitBoard

    /// - Parameter onlyOnce: whether one look is all.
    /// - Throws: what the server says; `Failure` for an object that goes while it is waited for.
    func run(onlyOnce: Bool) async throws {
        var options = ListOptions(labelSelector: selector)
        if let name { options.fieldSelector = "metadata.name=\(name)" }
        let following = try await Following(
            kind.type, namespace: namespace, options: options, client: client)
        var open: [String: String] = [:]
        guard try await begin(following.list, &open) else { return }
        for object in following.list.items { try look(at: object, &open) }
        if open.isEmpty || onlyOnce { return }
        for try await update in following.updates {
            switch update {
            case .restarted(let list):
                let uids = Set(list.items.map(\.uid))
                for (name, uid) in open where !uid.isEmpty && !uids.contains(uid) {
                    try went(name, &open)
                }
                for object in list.items { try look(at: object, &open) }
            case .event(.deleted(let object)):
                if open[object.name] == object.uid { try went(object.name, &open) }
            case .event(let event):
                if let object = event.object { try look(at: object, &open) }
            }
            if open.isEmpty { return }
        }
    }

    /// What is waited for, by name and uid.
    ///
    /// - Returns: whether anything is.
    private func begin(_ list: ObjectList, _ open: inout [String: String]) async throws -> Bool {
        for object in list.items { open[object.name] = object.uid }
        guard list.items.isEmpty else { return true }
        switch condition {
        case .deletion:
            if let name { try board.meet(kind, name) }
            return false
        case .creation:
            guard let name else { return false }
            open[name] = ""
            board.note(kind, name, "it is not there yet")
            return true
        case .state, .condition, .path:
            if let name {
                // Says in the server's words that it is not there.
                _ = try await client.get(kind.type, namespace: namespace, name: name)
                return false
            }
            throw Failure(
                .notFound, "there are no \(kind.type.plural) to wait for in namespace \(namespace)",
                steps: [
                    NextStep(["get", kind.pluralWord, "--show-labels"], "shows their labels")
                ])
        }
    }

    private func look(at object: KubernetesObject, _ open: inout [String: String]) throws {
        guard let uid = open[object.name] else { return }
        if !uid.isEmpty, uid != object.uid {
            // Deleted and made anew while nobody looked.
            try went(object.name, &open)
            return
        }
        switch condition.verdict(on: object, of: kind) {
        case .met:
            open[object.name] = nil
            try board.meet(kind, object.name)
        case .notYet(let why): board.note(kind, object.name, why)
        }
    }

    private func went(_ name: String, _ open: inout [String: String]) throws {
        open[name] = nil
        guard condition != .deletion else { return try board.meet(kind, name) }
        throw Failure(
            .notFound, "\(kind.shownName(of: name)) was deleted while it was waited for")
    }
}

/// How far each object has come; shared by watches that run side by side.
final class WaitBoard: Sendable {
    private struct Line {
        var name: String
        var qualifiedName: String
        /// Nil: the condition is met.
        var why: String?
    }

    private struct State {
        var lines: [Line] = []
        var tell: (@Sendable (String) throws -> Void)?
    }

    private let state = Mutex(State())

    /// From now on every object that comes to it is told by that.
    func listen(_ tell: @escaping @Sendable (String) throws -> Void) throws {
        state.withLock { $0.tell = tell }
    }

    func note(_ kind: CatalogKind, _ name: String, _ why: String) {
        put(kind, name, why)
    }

    func meet(_ kind: CatalogKind, _ name: String) throws {
        put(kind, name, nil)
        let tell = state.withLock { $0.tell }
        try tell?("\(kind.type.qualifiedName(of: name)) condition met")
    }

    private func put(_ kind: CatalogKind, _ name: String, _ why: String?) {
        let line = Line(
            name: kind.shownName(of: name), qualifiedName: kind.type.qualifiedName(of: name),
            why: why)
        state.withLock { state in
            if let index = state.lines.firstIndex(where: {
                $0.qualifiedName == line.qualifiedName
            }) {
                state.lines[index] = line
            } else {
                state.lines.append(line)
            }
        }
    }

    /// The objects that have not come to it, with what was seen of them last.
    var open: [(name: String, why: String)] {
        state.withLock { state in
            state.lines.compactMap { line in line.why.map { (line.name, $0) } }
        }
    }

    var report: Report {
        let lines = state.withLock { $0.lines }
        let table = TextTable(
            ["OBJECT", "MET", "REASON"],
            rows: lines.map {
                [
                    .init($0.qualifiedName), .init($0.why == nil ? "true" : "false"),
                    .init($0.why ?? ""),
                ]
            })
        return Report(
            kind: "Wait", sections: [Section(nil, .table(table))],
            payload: [
                "kind": "Wait",
                "items": .array(
                    lines.map { line in
                        var value: JSONValue = [
                            "object": .string(line.qualifiedName), "met": .bool(line.why == nil),
                        ]
                        if let why = line.why { value["reason"] = .string(why) }
                        return value
                    }),
            ], names: lines.filter { $0.why == nil }.map(\.qualifiedName))
    }
}
