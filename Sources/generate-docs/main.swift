// generate-docs: writes man/ and completions/ from the command definitions.
//
// `swift run generate-docs` writes, `swift run generate-docs --check` only compares and ends with
// status 1 when something is stale. It is for people who work on petstore-cli and ships with
// nothing.

import Foundation
import Manual

let isCheck = CommandLine.arguments.dropFirst().contains("--check")
let root = URL(filePath: FileManager.default.currentDirectoryPath)
guard FileManager.default.fileExists(atPath: root.appending(path: "Package.swift").path) else {
    print("error: run this in the folder that holds Package.swift")
    exit(2)
}

let files = GeneratedFiles.all()
var stale: [String] = []
do {
    for file in files {
        let url = root.appending(path: file.path)
        // A file that is not there, or is no text, is stale.
        if (try? String(contentsOf: url, encoding: .utf8)) == file.text { continue }
        stale.append(file.path)
        if isCheck { continue }
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(file.text.utf8).write(to: url)
    }
    let known = Set(files.map(\.path))
    for folder in ["man", "completions"] {
        // A folder that is not there holds nothing.
        let present =
            (try? FileManager.default.contentsOfDirectory(
                atPath: root.appending(path: folder).path)) ?? []
        for name in present where !known.contains("\(folder)/\(name)") {
            stale.append("\(folder)/\(name)")
            if isCheck { continue }
            try FileManager.default.removeItem(at: root.appending(path: "\(folder)/\(name)"))
        }
    }
} catch {
    print("error: \(error.localizedDescription)")
    exit(2)
}
for path in stale { print(isCheck ? "stale: \(path)" : "wrote: \(path)") }
exit(isCheck && !stale.isEmpty ? 1 : 0)
