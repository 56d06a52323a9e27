import Documents

/// Holds a value against a schema and says everything that is wrong, in kube-apiserver's words.
struct SchemaValidator {
    private(set) var errors: [FieldError] = []

    /// All complaints about an object; the root has the empty path.
    static func check(_ value: JSONValue, against schema: Schema) -> [FieldError] {
        var validator = SchemaValidator()
        validator.visit(value, schema, "")
        return validator.errors
    }

    private mutating func visit(_ value: JSONValue, _ schema: Schema, _ path: String) {
        if value.isNull, schema.nullable { return }
        guard hasRightType(value, schema) else {
            let expected =
                schema.isIntOrString ? "integer,string" : schema.type ?? "object"
            errors.append(
                .typeInvalid(
                    path, .string(value.typeName),
                    "\(path) in body must be of type \(expected): \(value.typeName.goQuoted)"))
            checkEnum(value, schema, path)
            return
        }
        checkEnum(value, schema, path)
        switch value {
        case .string(let text): checkString(text, schema, path)
        case .integer, .double, .number: checkNumber(value, schema, path)
        case .array(let items): checkArray(items, schema, path)
        case .object(let object): checkObject(object, schema, path)
        case .null, .bool: break
        }
        checkCombinations(value, schema, path)
    }

    private func hasRightType(_ value: JSONValue, _ schema: Schema) -> Bool {
        if schema.isIntOrString {
            return value.stringValue != nil || Self.isInteger(value)
        }
        return switch schema.type {
        case nil: true
        case "object": value.objectValue != nil
        case "array": value.arrayValue != nil
        case "string": value.stringValue != nil
        case "boolean": value.boolValue != nil
        case "integer": Self.isInteger(value)
        case "number": value.doubleValue != nil
        default: true
        }
    }

    /// An integral number counts as an integer however it is written (`2.0`, `1e3`).
    static func isInteger(_ value: JSONValue) -> Bool {
        switch value {
        case .integer: true
        case .double(let number): number == number.rounded() && abs(number) < 0x1p63
        default: false
        }
    }

    private mutating func checkEnum(_ value: JSONValue, _ schema: Schema, _ path: String) {
        guard let allowed = schema.allowed, !allowed.contains(value) else { return }
        let names = allowed.map { $0.stringValue ?? $0.text(.compact) }
        errors.append(.notSupported(path, value, names))
    }

    private mutating func checkString(_ text: String, _ schema: Schema, _ path: String) {
        let count = text.unicodeScalars.count
        // Only the first of these is told, as the real validator does.
        if let limit = schema.maxLength, count > limit {
            errors.append(.tooLong(path, limit: limit))
        } else if let limit = schema.minLength, count < limit {
            complain(path, .string(text), "should be at least \(limit) chars long")
        } else if let pattern = schema.pattern, !PatternCache.matches(text, pattern) {
            complain(path, .string(text), "should match '\(pattern)'")
        }
        if let format = schema.format, !StringFormat.accepts(text, format) {
            errors.append(
                .typeInvalid(
                    path, .string(text),
                    "\(path) in body must be of type \(format): \(text.goQuoted)"))
        }
    }

    private mutating func checkNumber(_ value: JSONValue, _ schema: Schema, _ path: String) {
        guard let number = value.doubleValue else { return }
        if let maximum = schema.maximum {
            if schema.exclusiveMaximum, number >= maximum {
                complain(path, value, "should be less than \(Self.text(maximum))")
            } else if number > maximum {
                complain(path, value, "should be less than or equal to \(Self.text(maximum))")
            }
        }
        if let minimum = schema.minimum {
            if schema.exclusiveMinimum, number <= minimum {
                complain(path, value, "should be greater than \(Self.text(minimum))")
            } else if number < minimum {
                complain(path, value, "should be greater than or equal to \(Self.text(minimum))")
            }
        }
        if let factor = schema.multipleOf, factor > 0 {
            let quotient = number / factor
            if quotient != quotient.rounded() {
                complain(path, value, "should be a multiple of \(Self.text(factor))")
            }
        }
    }

    private mutating func checkArray(_ items: [JSONValue], _ schema: Schema, _ path: String) {
        if let itemSchema = schema.items {
            for (index, item) in items.enumerated() {
                visit(item, itemSchema, "\(path)[\(index)]")
            }
        }
        if let limit = schema.minItems, items.count < limit {
            complain(
                path, .integer(Int64(items.count)), "should have at least \(limit) items")
        }
        if let limit = schema.maxItems, items.count > limit {
            errors.append(.tooMany(path, count: items.count, limit: limit))
        }
        if schema.uniqueItems, Set(items).count < items.count {
            complain(path, .array(items), "shouldn't contain duplicates")
        }
        checkListType(items, schema, path)
    }

    private mutating func checkListType(_ items: [JSONValue], _ schema: Schema, _ path: String) {
        var seen: Set<JSONValue> = []
        for (index, item) in items.enumerated() {
            switch schema.listType {
            case "set":
                if !seen.insert(item).inserted {
                    errors.append(.duplicate("\(path)[\(index)]", item))
                }
            case "map":
                var key = JSONObject()
                for name in schema.listMapKeys {
                    key[name] = item[name] ?? schema.items?.properties[name]?.defaultValue
                }
                if !seen.insert(.object(key)).inserted {
                    let inner = key.map { "\($0.name.goQuoted):\($0.value.goText)" }
                    errors.append(
                        FieldError(
                            type: .duplicate, field: "\(path)[\(index)]",
                            body: "Duplicate value: map[string]interface {}{"
                                + inner.joined(separator: ", ") + "}"))
                }
            default: return
            }
        }
    }

    private mutating func checkObject(_ object: JSONObject, _ schema: Schema, _ path: String) {
        for name in schema.required where object[name] == nil {
            errors.append(.required(Self.join(path, name)))
        }
        for member in object {
            guard let inner = schema.member(member.name) else { continue }
            visit(member.value, inner, Self.join(path, member.name))
        }
        if let limit = schema.minProperties, object.count < limit {
            complain(
                path, .integer(Int64(object.count)), "should have at least \(limit) properties")
        }
        if let limit = schema.maxProperties, object.count > limit {
            errors.append(.tooMany(path, count: object.count, limit: limit))
        }
    }

    private mutating func checkCombinations(
        _ value: JSONValue, _ schema: Schema, _ path: String
    ) {
        for part in schema.allOf { visit(value, part, path) }
        func fits(_ part: Schema) -> Bool {
            var validator = SchemaValidator()
            validator.visit(value, part, path)
            return validator.errors.isEmpty
        }
        if !schema.anyOf.isEmpty, !schema.anyOf.contains(where: fits) {
            complain(path, value, "must validate at least one schema (anyOf)")
        }
        if !schema.oneOf.isEmpty {
            let count = schema.oneOf.filter(fits).count
            if count != 1 {
                let found = count == 0 ? "none" : "\(count)"
                complain(
                    path, value,
                    "must validate one and only one schema (oneOf). Found \(found) valid")
            }
        }
        if let not = schema.not, fits(not) {
            complain(path, value, "must not validate the schema (not)")
        }
    }

    private mutating func complain(_ path: String, _ value: JSONValue, _ what: String) {
        let place = path.isEmpty ? "<nil>" : path
        errors.append(.invalid(place, value, "\(path) in body \(what)"))
    }

    /// A bound without a needless fraction.
    private static func text(_ number: Double) -> String {
        Int64(exactly: number).map(String.init) ?? "\(number)"
    }

    private static func join(_ path: String, _ name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }
}
