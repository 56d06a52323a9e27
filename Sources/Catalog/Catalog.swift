package import KubernetesCore

// Catalog: what a generated API is. Kinds, categories, schemas, friendly names, parameters,
// targeting style, and how each category reports its state, all learnt from discovery and schema.
// It must never have a kind's name compiled in, ask a server, or wait.

/// The kinds that a cluster offers, by every name that people have for them.
package struct Catalog: Sendable {
    /// In the order of discovery, which also decides between groups that share a name.
    package let kinds: [CatalogKind]

    /// - Parameters:
    ///   - resources: what discovery found; groups in the server's order of preference.
    ///   - schemas: of as many of their groups and versions as could be had.
    ///   - names: what words mean where these are not all kinds of the cluster; nil: these are.
    package init(
        resources: [ResourceType], schemas: [GroupVersion: GroupSchemas] = [:],
        names: KindWords? = nil
    ) {
        let names = names ?? KindWords(resources)
        let plain = resources.map { type in
            var kind = CatalogKind(
                type: type,
                schema: schemas[type.groupVersion]?.kinds[type.kind].map { KindSchema($0) })
            kind.names = names
            return kind
        }
        kinds = FriendlyNames.assign(to: plain)
    }

    /// Finds the kind that a word means.
    ///
    /// Names as kubectl takes them come first: plural, singular, kind, short names, in any case,
    /// also as `name.group` and `name.version.group`; a name that several groups have means the
    /// first of them. Then the friendly names: any tail of a kind's words (`find-by-status`).
    ///
    /// - Parameters:
    ///   - word: what was typed.
    ///   - category: only kinds of that category, for verbs that deal with one.
    /// - Returns: the kind.
    /// - Throws: `CatalogError` for a word that means none, or several.
    package func resolve(
        _ word: String, category: Category? = nil
    ) throws(CatalogError) -> CatalogKind {
        let candidates = category.map { wanted in kinds.filter { $0.category == wanted } } ?? kinds
        let lowered = word.lowercased()
        for names in [\CatalogKind.exactNames, \CatalogKind.shortNames] {
            if let found = candidates.first(where: { $0[keyPath: names].contains(lowered) }) {
                return found
            }
        }
        if let found = candidates.first(where: { $0.isMeant(byQualified: lowered) }) {
            return found
        }
        let wanted = FriendlyNames.normalized(word)
        guard !wanted.isEmpty else { throw unknown(word, among: candidates) }
        let found = candidates.filter { $0.friendlyForms.contains(wanted) }
        guard let first = found.first else { throw unknown(word, among: candidates) }
        let rivals = found.filter { $0.type.kind != first.type.kind }
        guard rivals.isEmpty else {
            throw CatalogError(
                .ambiguousKind(word: word, candidates: ([first] + rivals).map(\.friendlyName)))
        }
        return first
    }

    private func unknown(_ word: String, among candidates: [CatalogKind]) -> CatalogError {
        let names = candidates.flatMap { $0.exactNames + $0.shortNames + [$0.friendlyName] }
        return CatalogError(
            .unknownKind(
                word: word, suggestion: Spelling.suggestion(for: word.lowercased(), among: names)))
    }

    /// The groups that look generated: not built in, and with a kind whose category is known.
    package var groups: [GeneratedAPI] {
        var groups: [GeneratedAPI] = []
        for kind in kinds where !kind.type.groupVersion.isBuiltIn {
            let version = kind.type.groupVersion
            if let index = groups.firstIndex(where: { $0.groupVersion == version }) {
                groups[index].kinds.append(kind)
            } else {
                groups.append(GeneratedAPI(groupVersion: version, kinds: [kind]))
            }
        }
        return groups.filter { $0.kinds.contains { $0.category != .unknown } }
    }
}

/// One group and version of generated kinds.
package struct GeneratedAPI: Sendable {
    package var groupVersion: GroupVersion
    package var kinds: [CatalogKind]

    package init(groupVersion: GroupVersion, kinds: [CatalogKind]) {
        self.groupVersion = groupVersion
        self.kinds = kinds
    }

    package var group: String { groupVersion.group }
    package var version: String { groupVersion.version }

    /// The first label of the group, after which the generator names the application.
    package var displayName: String {
        group.split(separator: ".").first.map(String.init) ?? group
    }

    package func kinds(_ category: Category) -> [CatalogKind] {
        kinds.filter { $0.category == category }
    }
}

extension GroupVersion {
    /// Whether Kubernetes itself brings the group: `apps`, `batch`, and all of `*.k8s.io`.
    package var isBuiltIn: Bool {
        !group.utf8.contains(UInt8(ascii: ".")) || group.hasSuffix(".k8s.io")
    }
}
