import FoundationEssentials

extension FuzzTarget {
    /// All readers that are tried.
    package static let all: [FuzzTarget] = [
        DocumentTargets.json, DocumentTargets.yaml, DocumentTargets.patch,
        DocumentTargets.jsonPath,
        ConnectionTarget.kubeconfig, KubernetesTargets.watch, KubernetesTargets.selector,
        KubernetesTargets.time, KubernetesTargets.fields, ExpressionTarget.cel,
    ]

    /// The inputs that mutation begins with: samples, and all that was ever found.
    ///
    /// - Throws: where the folder cannot be read.
    package func corpus() throws -> [[UInt8]] {
        let folder = Self.corpusFolder.appendingPathComponent(name)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
            [UInt8](try Data(contentsOf: folder.appendingPathComponent($0)))
        }
    }

    private static let corpusFolder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Corpus")
}
