package import Documents

/// A path looked up in an object that was just read: pointer, value, and what guards the way.
package struct FieldPlace: Sendable, Hashable {
    /// A `test` that must hold for the pointer to mean what the path says.
    package struct Guard: Sendable, Hashable {
        package var pointer: JSONPointer
        package var value: JSONValue
    }

    package var pointer: JSONPointer
    package var value: FieldValue
    /// How many steps of the path exist; equal to the path's length where the value is present.
    package var existing: Int
    /// The key members of the list items on the way, by the indexes just read.
    package var guards: [Guard]
    /// Whether something stands on the way that can hold no member (a string, say).
    package var isObstructed: Bool

    /// Whether the value is absent, but everything above it is there.
    package func hasParent(_ path: FieldPath) -> Bool {
        !isObstructed && existing >= path.steps.count - 1
    }
}

extension FieldPath {
    /// Looks the path up in an object.
    package func place(in object: JSONValue) -> FieldPlace {
        var place = FieldPlace(
            pointer: JSONPointer(tokens: []), value: .absent, existing: 0, guards: [],
            isObstructed: false)
        var here: JSONValue? = object
        for step in steps {
            guard let container = here else {
                place.pointer = place.pointer.appending(step.absentToken)
                continue
            }
            let (token, value) = step.lookUp(in: container, place: &place)
            place.pointer = place.pointer.appending(token)
            if value != nil { place.existing += 1 }
            here = value
            if let value, case .item(let keys) = step {
                for key in keys where value[key.name] != nil {
                    place.guards.append(
                        .init(pointer: place.pointer.appending(key.name), value: key.value))
                }
            }
        }
        place.value = FieldValue(here)
        return place
    }

    package func value(in object: JSONValue) -> FieldValue { place(in: object).value }
}

extension FieldPath.Step {
    fileprivate var absentToken: String {
        switch self {
        case .member(let name): name
        case .item: "-"
        }
    }

    fileprivate func lookUp(
        in container: JSONValue, place: inout FieldPlace
    ) -> (String, JSONValue?) {
        switch (self, container) {
        case (.member(let name), .object(let object)):
            return (name, object[name])
        case (.item(let keys), .array(let items)):
            let index = items.firstIndex { item in
                keys.allSatisfy { key in
                    item[key.name].map { sameText($0, key.value) } ?? false
                }
            }
            guard let index else { return ("-", nil) }
            return (String(index), items[index])
        default:
            place.isObstructed = true
            return (absentToken, nil)
        }
    }
}
