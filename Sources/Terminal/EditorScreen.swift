/// Where the line being edited stands on the screen.
///
/// libedit keeps this to itself, and whatever is printed above the prompt must first know how far
/// up the prompt begins.
struct EditorScreen: Equatable {
    /// Rows between the prompt's first row and the cursor.
    var rowsAboveCursor: Int
    /// Rows between the cursor and the last row of the text.
    var rowsBelowCursor: Int

    /// Lays the text out as a terminal with so many columns wraps it.
    init(prompt: String, text: String, beforeCursor: String, columns: Int) {
        let columns = max(columns, 1)
        let cursor = EditorScreen.lastRow(prompt + beforeCursor, columns: columns)
        let end = EditorScreen.lastRow(prompt + text, columns: columns)
        rowsAboveCursor = cursor
        rowsBelowCursor = max(0, end - cursor)
    }

    private static func lastRow(_ text: String, columns: Int) -> Int {
        var row = 0
        var column = 0
        for scalar in text.unicodeScalars {
            if scalar == "\n" {
                row += 1
                column = 0
                continue
            }
            // libedit shows a control character as ^X and a tab up to the next stop.
            let width =
                scalar == "\t"
                ? 8 - column % 8 : scalar.value < 0x20 ? 2 : displayWidth(String(scalar))
            if column + width > columns {
                row += 1
                column = 0
            }
            column += width
            // libedit moves on at once when the last column is full.
            if column == columns {
                row += 1
                column = 0
            }
        }
        return row
    }
}
