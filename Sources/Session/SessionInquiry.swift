import KubernetesClient
package import KubernetesCore

/// Questions to the application by way of objects that are made for them.
package struct Inquiry: Sendable {
    /// Of one kind and one namespace: queries, actions, or observers of a resource.
    package var requests: [CreateRequest]
    /// How long the operator may take over all of them.
    package var limit: Duration
    /// Left where they are when the operator is done: deleted at the session's end or their
    /// deadline.
    package var keeps: Bool

    package init(_ requests: [CreateRequest], limit: Duration, keeps: Bool = false) {
        self.requests = requests
        self.limit = limit
        self.keeps = keeps
    }
}

/// What came of one of them.
package struct InquiryAnswer: Sendable {
    package enum Outcome: Sendable {
        /// The operator is done, well or badly.
        case answered(KubernetesObject)
        /// The time was over, or the caller cancelled; why there is no answer, for people.
        case unanswered(KubernetesObject?, String)
        /// Somebody else deleted the object meanwhile.
        case deleted
        case notMade(SessionError)
    }

    /// Nil where the object could not be made.
    package var entry: LedgerEntry?
    package var outcome: Outcome

    /// The object with its answer.
    package var object: KubernetesObject? {
        if case .answered(let object) = outcome { return object }
        return nil
    }
}

extension Session {
    /// Makes the objects, waits until the operator is done with each, and deletes them.
    ///
    /// They are in the ledger while they are there, so that whatever happens in between, a crash
    /// included, somebody deletes them. A caller that is cancelled gets what is known by then;
    /// the deletion is done all the same.
    ///
    /// - Returns: what came of each, in the order of the requests. What could not be deleted stays
    ///   in the ledger, and the end of the session tries again and tells.
    /// - Throws: `SessionError` when the objects are refused beforehand; then none was made.
    package func inquire(_ inquiry: Inquiry) async throws(SessionError) -> [InquiryAnswer] {
        guard let first = inquiry.requests.first else { return [] }
        let type = first.target.type
        let namespace = type.isNamespaced ? first.namespace : nil
        let version = await collectionVersion(type, namespace)
        let made = try await create(
            inquiry.requests.map { request in
                var request = request
                request.isPassing = !inquiry.keeps
                return request
            })
        let entries = made.compactMap { outcome in
            // What was not made has nothing to wait for; its error is in the answer.
            try? outcome.result.get()
        }
        let objects = Dictionary(
            entries.map { ($0.object.uid, $0.object.name) }, uniquingKeysWith: { one, _ in one })
        let seen = await AnswerWatch(
            client: access.client, clock: environment.clock, session: id, type: type,
            namespace: namespace, version: version
        ).wait(for: objects, limit: inquiry.limit)
        if !inquiry.keeps {
            for (uid, sighting) in seen { lastShown[uid] = sighting.object }
            // Also for a caller who has gone.
            _ = await Task {
                await self.undo(
                    .numbers(made.map(\.number)), options: UndoOptions(waitsForOperator: false))
            }.value
            for uid in seen.keys { lastShown[uid] = nil }
        }
        return made.map { outcome in
            switch outcome.result {
            case .failure(let error): InquiryAnswer(entry: nil, outcome: .notMade(error))
            case .success(let entry):
                InquiryAnswer(entry: entry, outcome: .init(seen[entry.object.uid]))
            }
        }
    }

    /// Every form that an object of this session takes from now on; ends with the object.
    package func updates(of entry: LedgerEntry) -> AsyncStream<KubernetesObject> {
        AnswerWatch(
            client: access.client, clock: environment.clock, session: id,
            type: entry.object.type, namespace: entry.object.namespace, version: nil
        ).updates(of: entry.object.uid)
    }

    /// From where a watch sees everything that happens from now on; nil where nobody says.
    private func collectionVersion(_ type: ResourceType, _ namespace: String?) async -> String? {
        var pages = access.client.pages(
            type, namespace: namespace, options: ListOptions(limit: 1), form: .metadata
        ).makeAsyncIterator()
        // The watch then lists what it is about, which costs a little more.
        let page = try? await pages.next()
        return page.map(\.resourceVersion).flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension InquiryAnswer.Outcome {
    fileprivate init(_ sighting: AnswerWatch.Sighting?) {
        switch sighting {
        case .done(let object)?: self = .answered(object)
        case .waiting(let object, let why)?: self = .unanswered(object, why)
        case .deleted?: self = .deleted
        case nil: self = .unanswered(nil, "it was not looked for")
        }
    }
}
