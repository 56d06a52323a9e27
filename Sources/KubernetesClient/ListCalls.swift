import Documents
package import KubernetesCore

// Calls on collections.
extension KubernetesClient {
    /// All objects of a collection, page by page, at one resource version.
    package func list(
        _ type: ResourceType, namespace: String?, options: ListOptions = ListOptions(),
        form: CollectionForm = .objects
    ) async throws(KubernetesError) -> ObjectList {
        try await list(
            pages(type, namespace: namespace, options: options, form: form), atMost: .max)
    }

    /// The same, but no further page is asked for when there are so many objects.
    func list(
        _ pages: ListPages, atMost limit: Int
    ) async throws(KubernetesError) -> ObjectList {
        var list = ObjectList(items: [], resourceVersion: "")
        var pages = pages.makeAsyncIterator()
        while let page = try await pages.next() {
            if page.isRestart { list.items = [] }
            list.items.append(contentsOf: page.objects)
            list.resourceVersion = page.resourceVersion
            guard list.items.count < limit || page.continueToken.isEmpty else {
                list.isComplete = false
                break
            }
        }
        return list
    }

    /// What is to be kept of each object of a collection; a page is gone before the next comes.
    ///
    /// - Parameters:
    ///   - type: the collection's.
    ///   - namespace: nil: of all namespaces.
    ///   - options: as for `pages`.
    ///   - keep: called once for each object; also for those of a list that is read anew later.
    /// - Returns: what was kept, in the order of the list.
    /// - Throws: `KubernetesError` when the list cannot be read to its end.
    package func gather<Kept: Sendable>(
        _ type: ResourceType, namespace: String?, options: ListOptions = ListOptions(),
        keep: (KubernetesObject) -> Kept
    ) async throws(KubernetesError) -> [Kept] {
        var kept: [Kept] = []
        var pages = pages(type, namespace: namespace, options: options).makeAsyncIterator()
        while let page = try await pages.next() {
            if page.isRestart { kept = [] }
            kept += page.objects.lazy.map(keep)
        }
        return kept
    }

    /// The pages of a collection, each fetched when it is asked for.
    ///
    /// - Parameters:
    ///   - type: the collection's.
    ///   - namespace: nil: of all namespaces.
    ///   - options: `limit` is the page's size; nil: the client's own, 0: all in one page.
    ///   - form: of the objects.
    ///   - rule: what happens when the list grows too old while it is read.
    /// - Returns: the pages, to be read once.
    package func pages(
        _ type: ResourceType, namespace: String?, options: ListOptions = ListOptions(),
        form: CollectionForm = .objects, whenExpired rule: ExpiredListRule = .startAnew
    ) -> ListPages {
        ListPages(
            client: self, type: type, namespace: namespace, options: options, form: form,
            rule: rule)
    }

    /// Rows made by the server, of all pages; of one object when a name is given.
    package func table(
        _ type: ResourceType, namespace: String?, name: String? = nil,
        options: ListOptions = ListOptions(), includeObject: IncludeObject = .metadata
    ) async throws(KubernetesError) -> ServerTable {
        if let name {
            let json = try await value(
                .row(type, namespace: namespace, name: name, includeObject: includeObject))
            guard let table = ServerTable(json) else { throw noTable(of: type) }
            return table
        }
        var whole = ServerTable(columns: [], rows: [])
        var pages = pages(
            type, namespace: namespace, options: options, form: .table(includeObject)
        ).makeAsyncIterator()
        while let page = try await pages.next() {
            if page.isRestart { whole.rows = [] }
            if !page.columns.isEmpty { whole.columns = page.columns }
            whole.rows += page.rows
            whole.resourceVersion = page.resourceVersion
        }
        return whole
    }

    func noTable(of type: ResourceType) -> KubernetesError {
        KubernetesError(
            .undecodable("the server does not make tables of \(type.qualifiedName)"),
            server: serverPlace)
    }
}

/// What happens when a list grew too old (410) while its pages were read.
package enum ExpiredListRule: Sendable, Hashable {
    /// The whole list is read anew, in one answer and at one version, once: for readers that can
    /// take back what they have. It is what client-go's pager does.
    case startAnew
    /// The list goes on where it was, with the token that the server gives for it, though objects
    /// may have changed in between: for readers that have passed on what they read.
    case goOn
}

/// A collection page by page, in constant memory.
package struct ListPages: AsyncSequence, Sendable {
    package typealias Element = ListPage
    package typealias Failure = KubernetesError

    let client: KubernetesClient
    let type: ResourceType
    let namespace: String?
    let options: ListOptions
    let form: CollectionForm
    let rule: ExpiredListRule

    package func makeAsyncIterator() -> Iterator {
        Iterator(
            pages: self,
            walk: PageWalk(
                options: options, pageSize: client.policy.pageSize, rule: rule,
                memoryUse: client.hasJustWritten ? .never : form.memoryUse))
    }

    package struct Iterator: AsyncIteratorProtocol {
        let pages: ListPages
        var walk: PageWalk
        var recovery = PageWalk.Recovery.none

        package mutating func next() async throws(KubernetesError) -> ListPage? {
            try await next(isolation: nil)
        }

        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(KubernetesError) -> ListPage? {
            while let options = walk.next {
                do throws(KubernetesError) {
                    var page = try await pages.page(options)
                    page.isRestart = recovery == .startAnew || walk.isWhole
                    page.isInconsistent = recovery == .goOn
                    recovery = .none
                    if walk.isWhole { page.sortAsStored() }
                    walk.advance(to: page.continueToken, remaining: page.remainingItemCount)
                    return page
                } catch {
                    recovery = walk.recover(from: error)
                    guard recovery != .none else { throw error }
                }
            }
            return nil
        }
    }

    private func page(_ options: ListOptions) async throws(KubernetesError) -> ListPage {
        let (_, bytes) = try await client.ask(
            .list(type, namespace: namespace, options: options, form: form))
        let page: ListPage
        do throws(JSONError) {
            page = ListPage(document: try JSONDocument(parsing: bytes), type: type, form: form)
        } catch {
            throw KubernetesError(.undecodable(error.message), server: client.serverPlace)
        }
        if case .table = form, !page.isTable { throw client.noTable(of: type) }
        return page
    }
}

extension CollectionForm {
    /// How many rows with metadata are taken in one answer: 7 KB of memory each.
    private static let rowsInOneAnswer: Int64 = 10_000

    /// Rows without objects are small however many they are.
    fileprivate var memoryUse: PageWalk.MemoryUse {
        switch self {
        case .table(.none): .always
        case .table(.metadata): .ofAtMost(Self.rowsInOneAnswer)
        default: .never
        }
    }
}
