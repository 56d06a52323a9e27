import Documents
import FoundationEssentials
import KubernetesCore
import StateFiles

/// Where a state is read from: a file, standard input, or a folder as `export --split` writes it.
enum StateSource {
    /// Reads and checks.
    ///
    /// - Parameters:
    ///   - path: of a file or a folder; `-` is standard input.
    ///   - context: of the line.
    /// - Returns: the files; one unless it is a folder.
    /// - Throws: `Failure` when one cannot be read or is no YAML.
    static func read(_ path: String, in context: VerbContext) async throws -> [StateFile] {
        var isFolder = false
        let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard isThere, isFolder else {
            let name = path == "-" ? "standard input" : path
            return [try file(named: name, try await Manifests.text(of: path, context))]
        }
        let names = files(below: path)
        guard !names.isEmpty else {
            throw Failure(
                .mistake, "\(path) holds no files that end with .yaml, .yml or .json",
                hints: ["is it the right folder?"])
        }
        var files: [StateFile] = []
        for name in names {
            files.append(try file(named: name, try await Manifests.text(of: name, context)))
        }
        return files
    }

    private static func file(named name: String, _ text: String) throws(Failure) -> StateFile {
        do throws(YAMLError) {
            return try StateFile(text: text, name: name)
        } catch {
            throw Failure(.mistake, "\(name) is neither YAML nor JSON: \(error.message)")
        }
    }

    /// The files of a folder, and of those below it where they are meant as well, by name.
    static func files(below folder: String, recursively: Bool = true) -> [String] {
        // What is no folder has no files.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().filter { !$0.hasPrefix(".") }.flatMap { name -> [String] in
            let path = "\(folder)/\(name)"
            var isFolder = false
            _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            if isFolder { return recursively ? files(below: path) : [] }
            return [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) } ? [path] : []
        }
    }

    /// All problems at once.
    ///
    /// - Throws: `Failure` when there are any, with a line for each.
    static func refuse(_ problems: [(file: StateFile, problem: StateFile.Problem)]) throws(Failure)
    {
        guard !problems.isEmpty else { return }
        var lines: [String] = []
        var names: [String] = []
        for (file, _) in problems where !names.contains(file.name) {
            names.append(file.name)
            lines += StateFile.lines(
                of: problems.filter { $0.file.name == file.name }.map(\.problem), in: file)
        }
        throw Failure(
            .mistake, lines.joined(separator: "\n"),
            hints: ["petstore-cli export shows what a state file looks like"])
    }
}
