/// The screen of a terminal, as far as a line editor uses one.
package struct TerminalScreen: Sendable {
    private var cells: [[String]]
    private var columns: Int
    private var height: Int
    package private(set) var row = 0
    package private(set) var column = 0
    /// A full row wraps only when the next character comes.
    private var isWrapPending = false
    private var pending: [UInt8] = []

    package init(columns: Int, rows: Int) {
        self.columns = columns
        height = rows
        cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
    }

    /// The rows as text, without the blanks at their ends and the empty rows at the bottom.
    package var rows: [String] {
        var lines = cells.map { cells in
            var line = cells.joined()
            while line.last == " " { line.removeLast() }
            return line
        }
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    /// The row of the cursor.
    package var cursorRow: String {
        var line = cells[row].joined()
        while line.last == " " { line.removeLast() }
        return line
    }

    package mutating func resize(columns: Int, rows: Int) {
        let blank = Array(repeating: " ", count: columns)
        cells = cells.map { old in
            Array(old.prefix(columns)) + Array(repeating: " ", count: max(0, columns - old.count))
        }
        while cells.count > rows { cells.removeFirst() }
        while cells.count < rows { cells.append(blank) }
        row = min(row, rows - 1)
        column = min(column, columns - 1)
        self.columns = columns
        height = rows
    }

    package mutating func draw(_ bytes: [UInt8]) {
        pending += bytes
        while let first = pending.first {
            if first == 0x1B {
                guard escape() else { return }
            } else if first < 0x20 || first == 0x7F {
                pending.removeFirst()
                control(first)
            } else {
                let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
                guard pending.count >= length else { return }
                let text = String(decoding: pending.prefix(length), as: UTF8.self)
                pending.removeFirst(length)
                put(text)
            }
        }
    }

    private mutating func put(_ text: String) {
        guard let scalar = text.unicodeScalars.first else { return }
        if scalar.properties.generalCategory == .nonspacingMark {
            cells[row][max(0, column - 1)] += text
            return
        }
        let width =
            (0x1100...0x115F).contains(scalar.value)
                || (0x2E80...0xA4CF).contains(scalar.value)
                || (0xAC00...0xD7A3).contains(scalar.value)
                || (0xF900...0xFAFF).contains(scalar.value)
                || (0xFF00...0xFF60).contains(scalar.value)
                || (0x1F300...0x1FAFF).contains(scalar.value) ? 2 : 1
        if isWrapPending || column + width > columns {
            column = 0
            isWrapPending = false
            lineFeed()
        }
        cells[row][column] = text
        if width == 2, column + 1 < columns { cells[row][column + 1] = "" }
        column += width
        if column >= columns {
            column = columns - 1
            isWrapPending = true
        }
    }

    private mutating func lineFeed() {
        if row == height - 1 {
            cells.removeFirst()
            cells.append(Array(repeating: " ", count: columns))
        } else {
            row += 1
        }
    }

    private mutating func control(_ byte: UInt8) {
        switch byte {
        case 0x0D: column = 0
        case 0x0A: lineFeed()
        case 0x08: column = max(0, column - 1)
        case 0x09: column = min(columns - 1, (column / 8 + 1) * 8)
        default: return
        }
        isWrapPending = false
    }

    /// One escape sequence; false when its end has not come yet.
    private mutating func escape() -> Bool {
        guard pending.count > 1 else { return false }
        if pending[1] == UInt8(ascii: "]") {
            guard let end = pending.firstIndex(of: 0x07) else { return false }
            pending.removeFirst(end + 1)
            return true
        }
        guard pending[1] == UInt8(ascii: "[") else {
            let isCharacterSet = pending[1] == UInt8(ascii: "(")
            guard pending.count > (isCharacterSet ? 2 : 1) else { return false }
            pending.removeFirst(isCharacterSet ? 3 : 2)
            return true
        }
        guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) })
        else { return false }
        let body = String(decoding: pending[2..<end], as: UTF8.self)
        let final = pending[end]
        pending.removeFirst(end + 1)
        if !body.hasPrefix("?") { command(final, body.split(separator: ";").map { Int($0) ?? 0 }) }
        return true
    }

    private mutating func command(_ final: UInt8, _ numbers: [Int]) {
        let count = max(numbers.first ?? 1, 1)
        isWrapPending = false
        switch Character(UnicodeScalar(final)) {
        case "A": row = max(0, row - count)
        case "B": row = min(height - 1, row + count)
        case "C": column = min(columns - 1, column + count)
        case "D": column = max(0, column - count)
        case "G": column = min(columns - 1, count - 1)
        case "H":
            row = min(height, count) - 1
            column = min(columns, max(numbers.dropFirst().first ?? 1, 1)) - 1
        case "J":
            blank(row, from: numbers.first == 2 ? 0 : column)
            for other in (numbers.first == 2 ? 0 : row + 1)..<height where other != row {
                blank(other, from: 0)
            }
        case "K": blank(row, from: numbers.first == 2 ? 0 : column)
        case "P":
            for _ in 0..<min(count, columns - column) {
                cells[row].remove(at: column)
                cells[row].append(" ")
            }
        case "@":
            for _ in 0..<min(count, columns - column) {
                cells[row].insert(" ", at: column)
                cells[row].removeLast()
            }
        case "X":
            for index in column..<min(columns, column + count) { cells[row][index] = " " }
        default: break
        }
    }

    private mutating func blank(_ row: Int, from column: Int) {
        for index in column..<columns { cells[row][index] = " " }
    }
}
