import ArgumentParser

/// `petstore-cli -n production get pets`: kubectl accepts connection flags before the verb, and so
/// do we, by moving them behind it.
enum LeadingFlags {
    private static let withValue: Set<String> = [
        "-n", "--namespace", "--context", "--kubeconfig", "--cluster", "--user", "-s", "--server",
        "--token", "--as", "--as-group", "--as-uid", "--tls-server-name", "--client-certificate",
        "--client-key", "--certificate-authority", "--request-timeout", "--cache-dir", "-v",
        "--verbosity",
    ]
    /// This one makes sense to every command; those that take no connection flags never see it.
    private static let noPager = "--no-pager"
    private static let withoutValue: Set<String> = [
        "--sandbox", noPager, "--insecure-skip-tls-verify", "--disable-compression",
    ]

    /// `-lapp=x` as `-l app=x`: the parser would take `lapp` for a name.
    static func parted(_ words: [String]) -> [String] {
        var parted: [String] = []
        for (index, word) in words.enumerated() {
            if word == "--" { return parted + words[index...] }
            let isShort = ["-l", "-n", "-o"].contains { word.hasPrefix($0) }
            guard isShort, word.contains("=") else {
                parted.append(word)
                continue
            }
            let value = word.dropFirst(2)
            parted += [
                String(word.prefix(2)), String(value.hasPrefix("=") ? value.dropFirst() : value),
            ]
        }
        return parted
    }

    /// The connection flags among the words, wherever they stand; nil where they make no sense.
    static func options(in words: [String]) -> ClusterOptions? {
        var flags: [String] = []
        var rest = words.prefix { $0 != "--" }
        while let word = rest.popFirst() {
            let name = String(word.prefix { $0 != "=" })
            if withoutValue.contains(word) || (name != word && withValue.contains(name)) {
                flags.append(word)
            } else if withValue.contains(word), let value = rest.popFirst() {
                flags += [word, value]
            }
        }
        // What is wrong with them is told when the line runs.
        return try? ClusterOptions.parse(flags)
    }

    /// The same words with leading connection flags put after the verb and its subcommand.
    static func moved(behindVerbOf typed: [String]) -> [String] {
        var rest = withoutPagerFlag(parted(typed))[...]
        let words = Array(rest)
        var flags: [String] = []
        while let word = rest.first {
            let name = word.prefix { $0 != "=" }
            if withoutValue.contains(word) || (name != word && withValue.contains(String(name))) {
                flags.append(word)
                rest = rest.dropFirst()
            } else if withValue.contains(word), rest.count > 1 {
                flags += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else {
                break
            }
        }
        guard !flags.isEmpty, let verb = rest.first, !verb.hasPrefix("-") else { return words }
        let depth =
            Roster.commands.contains {
                Roster.names(of: $0).contains(verb) && !$0.configuration.subcommands.isEmpty
            } ? 2 : 1
        return rest.prefix(depth) + flags + rest.dropFirst(depth)
    }

    /// The words without `--no-pager` where their command has no such flag; the Dispatcher has seen
    /// it.
    private static func withoutPagerFlag(_ words: [String]) -> [String] {
        let front = words.prefix { $0 != "--" }
        guard front.contains(noPager) else { return words }
        let others = front.filter { $0 != noPager }
        if Roster.verb(named: others) is any ClusterVerb.Type { return words }
        return others + words[front.endIndex...]
    }
}
