import Synchronization

/// Regular expressions of schemas, compiled once.
///
/// `Regex` may not cross threads, so the matching is done behind one lock.
struct PatternCache {
    /// More patterns than any sane set of CRDs has; past it the cache starts anew.
    private static let limit = 2000

    private var compiled: [String: Regex<AnyRegexOutput>?] = [:]

    private static let cache = Mutex(PatternCache())

    /// Whether the pattern is found anywhere in the text.
    ///
    /// A pattern that cannot be compiled refuses nothing.
    static func matches(_ text: String, _ pattern: String) -> Bool {
        cache.withLock { $0.matches(text, pattern) }
    }

    static func isValid(_ pattern: String) -> Bool {
        (try? Regex(pattern)) != nil
    }

    private mutating func matches(_ text: String, _ pattern: String) -> Bool {
        if compiled.count > Self.limit { compiled = [:] }
        let regex: Regex<AnyRegexOutput>?
        if let known = compiled[pattern] {
            regex = known
        } else {
            regex = (try? Regex(pattern))?.matchingSemantics(.unicodeScalar)
            compiled[pattern] = .some(regex)
        }
        guard let regex else { return true }
        return (try? regex.firstMatch(in: text)) != nil
    }
}
