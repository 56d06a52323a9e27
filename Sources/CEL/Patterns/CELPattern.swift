/// A regular expression in the syntax of RE2, matched in time linear in the text.
///
/// Rules come from whoever may write a CRD, and texts from whoever may write an object, so a
/// matcher that tries alternatives one after the other (as Swift's `Regex` does) could be kept
/// busy for ever by `(a+)+$`. This one follows all alternatives at once, like RE2: the work is
/// at most the length of the text times that of the compiled pattern. Hence, as in RE2, there
/// are no back-references and no look-around.
package struct CELPattern: Sendable {
    let program: [PatternInstruction]
    /// What compiling it cost.
    let effort: Int

    /// Compiles a pattern.
    ///
    /// - Throws: for what RE2 does not know, and for patterns past the limits.
    package init(_ text: String) throws(CELError) {
        let (node, folds) = try PatternParser.parse(text)
        var compiler = PatternCompiler()
        program = try compiler.compile(node)
        effort = program.count + folds / CELLimits.bytesPerCost
    }

    /// Whether the pattern is found anywhere in the text.
    package func isFound(in text: String) -> Bool {
        var run = PatternRun(program, Array(text.unicodeScalars))
        return run.find(from: 0, anyWillDo: true) != nil
    }

    /// The parts of the text that match, from left to right, none overlapping.
    ///
    /// - Parameters:
    ///   - text: where to look.
    ///   - limit: how many to find at most; nil: all.
    /// - Returns: the matches.
    package func matches(in text: String, limit: Int? = nil) -> [String] {
        var run = PatternRun(program, Array(text.unicodeScalars))
        var found: [String] = []
        var (position, lastEnd) = (0, -1)
        while found.count < limit ?? .max, position <= run.text.count,
            let match = run.find(from: position, anyWillDo: false)
        {
            // An empty match right behind the last one is none.
            if !match.isEmpty || match.lowerBound != lastEnd {
                var view = String.UnicodeScalarView()
                view.append(contentsOf: run.text[match])
                found.append(String(view))
            }
            position = match.isEmpty ? match.upperBound + 1 : match.upperBound
            lastEnd = match.upperBound
        }
        return found
    }

    /// What matching that many bytes costs.
    func cost(ofBytes count: Int) -> Int {
        (count / CELLimits.bytesPerCost + 1) * (program.count / 4 + 1)
    }
}

/// One step of a compiled pattern.
enum PatternInstruction: Sendable {
    /// Takes one code point that is in the set.
    case take(ScalarSet)
    /// Goes on in two places, the first one preferred.
    case split(Int, Int)
    case jump(Int)
    case check(PatternAssertion)
    case match
}

/// What must hold between two code points.
enum PatternAssertion: Sendable {
    case textStart, textEnd, lineStart, lineEnd, wordEdge, noWordEdge
}

/// Follows a pattern through a text, all alternatives at once.
struct PatternRun {
    private let program: [PatternInstruction]
    let text: [Unicode.Scalar]
    private var now: [(place: Int, start: Int)] = []
    private var next: [(place: Int, start: Int)] = []
    /// When each instruction was last reached, so that it is followed once for each code point.
    private var seen: [Int]
    private var generation = 0
    private var open: [Int] = []

    init(_ program: [PatternInstruction], _ text: [Unicode.Scalar]) {
        self.program = program
        self.text = text
        seen = Array(repeating: -1, count: program.count)
    }

    /// The leftmost match at or after a position; of those that begin there, the preferred one.
    mutating func find(from start: Int, anyWillDo: Bool) -> Range<Int>? {
        now.removeAll(keepingCapacity: true)
        var found: Range<Int>?
        generation += 1
        var position = start
        while true {
            if found == nil { follow(0, start: position, at: position) }
            (now, next) = (next, now)
            next.removeAll(keepingCapacity: true)
            generation += 1
            // `now` holds the instructions reached at this position, preferred ones first.
            for (place, start) in now {
                switch program[place] {
                case .match:
                    found = start..<position
                    if anyWillDo { return found }
                case .take(let set):
                    if position < text.count, set.contains(text[position]) {
                        follow(place + 1, start: start, at: position + 1)
                    }
                    continue
                case .split, .jump, .check: continue
                }
                // What is less preferred than a match is dropped.
                break
            }
            guard position < text.count, found == nil || !next.isEmpty else { return found }
            position += 1
        }
    }

    /// Adds an instruction, and whatever can be reached from it without taking a code point.
    private mutating func follow(_ place: Int, start: Int, at position: Int) {
        open.append(place)
        while let place = open.popLast() {
            guard seen[place] != generation else { continue }
            seen[place] = generation
            switch program[place] {
            case .jump(let target): open.append(target)
            case .split(let first, let second):
                open.append(second)
                open.append(first)
            case .check(let assertion):
                if holds(assertion, at: position) { open.append(place + 1) }
            case .take, .match: next.append((place, start))
            }
        }
    }

    private func holds(_ assertion: PatternAssertion, at position: Int) -> Bool {
        switch assertion {
        case .textStart: position == 0
        case .textEnd: position == text.count
        case .lineStart: position == 0 || text[position - 1] == "\n"
        case .lineEnd: position == text.count || text[position] == "\n"
        case .wordEdge: isWord(position - 1) != isWord(position)
        case .noWordEdge: isWord(position - 1) == isWord(position)
        }
    }

    private func isWord(_ position: Int) -> Bool {
        text.indices.contains(position) && ScalarSet.word.contains(text[position])
    }
}
