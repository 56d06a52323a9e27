extension CELLibrary {
    /// What Kubernetes adds for texts; places in them count code points.
    package static let strings = CELLibrary(
        """
        string.charAt(int) -> string
        string.indexOf|lastIndexOf(string) -> int
        string.indexOf|lastIndexOf(string, int) -> int
        string.lowerAscii|upperAscii|trim|reverse() -> string
        string.replace(string, string) -> string
        string.replace(string, string, int) -> string
        string.split(string) -> list<string>
        string.split(string, int) -> list<string>
        string.substring(int) -> string
        string.substring(int, int) -> string
        list<string>.join() -> string
        list<string>.join(string) -> string
        string.format(list<dyn>) -> string
        strings.quote(string) -> string
        """, TextFunctions.all)
}

/// Functions of texts.
enum TextFunctions {
    static let all: [String: CELFunction] = [
        ".charAt": { machine, given throws(CELError) in
            let text = try scalars(machine, given)
            let place = try Self.place(given[1], in: 0...text.count)
            return .string(place == text.count ? "" : String(text[place]))
        },
        ".lowerAscii": bytes { (0x41...0x5A).contains($0) ? $0 + 32 : $0 },
        ".upperAscii": bytes { (0x61...0x7A).contains($0) ? $0 - 32 : $0 },
        ".trim": { machine, given throws(CELError) in
            let text = try scalars(machine, given)
            let rest = text.drop { $0.properties.isWhitespace }
            guard let last = rest.lastIndex(where: { !$0.properties.isWhitespace }) else {
                return .string("")
            }
            return .string(string(rest[...last]))
        },
        ".reverse": { machine, given throws(CELError) in
            .string(string(try scalars(machine, given).reversed()))
        },
        ".substring": { machine, given throws(CELError) in
            let text = try scalars(machine, given)
            let start = try Self.place(given[1], in: 0...text.count)
            let end =
                try given.count > 2
                ? Self.place(given[2], in: 0...text.count) : text.count
            guard start <= end else {
                throw .evaluation("invalid substring range. start: \(start), end: \(end)")
            }
            return .string(string(text[start..<end]))
        },
        ".replace": replace, ".split": split, ".join": join,
        ".format": { machine, given throws(CELError) in
            guard case .string(let layout) = given[0], case .list(let list) = given[1] else {
                throw .noOverload
            }
            var formatter = TextFormatter(layout, Array(list), machine)
            return .string(try formatter.text())
        },
        "strings.quote": { machine, given throws(CELError) in
            guard case .string(let text) = given[0] else { throw .noOverload }
            try machine.spend(moving: text.utf8.count)
            return .string(quoted(text))
        },
    ]

    /// A text and another one.
    static func pair(_ given: [CELValue]) throws(CELError) -> (String, String) {
        guard case .string(let one) = given[0], case .string(let other) = given[1] else {
            throw .noOverload
        }
        return (one, other)
    }

    private static func scalars(
        _ machine: CELMachine, _ given: [CELValue]
    ) throws(CELError) -> [Unicode.Scalar] {
        guard case .string(let text) = given[0] else { throw .noOverload }
        try machine.spend(moving: text.utf8.count)
        return Array(text.unicodeScalars)
    }

    private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private static func bytes(_ change: @escaping @Sendable (UInt8) -> UInt8) -> CELFunction {
        { machine, given throws(CELError) in
            guard case .string(let text) = given[0] else { throw .noOverload }
            try machine.spend(moving: text.utf8.count)
            return .string(String(decoding: text.utf8.map(change), as: UTF8.self))
        }
    }

    static func place(
        _ value: CELValue, in range: ClosedRange<Int>
    ) throws(CELError) -> Int {
        guard case .int(let given) = value else { throw .noOverload }
        guard let place = Int(exactly: given), range.contains(place) else {
            throw .evaluation("index out of range: \(given)")
        }
        return place
    }

    // MARK: - Finding

    /// `indexOf` of texts, by code points.
    static func firstIndex(
        _ machine: CELMachine, _ given: [CELValue]
    ) throws(CELError) -> CELValue {
        let text = try scalars(machine, given)
        let part = try scalars(machine, [given[1]])
        let start = try given.count > 2 ? place(given[2], in: 0...text.count) : 0
        try machine.spend(searching: text.count, for: part.count)
        guard text.count >= part.count else { return .int(-1) }
        for index in stride(from: start, through: text.count - part.count, by: 1)
        where text[index..<index + part.count].elementsEqual(part) {
            return .int(Int64(index))
        }
        return .int(-1)
    }

    static func lastIndex(
        _ machine: CELMachine, _ given: [CELValue]
    ) throws(CELError) -> CELValue {
        let text = try scalars(machine, given)
        let part = try scalars(machine, [given[1]])
        let end = try given.count > 2 ? place(given[2], in: 0...text.count) : text.count
        try machine.spend(searching: text.count, for: part.count)
        guard text.count >= part.count else { return .int(-1) }
        for index in stride(from: min(end, text.count - part.count), through: 0, by: -1)
        where text[index..<index + part.count].elementsEqual(part) {
            return .int(Int64(index))
        }
        return .int(-1)
    }

    // MARK: - Cutting and joining

    private static func limit(_ given: [CELValue], _ place: Int) throws(CELError) -> Int {
        guard given.count > place else { return -1 }
        guard case .int(let limit) = given[place] else { throw .noOverload }
        return Int(clamping: limit)
    }

    /// The parts of a text between separators; an empty separator stands between all code points.
    private static func parts(
        _ text: String, _ separator: String, most: Int
    ) -> [ArraySlice<UInt8>] {
        let bytes = Array(text.utf8)
        var parts: [ArraySlice<UInt8>] = []
        var start = 0
        if separator.isEmpty {
            for scalar in text.unicodeScalars where most < 0 || parts.count < most - 1 {
                let length = UTF8.width(scalar)
                parts.append(bytes[start..<start + length])
                start += length
            }
            return start < bytes.count ? parts + [bytes[start...]] : parts
        }
        let mark = Array(separator.utf8)
        while most < 0 || parts.count < most - 1,
            let place = ByteSearch.first(mark, in: bytes, from: start)
        {
            parts.append(bytes[start..<place])
            start = place + mark.count
        }
        return parts + [bytes[start...]]
    }

    private static let split: CELFunction = { machine, given throws(CELError) in
        let (text, separator) = try pair(given)
        let most = try limit(given, 2)
        try machine.spend(searching: text.utf8.count, for: separator.utf8.count)
        guard most != 0 else { return .list([CELValue]()) }
        let found = parts(text, separator, most: most)
        try machine.spend(found.count)
        return .list(found.map { .string(String(decoding: $0, as: UTF8.self)) })
    }

    private static let replace: CELFunction = { machine, given throws(CELError) in
        let (text, old) = try pair(given)
        guard case .string(let new) = given[2] else { throw .noOverload }
        let most = try limit(given, 3)
        try machine.spend(searching: text.utf8.count, for: old.utf8.count)
        guard most != 0 else { return .string(text) }
        // Empty text is found before each code point and at the end.
        let least = old.isEmpty && most > 0 ? most : most < 0 ? -1 : most + 1
        var found = parts(text, old, most: least)
        if old.isEmpty {
            found.insert([], at: 0)
            if most < 0 || found.count <= most { found.append([]) }
        }
        let growth = (found.count - 1).multipliedReportingOverflow(by: new.utf8.count)
        try machine.spend(moving: growth.overflow ? Int.max : growth.partialValue)
        var result: [UInt8] = []
        for (index, part) in found.enumerated() {
            if index > 0 { result += Array(new.utf8) }
            result += part
        }
        return .string(String(decoding: result, as: UTF8.self))
    }

    private static let join: CELFunction = { machine, given throws(CELError) in
        guard case .list(let list) = given[0] else { throw .noOverload }
        var separator = ""
        if given.count > 1 {
            guard case .string(let text) = given[1] else { throw .noOverload }
            separator = text
        }
        var result = ""
        for (index, element) in list.enumerated() {
            guard case .string(let text) = element else { throw .noOverload }
            try machine.spend(moving: separator.utf8.count + text.utf8.count)
            if index > 0 { result += separator }
            result += text
        }
        return .string(result)
    }

    /// The text as a literal.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{7}": result += "\\a"
            case "\u{8}": result += "\\b"
            case "\u{C}": result += "\\f"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{B}": result += "\\v"
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
