/// A part of an expression as it was written, macros read.
final class CELNode: Sendable {
    indirect enum Kind: Sendable {
        case literal(CELValue)
        case name(String)
        case select(CELNode, String, isOptional: Bool)
        /// `has(operand.field)`
        case presence(CELNode, String)
        case index(CELNode, CELNode, isOptional: Bool)
        /// A function or an operator (`_+_`), and the receiver where there is one.
        case call(String, receiver: CELNode?, [CELNode])
        case conjunction([CELNode])
        case disjunction([CELNode])
        case conditional(CELNode, CELNode, CELNode)
        case list([Element])
        case map([Entry])
        case fold(Fold)
        /// `target.optMap(name, body)`, or `optFlatMap`
        case optionalMap(CELNode, String, CELNode, isFlat: Bool)
    }

    struct Element: Sendable {
        var value: CELNode
        /// `[?value]`: present only when the optional has a value.
        var isOptional: Bool
    }

    struct Entry: Sendable {
        var key: CELNode
        var value: CELNode
        var isOptional: Bool
    }

    /// A macro that goes through a list or a map.
    struct Fold: Sendable {
        enum Work: Sendable {
            case all(CELNode)
            case exists(CELNode)
            case existsOne(CELNode)
            case filter(CELNode)
            case map(where: CELNode?, CELNode)
            case transformMap(where: CELNode?, CELNode)
        }

        var work: Work
        var range: CELNode
        var variable: String
        /// The second name, where the macro has one: index and value, or key and value.
        var second: String?
    }

    let kind: Kind
    let offset: Int
    /// The levels below and this one.
    let height: Int

    init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
        height = 1 + (kind.children.map(\.height).max() ?? 0)
    }
}

extension CELNode.Kind {
    var children: [CELNode] {
        switch self {
        case .literal, .name: []
        case .select(let operand, _, _), .presence(let operand, _): [operand]
        case .index(let operand, let index, _): [operand, index]
        case .call(_, let receiver, let arguments): (receiver.map { [$0] } ?? []) + arguments
        case .conjunction(let terms), .disjunction(let terms): terms
        case .conditional(let test, let first, let second): [test, first, second]
        case .list(let elements): elements.map(\.value)
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .fold(let fold): [fold.range] + fold.work.bodies
        case .optionalMap(let target, _, let body, _): [target, body]
        }
    }
}

extension CELNode.Fold.Work {
    var bodies: [CELNode] {
        switch self {
        case .all(let body), .exists(let body), .existsOne(let body), .filter(let body): [body]
        case .map(let filter, let body), .transformMap(let filter, let body):
            (filter.map { [$0] } ?? []) + [body]
        }
    }
}
