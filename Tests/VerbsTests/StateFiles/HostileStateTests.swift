import Catalog
import Documents
import Foundation
import KubernetesClient
import KubernetesCore
import Testing

@testable import Verbs

extension OnStage {
    @Suite("A thousand objects with hostile strings")
    struct HostileStateTests {
        /// SplitMix64.
        private struct Random: RandomNumberGenerator {
            var state: UInt64

            mutating func next() -> UInt64 {
                state &+= 0x9E37_79B9_7F4A_7C15
                var mixed = state
                mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
                mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
                return mixed ^ (mixed >> 31)
            }

            mutating func text() -> String {
                let pieces = [
                    "a", "Z", "0", "017", "1e3", ".5", "0x1F", "1_0", "12:30", "yes", "No", "~",
                    "null", "true", "<<", "---", "...", "- ", "? ", ": ", " #", "#", "&a", "*a",
                    "!t", "|", ">", "%", "@", "`", "'", "\"", "\\", "{", "}", "[", "]", ",", " ",
                    "  ", "\n", "\n\n", "\r\n", "\t", "\u{0}", "\u{1B}[31m", "\u{7F}", "\u{85}",
                    "\u{A0}", "\u{2028}", "\u{2029}", "\u{202E}", "\u{FEFF}", "\u{FFFD}",
                    "e\u{301}",
                    "é", "\u{1F431}", "\u{10FFFF}", "2026-01-01", "# scope: {}", "\n# end: 1\n",
                ]
                let count = Int.random(in: 0...6, using: &self)
                return (0..<count).map { _ in pieces.randomElement(using: &self) ?? "" }.joined()
            }

            mutating func pet(_ number: Int) -> JSONValue {
                var spec: JSONValue = [
                    "name": .string(text()), "readOnly": true, "paused": true,
                    "photoUrls": .array(
                        (0..<Int.random(in: 0...3, using: &self)).map { _ in
                            .string(text())
                        }),
                ]
                if Bool.random(using: &self) {
                    spec["id"] = .integer(Int64(bitPattern: next()) >> 1)
                    spec["category"] = ["name": .string(text())]
                    spec["tags"] = [["id": .integer(Int64(number)), "name": .string(text())], [:]]
                }
                return [
                    "apiVersion": "petstore.example.com/v1alpha1", "kind": "Pet",
                    "metadata": [
                        "name": .string("pet-\(number)"), "namespace": "hostile",
                        "annotations": ["note": .string(text()), "yes": .string(text())],
                        "labels": ["n": .string(["yes", "017", "null", "1e3", ""][number % 5])],
                    ], "spec": spec,
                ]
            }
        }

        @Test("export, import into an empty namespace, diff: nothing; the same bytes each time")
        func roundTrip() async throws {
            let seed: UInt64 = 20_261_128
            var random = Random(state: seed)
            let stage = try await Stage()
            for name in ["hostile", "copy"] { try await stage.makeNamespace(name) }
            let client = try await stage.client()
            let type = try await ClusterAccess(world: stage.world)
                .kind("pets", schemas: false).type
            for number in 0..<1_000 {
                _ = try await client.create(
                    KubernetesObject(random.pet(number)), type, namespace: "hostile")
            }
            let text = await stage.run("export pets -n hostile").output
            #expect(await stage.run("export pets -n hostile").output == text, "seed \(seed)")
            let path = stage.setup.folder + "/state.yaml"
            try Data(text.utf8).write(to: URL(filePath: path))
            let map = "--map-namespace hostile=copy"
            let done = await stage.run("import \(path) \(map)")
            #expect(done.status == .done, "seed \(seed): \(done.errors.suffix(2000))")
            let diff = await stage.run("diff \(path) \(map)")
            #expect(diff.status == .done, "seed \(seed): \(diff.output.prefix(2000))")
            #expect(diff.errors.contains("no differences in 1000 objects"))
            let copy = await stage.run("export pets -n copy").output
            #expect(
                copy.replacing("namespace: copy", with: "namespace: hostile")
                    .replacing("\"namespace\":\"copy\"", with: "\"namespace\":\"hostile\"") == text,
                "seed \(seed)")
        }
    }
}
