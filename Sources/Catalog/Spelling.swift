/// Guesses what was meant, and changes between spellings of names.
package enum Spelling {
    /// The furthest that a suggestion may be from what was typed, as kubectl has it.
    private static let maximumDistance = 2
    /// Up to this length one slip is the most: with two, everything would be near everything.
    private static let shortLength = 4

    /// The nearest of the words; nil where none is near.
    ///
    /// A word that begins with what was typed counts as near when not much is missing: at least
    /// half of it is there, or all of its first parts (`rollback` of `rollback-on-exit`).
    package static func suggestion(for word: String, among words: [String]) -> String? {
        let typed = Array(word.lowercased().unicodeScalars)
        guard !typed.isEmpty else { return nil }
        let limit = typed.count <= shortLength ? 1 : maximumDistance
        var best: (distance: Int, word: String)?
        for candidate in words {
            let scalars = Array(candidate.lowercased().unicodeScalars)
            var distance = distance(typed, scalars)
            // Something of the word must be left.
            let isNear = distance <= limit && 2 * distance <= min(typed.count, scalars.count)
            if !isNear {
                guard begins(scalars, with: typed) else { continue }
                distance = maximumDistance + 1
            }
            if let best, (best.distance, best.word) <= (distance, candidate) { continue }
            best = (distance, candidate)
        }
        return best?.word
    }

    private static func begins(_ word: [Unicode.Scalar], with typed: [Unicode.Scalar]) -> Bool {
        guard typed.count >= 3, word.starts(with: typed) else { return false }
        return 2 * typed.count >= word.count || word[typed.count] == "-"
    }

    /// Insertions, deletions, replacements and swaps of neighbours that make one from the other.
    package static func distance(_ one: String, _ other: String) -> Int {
        distance(Array(one.unicodeScalars), Array(other.unicodeScalars))
    }

    private static func distance(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar]) -> Int {
        guard !one.isEmpty, !other.isEmpty else { return max(one.count, other.count) }
        var beforeLast: [Int] = []
        var last = Array(0...other.count)
        for row in 1...one.count {
            var current = [row]
            for column in 1...other.count {
                let isSame = one[row - 1] == other[column - 1]
                var best = min(
                    last[column] + 1, current[column - 1] + 1, last[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, one[row - 1] == other[column - 2],
                    one[row - 2] == other[column - 1]
                {
                    best = min(best, beforeLast[column - 2] + 1)
                }
                current.append(best)
            }
            beforeLast = last
            last = current
        }
        return last[other.count]
    }

    /// A name with hyphens for its humps: `petId` → `pet-id`, `photoUrls` → `photo-urls`,
    /// `baseURLs` → `base-urls`.
    package static func kebab(_ name: String) -> String {
        let letters = Array(name)
        var result = ""
        for (index, letter) in letters.enumerated() {
            guard letter.isLetter || letter.isNumber else {
                if !result.isEmpty, result.last != "-" { result.append("-") }
                continue
            }
            if index > 0, letter.isUppercase, result.last != "-" {
                let isAfterSmall = letters[index - 1].isLowercase || letters[index - 1].isNumber
                let next = index + 1 < letters.count ? letters[index + 1] : nil
                // The s of a plural belongs to the capitals before it.
                let isPlural = next == "s" && index + 2 == letters.count
                let beginsWord = next?.isLowercase == true && !isPlural
                if isAfterSmall || beginsWord { result.append("-") }
            }
            result += letter.lowercased()
        }
        while result.last == "-" { result.removeLast() }
        return result
    }
}
