import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Session

/// Asks the application by way of temporary objects of one kind.
struct Asking: Sendable {
    let context: VerbContext
    let kind: CatalogKind
    let namespace: String
    var options: AskingOptions
    /// Marks objects that are compared with one another.
    var comparisonSet: String?
    /// Where the objects are left, in place of being deleted.
    var session: Session?
    /// The user accepts that what an action did stays done.
    var acceptsEffects = false

    /// So much longer than the wait may the objects last when nobody is left to delete them.
    private static let margin = Duration.seconds(300)
    /// An operator knows none of the instances for so long after its start (Seen live 10).
    private static let blindness = Duration.seconds(40)
    private static let pauseBetweenTries = Duration.seconds(2)

    /// A request for an object with that spec.
    ///
    /// - Parameters:
    ///   - spec: whole.
    ///   - stem: what its generated name begins with.
    ///   - name: in place of a generated one.
    ///   - isLasting: it outlives the wait, for as long as `--ttl` says; else a little longer.
    /// - Returns: the request, with the marks that the options ask for.
    func request(
        _ spec: JSONValue, stem: String, name: String? = nil, isLasting: Bool = false
    ) -> CreateRequest {
        var manifest = KubernetesObject(
            kind.type, namespace: namespace, name: name ?? "", spec: spec)
        if name == nil {
            manifest.metadata["name"] = nil
            manifest.metadata["generateName"] = .string(Self.nameStem(stem) + "-")
        }
        return CreateRequest(
            target: ChangeTarget(
                type: kind.type, category: kind.category, rules: FieldRules(kind)),
            namespace: kind.type.isNamespaced ? namespace : nil, manifest: manifest,
            reason: options.reason, ticket: options.ticket, purpose: options.purpose,
            comparisonSet: comparisonSet,
            lifetime: isLasting ? options.lifetime : options.limit + Self.margin,
            acceptsEffects: acceptsEffects)
    }

    /// What may begin an object's name (RFC 1123), with room for our own ending.
    static func nameStem(_ text: String) -> String {
        let letters = text.lowercased().map { letter in
            letter.isASCII && (letter.isLetter || letter.isNumber) ? letter : "-"
        }
        let parts = String(letters).split(separator: "-")
        let stem = parts.joined(separator: "-").prefix(48)
        return stem.isEmpty ? "asking" : String(stem)
    }

    /// Makes the objects, waits for their answers, and deletes them.
    ///
    /// Where an operator has only just started and does not know the instances yet, it is asked
    /// again as long as there is time.
    ///
    /// - Parameters:
    ///   - requests: asked side by side.
    ///   - controls: so many of the last are to fail, and are asked once.
    /// - Returns: what came of each, in their order.
    /// - Throws: `SessionError` when one is refused beforehand; then none was made.
    func answers(
        _ requests: [CreateRequest], controls: Int = 0
    ) async throws -> [InquiryAnswer] {
        let session: Session
        if let left = self.session { session = left } else { session = try await context.session() }
        let keeps = self.session != nil
        let clock = context.world.clock
        let end = clock.now() + options.limit
        var answers = try await session.inquire(
            Inquiry(requests, limit: options.limit, keeps: keeps))
        var knowsAge = false
        while true {
            try Task.checkCancellation()
            let blind = answers.indices.dropLast(controls).filter { index in
                kind.category != .action
                    && answers[index].object.map(AnswerJudge.mayBeBlind) ?? false
            }
            let left = end - clock.now() - Self.pauseBetweenTries
            guard !blind.isEmpty, left > .zero else { return answers }
            if !knowsAge {
                guard await operatorIsYoung() else { return answers }
                knowsAge = true
            }
            try await clock.sleep(Self.pauseBetweenTries)
            let again = try await session.inquire(
                Inquiry(blind.map { requests[$0] }, limit: left, keeps: keeps))
            for (place, answer) in zip(blind, again) { answers[place] = answer }
        }
    }

    private func operatorIsYoung() async -> Bool {
        // It was there a moment ago; whatever is wrong with it now, the answer stands.
        guard let client = try? await context.client() else { return false }
        let search = ClusterSearch(
            client: client, namespace: namespace, program: context.world.programName)
        let api = GeneratedAPI(groupVersion: kind.type.groupVersion, kinds: [kind])
        // Who may not read Leases takes the operator's word.
        guard let since = await search.leaseHeldSince(of: api) else { return false }
        return (client.serverTime ?? context.world.clock.now()) - since < Self.blindness
    }
}
