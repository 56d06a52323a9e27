import Documents
import Foundation
import HTTP

/// Every answer of a server, with what differs from run to run left out: `CONTRACT_TRANSCRIPT`
/// names a folder, and the files of two servers can be compared there.
final class Transcript: Sendable {
    private let path: String

    init?(_ name: String) {
        guard let folder = ProcessInfo.processInfo.environment["CONTRACT_TRANSCRIPT"] else {
            return nil
        }
        path = "\(folder)/\(name).txt"
        _ = FileManager.default.createFile(atPath: path, contents: nil)
    }

    func write(_ text: String) {
        // A transcript that cannot be written is seen by whoever asked for it.
        guard let file = try? FileHandle(forWritingTo: URL(filePath: path)) else { return }
        _ = try? file.seekToEnd()
        file.write(Data(text.utf8))
        try? file.close()
    }

    static func text(
        _ step: Step, _ answer: ContractServer.Answer, _ values: [String: String]
    ) -> String {
        var text = "\n== \(step.method.rawValue) \(step.path)\n"
        if let body = step.body {
            text += "-> \(String(decoding: body.prefix(300), as: UTF8.self))\n"
        }
        text += "\(answer.status)"
        for name in ["Content-Type", "Warning", "Retry-After", "Allow"] {
            for value in answer.headers.values(named: name) { text += " | \(name): \(value)" }
        }
        text += "\n" + (answer.json == .null ? answer.text : JSONOrdered.text(answer.json)) + "\n"
        return plain(text)
    }

    private static func plain(_ text: String) -> String {
        var text = text
        for (pattern, name) in [
            ("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uid>"),
            ("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "<time>"),
            ("\"resourceVersion\": \"[0-9]+\"", "\"resourceVersion\": \"<rv>\""),
            ("resourceVersion=[0-9]+", "resourceVersion=<rv>"),
            ("ey[JK][A-Za-z0-9_-]{20,}", "<token>"),
            ("/case-[0-9]+/", "/<ns>/"), ("\"case-[0-9]+\"", "\"<ns>\""),
        ] {
            text = text.replacingOccurrences(
                of: pattern, with: name, options: .regularExpression)
        }
        return text
    }
}

/// JSON with its members in order of their names.
enum JSONOrdered {
    static func text(_ value: JSONValue) -> String { sorted(value).text(.pretty) }

    private static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            var result = JSONObject()
            for member in object.sorted(by: { $0.name < $1.name }) {
                result[member.name] = sorted(member.value)
            }
            return .object(result)
        case .array(let items): return .array(items.map(sorted))
        default: return value
        }
    }
}
