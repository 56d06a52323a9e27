import KubernetesCore

/// Which page comes next, and what happens when the list grew too old while it was read.
///
/// A server reads the pages of a list from its store and decodes every object of them, however little
/// of it is wanted. From its memory it answers at once: all rows of 10,000 objects of 3.5 KB took
/// 0.1 s from memory, in pages from the store 3 s (kube-apiserver 1.20.2 on two cores). So the first
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

    /// Nil after the last page.
    private(set) var next: ListOptions?
    /// Whether the next page is the whole list, and what came before it does not count.
    var isWhole: Bool { following != nil }

    private let first: ListOptions
    private let rule: ExpiredListRule
    private let pageSize: Int
    private var readsOnFromMemory: Bool
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
    ///   - readsOnFromMemory: whether the whole list is small enough to be taken in one answer, and
    ///     memory is fresh enough.
    init(
        options: ListOptions, pageSize: Int, rule: ExpiredListRule = .startAnew,
        readsOnFromMemory: Bool = false
    ) {
        self.readsOnFromMemory =
            readsOnFromMemory && rule == .startAnew && options.limit == nil
            && options.resourceVersion == nil && options.continueToken == nil
        self.pageSize = pageSize
        self.rule = rule
        var options = options
        if options.limit == nil {
            options.limit = self.readsOnFromMemory ? min(pageSize, Self.shortList) : pageSize
        }
        first = options
        next = options
    }

    mutating func advance(to token: String) {
        isRecovering = false
        following = nil
        guard !token.isEmpty, var options = next else {
            next = nil
            return
        }
        options.continueToken = token
        next = options
        guard readsOnFromMemory else { return }
        readsOnFromMemory = false
        options.limit = pageSize
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
