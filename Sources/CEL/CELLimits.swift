/// How large expressions, patterns and values may get.
package enum CELLimits {
    /// The longest text of an expression, in bytes.
    package static let sourceBytes = 100_000
    /// How deep an expression may be nested, and how high its tree may be.
    ///
    /// Parser, checker and evaluator go down the tree by recursion, so this bounds their stack.
    package static let depth = 100
    /// The steps that one evaluation may take; the unit is about one look-up or operation.
    package static let cost = 1_000_000
    /// The cost of all rules of one object together.
    package static let objectCost = 10_000_000
    /// How many bytes or elements are moved for one unit of cost.
    static let bytesPerCost = 10
    /// The instructions of one compiled pattern.
    static let patternProgram = 10_000
    /// How many code points of the classes of one pattern are looked at for their other case.
    static let patternFolds = 50_000
    /// How often a part of a pattern may be repeated by number.
    static let patternRepeats = 1000
    /// How deep groups of a pattern may be nested.
    static let patternDepth = 100
    /// How many nodes a result may have when it is made a JSON document.
    static let resultNodes = 1_000_000
}
