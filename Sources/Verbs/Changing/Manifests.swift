import ArgumentParser
import Catalog
import Documents
import FoundationEssentials
import KubernetesCore

/// Files with objects, as kubectl takes them.
struct ManifestOptions: ParsableArguments, Sendable {
    @Option(
        name: [.customShort("f"), .customLong("filename")],
        help: .init(
            "A file or a folder with the objects; - is standard input. May be given again.",
            valueName: "file"))
    var filename: [String] = []

    @Flag(
        name: [.customShort("R"), .long],
        help: "Read the folders below a folder as well.")
    var recursive = false
}

/// An object as a file describes it.
struct Manifest: Sendable {
    var object: KubernetesObject
    /// For messages.
    var file: String

    /// The kind that the object names, and the namespace that it belongs to.
    ///
    /// - Parameters:
    ///   - context: of the line.
    ///   - given: what `-n` says; the object must not say otherwise.
    /// - Returns: the kind with its schema; the namespace where the line works, if the object names
    ///   none.
    /// - Throws: `Failure`, `CatalogError` for a kind that is not there.
    func place(
        in context: VerbContext, given: String?
    ) async throws -> (CatalogKind, String) {
        guard let version = object.groupVersion, !version.group.isEmpty, !object.kind.isEmpty
        else {
            throw Failure(
                .mistake, "\(file): an object without apiVersion or kind of a custom resource",
                hints: ["objects of Kubernetes itself are for kubectl"])
        }
        let word = "\(object.kind).\(version.version).\(version.group)"
        let kind = try await context.kind(word, schemas: true)
        let wanted = try await context.namespace()
        guard let namespace = object.namespace else { return (kind, wanted) }
        guard given == nil || given == namespace else {
            throw Failure(
                .mistake,
                "\(file): \(object.kind) \(object.name) is of namespace \(namespace),"
                    + " not of \(wanted)", hints: ["leave -n away, or take the namespace out"])
        }
        return (kind, namespace)
    }
}

/// Which object a file means; what it says of it besides does not count.
struct MeantObject: Sendable {
    var kind: CatalogKind
    /// Where the line works, if the file does not say.
    var namespace: String
    var name: String
}

extension ManifestOptions {
    /// The objects that the files describe, in their order.
    ///
    /// - Parameters:
    ///   - given: what `-n` says.
    ///   - context: of the line.
    /// - Returns: none where no file was given.
    /// - Throws: `Failure` for a file that cannot be read or an object without a name,
    ///   `CatalogError` for a kind that is not there.
    func meant(given: String?, in context: VerbContext) async throws -> [MeantObject] {
        var objects: [MeantObject] = []
        for manifest in try await Manifests.read(filename, recursively: recursive, in: context) {
            let (kind, namespace) = try await manifest.place(in: context, given: given)
            let name = manifest.object.name
            guard !name.isEmpty else {
                throw Failure(
                    .mistake, "\(manifest.file): a \(manifest.object.kind) without metadata.name",
                    hints: ["a name says which one is meant"])
            }
            objects.append(MeantObject(kind: kind, namespace: namespace, name: name))
        }
        return objects
    }

    /// Refuses what cannot be given together with files.
    ///
    /// - Parameters:
    ///   - words: of the line.
    ///   - isChosen: whether something else chooses objects.
    /// - Throws: `Failure` of a usage kind.
    func refuseOthers(_ words: [String], isChosen: Bool) throws(Failure) {
        guard !filename.isEmpty, !words.isEmpty || isChosen else { return }
        throw Failure(
            .usage(""), "-f says which objects are meant, so nothing else can choose some")
    }
}

/// The objects of files: documents of YAML or JSON, lists taken apart.
enum Manifests {
    /// - Parameters:
    ///   - files: paths of files and folders; `-` is standard input.
    ///   - recursively: whether the folders below a folder count as well.
    ///   - context: of the line.
    /// - Returns: the objects in the order of the files.
    /// - Throws: `Failure` when one cannot be read or holds none.
    static func read(
        _ files: [String], recursively: Bool, in context: VerbContext
    ) async throws -> [Manifest] {
        var manifests: [Manifest] = []
        for file in try files.flatMap({ file throws(Failure) in try names(file, recursively) }) {
            manifests += try objects(in: try await text(of: file, context), named: file)
                .map { Manifest(object: $0, file: file) }
        }
        return manifests
    }

    /// The file itself, or those of the folder.
    private static func names(_ path: String, _ recursively: Bool) throws(Failure) -> [String] {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder else {
            return [path]
        }
        let names = StateSource.files(below: path, recursively: recursively)
        guard names.isEmpty else { return names }
        throw Failure(
            .mistake, "\(path) holds no files that end with .yaml, .yml or .json",
            hints: [
                recursively
                    ? "is it the right folder?" : "-R reads the folders below it as well"
            ])
    }

    static func objects(
        in text: String, named file: String
    ) throws(Failure) -> [KubernetesObject] {
        let documents: [JSONValue]
        do throws(YAMLError) {
            documents = try YAML.parse(text).filter { !$0.isNull }
        } catch {
            throw Failure(
                .mistake, "\(file) is neither YAML nor JSON: \(error.message)")
        }
        var objects: [KubernetesObject] = []
        for document in documents {
            let isList = document["kind"]?.stringValue?.hasSuffix("List") ?? false
            let items = isList ? document["items"]?.arrayValue ?? [document] : [document]
            for item in items {
                guard item.objectValue != nil else {
                    throw Failure(.mistake, "\(file) holds something that is no object")
                }
                objects.append(KubernetesObject(item))
            }
        }
        guard !objects.isEmpty else {
            throw Failure(.mistake, "\(file) holds no objects", hints: ["is it the right file?"])
        }
        return objects
    }

    static func text(of file: String, _ context: VerbContext) async throws -> String {
        guard file == "-" else {
            do {
                return String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
            } catch {
                throw Failure(
                    .mistake, "\(file) cannot be read", hints: ["is it there, and may you read it?"]
                )
            }
        }
        var lines: [String] = []
        while let line = await context.world.input.line() { lines.append(line) }
        return lines.joined(separator: "\n")
    }
}
