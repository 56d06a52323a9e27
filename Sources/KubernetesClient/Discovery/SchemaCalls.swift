import Documents
package import KubernetesCore

// The schemas of a group: OpenAPI v3 where served, else the CRDs, else nothing.
extension KubernetesClient {
    /// The schemas of the kinds of one group and version, and where they came from.
    ///
    /// - Throws: `KubernetesError` only where the server could not be asked at all; that it does
    ///   not serve or show schemas is no error.
    package func schemas(
        for groupVersion: GroupVersion, _ freshness: Freshness = .verified
    ) async throws(KubernetesError) -> GroupSchemas {
        let request = KubernetesRequest.openAPI(of: groupVersion)
        let derived = "schemas of \(groupVersion)"
        if freshness == .cached {
            let limit = DiscoveryCache.ageOfSchemas
            if let bytes = kept(request.path, ageLimit: limit),
                let kinds = Self.kinds(in: bytes, of: groupVersion)
            {
                return GroupSchemas(source: .openAPIv3, kinds: kinds)
            }
            if let bytes = kept(derived, ageLimit: limit), let schemas = Self.schemas(in: bytes) {
                return schemas
            }
        }
        do throws(KubernetesError) {
            let answer = try await verified(request)
            if let kinds = Self.kinds(in: answer.body, of: groupVersion) {
                keep(answer, for: request.path)
                return GroupSchemas(source: .openAPIv3, kinds: kinds)
            }
        } catch {
            guard Self.isSilence(error) else { throw error }
        }
        let schemas = try await definedSchemas(of: groupVersion)
        let kept: JSONValue = [
            "source": .string(schemas.source.rawValue),
            "kinds": .object(
                JSONObject(distinct: schemas.kinds.map { JSONObject.Member($0.key, $0.value) })),
        ]
        keep(VerifiedAnswer(body: kept.bytes()), for: derived)
        return schemas
    }

    /// The kinds' schemas in an OpenAPI document; nil for one without, or that cannot be read: it
    /// is as good as none, and the CRDs may say it.
    private static func kinds(
        in bytes: [UInt8], of groupVersion: GroupVersion
    ) -> [String: JSONValue]? {
        guard let kinds = try? OpenAPISchemas.kinds(in: bytes, of: groupVersion), !kinds.isEmpty
        else { return nil }
        return kinds
    }

    /// What was kept of schemas that came from definitions; nil for what cannot be read.
    private static func schemas(in bytes: [UInt8]) -> GroupSchemas? {
        guard let json = try? JSONValue(parsing: bytes),
            let source = json["source"]?.stringValue.flatMap(GroupSchemas.Source.init(rawValue:)),
            let kinds = json["kinds"]?.objectValue
        else { return nil }
        return GroupSchemas(
            source: source,
            kinds: kinds.reduce(into: [:]) { $0[$1.name] = $1.value })
    }

    /// The schemas in the CustomResourceDefinitions, as far as they may be read.
    private func definedSchemas(
        of groupVersion: GroupVersion
    ) async throws(KubernetesError) -> GroupSchemas {
        do throws(KubernetesError) {
            var kinds: [String: JSONValue] = [:]
            var pages = pages(Self.definitions, namespace: nil).makeAsyncIterator()
            while let page = try await pages.next() {
                if page.isRestart { kinds = [:] }
                for item in page.items
                where item["spec"]?["group"]?.string == groupVersion.group {
                    guard let (kind, schema) = Self.schema(in: item, of: groupVersion.version)
                    else { continue }
                    kinds[kind] = schema
                }
            }
            guard !kinds.isEmpty else { return GroupSchemas() }
            return GroupSchemas(source: .customResourceDefinitions, kinds: kinds)
        } catch {
            guard Self.isSilence(error) else { throw error }
            return GroupSchemas()
        }
    }

    /// CustomResourceDefinitions themselves.
    package static let definitions = ResourceType(
        group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions",
        kind: "CustomResourceDefinition", shortNames: ["crd", "crds"], isNamespaced: false)

    /// Not served, or not shown to us.
    private static func isSilence(_ error: KubernetesError) -> Bool {
        error.isNotFound || error.isForbidden || error.isNotAcceptable || error.isMethodNotAllowed
            || error.status?.code == 503
    }

    private static func schema(
        in definition: JSONView, of version: String
    ) -> (kind: String, schema: JSONValue)? {
        guard let spec = definition["spec"], let kind = spec["names"]?["kind"]?.string,
            let versions = spec["versions"],
            let entry = versions.elements.first(where: { $0["name"]?.string == version }),
            let schema = entry["schema"]?["openAPIV3Schema"]
        else { return nil }
        return (kind, schema.value)
    }
}

/// Takes the kinds' schemas out of an OpenAPI v3 document.
enum OpenAPISchemas {
    /// How deep references are followed; schemas that refer to themselves end there.
    static let maximumDepth = 24
    private static let prefix = "#/components/schemas/"

    /// The schema of each kind of that group and version, references resolved.
    static func kinds(
        in bytes: [UInt8], of groupVersion: GroupVersion
    ) throws(JSONError) -> [String: JSONValue] {
        let document = try JSONDocument(parsing: bytes)
        guard let schemas = document.root["components"]?["schemas"] else { return [:] }
        var named: [String: JSONView] = [:]
        for (name, schema) in schemas.members { named[name] = schema }
        var kinds: [String: JSONValue] = [:]
        var resolver = ReferenceResolver(named: named, prefix: prefix)
        for schema in named.values {
            for mark in schema["x-kubernetes-group-version-kind"]?.elements.map(\.self) ?? []
            where mark["group"]?.string == groupVersion.group
                && mark["version"]?.string == groupVersion.version
            {
                guard let kind = mark["kind"]?.string, schema["properties"]?["items"] == nil
                else { continue }
                kinds[kind] = resolver.resolved(schema.value, depth: 0)
            }
        }
        return kinds
    }
}

/// Puts in place what `$ref` points at.
private struct ReferenceResolver {
    let named: [String: JSONView]
    let prefix: String
    /// The names that are being resolved: a schema that holds itself stops there.
    private var open: [String] = []
    /// What was resolved without meeting itself, so that it looks the same everywhere.
    private var known: [String: JSONValue] = [:]
    private var cuts = 0

    init(named: [String: JSONView], prefix: String) {
        self.named = named
        self.prefix = prefix
    }

    mutating func resolved(_ value: JSONValue, depth: Int) -> JSONValue {
        guard depth < OpenAPISchemas.maximumDepth * 3 else { return value }
        switch value {
        case .array(let items):
            return .array(items.map { resolved($0, depth: depth + 1) })
        case .object(let object):
            if let reference = object["$ref"]?.stringValue {
                return target(of: reference, depth: depth) ?? value
            }
            var members: [JSONObject.Member] = []
            for member in object {
                members.append(.init(member.name, resolved(member.value, depth: depth + 1)))
            }
            return unwrapped(JSONObject(distinct: members))
        default: return value
        }
    }

    private mutating func target(of reference: String, depth: Int) -> JSONValue? {
        let name = String(reference.dropFirst(prefix.count))
        if let known = known[name] { return known }
        guard reference.hasPrefix(prefix), open.count < OpenAPISchemas.maximumDepth,
            !open.contains(name), let view = named[name]
        else {
            cuts += 1
            return nil
        }
        let cutsBefore = cuts
        open.append(name)
        defer { open.removeLast() }
        let value = resolved(view.value, depth: depth + 1)
        if cuts == cutsBefore { known[name] = value }
        return value
    }

    /// `{"allOf": [{…}], "description": …}`, the wrapper that gives a reference its own
    /// description or default, as one schema.
    private func unwrapped(_ object: JSONObject) -> JSONValue {
        guard let parts = object["allOf"]?.arrayValue, parts.count == 1,
            let inner = parts[0].objectValue
        else { return .object(object) }
        var merged = inner
        for member in object where member.name != "allOf" { merged[member.name] = member.value }
        return .object(merged)
    }
}
