import KubernetesCore

/// Names that people type for kinds: `find-by-status`, `uploadImage`, `inventory`.
///
/// A generator joins the words of a path to a kind and loses their humps (`findByStatus` becomes
/// `Findbystatus`), so texts are compared without case and punctuation, and for display the words
/// are found again with a small dictionary.
enum FriendlyNames {
    /// Small letters and digits, nothing else.
    static func normalized(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes.append(byte | 0x20)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                bytes.append(byte)
            default: break
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A kind cut at its capitals, without the word for the category.
    static func words(of kind: String, category: Category) -> [String] {
        var words = humps(of: kind)
        if words.count > 1,
            CategoryRule.suffixes.contains(where: { $0.0 == words.last && $0.1 == category })
        {
            words.removeLast()
        }
        return words
    }

    private static func humps(of kind: String) -> [String] {
        var words: [String] = []
        for letter in kind {
            if letter.isUppercase || words.isEmpty {
                words.append(String(letter))
            } else {
                words[words.count - 1].append(letter)
            }
        }
        return words
    }

    /// Every normalised text that may mean the kind.
    static func forms(of type: ResourceType, words: [String]) -> Set<String> {
        var forms = Set(
            ([type.plural, type.singular, type.kind] + type.shortNames).map(normalized))
        for list in [words, humps(of: type.kind)] {
            for start in list.indices { forms.insert(normalized(list[start...].joined())) }
        }
        return forms
    }

    /// Gives each kind the shortest name that no other kind of the same group has.
    static func assign(to kinds: [CatalogKind]) -> [CatalogKind] {
        kinds.map { kind in
            var named = kind
            named.friendlyName = name(of: kind, among: kinds)
            return named
        }
    }

    private static func name(of kind: CatalogKind, among kinds: [CatalogKind]) -> String {
        let words: [String]
        switch kind.category {
        case .resource, .unknown: return kind.type.singular
        case .query, .action: words = kind.words
        // The application's name alone would not tell the two apart.
        case .aggregate, .bundle: words = humps(of: kind.type.kind)
        }
        let rivals = kinds.filter {
            $0.type.groupVersion == kind.type.groupVersion && $0.type.kind != kind.type.kind
        }
        for start in words.indices.reversed() {
            let form = normalized(words[start...].joined())
            if !rivals.contains(where: { $0.friendlyForms.contains(form) }) {
                return words[start...].map { hyphenated($0.lowercased()) }.joined(separator: "-")
            }
        }
        return kind.type.singular
    }

    /// Words for what paths of REST APIs do; the nouns of an application stand alone anyhow.
    private static let dictionary: Set<String> = [
        "add", "all", "and", "batch", "by", "cancel", "category", "check", "clear", "count",
        "create", "date", "delete", "disable", "download", "email", "enable", "export", "file",
        "find", "for", "form", "from", "get", "health", "history", "id", "image", "import", "in",
        "info", "item", "items", "key", "latest", "list", "log", "login", "logout",
        "lookup", "metrics", "name", "of", "out", "owner", "password", "photo", "ping", "price",
        "ready", "refresh", "register", "remove", "report",
        "reset", "restart", "search", "send", "set", "sign", "start", "stats", "status", "stop",
        "summary", "sync", "tag", "tags", "token", "type", "update", "upload", "url",
        "validate", "verify", "version", "with",
    ]

    /// The words of a run-together text, with hyphens between them.
    ///
    /// Where some part of it is no word the text stays as it is. Fewer words win, so `login` stays
    /// whole.
    static func hyphenated(_ text: String) -> String {
        let letters = Array(text)
        var best: [[String]?] = [[]]
        for end in letters.indices.map({ $0 + 1 }) {
            var shortest: [String]?
            for start in 0..<end {
                guard let before = best[start] else { continue }
                let word = String(letters[start..<end])
                guard dictionary.contains(word) else { continue }
                if shortest == nil || before.count + 1 < (shortest?.count ?? .max) {
                    shortest = before + [word]
                }
            }
            best.append(shortest)
        }
        return best.last?.map { $0.joined(separator: "-") } ?? text
    }
}
