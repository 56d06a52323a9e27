package import Documents

/// One field as several instances have it.
package struct ComparedField: Sendable, Hashable {
    package var path: AnswerPath
    /// One for each instance; nil where it has none.
    package var values: [JSONValue?]

    /// Whether those instances that `matter` do not all have the same.
    package func isDifferent(among matter: [Int]) -> Bool {
        guard let first = matter.first else { return false }
        return matter.contains { !Self.same(values[$0], values[first]) }
    }

    /// Numbers by value, everything else exactly.
    package static func same(_ one: JSONValue?, _ other: JSONValue?) -> Bool {
        switch (one, other) {
        case (nil, nil): true
        case (let one?, let other?): one == other || one.isNumericallyEqual(to: other)
        default: false
        }
    }
}

/// Lays answers beside one another, field by field.
struct Alignment {
    /// Whether lists are the same when they hold the same in another order.
    let ignoresOrder: Bool
    /// Members that tell items of a list apart, the better first.
    private static let identities = ["id", "name", "key", "username"]

    /// The fields of all answers, what names a thing first.
    func fields(of answers: [JSONValue?]) -> [ComparedField] {
        var fields: [ComparedField] = []
        align(answers, at: AnswerPath(), into: &fields)
        return fields
    }

    private func align(
        _ values: [JSONValue?], at path: AnswerPath, into fields: inout [ComparedField]
    ) {
        let present = values.compactMap(\.self)
        let objects = present.compactMap(\.objectValue)
        let lists = present.compactMap(\.arrayValue)
        if !present.isEmpty, objects.count == present.count,
            objects.contains(where: { !$0.isEmpty })
        {
            for name in Self.ordered(Self.union(objects.map(\.names)), of: objects) {
                align(values.map { $0?[name] }, at: path.appending(.member(name)), into: &fields)
            }
        } else if !present.isEmpty, lists.count == present.count,
            lists.contains(where: { !$0.isEmpty })
        {
            alignLists(values, lists, at: path, into: &fields)
        } else if !path.steps.isEmpty || !present.isEmpty {
            fields.append(ComparedField(path: path, values: values))
        }
    }

    /// What names a thing first, then plain members, then what has members of its own.
    private static func ordered(_ names: [String], of objects: [JSONObject]) -> [String] {
        func rank(_ name: String) -> Int {
            if let place = ["id", "name"].firstIndex(of: name) { return place }
            let isNested = objects.contains { object in
                object[name].map { $0.objectValue != nil || $0.arrayValue != nil } ?? false
            }
            return isNested ? 3 : 2
        }
        let ranked = names.enumerated().map { (rank($0.element), $0.offset, $0.element) }
        return ranked.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
    }

    private func alignLists(
        _ values: [JSONValue?], _ lists: [[JSONValue]], at path: AnswerPath,
        into fields: inout [ComparedField]
    ) {
        if ignoresOrder, let member = Self.identity(of: lists) {
            let keys = Self.union(lists.map { $0.compactMap { $0[member].map(Self.text) } })
            for key in keys {
                let items = values.map { value in
                    value?.arrayValue?.first { $0[member].map(Self.text) == key }
                }
                align(items, at: path.appending(.item(member: member, value: key)), into: &fields)
            }
            return
        }
        let ordered = values.map { value in
            ignoresOrder
                ? value?.arrayValue?.sorted { $0.text() < $1.text() } : value?.arrayValue
        }
        for index in 0..<(lists.map(\.count).max() ?? 0) {
            let items = ordered.map { list -> JSONValue? in
                guard let list, index < list.count else { return nil }
                return list[index]
            }
            align(items, at: path.appending(.index(index)), into: &fields)
        }
    }

    /// The member by which every item of every list can be told from the others of its list.
    private static func identity(of lists: [[JSONValue]]) -> String? {
        identities.first { member in
            lists.allSatisfy { list in
                let keys = list.compactMap { item -> String? in
                    guard let value = item[member], value.objectValue == nil,
                        value.arrayValue == nil
                    else { return nil }
                    return text(value)
                }
                return keys.count == list.count && Set(keys).count == keys.count
            }
        }
    }

    private static func text(_ value: JSONValue) -> String { value.stringValue ?? value.text() }

    /// All words, each where it first appears, behind the one that it follows there.
    static func union(_ lists: [[String]]) -> [String] {
        var all: [String] = []
        for list in lists {
            var place = 0
            for word in list {
                if let known = all.firstIndex(of: word) {
                    place = known + 1
                } else {
                    all.insert(word, at: place)
                    place += 1
                }
            }
        }
        return all
    }
}
