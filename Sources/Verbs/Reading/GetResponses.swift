import Catalog
import Diagnostics
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// The usual table, and below it what the application's API answered for each object.
struct GetResponses: Sendable {
    let plan: GetPlan
    let context: VerbContext

    func show(_ verb: Get) async throws {
        try await GetTables(plan: plan, context: context).show(verb)
        let source = GetSource(plan: plan, options: verb.options, context: context)
        let failures = try await source.read(whenExpired: .goOn) { portion in
            for object in portion.objects {
                try show(object, of: plan.parts[portion.part].kind, verb)
            }
        }
        try failures.throwAll()
    }

    private func show(
        _ object: KubernetesObject, of kind: CatalogKind, _ verb: Get
    ) throws {
        let owner = plan.isSingle ? nil : kind.shownName(of: object.name)
        let sections = ResponseSections.sections(
            of: object, kind: kind, now: context.world.clock.now(), owner: owner,
            showSecrets: verb.secrets.showSecrets)
        try context.write([UInt8(ascii: "\n")])
        try context.report(
            Report(kind: "Responses", sections: sections, payload: .null),
            as: verb.format.output)
    }
}

/// Answers of the application's API for people.
enum ResponseSections {
    /// A section for each endpoint that was asked.
    ///
    /// - Parameters:
    ///   - object: whose status holds the answers.
    ///   - kind: of the object.
    ///   - now: the time, which tells what is old.
    ///   - owner: the object, where it is not plain which one is meant.
    ///   - secret: names of members that the schema marks as secret.
    ///   - showSecrets: whether passwords and the like are shown.
    ///   - limit: the most lines of each answer; nil: all of them.
    /// - Returns: at least one section.
    static func sections(
        of object: KubernetesObject, kind: CatalogKind, now: Timestamp, owner: String? = nil,
        secret: Set<String> = [], showSecrets: Bool, limit: Int? = nil
    ) -> [Section] {
        let responses = ObjectResponses(object)
        let suffix = owner.map { " (\($0))" } ?? ""
        guard !responses.answers.isEmpty else {
            let hasFailed = kind.state(of: object).class == .failed
            let why = hasFailed ? "no call has worked yet" : "the API has not answered yet"
            return [Section("Response Data\(suffix):", .lines(["  none: \(why)"]))]
        }
        return responses.answers.map { answer in
            let place = answer.endpoint.map { " from \($0)" } ?? ""
            let kept = KeptAnswer(answer, of: object, kind: kind, now: now)
            let remarks = [owner, kept?.text].compactMap { $0 }.joined(separator: ", ")
            let title = "Response Data\(place)\(remarks.isEmpty ? "" : " (\(remarks))"):"
            if let error = answer.error, !answer.isSuccess {
                let code = answer.statusCode.map { " (\($0))" } ?? ""
                return Section(title, .lines(["  failed\(code): \(error)"]))
            }
            guard let data = answer.data else {
                return Section(title, .lines(["  no data (\(answer.statusCode ?? 0))"]))
            }
            let shown = ordered(showSecrets ? data : Mask.hide(in: data, secret: secret))
            return Section(title, body(shown, limit: limit))
        }
    }

    private static func body(_ data: JSONValue, limit: Int?) -> Section.Body {
        guard let limit else { return .data(data) }
        let lines = DataText.lines(data, indent: 2)
        // A line more than the limit takes no more room than the remark about it.
        guard lines.count > limit + 1 else { return .data(data) }
        let rest = "  … \(lines.count - limit) more lines (--show-response shows them)"
        return .lines(lines.prefix(limit) + [rest])
    }

    /// Plain members first, so that what one looks for is not below a long list.
    private static func ordered(_ data: JSONValue) -> JSONValue {
        guard let members = data.objectValue?.members else { return data }
        let isNested: (JSONObject.Member) -> Bool = {
            $0.value.objectValue != nil || $0.value.arrayValue != nil
        }
        return .object(
            JSONObject(distinct: members.filter { !isNested($0) } + members.filter(isNested)))
    }
}
