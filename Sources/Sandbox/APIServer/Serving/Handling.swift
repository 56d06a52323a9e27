import Documents
package import HTTP
import KubernetesCore
import Synchronization

/// What a request met: an answer, or a broken connection.
enum Outcome: Sendable {
    case answer(HTTPResponse)
    /// The connection breaks without an answer.
    case dropped
}

extension APIServer {
    /// Answers one request, faults left aside.
    ///
    /// Never fails: what is wrong with a request is told in the answer.
    package func handle(_ request: HTTPRequest) async -> HTTPResponse {
        switch await outcome(request) {
        case .answer(let response): response
        case .dropped:
            // Who cannot break a connection answers what a proxy would.
            Answer.failure(APIFailure(502, "", "the connection to the server was lost"))
        }
    }

    /// Answers one request, with the faults that are scripted for it.
    func outcome(_ request: HTTPRequest) async -> Outcome {
        let call = Call(request)
        if call.segments.first == "sandbox" {
            return .answer(await settings.control?(request) ?? control(call))
        }
        let route = Route(call)
        guard let fault = state.withLock({ $0.takeFault(call, route) }) else {
            return .answer(await answer(call, route))
        }
        return await suffer(fault, call, route)
    }

    /// Answers a call with whatever goes wrong with it told as a `Status`.
    func serve(_ call: Call, _ route: Route?) -> HTTPResponse {
        do throws(APIFailure) {
            guard call.body.count <= settings.bodyLimit else {
                throw APIFailure.tooLarge(limit: settings.bodyLimit)
            }
            guard let requester = settings.authenticate(call.headers) else {
                throw APIFailure.unauthorized
            }
            guard let route else { return try document(call, requester) }
            return try resource(call, route, requester)
        } catch {
            // What no handler is there for is answered in plain text, by the real server too.
            return error == .unknownPath
                ? Answer.text("404 page not found\n", status: 404) : Answer.failure(error)
        }
    }

    private func resource(
        _ call: Call, _ route: Route, _ requester: Requester
    ) throws(APIFailure) -> HTTPResponse {
        let form = try AnswerForm(call.headers)
        let verb = RequestVerb.of(call, route)
        let request = AccessRequest(
            requester: requester, verb: verb?.rawValue ?? call.method.rawValue.lowercased(),
            group: route.group, resource: route.plural, subresource: route.subresource ?? "",
            namespace: route.namespace, name: route.name ?? "")
        if let why = policy.refusal(request) { throw APIFailure.forbidden(request, why: why) }
        let found = state.withLock {
            $0.registry.resource(groupVersion: route.groupVersion, plural: route.plural)
        }
        guard let resource = found, route.namespace.isEmpty || resource.isNamespaced else {
            throw APIFailure.unknownPath
        }
        if let subresource = route.subresource {
            let known =
                subresource == "status" && resource.hasStatus
                || subresource == "finalize" && resource.key == .namespaces
            guard known else {
                throw resource.isCustom
                    ? APIFailure.notFound(resource.key, route.name ?? "") : APIFailure.unknownPath
            }
        }
        guard let verb else {
            if resource.isCustom, call.method == .put || call.method == .patch {
                throw APIFailure.badRequest("name must be provided")
            }
            throw APIFailure.methodNotAllowed(nil)
        }
        if verb == .create, route.name != nil, !resource.isCustom {
            throw APIFailure.methodNotAllowed(nil)
        }
        if resource.origin == .review {
            guard verb == .create else { throw APIFailure.methodNotAllowed(nil) }
            let body = try BodyReading.object(call, resource)
            if let problem = AccessReview.problem(body, resource) { throw problem }
            let answer = AccessReview.answer(
                body, resource, requester: requester, policy: policy,
                registry: state.withLock { $0.registry })
            return Answer.json(answer, status: 201, form: form)
        }
        if route.subresource != nil, ![.get, .update, .patch].contains(verb) {
            throw APIFailure.notSupported(verb, resource.key)
        }
        var response: HTTPResponse
        switch verb {
        case .get, .list: response = try read(call, route, resource, form)
        case .watch: response = try watch(call, route, resource, form)
        default: response = try write(verb, call, route, resource, form)
        }
        if let text = resource.deprecationWarning {
            response.headers.add("Warning", "299 - \(text.goQuoted)")
        }
        return response
    }

    // MARK: - Reads

    private func read(
        _ call: Call, _ route: Route, _ resource: ServedResource, _ form: AnswerForm
    ) throws(APIFailure) -> HTTPResponse {
        let pretty = call.isOn("pretty")
        if let name = route.name {
            let target = Target(
                resource: resource, namespace: route.namespace, name: name,
                subresource: route.subresource)
            if resource.isNamespaced, route.namespace.isEmpty { throw APIFailure.unknownPath }
            let object = try locked { state throws(APIFailure) in
                try state.get(target, revision: call["resourceVersion"])
            }
            return Answer.json(
                try shaped(object, resource, form, call), form: form, pretty: pretty)
        }
        let selection = try Selection(call, route, resource)
        let query = try ListQuery(call)
        let page = try locked { state throws(APIFailure) in
            try state.list(resource, selection, query)
        }
        return Answer.json(
            try shaped(page, resource, form, call), form: form, pretty: pretty)
    }

    /// Runs something that may refuse, behind the lock.
    func locked<Value: Sendable>(
        _ body: (inout ClusterState) throws(APIFailure) -> Value
    ) throws(APIFailure) -> Value {
        let result: Result<Value, APIFailure> = state.withLock { state in
            do throws(APIFailure) {
                return .success(try body(&state))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func inclusion(_ call: Call) throws(APIFailure) -> TableWriter.Inclusion {
        guard let text = call["includeObject"], !text.isEmpty else { return .metadata }
        guard let known = TableWriter.Inclusion(rawValue: text) else {
            throw APIFailure.badRequest(
                "Unable to convert to Table as requested: includeObject: Invalid value: "
                    + "\(text.goQuoted): must be 'Metadata', 'Object', 'None', or empty")
        }
        return known
    }

    /// One object in the form that was asked for.
    private func shaped(
        _ object: JSONValue, _ resource: ServedResource, _ form: AnswerForm, _ call: Call
    ) throws(APIFailure) -> JSONValue {
        switch form.shape {
        case .object: return object
        case .partial: return TableWriter.partial(object)
        case .partialList: throw APIFailure.notAcceptable
        case .table:
            guard object["kind"]?.stringValue == resource.kind else { return object }
            let writer = TableWriter(
                resource: resource, inclusion: try inclusion(call), now: settings.clock())
            let revision = object["metadata", "resourceVersion"] ?? ""
            return writer.table([object], metadata: ["resourceVersion": revision])
        }
    }

    private func shaped(
        _ page: ListPage, _ resource: ServedResource, _ form: AnswerForm, _ call: Call
    ) throws(APIFailure) -> JSONValue {
        switch form.shape {
        case .object:
            return [
                "apiVersion": .string(resource.groupVersion), "items": .array(page.items),
                "kind": .string(resource.listKind),
                "metadata": page.metadata(namesEmptyToken: resource.isCustom),
            ]
        case .partial, .partialList:
            return [
                "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1",
                "metadata": page.metadata, "items": .array(page.items.map(TableWriter.partial)),
            ]
        case .table:
            let writer = TableWriter(
                resource: resource, inclusion: try inclusion(call), now: settings.clock())
            return writer.table(page.items, metadata: page.metadata)
        }
    }

    // MARK: - Writes

    private func write(
        _ verb: RequestVerb, _ call: Call, _ route: Route, _ resource: ServedResource,
        _ form: AnswerForm
    ) throws(APIFailure) -> HTTPResponse {
        if resource.isNamespaced, route.namespace.isEmpty {
            throw resource.isCustom
                ? APIFailure.unknownPath : APIFailure.methodNotAllowed(resource.key)
        }
        var options = try WriteCall(call, verb: verb)
        let target = Target(
            resource: resource, namespace: route.namespace, name: route.name ?? "",
            subresource: route.subresource)
        switch verb {
        case .delete, .deletecollection:
            return try delete(call, route, target, options, form)
        default: break
        }
        if verb != .patch, options.validation != .ignore {
            options.duplicates = BodyReading.duplicates(call)
        }
        let chosen = options
        let outcome: WriteOutcome
        switch verb {
        case .create:
            let body = try BodyReading.object(call, resource)
            outcome = try locked { state throws(APIFailure) in
                try state.create(body, at: target, chosen)
            }
        case .update:
            let body = try BodyReading.object(call, resource)
            outcome = try locked { state throws(APIFailure) in
                try state.update(at: target, chosen, from: .body) { _ throws(APIFailure) in body }
            }
        default:
            let kind = try ClusterState.patchKind(call.contentType, resource)
            outcome = try locked { state throws(APIFailure) in
                try state.patch(call.body, kind: kind, at: target, chosen)
            }
        }
        return Answer.json(
            try shaped(resource.present(outcome.object), resource, form, call),
            status: outcome.created ? 201 : 200, warnings: outcome.warnings, form: form,
            pretty: call.isOn("pretty"))
    }

    private func delete(
        _ call: Call, _ route: Route, _ target: Target, _ options: WriteCall, _ form: AnswerForm
    ) throws(APIFailure) -> HTTPResponse {
        var document = try BodyReading.options(call)
        if call.body.isEmpty, let policy = call["propagationPolicy"] {
            document["propagationPolicy"] = .string(policy)
        }
        let isDryRun = options.isDryRun || document["dryRun"]?.arrayValue?.isEmpty == false
        guard route.name == nil else {
            let chosen = document
            let answer = try locked { state throws(APIFailure) in
                try state.delete(at: target, options: chosen, isDryRun: isDryRun)
            }
            return Answer.json(
                try shaped(target.resource.present(answer), target.resource, form, call),
                form: form)
        }
        let selection = try Selection(call, route, target.resource)
        let query = try ListQuery(call)
        let chosen = document
        let page = try locked { state throws(APIFailure) in
            let page = try state.list(target.resource, selection, query)
            for object in page.items {
                var one = target
                one.name = object["metadata", "name"]?.stringValue ?? ""
                _ = try state.delete(at: one, options: chosen, isDryRun: isDryRun)
            }
            return page
        }
        return Answer.json(try shaped(page, target.resource, form, call), form: form)
    }

    // MARK: - Watches

    private func watch(
        _ call: Call, _ route: Route, _ resource: ServedResource, _ form: AnswerForm
    ) throws(APIFailure) -> HTTPResponse {
        let selection = try Selection(call, route, resource)
        let wantsBookmarks = call.isOn("allowWatchBookmarks")
        let initial = call.isOn("sendInitialEvents")
        if initial, call["resourceVersionMatch"] != "NotOlderThan" {
            throw APIFailure.invalid(
                kind: "ListOptions", group: "meta.k8s.io", name: "",
                [
                    .forbidden(
                        "resourceVersionMatch",
                        "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
                ])
        }
        let seconds = try ListQuery.count("timeoutSeconds", call)
        let text = call["resourceVersion"] ?? ""
        let since = text.isEmpty ? 0 : try ListQuery.number(text)
        let watcher = Watcher(wantsBookmarks: wantsBookmarks)
        let number = open(
            watcher, resource, since: since, fromState: since == 0 || initial,
            endMark: initial && wantsBookmarks)
        let writer = WatchWriter(
            resource: resource, selection: selection, shape: form.shape,
            inclusion: try inclusion(call), clock: settings.clock)
        let body = WatchBody(watcher, writer)
        let keeper = keep(
            watcher, for: seconds > 0 ? .seconds(seconds) : settings.watchLimit)
        let key = resource.key
        return HTTPResponse(
            status: 200, headers: ["Content-Type": "application/json"],
            body: HTTPBody(
                next: { () async throws(TransportError) in await body.next() },
                cancel: { [self] in
                    watcher.cut()
                    keeper.cancel()
                    if let number { state.withLock { $0.detach(number, from: key) } }
                }))
    }

    /// Connects a watcher: to the state as it is, or to what happened since a revision.
    private func open(
        _ watcher: Watcher, _ resource: ServedResource, since: Int64, fromState: Bool,
        endMark: Bool
    ) -> Int? {
        state.withLock { state in
            let current = state.revision
            if since > current {
                // A revision of a former life: only a new list can help.
                watcher.push(
                    .failure(.expired("too old resource version: \(since) (\(current))")))
                watcher.close()
                return nil
            }
            if fromState {
                let shelf = state.shelf(resource.key)
                for key in shelf.keys {
                    guard let object = shelf[key] else { continue }
                    watcher.offer(
                        Change(revision: current, kind: .added, key: key, object: object))
                }
                if endMark { watcher.push(.bookmark(current, initialEventsEnd: true)) }
            }
            let start = fromState ? current : since
            if let number = state.attach(watcher, to: resource.key, after: start) {
                return number
            }
            let oldest = state.shelf(resource.key).forgotten
            watcher.push(
                .failure(.expired("too old resource version: \(since) (\(oldest + 1))")))
            watcher.close()
            return nil
        }
    }

    /// Sends bookmarks from time to time and ends the watch when its time is up.
    private func keep(_ watcher: Watcher, for limit: Duration) -> Task<Void, Never> {
        let interval = settings.bookmarkInterval
        return Task { [weak self] in
            var left = limit
            while left > .zero {
                // The last bookmark comes shortly before the end, so that the next watch can go
                // on from it.
                let untilBookmark = min(interval, left - .seconds(2))
                let isBookmarkDue = watcher.wantsBookmarks && untilBookmark > .zero
                let span = isBookmarkDue ? untilBookmark : left
                guard (try? await Task.sleep(for: span)) != nil else { return }
                left -= span
                guard isBookmarkDue, let self else { continue }
                self.state.withLock { state in
                    watcher.push(.bookmark(state.revision, initialEventsEnd: false))
                }
            }
            watcher.close()
        }
    }
}
