import Catalog
import Diagnostics
import Documents
import KubernetesCore
import Render

extension ClusterFindings {
    /// What `init` shows.
    ///
    /// - Parameters:
    ///   - now: the server's time, for ages.
    ///   - written: the file that remembers it; nil where nothing is remembered.
    /// - Returns: the findings in every form.
    func report(at now: Timestamp, written: String?) -> Report {
        var sections = [Section(nil, .fields(header))]
        for app in apps {
            let title = "\(app.api.groupVersion) (\(app.name))"
            sections.append(Section(title, .fields(fields(of: app, at: now))))
        }
        if !gaps.isEmpty {
            sections.append(Section("MISSING OR FORBIDDEN:", .paragraphs(gaps.flatMap(Self.lines))))
        }
        if let written {
            sections.append(Section(nil, .lines(["Written to \(written)"])))
        }
        return Report(
            kind: "Findings", sections: sections, payload: payload(at: now, written: written),
            names: apps.flatMap { app in app.api.kinds.map(\.type.qualifiedName).sorted() })
    }

    private static func lines(_ gap: Gap) -> [Paragraph] {
        [Paragraph("  ", "\(gap.what): \(gap.why)")]
            + (gap.hint.isEmpty ? [] : [Paragraph("    ", gap.hint)])
    }

    private var header: [Field] {
        var fields = [Field("Server", server + (version.map { " (\($0))" } ?? ""))]
        if !context.isEmpty { fields.append(Field("Context", context)) }
        fields.append(Field("Namespace", namespace))
        return fields
    }

    private func fields(of app: FoundApp, at now: Timestamp) -> [Field] {
        var fields: [Field] = []
        for category in Category.allCases {
            let names = app.names(category)
            guard !names.isEmpty else { continue }
            fields.append(Field(category.heading, names.joined(separator: ", ")))
        }
        fields.append(operatorField(of: app, at: now))
        let targets = app.targets.flatMap { workload in
            [workload.text] + workload.pods.map(\.text)
        }
        fields.append(
            Field("Targets", targets.isEmpty ? "none found" : targets.joined(separator: "\n")))
        return fields
    }

    private func operatorField(of app: FoundApp, at now: Timestamp) -> Field {
        let state: (text: String, tint: Tint)
        switch app.isOperated(at: now) {
        case true?: state = ("running", .good)
        case false?: state = ("not running", .bad)
        case nil: state = ("not found", .waiting)
        }
        let details = [app.deployment?.text, app.lease?.text(at: now)].compactMap(\.self)
        return Field(
            "Operator", ([state.text] + details).joined(separator: "\n"), tint: state.tint)
    }

    // MARK: For programs

    private func payload(at now: Timestamp, written: String?) -> JSONValue {
        var value: JSONValue = [
            "kind": "Findings", "server": .string(server), "namespace": .string(namespace),
        ]
        if !context.isEmpty { value["context"] = .string(context) }
        if let version { value["serverVersion"] = .string(version) }
        value["apps"] = .array(
            apps.map { app in
                var entry = app.entry
                entry["operator"]?["running"] = app.isOperated(at: now).map(JSONValue.bool) ?? .null
                return entry
            })
        value["gaps"] = .array(
            gaps.map {
                ["what": .string($0.what), "why": .string($0.why), "hint": .string($0.hint)]
            })
        if let written { value["configuration"] = .string(written) }
        return value
    }

    /// The apps as the configuration remembers them: nothing that changes from minute to minute.
    var configurationEntries: [JSONValue] {
        apps.map { app in
            var entry = app.entry
            entry["targets"] = .array(
                app.targets.map {
                    [
                        "kind": .string($0.kind), "namespace": .string($0.namespace),
                        "name": .string($0.name),
                    ]
                })
            entry["server"] = .string(server)
            if !context.isEmpty { entry["context"] = .string(context) }
            entry["namespace"] = .string(namespace)
            return entry
        }
    }
}

extension FoundApp {
    /// Whether its operator is at work; nil where there is no sign of one.
    func isOperated(at now: Timestamp) -> Bool? {
        if let lease { return lease.isHeld(at: now) }
        return deployment.map { $0.ready > 0 }
    }

    fileprivate var entry: JSONValue {
        var kinds: JSONValue = [:]
        for category in Category.allCases where !api.kinds(category).isEmpty {
            kinds[category.rawValue] = .array(
                api.kinds(category).map(\.type.plural).sorted().map { .string($0) })
        }
        var found: JSONValue = [:]
        if let deployment {
            found["deployment"] = .string("\(deployment.namespace)/\(deployment.name)")
        }
        if let lease { found["lease"] = .string("\(lease.namespace)/\(lease.name)") }
        return [
            "name": .string(name), "group": .string(api.group), "version": .string(api.version),
            "kinds": kinds, "operator": found,
            "targets": .array(targets.map(\.payload)),
        ]
    }
}

extension FoundWorkload {
    fileprivate var payload: JSONValue {
        [
            "kind": .string(kind), "namespace": .string(namespace), "name": .string(name),
            "replicas": .integer(replicas), "ready": .integer(ready),
            "pods": .array(
                pods.map {
                    [
                        "name": .string($0.name), "phase": .string($0.phase),
                        "ready": .bool($0.isReady), "address": .string($0.address),
                    ]
                }),
        ]
    }
}

extension FoundWorkload.Pod {
    fileprivate var text: String {
        "  \(name) \(phase)\(isReady ? "" : ", not ready")\(address.isEmpty ? "" : " \(address)")"
    }
}

extension Category {
    fileprivate var heading: String {
        switch self {
        case .resource: "Resources"
        case .query: "Queries"
        case .action: "Actions"
        case .aggregate: "Aggregates"
        case .bundle: "Bundles"
        case .unknown: "Others"
        }
    }
}
