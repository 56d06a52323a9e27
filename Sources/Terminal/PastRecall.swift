/// Older and newer lines that start as the typed text does (the arrow keys).
struct PastRecall {
    /// Oldest first.
    var lines: [String] = []

    /// What was typed before the first step, and where we are; nil while the user types.
    private var walk: (typed: String, prefix: String, index: Int, shown: String)?

    init(lines: [String] = []) { self.lines = lines }

    mutating func forget() { walk = nil }

    /// The next older line; nil when there is none.
    mutating func older(than line: String, beforeCursor prefix: String) -> String? {
        if walk == nil || walk?.shown != line {
            walk = (typed: line, prefix: prefix, index: lines.count, shown: line)
        }
        guard var step = walk else { return nil }
        while step.index > 0 {
            step.index -= 1
            let candidate = lines[step.index]
            guard candidate.hasPrefix(step.prefix), candidate != step.shown else { continue }
            step.shown = candidate
            walk = step
            return candidate
        }
        return nil
    }

    /// The next newer line, at last the text that was typed; nil when nothing was recalled.
    mutating func newer(than line: String) -> String? {
        guard var step = walk, step.shown == line else { return nil }
        while step.index < lines.count {
            step.index += 1
            guard step.index < lines.count else { break }
            let candidate = lines[step.index]
            guard candidate.hasPrefix(step.prefix), candidate != step.shown else { continue }
            step.shown = candidate
            walk = step
            return candidate
        }
        let typed = step.typed
        walk = nil
        return typed == line ? nil : typed
    }
}
