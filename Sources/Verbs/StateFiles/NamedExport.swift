import Catalog
import KubernetesClient
import KubernetesCore
import StateFiles

/// Writes objects that were named, all of them or nothing.
///
/// The file has no scope: it covers just what it holds, and says nothing of others.
struct NamedExport: Sendable {
    let context: VerbContext
    let namespace: String
    let wanted: [(view: StateView, names: [String])]

    func write() async throws {
        let client = try await context.client()
        var writer = StateWriter()
        var bytes = Array("\(StateWriter.fileHead)\n".utf8)
        var failures = FailureCollector()
        for (view, names) in wanted {
            let type = view.kind.type
            for name in names {
                do {
                    let object = try await client.get(
                        type, namespace: type.isNamespaced ? namespace : nil, name: name)
                    guard let document = view.document(ofLive: object) else {
                        throw Self.passing(type.shortName(of: name))
                    }
                    writer.append(document, to: &bytes)
                } catch {
                    try failures.add(error, world: context.world)
                }
            }
        }
        try failures.throwAll()
        try context.write(bytes + writer.end())
    }

    private static func passing(_ shown: String) -> Failure {
        Failure(
            .mistake, "\(shown) was made for a while and is no part of the state",
            hints: ["--as-is takes it as it is"])
    }
}
