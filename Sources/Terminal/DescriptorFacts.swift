import CEdit

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What is known about one of the standard streams.
package struct DescriptorFacts: Sendable, Hashable {
    package var isTerminal: Bool
    /// Columns of the terminal; nil where there is none or it does not say.
    package var columns: Int?
    /// Its lines, in the same way.
    package var rows: Int?

    package init(isTerminal: Bool, columns: Int?, rows: Int? = nil) {
        self.isTerminal = isTerminal
        self.columns = columns
        self.rows = rows
    }

    /// Asks the system about a descriptor.
    package static func current(_ descriptor: Int32) -> DescriptorFacts {
        let columns = Int(cedit_columns(descriptor))
        let rows = Int(cedit_rows(descriptor))
        return DescriptorFacts(
            isTerminal: isatty(descriptor) == 1, columns: columns > 0 ? columns : nil,
            rows: rows > 0 ? rows : nil)
    }

    /// Rows of the terminal behind the descriptor; 24 where it does not say.
    package static func currentRows(_ descriptor: Int32) -> Int {
        let rows = Int(cedit_rows(descriptor))
        return rows > 0 ? rows : 24
    }

    /// The width to lay out for: the terminal's, else `COLUMNS`, else 80 (conventions, Output).
    package func width(environment: [String: String]) -> Int {
        if let columns { return columns }
        if let text = environment["COLUMNS"], let told = Int(text), told > 0 { return told }
        return 80
    }

    /// Whether a line editor can work here: a dumb terminal cannot move its cursor.
    package func canEdit(environment: [String: String]) -> Bool {
        guard isTerminal, let term = environment["TERM"] else { return false }
        return !term.isEmpty && term != "dumb"
    }

    /// Whether output may be coloured.
    ///
    /// Colour only on a terminal, not with `TERM=dumb`, not with a non-empty `NO_COLOR`;
    /// `CLICOLOR_FORCE` forces it, and `NO_COLOR` wins over that (conventions, Output).
    package func wantsColour(environment: [String: String]) -> Bool {
        if let no = environment["NO_COLOR"], !no.isEmpty { return false }
        if let force = environment["CLICOLOR_FORCE"], !force.isEmpty, force != "0" { return true }
        return isTerminal && environment["TERM"] != "dumb"
    }
}

/// Columns that a text takes on a terminal; control characters take none.
package func displayWidth(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { width, scalar in
        if scalar.value < 0x20 || scalar.value == 0x7F { return width }
        return scalar.isASCII ? width + 1 : width + Int(cedit_scalar_width(scalar.value))
    }
}
