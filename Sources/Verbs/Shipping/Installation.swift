import FoundationEssentials

/// What is put where below a prefix, and what was put there before.
///
/// The places are those of the Filesystem Hierarchy Standard and of bash-completion, zsh and fish.
/// A list of what was installed lies in `share/petstore-cli/installed`; only what it names is ever
/// replaced or removed.
struct Installation: Sendable {
    /// A thing to put somewhere.
    enum Content: Sendable, Hashable {
        /// A copy of the running program.
        case program(from: String)
        /// A symbolic link to what lies beside it.
        case link(to: String)
        case text(String)
    }

    struct Item: Sendable, Hashable {
        /// Below the prefix.
        var place: String
        var content: Content
    }

    enum Part: Sendable, CaseIterable { case plugin, completions, man }

    /// What became of one place.
    struct Step: Sendable, Hashable {
        enum Deed: String, Sendable { case installed, replaced, unchanged, removed, missing }
        var deed: Deed
        var path: String
        /// What a link leads to.
        var target: String?
    }

    static let listPlace = "share/petstore-cli/installed"

    let prefix: String

    /// Everything that belongs to the parts, the program first.
    static func items(
        program: String, parts: Set<Part>, files: [ShippedFile]
    ) -> [Item] {
        let name = Root.programName
        var items = [Item(place: "bin/\(name)", content: .program(from: program))]
        if parts.contains(.plugin) {
            items += PluginName.allCases.flatMap { [$0.executable, $0.completer] }.map {
                Item(place: "bin/\($0)", content: .link(to: name))
            }
        }
        for file in files {
            if file.isPage, parts.contains(.man) {
                items.append(Item(place: "share/man/man1/\(file.name)", content: .text(file.text)))
            } else if file.isCompletion, parts.contains(.completions),
                let place = completionPlace(file.name)
            {
                items.append(Item(place: place, content: .text(file.text)))
            }
        }
        return items
    }

    private static func completionPlace(_ name: String) -> String? {
        if name.hasSuffix(".bash") {
            return "share/bash-completion/completions/\(Root.programName)"
        }
        if name.hasSuffix(".fish") { return "share/fish/vendor_completions.d/\(name)" }
        return name.hasPrefix("_") ? "share/zsh/site-functions/\(name)" : nil
    }

    // MARK: Doing it

    /// Puts all items in place, each at once: whoever looks sees the old file or the new one.
    ///
    /// - Throws: `Failure` when a place holds something that is not ours, before anything is
    ///   written, or when the disk refuses.
    func install(_ items: [Item]) throws(Failure) -> [Step] {
        let known = Set(list())
        if let foreign = items.first(where: { isForeign($0, known) }) {
            throw Failure(
                .conflict, "\(path(foreign.place)) exists and was not installed by us",
                hints: ["move it away, or choose another --prefix"])
        }
        var steps: [Step] = []
        for item in items { steps.append(try put(item)) }
        let all = known.union(items.map(\.place)).sorted()
        try write(all.map { $0 + "\n" }.joined(), to: path(Self.listPlace), mode: 0o644)
        return steps
    }

    /// Removes what the list names, and the folders that are empty then.
    ///
    /// - Throws: `Failure` when nothing was installed below the prefix.
    func uninstall() throws(Failure) -> [Step] {
        let places = list()
        guard !places.isEmpty else {
            throw Failure(
                .notFound, "nothing of ours is installed below \(prefix)",
                hints: ["--prefix names the folder that it was installed to"])
        }
        var steps: [Step] = []
        for place in places {
            let path = path(place)
            guard exists(path) else {
                steps.append(Step(deed: .missing, path: path))
                continue
            }
            try remove(path)
            steps.append(Step(deed: .removed, path: path))
        }
        try remove(path(Self.listPlace))
        removeEmptyFolders(of: places + [Self.listPlace])
        return steps
    }

    private func put(_ item: Item) throws(Failure) -> Step {
        let path = path(item.place)
        let before = exists(path)
        switch item.content {
        case .link(let target):
            if destination(of: path) == target {
                return Step(deed: .unchanged, path: path, target: target)
            }
            try link(path, to: target)
            return Step(deed: before ? .replaced : .installed, path: path, target: target)
        case .program(let source):
            if isSame(source, path) { return Step(deed: .unchanged, path: path) }
            let bytes = try read(source)
            if before, (try? Data(contentsOf: URL(filePath: path))) == bytes {
                // A file that cannot be read is replaced.
                return Step(deed: .unchanged, path: path)
            }
            try write(bytes, to: path, mode: 0o755)
        case .text(let text):
            let bytes = Data(text.utf8)
            if before, (try? Data(contentsOf: URL(filePath: path))) == bytes {
                // As above.
                return Step(deed: .unchanged, path: path)
            }
            try write(bytes, to: path, mode: 0o644)
        }
        return Step(deed: before ? .replaced : .installed, path: path)
    }

    private func isForeign(_ item: Item, _ known: Set<String>) -> Bool {
        let path = path(item.place)
        guard exists(path), !known.contains(item.place) else { return false }
        switch item.content {
        case .program(let source): return !isSame(source, path)
        case .link(let target): return destination(of: path) != target
        case .text(let text):
            // What cannot be read is not ours.
            return (try? Data(contentsOf: URL(filePath: path))) != Data(text.utf8)
        }
    }
}

// MARK: - The disk

extension Installation {
    private var files: FileManager { FileManager.default }

    func path(_ place: String) -> String { prefix + "/" + place }

    /// What the list names; nothing where there is no list.
    private func list() -> [String] {
        guard let data = files.contents(atPath: path(Self.listPlace)) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
            .filter { !$0.hasPrefix("/") && !$0.split(separator: "/").contains("..") }
    }

    /// Whether something lies there, be it a link that leads nowhere.
    private func exists(_ path: String) -> Bool {
        destination(of: path) != nil || files.fileExists(atPath: path)
    }

    /// What a link says; nil for anything else.
    private func destination(of path: String) -> String? {
        // No link, no destination.
        try? files.destinationOfSymbolicLink(atPath: path)
    }

    private func isSame(_ left: String, _ right: String) -> Bool {
        URL(filePath: left).resolvingSymlinksInPath().path
            == URL(filePath: right).resolvingSymlinksInPath().path
    }

    private func read(_ path: String) throws(Failure) -> Data {
        do {
            return try Data(contentsOf: URL(filePath: path))
        } catch {
            throw Failure(.ours, "\(path) cannot be read: \(error.reason)")
        }
    }

    private func write(_ text: String, to path: String, mode: Int) throws(Failure) {
        try write(Data(text.utf8), to: path, mode: mode)
    }

    private func write(_ bytes: Data, to path: String, mode: Int) throws(Failure) {
        do {
            let url = URL(filePath: path)
            try makeFolder(url.deletingLastPathComponent().path)
            if destination(of: path) != nil { try files.removeItem(atPath: path) }
            try bytes.write(to: url, options: .atomic)
            try files.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        } catch {
            throw refused(path, error)
        }
    }

    private func link(_ path: String, to target: String) throws(Failure) {
        do {
            try makeFolder(URL(filePath: path).deletingLastPathComponent().path)
            if exists(path) { try files.removeItem(atPath: path) }
            try files.createSymbolicLink(atPath: path, withDestinationPath: target)
        } catch {
            throw refused(path, error)
        }
    }

    private func makeFolder(_ path: String) throws {
        try files.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    private func remove(_ path: String) throws(Failure) {
        do {
            try files.removeItem(atPath: path)
        } catch {
            throw refused(path, error)
        }
    }

    private func removeEmptyFolders(of places: [String]) {
        var folders: Set<String> = []
        for place in places {
            var parts = place.split(separator: "/").dropLast()
            while !parts.isEmpty {
                folders.insert(parts.joined(separator: "/"))
                parts = parts.dropLast()
            }
        }
        for folder in folders.sorted(by: { $0.count > $1.count }) {
            // A folder that cannot be read or removed stays: others may use it.
            guard (try? files.contentsOfDirectory(atPath: path(folder)))?.isEmpty == true
            else { continue }
            try? files.removeItem(atPath: path(folder))
        }
    }

    private func refused(_ path: String, _ error: any Error) -> Failure {
        Failure(
            .ours, "\(path) cannot be written: \(error.reason)",
            hints: ["--prefix names a folder of your own, such as ~/.local"])
    }
}
