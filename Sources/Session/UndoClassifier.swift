import Catalog
package import Documents
import KubernetesCore

/// What stands at a path of ours now, compared with what was there and what we put there.
package enum FieldFinding: Sendable, Hashable {
    /// It is as it was before.
    case done
    /// It still holds what we wrote.
    case ours
    /// Somebody else's value.
    case foreign(FieldValue)
}

/// Tells whose value stands at each path of a record (undo.md, step 3).
///
/// Pure.
package struct UndoClassifier: Sendable {
    /// Whether what an operator's typed round trip does to a spec counts as no difference.
    package var toleratesOperator: Bool

    package init(toleratesOperator: Bool = false) {
        self.toleratesOperator = toleratesOperator
    }

    package func classify(_ field: ChangeRecord.Field, in object: JSONValue) -> FieldFinding {
        let place = field.path.place(in: object)
        let isOurs = isSame(place.value, field.ours)
        if isOurs {
            // Ours and before may be the same text: a mark that was there already.
            if field.before.isSame(as: place.value) { return .done }
            // A value that we took away cannot be put back where its parent has gone too.
            let canReturn = field.before.isAbsent || place.hasParent(field.path)
            return canReturn ? .ours : .foreign(place.value)
        }
        return isSame(place.value, field.before) ? .done : .foreign(place.value)
    }

    func isSame(_ left: FieldValue, _ right: FieldValue) -> Bool {
        left.isSame(as: right) || (toleratesOperator && Self.isNormalised(left, right))
    }

    /// Whether two values differ only by what the generated operator does to a spec when it writes
    /// it back through its types: `{}` added, `false` and empty texts dropped, `"0"` as `"0s"`
    /// (operator-contract.md, Seen live 8).
    static func isNormalised(_ left: FieldValue, _ right: FieldValue) -> Bool {
        switch (left, right) {
        case (.absent, .absent): true
        case (.absent, .present(let value)), (.present(let value), .absent):
            OperatorRewriting.mayVanish(value)
        case (.present(let left), .present(let right)): isNormalised(left, right)
        }
    }

    private static func isNormalised(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.object(let left), .object(let right)):
            return (left.names + right.names).allSatisfy {
                isNormalised(FieldValue(left[$0]), FieldValue(right[$0]))
            }
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy(isNormalised)
        case (.string(let left), .string(let right)):
            return left.utf8.elementsEqual(right.utf8)
                || OperatorRewriting.isSameDuration(left, right)
        default:
            return sameText(left, right)
        }
    }
}
