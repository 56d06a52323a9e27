/// Why a text is no JSON document, and where.
package struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        case unexpectedEnd, unexpectedByte, trailingBytes
        case invalidNumber, invalidString
        /// Not UTF-8.
        case invalidText
        case tooDeep, tooLarge
    }

    package let kind: Kind
    /// Byte of the source at which reading stopped.
    package let offset: Int
    /// One line for a person, with line and column (both from 1; columns count bytes).
    package let message: String

    init(_ kind: Kind, at offset: Int, _ what: String, in bytes: [UInt8]) {
        let before = bytes.prefix(offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        self.kind = kind
        self.offset = offset
        message = "not JSON at line \(line), column \(offset - start + 1): \(what)"
    }

    package var description: String { message }
}

/// How much of a document is read, and what happens to text that is not UTF-8.
package struct JSONLimits: Sendable, Hashable {
    package enum MalformedText: Sendable, Hashable {
        /// As RFC 8259 asks.
        case reject
        /// As kube-apiserver does: each byte that is no UTF-8 becomes U+FFFD.
        case replace
    }

    /// Open objects and arrays at one time.
    ///
    /// Go stops at 10,000. Values nest in memory as they do in the text and are compared, written
    /// and let go by recursion, so the limit here is what any thread's stack bears.
    package var depth: Int
    /// At most 268,435,455.
    package var maximumBytes: Int
    /// What happens to bytes in a string that are not UTF-8.
    ///
    /// A `\u` escape of a lone surrogate is grammatical and always becomes U+FFFD, as in Go.
    package var malformedText: MalformedText

    package init(
        depth: Int = 512, maximumBytes: Int = 268_435_455, malformedText: MalformedText = .reject
    ) {
        self.depth = depth
        self.maximumBytes = maximumBytes
        self.malformedText = malformedText
    }

    package static let `default` = JSONLimits()
    /// As an API server reads a body.
    package static let apiServer = JSONLimits(malformedText: .replace)
}
