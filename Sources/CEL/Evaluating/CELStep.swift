/// A part of an expression, checked and ready to be evaluated.
indirect enum CELStep: Sendable {
    case constant(CELValue)
    /// The variable in that place.
    case slot(Int)
    case select(CELStep, String, isOptional: Bool)
    case presence(CELStep, String)
    case index(CELStep, CELStep, isOptional: Bool)
    case conjunction([CELStep])
    case disjunction([CELStep])
    case conditional(CELStep, CELStep, CELStep)
    case binary(CELOperator, CELStep, CELStep)
    case call(CELFunction, [CELStep])
    case list([Element])
    case map([Entry])
    case fold(Fold)
    /// `target.optMap(name, body)`, the name in that slot.
    case optionalMap(CELStep, Int, CELStep, isFlat: Bool)

    struct Element: Sendable {
        var value: CELStep
        var isOptional: Bool
    }

    struct Entry: Sendable {
        var key: CELStep
        var value: CELStep
        var isOptional: Bool
    }

    /// A macro that goes through a list or a map.
    struct Fold: Sendable {
        enum Work: Sendable { case all, exists, existsOne, filter, map, transformMap }

        var work: Work
        var range: CELStep
        /// Where the variable is, and the second one where there is one.
        var slot: Int
        var second: Int?
        /// The test of `map` with three arguments.
        var filter: CELStep?
        var body: CELStep
    }
}

/// An operator between two values.
enum CELOperator: String, Sendable, CaseIterable {
    case equal = "_==_"
    case notEqual = "_!=_"
    case less = "_<_"
    case lessOrEqual = "_<=_"
    case greater = "_>_"
    case greaterOrEqual = "_>=_"
    case plus = "_+_"
    case minus = "_-_"
    case times = "_*_"
    case divide = "_/_"
    case modulo = "_%_"
    case within = "@in"
}
