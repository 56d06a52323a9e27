import Documents
import FoundationEssentials
import KubernetesCore

/// The objects of a file: documents of YAML or JSON, lists taken apart.
enum Manifests {
    /// - Parameters:
    ///   - file: a path; `-` is standard input.
    ///   - context: of the line.
    /// - Returns: the objects in the order of the file.
    /// - Throws: `Failure` when it cannot be read or holds none.
    static func read(_ file: String, in context: VerbContext) async throws -> [KubernetesObject] {
        try objects(in: try await text(of: file, context), named: file)
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
