import Diagnostics
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// Objects as they are, as JSON or YAML; a list is written while it is read.
struct GetObjects: Sendable {
    let plan: GetPlan
    let context: VerbContext

    func show(_ verb: Get) async throws {
        let client = try await context.client()
        let dress = Dress(verb, onScreen: context.world.terminal.outputIsTerminal)
        if plan.isSingle {
            let part = plan.parts[0]
            let object = try await client.get(
                part.type, namespace: plan.namespace, name: part.names[0])
            let report = Report(kind: part.type.kind, sections: [], payload: dress.value(object))
            return try context.report(report, as: verb.format.output)
        }
        var writer = ListWriter(verb.format.output)
        var failures = FailureCollector()
        // Nothing is written before there is something: a list that cannot be had is no list.
        var head = writer.begin()
        for part in plan.parts {
            do {
                if part.names.isEmpty {
                    // What is written cannot be taken back, so the list goes on where it was.
                    for try await page in client.pages(
                        part.type, namespace: plan.namespace, options: verb.options,
                        whenExpired: .goOn)
                    {
                        if page.isInconsistent { try context.note(GetTables.inconsistent) }
                        var bytes = head
                        head = []
                        for item in page.objects {
                            bytes += writer.item(dress.value(item))
                        }
                        try context.write(bytes)
                    }
                } else {
                    for name in part.names {
                        do {
                            let object = try await client.get(
                                part.type, namespace: plan.namespace, name: name)
                            try context.write(head + writer.item(dress.value(object)))
                            head = []
                        } catch {
                            try failures.add(error, world: context.world)
                        }
                    }
                }
            } catch {
                try failures.add(error, world: context.world)
            }
        }
        if head.isEmpty || failures.isEmpty { try context.write(head + writer.end()) }
        try failures.throwAll()
    }
}

/// How an object is shown: without bookkeeping, secrets hidden where people look on, and the
/// API's answer alone where only that was asked for.
private struct Dress: Sendable {
    let showsManagedFields: Bool
    let hidesSecrets: Bool
    let responseOnly: Bool

    init(_ verb: Get, onScreen: Bool) {
        showsManagedFields = verb.showManagedFields
        hidesSecrets = onScreen && !verb.secrets.showSecrets
        responseOnly = verb.showResponse
    }

    func value(_ object: KubernetesObject) -> JSONValue {
        var json = showsManagedFields ? object.json : object.withoutManagedFields.json
        if responseOnly { json = ObjectResponses(object).payload }
        return hidesSecrets ? Mask.hide(in: json) : json
    }
}
