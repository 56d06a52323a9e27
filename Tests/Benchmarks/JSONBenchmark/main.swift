// Measures what Documents promises: a list of 10,000 pets read at 150 MB/s or more, with at most
// 6 bytes of memory per byte of input. Run it in a release build, on a quiet machine:
//
//     swift run -c release json-benchmark [OBJECTS]
//
// Each measure runs in a process of its own, so that one's memory does not count for the next.

import Documents
import Foundation

struct Measure {
    let name: String
    let goal: String
    let run: ([UInt8]) throws -> Int
}

let measures = [
    Measure(name: "document", goal: "150 MB/s, 6 bytes") { input in
        let document = try JSONDocument(parsing: input)
        return document.root["items"]?.elements.count ?? 0
    },
    Measure(name: "items", goal: "-") { input in
        let document = try JSONDocument(parsing: input)
        var count = 0
        for item in document.root["items"]?.elements ?? document.root.elements {
            if item["metadata"]?["name"]?.string != nil { count += 1 }
        }
        return count
    },
    Measure(name: "values", goal: "-") { input in
        let document = try JSONDocument(parsing: input)
        var count = 0
        for item in document.root["items"]?.elements ?? document.root.elements {
            if item.value["status"]?["state"] != nil { count += 1 }
        }
        return count
    },
    Measure(name: "tree", goal: "-") { input in
        try JSONValue(parsing: input)["items"]?.arrayValue?.count ?? 0
    },
    Measure(name: "write", goal: "-") { input in
        let value = try JSONValue(parsing: input)
        return timed("compact text of the tree", input.count) { value.bytes().count }
    },
    Measure(name: "yaml", goal: "-") { input in
        let value = try JSONValue(parsing: input)
        return timed("YAML text of the tree", input.count) {
            var output: [UInt8] = []
            YAMLWriter(sortsNames: true).write(value, into: &output)
            return output.count
        }
    },
    Measure(name: "yaml-streamed", goal: "-") { input in
        let document = try JSONDocument(parsing: input)
        var written = 0
        YAMLWriter(sortsNames: true).write(document.root) { written += $0.count }
        return written
    },
]

@discardableResult
func timed<Result>(_ name: String, _ bytes: Int, _ body: () throws -> Result) rethrows -> Result {
    let clock = ContinuousClock()
    var best = Duration.seconds(3600)
    var result = try body()
    for _ in 0..<3 {
        let start = clock.now
        result = try body()
        best = min(best, clock.now - start)
    }
    let speed = Double(bytes) / 1e6 / (best / .seconds(1))
    print("  \(name): \(Int(speed)) MB/s")
    return result
}

/// The largest memory of this process so far, in bytes (Linux; 0 elsewhere).
func peakMemory() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
    return (line?.split(separator: " ").dropFirst().first).flatMap { Int($0) }.map { $0 * 1024 }
        ?? 0
}

if CommandLine.arguments.count == 3, let objects = Int(CommandLine.arguments[2]),
    let measure = measures.first(where: { $0.name == CommandLine.arguments[1] })
{
    let before = peakMemory()
    let input = PetList.bytes(count: objects)
    // Once for the memory, before repetitions leave garbage behind.
    let count = try measure.run(input)
    let perByte = Double(peakMemory() - before) / Double(input.count)
    print("\(measure.name) (goal \(measure.goal)): \(count) counted, \(input.count) bytes")
    print("  memory: \(String(format: "%.2f", perByte)) bytes per byte of input, the input counted")
    if measure.name != "write", measure.name != "yaml" {
        try timed("whole", input.count) { try measure.run(input) }
    }
} else {
    let objects = CommandLine.arguments.dropFirst().first ?? "10000"
    for measure in measures {
        let process = Process()
        process.executableURL = Bundle.main.executableURL
        process.arguments = [measure.name, objects]
        try process.run()
        process.waitUntilExit()
    }
}
