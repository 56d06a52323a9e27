import KubernetesCore

/// Which page comes next, and what happens when the list grew too old while it was read.
///
/// A server reads the pages of a list from its store and decodes every object of them, however little
/// of it is wanted. From its memory it answers at once: all rows of 10,000 objects of 3.5 KB took
/// 0.1 s from memory, in pages from the store 3 s (kube-apiserver 1.20.2 on two cores). With the
/// metadata of every object it was 0.8 s against 3.8 s, and 19 MB. So the first
/// page of a list comes from the store, and is all of it in most clusters; when it is not, all is
/// asked for anew, from memory (`resourceVersion=0`, as informers begin). Memory follows the store
/// within milliseconds; after a write of our own pages are read from the store for a while, so that
/// nobody misses what they did. A list of the version of the first page would be no better: servers
/// before 1.31 wait for it in vain when only other kinds changed.
/// The rule: "Semantics for get and list" in Kubernetes' API concepts.
struct PageWalk {
    enum Recovery: Equatable {
        case none, startAnew, goOn
        /// What memory did not give is read from the store, behind the page that came from there.
        case fromStore
    }

    /// Which lists may be read on from memory, in one answer.
    enum MemoryUse: Equatable {
        case never, always
        /// Where the first page says that so many objects are still to come, or fewer.
        case ofAtMost(Int64)
    }

    /// Nil after the last page.
    private(set) var next: ListOptions?
    /// Whether the next page is the whole list, and what came before it does not count.
    var isWhole: Bool { following != nil }

    private let first: ListOptions
    private let rule: ExpiredListRule
    private let pageSize: Int
    private var memoryUse: MemoryUse
    /// Where the store is read on should its memory not give the whole list.
    private var following: ListOptions?
    /// Whether the next page is asked for because the one before it was refused.
    private var isRecovering = false
    private var hasRestarted = false

    /// The first page of a list that goes on from memory: an answer that costs a server little, and
    /// is whole for most collections.
    static let shortList = 100

    /// - Parameters:
    ///   - options: with a limit, pages have that size, to the end.
    ///   - pageSize: where the options have no limit.
    ///   - rule: for a list that grew too old.
    ///   - memoryUse: when the whole list is small enough to be taken in one answer; never where
    ///     memory is not fresh enough.
    init(
        options: ListOptions, pageSize: Int, rule: ExpiredListRule = .startAnew,
        memoryUse: MemoryUse = .never
    ) {
        let allowsMemory =
            rule == .startAnew && options.limit == nil && options.resourceVersion == nil
            && options.continueToken == nil
        self.memoryUse = allowsMemory ? memoryUse : .never
        self.pageSize = pageSize
        self.rule = rule
        var options = options
        if options.limit == nil {
            options.limit = self.memoryUse == .never ? pageSize : min(pageSize, Self.shortList)
        }
        first = options
        next = options
    }

    /// A page is here.
    ///
    /// - Parameters:
    ///   - token: where the list goes on; empty at the end.
    ///   - remaining: how many objects are still to come, where the server knows.
    mutating func advance(to token: String, remaining: Int64? = nil) {
        isRecovering = false
        following = nil
        guard !token.isEmpty, var options = next else {
            next = nil
            return
        }
        options.continueToken = token
        guard memoryUse != .never else {
            next = options
            return
        }
        options.limit = pageSize
        next = options
        defer { memoryUse = .never }
        if case .ofAtMost(let limit) = memoryUse, remaining ?? .max > limit { return }
        following = options
        next = first
        next?.limit = 0
        next?.resourceVersion = "0"
    }

    /// Goes on after a refused page, where the rule knows how.
    mutating func recover(from error: KubernetesError) -> Recovery {
        if let following, !error.isCancelled {
            // It does without memory, or cannot give so much at once or in time.
            next = following
            self.following = nil
            return .fromStore
        }
        guard error.isGone, var options = next, options.continueToken != nil else { return .none }
        switch rule {
        case .startAnew:
            guard !hasRestarted else { return .none }
            hasRestarted = true
            next = first
            next?.limit = 0
            next?.continueToken = nil
            return .startAnew
        case .goOn:
            guard !isRecovering, let token = error.status?.continueToken, !token.isEmpty else {
                return .none
            }
            isRecovering = true
            options.continueToken = token
            next = options
            return .goOn
        }
    }
}
