/// Which resources are served now; changes when a CRD comes, changes or goes.
struct TypeRegistry: Sendable {
    private(set) var resources: [ServedResource] = []
    private var index: [Address: Int] = [:]

    private struct Address: Hashable {
        var groupVersion: String
        var plural: String
    }

    init(_ resources: [ServedResource]) { replaceAll(resources) }

    func resource(groupVersion: String, plural: String) -> ServedResource? {
        index[Address(groupVersion: groupVersion, plural: plural)].map { resources[$0] }
    }

    /// Any served version of that resource.
    func resource(_ key: ResourceKey) -> ServedResource? {
        resources.first { $0.key == key }
    }

    /// Groups in the order in which they appeared, with their versions, preferred first.
    var groups: [(name: String, versions: [String])] {
        var result: [(name: String, versions: [String])] = []
        for resource in resources {
            if let at = result.firstIndex(where: { $0.name == resource.group }) {
                if !result[at].versions.contains(resource.version) {
                    result[at].versions.append(resource.version)
                }
            } else {
                result.append((resource.group, [resource.version]))
            }
        }
        for at in result.indices { result[at].versions.sort(by: VersionOrder.precedes) }
        return result
    }

    func resources(groupVersion: String) -> [ServedResource] {
        resources.filter { $0.groupVersion == groupVersion }
    }

    /// Replaces all versions of one resource; an empty list withdraws it.
    mutating func set(_ versions: [ServedResource], for key: ResourceKey) {
        replaceAll(resources.filter { $0.key != key } + versions)
    }

    private mutating func replaceAll(_ new: [ServedResource]) {
        resources = new
        index = [:]
        for (at, resource) in new.enumerated() {
            index[Address(groupVersion: resource.groupVersion, plural: resource.plural)] = at
        }
    }
}

/// The order of API versions: GA before beta before alpha, higher numbers first.
enum VersionOrder {
    static func precedes(_ left: String, _ right: String) -> Bool {
        switch (parts(left), parts(right)) {
        case (let left?, let right?): left.lexicographicallyPrecedes(right, by: >)
        case (_?, nil): true
        case (nil, _?): false
        case (nil, nil): left < right
        }
    }

    /// `[stability, major, minor]` of `v1`, `v2beta3`; nil for any other text.
    private static func parts(_ version: String) -> [Int]? {
        guard version.first == "v" else { return nil }
        let rest = version.dropFirst()
        let major = rest.prefix { $0.isASCII && $0.isNumber }
        guard let majorNumber = Int(major) else { return nil }
        let tail = rest.dropFirst(major.count)
        if tail.isEmpty { return [3, majorNumber, 0] }
        for (word, rank) in [("beta", 2), ("alpha", 1)] where tail.hasPrefix(word) {
            guard let minor = Int(tail.dropFirst(word.count)) else { return nil }
            return [rank, majorNumber, minor]
        }
        return nil
    }
}
