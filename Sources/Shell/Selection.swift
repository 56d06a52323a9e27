import Verbs

/// Numbers in place of objects: `3`, `1..3`, `2,5`, and `.` for the current one (shell.md, habit 5).
enum Selection: Equatable {
    case current
    case numbers([Int])

    /// So many can be meant by a range at most.
    private static let most = 1000

    /// Nil where the word is none.
    init?(_ word: String) {
        if word == "." {
            self = .current
            return
        }
        var numbers: [Int] = []
        for part in word.split(separator: ",", omittingEmptySubsequences: false) {
            let bounds = part.split(separator: ".", omittingEmptySubsequences: false)
            switch bounds.count {
            case 1:
                guard let number = Self.number(bounds[0]) else { return nil }
                numbers.append(number)
            case 3 where bounds[1].isEmpty:
                guard let first = Self.number(bounds[0]), let last = Self.number(bounds[2]),
                    first <= last, last - first < Self.most
                else { return nil }
                numbers += first...last
            default: return nil
            }
        }
        self = .numbers(numbers)
    }

    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(text),
            number > 0
        else { return nil }
        return number
    }

    struct Mistake: Error, Equatable {
        var message: String
        var hint: String
    }

    /// The objects that are meant.
    func objects(list: [ListedObject], current: [ListedObject]) throws(Mistake) -> [ListedObject] {
        switch self {
        case .current:
            guard !current.isEmpty else {
                throw Mistake(
                    message: "there is no current object",
                    hint: "a number chooses one from a list, such as that of get pets")
            }
            return current
        case .numbers(let numbers):
            guard !list.isEmpty else {
                throw Mistake(
                    message: "no list was shown to choose from",
                    hint: "get shows one, for example: get pets")
            }
            var chosen: [ListedObject] = []
            for number in numbers {
                guard number <= list.count else {
                    throw Mistake(
                        message: "there is no number \(number) in the last list",
                        hint: "it has \(list.count)")
                }
                chosen.append(list[number - 1])
            }
            return chosen
        }
    }

    /// The words with the first operand of a verb about objects replaced by the objects it means.
    ///
    /// Only where a kind is expected: a number means something else to other verbs, and no kind is
    /// a number.
    static func resolved(
        _ words: [String], in tree: CommandTree, memory: ShellMemory
    ) throws(Mistake) -> [String] {
        let (command, depth) = tree.find(words)
        let positionals = command.arguments.filter { $0.kind == .positional }
        guard depth > 0, positionals.first?.help.hasPrefix("KIND") ?? false,
            let index = command.firstOperand(in: words, from: depth),
            let selection = Selection(words[index])
        else { return words }
        let objects = try selection.objects(list: memory.list, current: memory.current)
        var spaces: [String] = []
        for object in objects {
            let space = object.namespace ?? ""
            if !spaces.contains(space) { spaces.append(space) }
        }
        guard spaces.count == 1 else {
            throw Mistake(
                message: "these objects are in several namespaces",
                hint: "choose those of one: they are \(spaces.joined(separator: ", "))")
        }
        memory.current = objects
        var flags: [String] = []
        if !spaces[0].isEmpty,
            !words.contains(where: { $0.hasPrefix("-n") || $0.hasPrefix("--namespace") })
        {
            flags = ["--namespace", spaces[0]]
        }
        return words[..<index] + objects.map(\.word) + words[(index + 1)...] + flags
    }
}

extension CommandTree {
    /// The place of the first word that is neither a flag nor the value of one.
    func firstOperand(in words: [String], from start: Int) -> Int? {
        var index = start
        while index < words.count, words[index] != "--" {
            let word = words[index]
            guard word.hasPrefix("-"), word.count > 1 else { return index }
            let takesNext = arguments.contains { $0.kind == .option && $0.names.contains(word) }
            index += takesNext ? 2 : 1
        }
        return nil
    }
}
