import Catalog
import Documents
import KubernetesCore
import StateFiles

/// What files want of a cluster: each object with its kind, in the form of the cluster's schema.
struct WantedState: Sendable {
    struct Key: Hashable, Sendable {
        var namespace: String?
        var name: String
    }

    struct Item: Sendable {
        var file: Int
        var entry: StateFile.Entry
        /// In the cluster's form, in the namespace where it is meant.
        var object: KubernetesObject
        var kind: CatalogKind
        var key: Key

        var type: ResourceType { kind.type }
        /// `pet/fluffy`.
        var shown: String { kind.shownName(of: key.name) }
    }

    var files: [StateFile]
    /// In the order of the files.
    var items: [Item] = []
    var problems: [(file: StateFile, problem: StateFile.Problem)] = []
    /// What was converted, and where.
    var notes: [String] = []

    /// - Parameters:
    ///   - files: that were read.
    ///   - map: of namespaces.
    ///   - given: what `-n` said.
    ///   - context: of the line.
    /// - Throws: what the server said of the kinds, or `Failure` where nothing is wanted at all.
    init(
        _ files: [StateFile], _ map: NamespaceMap, given: String?, in context: VerbContext
    ) async throws {
        self.files = files
        let standard = try await context.namespace()
        var kinds: [String: Result<CatalogKind, CatalogError>] = [:]
        var places: [[String]: StateFile.Place] = [:]
        for (number, file) in files.enumerated() {
            problems += file.problems.map { (file, $0) }
            for entry in file.entries {
                let word = Self.word(for: entry.object)
                if kinds[word] == nil { kinds[word] = try await Self.kind(word, context) }
                switch kinds[word] {
                case .failure(let error)?:
                    problem(error.message, entry, JSONPointer(tokens: ["kind"]), file)
                case .success(let kind)?:
                    add(entry, number, kind, map, given, standard, &places)
                case nil: break
                }
            }
        }
        if items.isEmpty, problems.isEmpty, files.allSatisfy({ $0.scope == nil }) {
            throw Failure(
                .mistake, "\(files[0].name) holds no objects", hints: ["is it the right file?"])
        }
    }

    private mutating func problem(
        _ message: String, _ entry: StateFile.Entry, _ field: JSONPointer?, _ file: StateFile
    ) {
        problems.append(
            (file, StateFile.Problem(place: entry.place, field: field, message: message)))
    }

    private mutating func add(
        _ entry: StateFile.Entry, _ number: Int, _ kind: CatalogKind, _ map: NamespaceMap,
        _ given: String?, _ standard: String, _ places: inout [[String]: StateFile.Place]
    ) {
        let file = files[number]
        let conversion = SpecConversion(map.mapped(entry.object, kind), to: kind)
        var object = conversion.object
        if kind.type.isNamespaced {
            let namespace = object.namespace ?? standard
            if let given, object.namespace != nil, namespace != given {
                return problem(
                    "\(kind.shownName(of: object.name)) is of namespace \(namespace), not of"
                        + " \(given) (--map-namespace \(namespace)=\(given) moves it)", entry,
                    JSONPointer(tokens: ["metadata", "namespace"]), file)
            }
            object.namespace = namespace
        } else {
            object.namespace = nil
        }
        let key = Key(namespace: object.namespace, name: object.name)
        let identity = [kind.type.qualifiedName, key.namespace ?? "", key.name]
        if let before = places.updateValue(entry.place, forKey: identity) {
            return problem(
                "\(kind.shownName(of: key.name)) comes a second time; the first is document"
                    + " \(before.document)", entry, JSONPointer(tokens: ["metadata", "name"]), file)
        }
        notes += conversion.notes.map {
            "note: \(kind.shownName(of: key.name)): \($0)"
        }
        items.append(
            Item(file: number, entry: entry, object: object, kind: kind, key: key))
    }

    private static func word(for object: KubernetesObject) -> String {
        let version = object.groupVersion ?? GroupVersion(group: "", version: "")
        return "\(object.kind).\(version.version).\(version.group)"
    }

    private static func kind(
        _ word: String, _ context: VerbContext
    ) async throws -> Result<CatalogKind, CatalogError> {
        do {
            let kind = try await context.kind(word, schemas: true)
            return .success(kind)
        } catch let error as CatalogError {
            return .failure(error)
        }
    }

    /// The kinds that occur, each once, in the order of the files.
    var kinds: [CatalogKind] {
        var seen: Set<ResourceType> = []
        return items.map(\.kind).filter { seen.insert($0.type).inserted }
    }
}
