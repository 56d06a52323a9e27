import Catalog
import Documents
import KubernetesCore

// What an object says about itself: its state, and whether it hangs in it.
extension Evidence {
    /// An operator reports on a new object within a few passes.
    private static let firstReport = Duration.seconds(60)
    /// A call may take 30 s and passes of a kind queue, so that much later a state hangs.
    private static let longestPass = Duration.seconds(120)

    var stateFinding: Finding? {
        let state = kind.state(of: object)
        guard let word = state.state else { return noStateFinding }
        switch (word, state.class) {
        case (_, .good): return goodFinding(word)
        case (_, .failed): return failedFinding(word, state.message)
        case (_, .notFound): return notFoundFinding(state.message)
        case (_, .paused), (_, .pending):
            guard !hangs else {
                return finding(.state, .skip, "State not judged: it hangs in \(word)")
            }
            return state.class == .paused
                ? finding(
                    .state, .skip, "State not judged: it is kept as it was while paused")
                : finding(.state, .warn, "State is \(word): not finished yet")
        default: return finding(.state, .warn, "State \"\(word)\" is not known here")
        }
    }

    private func goodFinding(_ word: String) -> Finding {
        switch category {
        case .query:
            let count = object.status["resultCount"]?.integerValue
            let text = count.map { " (\($0) result\($0 == 1 ? "" : "s"))" } ?? ""
            return finding(.state, .ok, "Query answered successfully\(text)")
        case .action:
            // What does not parse is completed all the same (operator-contract.md, 3.7 e).
            guard object.status["result", "success"]?.boolValue != false else {
                return finding(
                    .state, .fail, "Action completed, but not with success",
                    cause: object.status["result", "error"]?.stringValue
                        ?? "the answer could not be read (result.success is false)",
                    next: [Remedy(line("describe"), "shows the whole answer")])
            }
            return finding(.state, .ok, "Action completed successfully")
        case .aggregate, .bundle:
            return finding(.state, .ok, HealthSummary(object, kind: kind).text)
        case .resource, .unknown:
            let what = word == "Observed" ? "observed" : "synced"
            return finding(.state, .ok, "Resource \(what) successfully")
        }
    }

    private func failedFinding(_ word: String, _ message: String) -> Finding {
        if category == .aggregate || category == .bundle {
            return finding(
                .state, .fail, HealthSummary(object, kind: kind).text,
                cause: message.isEmpty ? nil : message,
                next: memberRemedies + [Remedy(["status"], "lists what failed, with messages")])
        }
        let failure = ReportedFailure(message)
        let what = category == .query ? "Query" : category == .action ? "Action" : "Resource"
        let next = remedies(for: failure)
        if failure.sort == .noEndpoint, isOperatorNew, !isTargetLost {
            return finding(
                .state, .warn, "\(what) failed: \(message)",
                cause: "the operator has just started and does not see workloads for its first "
                    + "30 s, so this may pass by itself", next: next)
        }
        let isTriedOnce = category == .query && !isPeriodic
        let retry = isTriedOnce ? "a query that runs once is never tried again" : failure.retry
        let cause = [failure.explanation, retry].compactMap { $0 }
        return finding(
            .state, .fail, "\(what) failed: \(message)",
            cause: cause.isEmpty ? nil : cause.joined(separator: "; "), next: next)
    }

    /// The most telling first.
    ///
    /// Whether one pod fails or all, whom there is to be called, what was refused; to try again
    /// without knowing why comes after that.
    private func remedies(for failure: ReportedFailure) -> [Remedy] {
        let describe = Remedy(line("describe"), "shows message, conditions and answers")
        let mayHelp = category == .resource && !isTargetLost
        let refresh = mayHelp ? [Remedy(line("refresh"), "tries again now")] : []
        switch failure.sort {
        case .answered(let status) where status < 500: return [describe] + refresh
        case .answered, .unreachable, .timedOut:
            let compare = comparison("tells whether one pod fails or all do")
            return [compare].compactMap { $0 } + refresh + [describe]
        case .noEndpoint:
            return [Remedy(["targets"], "shows which pods there are, and ready")] + refresh
                + [describe]
        case .badInterval: return [Remedy(line("edit"), "puts it right"), describe]
        case .other: return refresh + [describe]
        }
    }

    /// `NotFound` also stands for a fan-out of which nobody could be reached (operator-contract.md,
    /// Seen live 6), and for a base path that pod targeting loses (17).
    private func notFoundFinding(_ message: String) -> Finding {
        let answers = ObjectResponses(object).answers
        let others = answers.filter { !$0.isSuccess && $0.statusCode != 404 }
        if let other = others.first, answers.allSatisfy({ !$0.isSuccess }) {
            let text = other.error ?? other.statusCode.map { HTTPPhrase.text(Int($0)) } ?? "failed"
            return finding(
                .state, .fail, "No endpoint gave a good answer; the operator calls that NotFound",
                cause: "\(others.count) of \(answers.count) endpoints failed otherwise than by "
                    + "404, for example: \(text)",
                next: [Remedy(line("describe"), "shows each endpoint's answer")])
        }
        let isPinned = TargetRequest(object.spec, kind: kind).pod != nil
        let lost = isPinned && operators.flag("base-path") == nil && operators.isCommandKnown
        return finding(
            .state, .fail, "The API has no such object",
            cause: lost
                ? "the target is a pod and the operator runs without --base-path, so that the "
                    + "API's base path may be missing in the call"
                : message.isEmpty ? nil : message,
            next: [Remedy(["get", kind.pluralWord, "-o", "wide"], "lists what there is")])
    }

    private var noStateFinding: Finding {
        if category == .aggregate, selectsNothing {
            return finding(
                .state, .fail, "The operator cannot report on it",
                cause: "it lists neither resources nor resourceSelectors, which the operator "
                    + "answers with a status that its own schema forbids",
                next: [Remedy(line("edit"), "adds a selector")])
        }
        let age = object.creationTimestamp.map { now - $0 } ?? .zero
        guard age > Self.firstReport else {
            return finding(
                .state, .warn, "Not reported on yet",
                cause: "it is \(HumanDuration.text(age)) old; the operator writes the first "
                    + "status when its first pass ends",
                next: [Remedy(line("diagnose"), "looks again")])
        }
        var causes: [String] = []
        if category == .query {
            causes.append(
                "an answer that is no JSON object makes the operator's status write fail for ever")
        }
        causes.append("see the checks of the operator below")
        return finding(
            .state, .fail,
            "The operator has never reported on it, \(HumanDuration.text(age)) after its creation",
            cause: causes.joined(separator: "; "),
            next: [Remedy(["init"], "shows which operator there is")])
    }

    var selectsNothing: Bool {
        ["resources", "resourceSelectors"].allSatisfy {
            object.spec[$0]?.arrayValue?.isEmpty ?? true
        }
    }

    /// Whether the target leads nowhere by what we see of it, which no waiting would mend.
    private var isTargetLost: Bool {
        if case .nobody = TargetResolution(self).outcome { return true }
        return false
    }

    /// Whether the operator got its Lease so lately that it may not see workloads yet.
    private var isOperatorNew: Bool {
        guard let acquired = operators.lease?.acquired else { return false }
        return now - acquired < .seconds(45)
    }

    var isPeriodic: Bool { ReadingAge(object, kind: kind, now: now).interval != nil }

    // MARK: the API's answer

    var responseFinding: Finding? {
        guard category != .aggregate, category != .bundle else { return nil }
        let state = kind.state(of: object)
        if state.class == .failed, category == .resource {
            // A failed resource keeps its last good answer.
            let failure = ReportedFailure(state.message)
            guard case .answered(let status) = failure.sort else {
                guard failure.isOfCall else {
                    return finding(
                        .apiResponse, .skip, "API response not checked: nobody was called")
                }
                return finding(.apiResponse, .fail, "API did not answer")
            }
            return finding(
                .apiResponse, .fail, "API response unhealthy (\(HTTPPhrase.text(status)))",
                facts: [.init("statusCode", String(status))])
        }
        let answers = ObjectResponses(object).answers
        guard let answer = answers.first(where: \.isSuccess) ?? answers.first else {
            return finding(
                .apiResponse, .skip, "API response not checked: no answer is recorded")
        }
        let code = answer.statusCode.map { " (\(HTTPPhrase.text(Int($0))))" } ?? ""
        let facts = answer.statusCode.map { [Finding.Fact("statusCode", String($0))] } ?? []
        guard answer.isSuccess else {
            return finding(
                .apiResponse, .fail, "API response unhealthy\(code)", cause: answer.error,
                facts: facts)
        }
        return finding(.apiResponse, .ok, "API response healthy\(code)", facts: facts)
    }

    // MARK: time

    /// The specification's advice about a spec that nobody touched for long.
    var modifiedFinding: Finding? {
        guard category == .resource else { return nil }
        guard let since = sinceModification else {
            return finding(
                .modified, .skip, "Age of the spec not known: the server tells no times of writes")
        }
        guard let limit = modificationLimit, since >= limit else {
            return finding(
                .modified, .ok, "Resource modified \(HumanDuration.text(since)) ago")
        }
        let days = since.components.seconds / 86_400
        let text = days > 0 ? "\(days) day\(days == 1 ? "" : "s")" : HumanDuration.text(since)
        return finding(
            .modified, .warn, "Resource modified \(text) ago (consider refreshing)",
            next: [Remedy(line("refresh"), "has the operator read the API again")])
    }

    var generationFinding: Finding? {
        guard let generation = object.generation, stateWord != nil || category == .aggregate,
            let observed = object.status["observedGeneration"]?.integerValue
        else {
            return finding(.generation, .skip, "Generation not checked: nothing is reported yet")
        }
        // The server counts a deletion as a change, and nothing is carried over for it.
        guard object.deletionTimestamp == nil else {
            return finding(.generation, .skip, "Generation not checked: it is being deleted")
        }
        guard !hangs else {
            return finding(
                .generation, .skip, "Generation not checked: it hangs in \(stateWord ?? "")")
        }
        guard observed < generation else {
            return finding(.generation, .ok, "The operator has seen the latest spec")
        }
        let since = sinceModification ?? .zero
        let isLate = since > Self.longestPass
        return finding(
            .generation, isLate ? .fail : .warn,
            "The operator has not seen the latest spec (generation \(observed) of \(generation))",
            cause: "the spec was changed \(HumanDuration.text(since)) ago"
                + (isPaused ? ", and it is paused" : ""),
            next: [Remedy(["init"], "shows whether an operator runs")])
    }

    var freshnessFinding: Finding? {
        guard category != .aggregate, category != .bundle else { return nil }
        let reading = ReadingAge(object, kind: kind, now: now)
        let state = kind.state(of: object).class
        if hangs {
            return finding(
                .freshness, .skip, "Freshness not checked: it hangs in \(stateWord ?? "")")
        }
        if state == .paused || isPaused {
            return finding(
                .freshness, .skip, "Freshness not checked: answers are not kept while paused")
        }
        if state == .failed || state == .notFound {
            return finding(.freshness, .skip, "Freshness not checked: the last call failed")
        }
        let age = reading.age.map { HumanDuration.text($0) } ?? ""
        let interval = reading.interval.map { GoDuration.format($0) } ?? ""
        switch reading.verdict {
        case .never:
            return finding(.freshness, .skip, "Freshness not checked: the API was not read yet")
        case .once:
            return finding(
                .freshness, .ok, "Read \(age) ago; it is not read again by itself")
        case .fresh:
            return finding(
                .freshness, .ok, "Read \(age) ago, within its interval of \(interval)")
        case .overdue:
            return finding(
                .freshness, .fail, "Stale: read \(age) ago, though its interval is \(interval)",
                cause: "whatever the API has now, the status does not tell it",
                next: [
                    Remedy(line("refresh"), "has the operator read it, if one runs"),
                    Remedy(["init"], "shows whether an operator runs"),
                ])
        }
    }

    // MARK: standing still

    var pausedFinding: Finding? {
        guard isPaused else { return finding(.paused, .ok, "Not paused") }
        return finding(
            .paused, .warn, "Paused\(object.pauseReason.map { ": \($0)" } ?? "")",
            cause: category == .resource
                ? "specs are not carried to the API, and deleting it reaches the API all the same"
                : "it does not run, and taking the pause away does not revive it",
            next: [Remedy(line("unpause"), "lets the operator go on")])
    }

    /// Whether it stands in a state that it does not leave, so that little else can be said of it.
    private var hangs: Bool { stuckFinding?.severity == .fail }

    var stuckFinding: Finding? {
        guard let word = stateWord else {
            return finding(.stuck, .skip, "Not checked for hanging: there is no state yet")
        }
        // No way leads out of Paused and Executing (operator-contract.md, 0.5).
        let isOneWay = category == .query || category == .action
        if isOneWay, word == "Paused", !isPaused {
            return finding(
                .stuck, .fail, "Stuck in Paused, though it is paused no more",
                cause: "the operator has no way out of that state but a cleared status",
                next: [revival])
        }
        guard kind.state(of: object).class == .pending else {
            return finding(.stuck, .ok, "Not stuck")
        }
        let names = ["executedAt", "lastExecutionTime", "lastQueryTime", "lastAggregationTime"]
        let started =
            names.lazy.compactMap { object.status[$0]?.stringValue }
            .compactMap { Timestamp(rfc3339: $0) }.first
            ?? FieldWriter.lastStatusWrite(of: object)
        guard let started, now - started > Self.longestPass else {
            return finding(.stuck, .ok, "Not stuck: \(word) for a short time only")
        }
        let age = HumanDuration.text(now - started)
        guard isOneWay else {
            return finding(
                .stuck, .warn, "\(word) for \(age)",
                cause: object.status["message"]?.stringValue,
                next: [Remedy(line("describe"), "shows what it waits for")])
        }
        return finding(
            .stuck, .fail, "Stuck in \(word) for \(age)",
            cause:
                "its last status write was lost, or the operator ended in the middle of the call",
            next: [revival])
    }

    /// Clearing the status revives what spec and metadata cannot (operator-contract.md, Seen live
    /// 12).
    private var revival: Remedy {
        let place = object.namespace.map { ["-n", $0] } ?? []
        return .kubectl(
            place + [
                "patch", kind.type.qualifiedName, object.name, "--subresource=status",
                "--type=merge", "-p", #"{"status":{"state":"Pending"}}"#,
            ], "has it run again")
    }

    var deletionFinding: Finding? {
        guard let deleted = object.deletionTimestamp else {
            return finding(.deletion, .ok, "Not being deleted")
        }
        let age = now - deleted
        let holders = object.finalizers.joined(separator: ", ")
        guard age > Self.firstReport else {
            return finding(
                .deletion, .warn, "Being deleted for \(HumanDuration.text(age)) (\(holders))")
        }
        return finding(
            .deletion, .fail,
            "Its deletion has hung for \(HumanDuration.text(age)), held by \(holders)",
            cause: "only an operator that runs takes its finalizer away; until then the state "
                + "shown is an old one",
            next: [Remedy(["init"], "shows whether an operator runs")])
    }
}
