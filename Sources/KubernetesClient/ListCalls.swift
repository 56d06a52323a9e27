import Documents
package import KubernetesCore

// Calls on collections.
extension KubernetesClient {
    /// All objects of a collection, page by page, at one resource version.
    package func list(
        _ type: ResourceType, namespace: String?, options: ListOptions = ListOptions()
    ) async throws(KubernetesError) -> ObjectList {
        var items: [KubernetesObject] = []
        var version = ""
        var pages = pages(type, namespace: namespace, options: options).makeAsyncIterator()
        while let page = try await pages.next() {
            if page.isRestart { items = [] }
            items.append(contentsOf: page.objects)
            version = page.resourceVersion
        }
        return ObjectList(items: items, resourceVersion: version)
    }

    /// The pages of a collection, each fetched when it is asked for.
    ///
    /// The options' `limit` is the page's size; nil: the client's own, 0: all in one page.
    package func pages(
        _ type: ResourceType, namespace: String?, options: ListOptions = ListOptions()
    ) -> ListPages {
        ListPages(client: self, type: type, namespace: namespace, options: options)
    }

    /// Rows made by the server, of all pages; of one object when a name is given.
    package func table(
        _ type: ResourceType, namespace: String?, name: String? = nil,
        options: ListOptions = ListOptions(), includeObject: IncludeObject = .metadata
    ) async throws(KubernetesError) -> ServerTable {
        var walk = PageWalk(options: options, pageSize: name == nil ? policy.pageSize : 0)
        var whole: ServerTable?
        while let page = walk.next {
            let json: JSONValue
            do throws(KubernetesError) {
                json = try await value(
                    .table(
                        type, namespace: namespace, name: name, options: page,
                        includeObject: includeObject))
            } catch {
                guard walk.restart(after: error) else { throw error }
                whole = nil
                continue
            }
            guard let part = ServerTable(json) else {
                throw KubernetesError(
                    .undecodable("the server does not make tables of \(type.qualifiedName)"),
                    server: serverPlace)
            }
            if whole == nil { whole = part } else { whole?.rows.append(contentsOf: part.rows) }
            whole?.resourceVersion = part.resourceVersion
            whole?.continueToken = ""
            walk.advance(to: part.continueToken)
        }
        return whole ?? ServerTable(columns: [], rows: [])
    }
}

/// Which page comes next, and what happens when the list grew too old while it was read.
struct PageWalk {
    /// Nil after the last page.
    private(set) var next: ListOptions?
    private let first: ListOptions
    private var hasRestarted = false

    init(options: ListOptions, pageSize: Int) {
        var options = options
        if options.limit == nil { options.limit = pageSize }
        first = options
        next = options
    }

    mutating func advance(to token: String) {
        guard !token.isEmpty, var options = next else {
            next = nil
            return
        }
        options.continueToken = token
        next = options
    }

    /// A continue token that expired (410) cannot be renewed consistently, so the whole list is
    /// read anew, in one answer and at one version; once.
    mutating func restart(after error: KubernetesError) -> Bool {
        guard error.isGone, next?.continueToken != nil, !hasRestarted else { return false }
        hasRestarted = true
        var options = first
        options.limit = 0
        options.continueToken = nil
        next = options
        return true
    }
}

/// A collection page by page, in constant memory.
package struct ListPages: AsyncSequence, Sendable {
    package typealias Element = ListPage
    package typealias Failure = KubernetesError

    let client: KubernetesClient
    let type: ResourceType
    let namespace: String?
    let options: ListOptions

    package func makeAsyncIterator() -> Iterator {
        Iterator(
            pages: self, walk: PageWalk(options: options, pageSize: client.policy.pageSize))
    }

    package struct Iterator: AsyncIteratorProtocol {
        let pages: ListPages
        var walk: PageWalk
        var isRestart = false

        package mutating func next() async throws(KubernetesError) -> ListPage? {
            try await next(isolation: nil)
        }

        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(KubernetesError) -> ListPage? {
            while let options = walk.next {
                do throws(KubernetesError) {
                    var page = try await pages.page(options)
                    page.isRestart = isRestart
                    isRestart = false
                    walk.advance(to: page.continueToken)
                    return page
                } catch {
                    guard walk.restart(after: error) else { throw error }
                    isRestart = true
                }
            }
            return nil
        }
    }

    private func page(_ options: ListOptions) async throws(KubernetesError) -> ListPage {
        let (_, bytes) = try await client.send(.list(type, namespace: namespace, options: options))
        do throws(JSONError) {
            return ListPage(document: try JSONDocument(parsing: bytes), type: type)
        } catch {
            throw KubernetesError(.undecodable(error.message), server: client.serverPlace)
        }
    }
}
