extension CELLibrary {
    /// The functions and operators of the language itself.
    package static let standard = CELLibrary(
        operatorTable + conversionTable + timeTable + textTable,
        basics.merging(ConversionFunctions.all) { $1 }.merging(TimeFunctions.all) { $1 })

    private static let operatorTable = """
        !_(bool) -> bool
        -_(int) -> int
        -_(double) -> double
        _==_|_!=_(A, A) -> bool
        @in(A, list<A>) -> bool
        @in(A, map<A, B>) -> bool
        _+_|_-_|_*_|_/_|_%_(int, int) -> int
        _+_|_-_|_*_|_/_|_%_(uint, uint) -> uint
        _+_|_-_|_*_|_/_(double, double) -> double
        _+_(string, string) -> string
        _+_(bytes, bytes) -> bytes
        _+_(list<A>, list<A>) -> list<A>
        _+_(timestamp, duration) -> timestamp
        _+_(duration, timestamp) -> timestamp
        _+_|_-_(duration, duration) -> duration
        _-_(timestamp, timestamp) -> duration
        _-_(timestamp, duration) -> timestamp

        """ + orderTable

    private static let orderTable = orders.map { "_<_|_<=_|_>_|_>=_(\($0)) -> bool\n" }.joined()

    private static let orders = [
        "bool, bool", "int, int", "int, uint", "int, double", "uint, uint", "uint, int",
        "uint, double", "double, double", "double, int", "double, uint", "string, string",
        "bytes, bytes", "timestamp, timestamp", "duration, duration",
    ]

    private static let conversionTable = """
        int(int) -> int
        int(uint) -> int
        int(double) -> int
        int(string) -> int
        int(timestamp) -> int
        int(duration) -> int
        uint(uint) -> uint
        uint(int) -> uint
        uint(double) -> uint
        uint(string) -> uint
        double(double) -> double
        double(int) -> double
        double(uint) -> double
        double(string) -> double
        bool(bool) -> bool
        bool(string) -> bool
        string(string) -> string
        string(bool) -> string
        string(int) -> string
        string(uint) -> string
        string(double) -> string
        string(bytes) -> string
        string(timestamp) -> string
        string(duration) -> string
        bytes(bytes) -> bytes
        bytes(string) -> bytes
        timestamp(timestamp) -> timestamp
        timestamp(string) -> timestamp
        timestamp(int) -> timestamp
        duration(duration) -> duration
        duration(string) -> duration
        duration(int) -> duration
        dyn(A) -> dyn
        type(A) -> type

        """

    private static let timeTable = """
        timestamp.getFullYear|getMonth|getDayOfYear|getDayOfMonth|getDate|getDayOfWeek() -> int
        timestamp.getHours|getMinutes|getSeconds|getMilliseconds() -> int
        timestamp.getFullYear|getMonth|getDayOfYear|getDayOfMonth|getDate(string) -> int
        timestamp.getDayOfWeek|getHours|getMinutes|getSeconds|getMilliseconds(string) -> int
        duration.getHours|getMinutes|getSeconds|getMilliseconds() -> int

        """

    private static let textTable = """
        size(string) -> int
        size(bytes) -> int
        size(list<A>) -> int
        size(map<A, B>) -> int
        string.size() -> int
        bytes.size() -> int
        list<A>.size() -> int
        map<A, B>.size() -> int
        string.contains|startsWith|endsWith(string) -> bool
        string.matches(string) -> bool
        matches(string, string) -> bool
        """

    private static let basics: [String: CELFunction] = [
        "!_": { _, given throws(CELError) in
            guard case .bool(let value) = given[0] else { throw .noOverload }
            return .bool(!value)
        },
        "-_": { _, given throws(CELError) in
            switch given[0] {
            case .int(let value):
                guard value != .min else { throw .evaluation("integer overflow") }
                return .int(-value)
            case .double(let value): return .double(-value)
            default: throw .noOverload
            }
        },
        "size": size, ".size": size,
        ".contains": { machine, given throws(CELError) in
            let (text, part) = try TextFunctions.pair(given)
            try machine.spend(searching: text.utf8.count, for: part.utf8.count)
            return .bool(ByteSearch.first(Array(part.utf8), in: Array(text.utf8), from: 0) != nil)
        },
        ".startsWith": { machine, given throws(CELError) in
            let (text, part) = try TextFunctions.pair(given)
            try machine.spend(moving: part.utf8.count)
            return .bool(text.utf8.starts(with: part.utf8))
        },
        ".endsWith": { machine, given throws(CELError) in
            let (text, part) = try TextFunctions.pair(given)
            try machine.spend(moving: part.utf8.count)
            return .bool(text.utf8.suffix(part.utf8.count).elementsEqual(part.utf8))
        },
        ".matches": CELPatternFunctions.matches, "matches": CELPatternFunctions.matches,
    ]

    private static let size: CELFunction = { machine, given throws(CELError) in
        switch given[0] {
        case .string(let text):
            try machine.spend(moving: text.utf8.count)
            return .int(Int64(text.unicodeScalars.count))
        case .bytes(let bytes): return .int(Int64(bytes.count))
        case .list(let list): return .int(Int64(list.count))
        case .map(let map): return .int(Int64(map.count))
        default: throw .noOverload
        }
    }
}

/// Finds bytes among bytes.
enum ByteSearch {
    /// Where the part stands first, at or after a place; by comparing at the places where its
    /// first byte stands, as texts of expressions are short.
    static func first(_ part: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let head = part.first else { return start <= bytes.count ? start : nil }
        guard bytes.count >= part.count, start >= 0 else { return nil }
        var place = start
        let last = bytes.count - part.count
        while place <= last {
            if bytes[place] == head, bytes[place..<place + part.count].elementsEqual(part) {
                return place
            }
            place += 1
        }
        return nil
    }
}
