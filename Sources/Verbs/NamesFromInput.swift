/// Names of objects that stand on standard input: the output of `-o name`, or bare names.
enum NamesFromInput {
    /// The most words that are read.
    private static let limit = 100_000

    /// The words of a command line with those of the input in the place of `-`.
    ///
    /// - Returns: nil where `-` stands and the input has no word: nothing is to be done.
    /// - Throws: `Failure` for an input that goes together with no kind.
    static func filled(in words: [String], _ context: VerbContext) async throws -> [String]? {
        guard words.contains("-") else { return words }
        let others = words.filter { $0 != "-" }
        var read: [String] = []
        while let line = await context.world.input.line() {
            try Task.checkCancellation()
            read += line.split { $0 == " " || $0 == "\t" || $0 == "\r" }.map(String.init)
            guard read.count <= limit else {
                throw Failure(.mistake, "more than \(limit) names on standard input")
            }
        }
        guard !read.isEmpty else {
            try context.note("No names on standard input.")
            return nil
        }
        let arePairs = read.contains { $0.contains("/") }
        if arePairs, others.contains(where: { !$0.contains("/") }) {
            throw Failure(
                .usage(""), "the names on standard input bring their kind along (\(read[0]))",
                hints: ["leave the kind away: \"-\" alone"])
        }
        if !arePairs, others.isEmpty {
            throw Failure(
                .usage(""), "\"\(read[0])\" on standard input does not say of which kind it is",
                hints: ["name the kind, as in: get pets -"])
        }
        return others + read
    }
}
