import Documents

/// Readers of the Documents room.
enum DocumentTargets {
    static let json = FuzzTarget(
        "json",
        words: [
            "{", "}", "[", "]", ":", ",", "\"", "null", "true", "false", "\\u0000", "\\ud800",
            "\\udc00", "\\b", "\\/", "[[[[[[[[", "{\"a\":", "\"metadata\"", "e+", ".5", " ",
        ]
    ) { input throws(FuzzFinding) in
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: input)
        } catch {
            try demand(
                (0...input.count).contains(error.offset), "offset \(error.offset) is outside")
            return false
        }
        for style in [JSONStyle.compact, .pretty] {
            let written = value.bytes(style)
            try demand(
                JSONTrip.value(written) == value, "\(style) is not read back to the same value")
        }
        // Go's encoder knows one spelling of a number: its text is a fixed point, not a mirror.
        let goText = value.bytes(.goText)
        try demand(
            JSONTrip.value(goText)?.bytes(.goText) == goText, "Go's text is no fixed point")
        try YAMLTrip.check(value)
        return true
    }

    static let yaml = FuzzTarget(
        "yaml",
        words: [
            ": ", "- ", "\n", "\n  ", "---\n", "...\n", "&a ", "*a", "<<: ", "|\n", ">-\n",
            "!!str ",
            "!!binary ", "? ", "{", "}", "[", "]", "#", "'", "\"", "yes", "~", "2026-11-24",
            "12:30:45", "0o17", "%YAML 1.1\n", "\t",
        ]
    ) { input throws(FuzzFinding) in
        guard let text = String(validating: input, as: UTF8.self) else { return false }
        let values: [JSONValue]
        do throws(YAMLError) {
            values = try YAML.parse(text)
        } catch {
            try demand(error.line >= 0 && error.column >= 0, "no place: \(error)")
            return false
        }
        for value in values { try YAMLTrip.check(value) }
        return !values.isEmpty
    }

    static let patch = FuzzTarget(
        "patch",
        words: [
            "{\"op\":\"test\",\"path\":\"/a\",\"value\":1}", "\"op\"", "\"add\"", "\"remove\"",
            "\"replace\"", "\"move\"", "\"copy\"", "\"test\"", "\"from\"", "\"path\"", "\"value\"",
            "/-", "/0", "~0", "~1", "/a/b", "\"\"", "null", ",", "/00", "/18446744073709551616",
        ]
    ) { input throws(FuzzFinding) in
        guard let json = JSONTrip.value(input) else { return false }
        guard let patch = try read(json, isOurs: false) else { return false }
        try demand(
            try read(patch.json, isOurs: true) == patch, "a patch is not read back from its JSON")
        for semantics in [JSONPatch.Semantics.rfc6902, .kubernetes] {
            do throws(JSONPatchError) {
                _ = try patch.applied(to: subject, semantics: semantics)
            } catch { continue }
        }
        let merged = MergePatch.apply(json, to: subject)
        let difference = MergePatch.difference(from: subject, to: merged)
        let again = MergePatch.apply(difference, to: subject)
        try demand(again == merged, "the difference does not lead to the merged value")
        return true
    }

    private static func read(
        _ json: JSONValue, isOurs: Bool
    ) throws(FuzzFinding) -> JSONPatch? {
        do throws(JSONPatchError) {
            return try JSONPatch(json: json)
        } catch {
            try demand(!isOurs, "a patch's own JSON is refused: \(error)")
            return nil
        }
    }

    static let jsonPath = FuzzTarget(
        "jsonpath",
        words: [
            "{", "}", "{range .a.b[*]}", "{end}", ".a", "..", ".*", "[*]", "[0]", "[-1]", "[0:2]",
            "[::2]", "[?(@.c==\"d\")]", "['a','~']", "$", "@", "{\"\\n\"}", "\\.", "<=", "!=", ",",
            ")",
            "(", "..[?(@", "true", "1.5",
        ]
    ) { input throws(FuzzFinding) in
        guard let text = String(validating: input, as: UTF8.self) else { return false }
        let isTemplate = try evaluates { () throws(JSONPathError) in
            try JSONPath(template: text)
        }
        let isExpression = try evaluates { () throws(JSONPathError) in
            try JSONPath(expression: text)
        }
        return isTemplate || isExpression
    }

    /// Whether there is a path; it is evaluated, and whatever is refused has a reason.
    private static func evaluates(
        _ parse: () throws(JSONPathError) -> JSONPath
    ) throws(FuzzFinding) -> Bool {
        var reason: String?
        var isPath = false
        do throws(JSONPathError) {
            let path = try parse()
            isPath = true
            _ = try path.text(in: subject)
            _ = try path.values(in: subject)
        } catch {
            reason = error.message
        }
        try demand(reason?.isEmpty != true, "refused without a reason")
        return isPath
    }

    private static let subject: JSONValue = [
        "a": ["b": [1, 2, ["c": "d"]], "": 0], "~": "tilde", "/": "slash", "n": .null,
    ]
}

enum JSONTrip {
    /// The value that the bytes stand for, nil where they stand for none.
    static func value(_ bytes: [UInt8]) -> JSONValue? {
        do throws(JSONError) {
            return try JSONValue(parsing: bytes)
        } catch { return nil }
    }
}

enum YAMLTrip {
    /// Demands that a value is read back from the YAML that we write for it.
    static func check(_ value: JSONValue) throws(FuzzFinding) {
        // Known and written down at `YAML.parse`: a mark at the beginning of a scalar is lost.
        guard !beginsWithMark(value) else { return }
        let text = YAML.text(value)
        let back: [JSONValue]
        do throws(YAMLError) {
            back = try YAML.parse(text)
        } catch {
            throw FuzzFinding(
                "our YAML is refused: \(error): \(FuzzFailure.show(Array(text.utf8)))")
        }
        // A document with nothing in it is left out.
        guard !value.isNull || !back.isEmpty else { return }
        try demand(
            back == [value], "our YAML is not read back: \(FuzzFailure.show(Array(text.utf8)))")
    }

    private static func beginsWithMark(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): text.unicodeScalars.first == "\u{FEFF}"
        case .array(let items): items.contains(where: beginsWithMark)
        case .object(let object):
            object.members.contains {
                $0.name.unicodeScalars.first == "\u{FEFF}" || beginsWithMark($0.value)
            }
        default: false
        }
    }
}
